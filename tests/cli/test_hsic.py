"""`limner hsic`: columns of files compared, and what is wrong with them said."""

import json
import os
import select
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import numpy as np
import polars as pl
import pytest

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=120)
DATA = {
    "身高": X,
    "weight, kg": X + 0.1 * RANDOM.normal(size=120),
    "z": RANDOM.normal(size=120),
    "group": RANDOM.choice(["甲", "乙"], 120),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    frame = pl.DataFrame(DATA)
    frame.write_csv(tmp_path / "data.csv")
    frame.write_csv(tmp_path / "data.tsv", separator="\t")
    frame.write_parquet(tmp_path / "data.parquet")
    frame.write_ndjson(tmp_path / "data.jsonl")
    np.savez(tmp_path / "data.npz", **{name: DATA[name] for name in ("身高", "weight, kg", "z")})
    np.save(tmp_path / "x.npy", X)
    np.save(tmp_path / "wide.npy", np.column_stack([X, X**2, RANDOM.normal(size=120)]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("kind", ["csv", "tsv", "parquet", "jsonl", "npz"])
def test_two_columns_of_any_file_give_the_stable_json(limner, folder, kind):
    said = limner("hsic", f"data.{kind}:身高", f"data.{kind}:weight, kg", "--json")
    assert (said.status, said.err) == (0, "")
    found = said.json
    assert list(found)[:9] == [
        "method",
        "n",
        "statistic",
        "normalized",
        "p_value",
        "p_method",
        "permutations",
        "kernel",
        "ms",
    ]
    assert (found["method"], found["n"], found["kernel"]) == ("hsic", 120, "gaussian")
    assert found["p_value"] == pytest.approx(1 / 1001) and found["p_method"] == "permutation"
    assert found["normalized"] > 0.9


def test_people_read_one_line_with_the_test_named(limner, folder):
    said = limner("hsic", "data.csv:身高", "data.csv:weight, kg").out
    assert said.startswith("身高, weight, kg: HSIC 0.")
    assert "p < 0.001 (1000 permutations) · n = 120" in said.splitlines()[0]
    assert "median distance" in said and "observed: " in said


def test_independent_columns_have_a_large_p(limner, folder):
    found = limner("hsic", "data.csv:身高", "data.csv:z", "--json").json
    assert found["p_value"] > 0.05


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
def test_a_whole_file_gives_all_pairs_labels_beside_numbers(limner, folder, kind):
    found = limner("hsic", f"data.{kind}", "--json").json
    assert (found["method"], len(found["pairs"])) == ("hsic_matrix", 6)
    dependent = [(p["x"], p["y"]) for p in found["pairs"] if p["significant"]]
    assert dependent == [("身高", "weight, kg")]
    assert [column["kernel"]["name"] for column in found["columns"]][-1] == "delta"
    table = limner("hsic", f"data.{kind}").out
    assert table.startswith("HSIC: 1 of 6 pairs dependent")
    assert "gamma approximation" in table


def test_a_table_of_numpy_is_compared_column_by_column(limner, folder):
    found = limner("hsic", "wide.npy", "--json").json
    first = found["pairs"][0]
    assert (first["x"], first["y"]) == ("wide.npy[:, 0]", "wide.npy[:, 1]")
    assert first["significant"]


def test_arrays_of_several_columns_are_compared_as_wholes(limner, folder):
    assert limner("hsic", "wide.npy", "x.npy", "--json").json["method"] == "hsic"


def test_options_reach_the_method(limner, folder):
    options = ("--bandwidth", "1", "--convention", "article", "--permutations", "99", "--seed", "7")
    found = limner("hsic", "data.csv:身高", "data.csv:z", *options, "--json").json
    assert found["permutations"] == 99 and found["seed"] == 7
    kernel = found["kernels"][0]
    assert (kernel["bandwidth"], kernel["convention"], kernel["rule"]) == (1, "article", "given")
    gamma = limner("hsic", "data.csv:身高", "data.csv:z", "--test", "gamma", "--json").json
    assert gamma["p_method"] == "gamma"
    kernels = limner(
        "hsic", "data.csv:身高", "data.csv:group", "--kernel", "gaussian,delta", "--json"
    )
    assert kernels.json["kernel"] == "gaussian+delta"


def test_permutations_may_be_asked_of_a_table(limner, folder):
    found = limner("hsic", "data.csv", "--permutations", "400", "--alpha", "0.1", "--json").json
    assert (found["p_method"], found["permutations"], found["alpha"]) == ("permutation", 400, 0.1)


def test_missing_values_are_refused_and_left_out_on_request(limner, folder):
    rows = "".join(f"{i},{i % 7}\n" for i in range(30))
    (folder / "holes.csv").write_text(f"a,b\n{rows},1\n")
    said = limner("hsic", "holes.csv:a", "holes.csv:b")
    assert said.status == 2 and said.err.count("\n") == 1
    found = limner("hsic", "holes.csv:a", "holes.csv:b", "--drop", "--json").json
    assert (found["n"], found["dropped"]) == (30, 1)


def test_pictures_and_pages_are_written_and_well_formed(limner, folder):
    outputs = ("--svg", "d.svg", "--html", "d.html", "--text", "d.txt")
    for places in (("data.csv:身高", "data.csv:group"), ("data.csv",), ("x.npy", "data.npz:z")):
        said = limner("hsic", *places, *outputs)
        assert (said.status, said.err.count("wrote ")) == (0, 3)
        ET.parse(folder / "d.svg")
        HTMLParser().feed((folder / "d.html").read_text("utf-8"))
        assert "<script" not in (folder / "d.html").read_text("utf-8")
        assert "HSIC" in (folder / "d.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["data.csv:height", "data.csv:z"], "has no column 'height'"),
        (["missing.csv:a", "data.csv:z"], "There is no file missing.csv"),
        (["data.csv", "data.csv:z"], "has 4 columns: write data.csv:COLUMN"),
        (["x.npy"], "One column alone has nothing to depend on"),
        (["data.csv:z"], "One column alone"),
        (["x.npy:a", "x.npy"], "holds one array: leave :a out"),
        (["data.csv:z", "x.npy", "--bandwidth", "wide"], "give a positive number"),
        (["data.csv:z", "x.npy", "--permutations", "0"], "is not in the range"),
        (["data.csv:z", "x.npy", "--kernel", "cubic"], "ernel"),
        (["data.csv:z", "x.npy", "--svg", "no/folder/a.svg"], "cannot be written"),
        ([], "Missing argument"),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(limner, folder, arguments, why):
    said = limner("hsic", *arguments)
    assert (said.status, said.out) == (2, "")
    assert why in said.err and said.err.count("\n") == 1


def test_lengths_that_differ_are_told(limner, folder):
    np.save(folder / "short.npy", X[:50])
    said = limner("hsic", "x.npy", "short.npy")
    assert said.status == 2 and "120" in said.err and "50" in said.err


# ── as a process ──────────────────────────────────────────────────────────────────────────────

INTERRUPTIBLE = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL);"
    "os.execv(sys.argv[1], sys.argv[1:])"
)


@pytest.mark.process
def test_it_computes_here_without_torch_and_without_a_daemon(folder):
    script = (
        "import sys; from limner.cli import main;"
        "status = main(['hsic', 'data.csv:身高', 'data.csv:z', '--json']);"
        "print(status, 'torch' in sys.modules)"
    )
    environment = os.environ | {"XDG_RUNTIME_DIR": str(folder)}
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, timeout=120
    )
    result, state = ran.stdout.splitlines()
    assert json.loads(result)["method"] == "hsic" and state == "0 False"
    assert not (folder / "limner").exists()


@pytest.mark.process
def test_ctrl_c_ends_it_with_130_and_one_line(folder):
    with (folder / "long.csv").open("w") as stream:
        stream.write("a,b\n")
        stream.writelines(f"{i},{i * i % 1009}\n" for i in range(3_000_000))
    command = (sys.executable, "-m", "limner", "hsic", "long.csv:a", "long.csv:b")
    script = f"import sys; sys.argv[1:] = {command!r}; {INTERRUPTIBLE}"
    running = subprocess.Popen(
        (sys.executable, "-c", script), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    opened = f"/proc/{running.pid}/fd"
    while not any(
        os.path.realpath(f"{opened}/{fd}").endswith("long.csv") for fd in os.listdir(opened)
    ):
        select.select([], [], [], 0.02)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err.strip()) == (130, "", "limner: cancelled.")
