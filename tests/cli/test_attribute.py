import asyncio
import io
import json
import os
import sys

import pytest

from limner.config import Config
from limner.engine.fake import plausible
from limner.engine.local import LocalEngine
from limner.protocol import (
    Cancelled,
    OutOfMemory,
    TextInput,
    UnknownBaseline,
    UnknownTarget,
)

TEXT = "房间很差 but cheap"


def test_a_table_for_people(limner):
    said = limner("attribute", TEXT)
    assert said.status == 0
    assert said.err == ""
    assert TEXT in said.out
    for part in ("δ 0.4 %", "17 nodes", "word", "score", "of ΔF", "cheap"):
        assert part in said.out
    assert "\x1b" not in said.out


def test_one_json_object_with_the_stable_keys(limner):
    plain = limner("attribute", TEXT, "--json").json
    assert plain["method"] == "integrated_gradients"
    assert plain["model"] == "mini-sentiment"
    assert plain["tokens"][0]["text"] == "房"
    assert (plain["tokens"][0]["start"], plain["tokens"][0]["end"]) == (0, 1)
    stable = {
        *("method model target logit probability baseline delta evaluations".split()),
        *("converged tokens words ms".split()),
    }
    assert stable <= set(plain)


def test_the_daemon_is_asked_unless_told_otherwise(limner):
    limner("attribute", TEXT)
    assert limner.used_daemon is True
    limner("attribute", TEXT, "--no-daemon")
    assert limner.used_daemon is False


def test_options_become_parameters_of_the_method(limner):
    limner(
        *("attribute", TEXT, "--text-pair", "b", "--target", "positive", "--contrast", "negative"),
        *("--baseline", "mask", "--tolerance", "0.05", "--output", "probability"),
        *("--absolute", "--all-labels", "--continuation", "x y", "--earlier-tokens"),
    )
    (job,) = limner.engine.jobs
    assert job.input == TextInput(text=TEXT, pair="b")
    assert job.params == {
        "target": "positive",
        "contrast": "negative",
        "baseline": "mask",
        "tolerance": 0.05,
        "output": "probability",
        "absolute": True,
        "all_labels": True,
        "continuation": "x y",
        "earlier_tokens": True,
    }


def test_the_method_takes_all_parameters_that_the_command_sends(limner):
    from limner.methods.integrated_gradients import Params

    limner("attribute", TEXT, "--target", "positive", "--contrast", "negative")
    assert set(limner.engine.jobs[0].params) <= set(Params.__struct_fields__)


def test_several_baselines_stand_side_by_side(limner):
    said = limner("attribute", TEXT, "--baseline", "pad", "--baseline", "mask", "--json")
    assert len(said.json["side_by_side"]) == 1
    assert [job.params["baseline"] for job in limner.engine.jobs] == ["pad", "mask"]


def test_the_text_may_come_from_a_file(limner, tmp_path):
    file = tmp_path / "review.txt"
    file.write_bytes("两行\r\n文字\n".encode())
    limner("attribute", "--file", str(file))
    assert limner.engine.jobs[0].input.text == "两行\r\n文字\n"


def test_the_text_may_come_from_a_pipe(limner):
    limner("attribute", "-", stdin="管道".encode())
    assert limner.engine.jobs[0].input.text == "管道"


def test_pictures_are_written_where_they_were_asked_for(limner, tmp_path):
    html, svg = tmp_path / "a.html", tmp_path / "a.svg"
    said = limner("attribute", TEXT, "--html", str(html), "--svg", str(svg))
    assert said.status == 0
    assert "<section" in html.read_text("utf-8")
    assert svg.read_text("utf-8").startswith("<svg")
    assert said.err.splitlines() == [f"limner: wrote {html}", f"limner: wrote {svg}"]


def test_a_name_stays_a_name_and_a_folder_becomes_absolute(limner, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mini-sentiment").mkdir()
    limner("attribute", TEXT, "--model", "mini-sentiment")
    limner("attribute", TEXT, "--model", "mine")
    limner("attribute", TEXT, "--model", "./mini-sentiment")
    models = [job.model for job in limner.engine.jobs]
    assert models == ["mini-sentiment", str(tmp_path / "mine"), str(tmp_path / "mini-sentiment")]


# ── bad input: one sentence, status 2 ─────────────────────────────────────────────────────────


def refused(said, sentence):
    assert (said.status, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert sentence in said.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Give either TEXT (or -) or --file"),
        ((TEXT, "--file", __file__), "Give either TEXT (or -) or --file"),
        (("--file", "/no/such"), "/no/such cannot be read: No such file or directory."),
        ((TEXT, "--colour"), "No such option"),
        ((TEXT, "--output", "loss"), "'loss' is not one of 'logit', 'probability'"),
        ((TEXT, "--tolerance", "0"), "0.0 is not in the range"),
        ((TEXT, "--model", "no/such/folder"), "There is no model folder no/such/folder"),
        ((TEXT, "--svg", "/no/such/a.svg"), "/no/such/a.svg cannot be written"),
        (("a\udce9b",), "TEXT is not valid in this terminal's encoding"),
    ],
)
def test_what_cannot_be_understood_is_said_in_one_sentence(limner, arguments, sentence):
    refused(limner("attribute", *arguments), sentence)


@pytest.mark.parametrize(
    "error",
    [
        UnknownTarget("Unknown target 'x'. Choose one of: negative, positive."),
        UnknownBaseline("Unknown baseline 'y'. Choose one of: pad, mask, zero."),
    ],
)
def test_what_the_method_refuses_is_said_in_its_sentence(limner, error):
    limner.engine.fail_next(error)
    refused(limner("attribute", TEXT), f"limner: {error}\n")


def test_a_file_that_is_not_text_is_refused(limner, tmp_path):
    file = tmp_path / "gbk.txt"
    file.write_bytes("房间".encode("gbk"))
    refused(limner("attribute", "--file", str(file)), "is not UTF-8 (byte 0)")


def test_a_file_beyond_the_cap_is_not_read_to_its_end(limner, tmp_path):
    file = tmp_path / "huge.txt"
    with file.open("wb") as stream:
        stream.truncate(1 << 30)
    refused(limner("attribute", "--file", str(file)), "longer than 1,000,000 characters")


def test_an_unknown_command_is_refused(limner):
    refused(limner("atribute", TEXT), "No such command 'atribute'")


# ── our own fault, and nobody's ───────────────────────────────────────────────────────────────


def test_a_lack_of_memory_is_our_fault(limner):
    limner.engine.fail_next(OutOfMemory("Even one row does not fit: give a shorter text."))
    said = limner("attribute", TEXT)
    assert (said.status, said.err) == (
        1,
        "limner: Even one row does not fit: give a shorter text.\n",
    )


def test_a_bug_is_one_sentence_unless_asked_for_more(limner, monkeypatch):
    limner.engine.fail_next(ZeroDivisionError("x / 0"), ZeroDivisionError("x / 0"))
    said = limner("attribute", TEXT)
    assert (said.status, said.err.count("\n")) == (1, 1)
    assert "a fault of ours: ZeroDivisionError: x / 0" in said.err
    monkeypatch.setenv("LIMNER_DEBUG", "1")
    assert "Traceback" in limner("attribute", TEXT).err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), Cancelled("Stopped.")])
def test_a_cancelled_command_says_so(limner, error):
    limner.engine.fail_next(error)
    assert limner("attribute", TEXT).status == 130


# ── terminals ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_a_terminal_without_unicode_gets_escapes(limner, monkeypatch, arguments):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii", newline="\n"))
    limner("attribute", TEXT, *arguments)
    sys.stdout.flush()
    assert b"\\u623f" in raw.getvalue()
    if arguments:
        assert json.loads(raw.getvalue())["text"] == TEXT


def test_escape_codes_of_a_text_do_not_reach_the_terminal(limner):
    said = limner("attribute", "\x1b[2J坏\x07")
    assert "\x1b" not in said.out and "␛[2J" in said.out


def test_a_reader_that_leaves_early_is_no_fault(limner, monkeypatch):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        assert limner("attribute", TEXT).status == 0


def test_version_and_help_are_answers(limner):
    assert limner("--version").out == "limner 0.1.0\n"
    assert "attribute" in limner("--help").out
    assert limner("attribute", "--help").status == 0


def test_a_long_text_is_drawn_whole_and_tabled_short(limner):
    text = "word " * 10_000
    said = limner("attribute", text)
    assert said.out.count("word") >= 10_000
    assert "9,988 more" in said.out


def test_partial_results_are_not_printed(limner):
    limner.engine.partials = True
    limner.engine.answer = plausible
    assert limner("attribute", TEXT).out.count("nodes") == 1


def test_an_output_is_explained_token_by_token(limner):
    """The bundled translator, computed in this process."""
    limner.engine = LocalEngine(Config())
    asked = ("attribute", "Open the file", "--model", "mini-seq2seq", "--tolerance", "0.2")
    said = limner(*asked, "--continuation", "打开文件", "--all-labels")
    assert said.status == 0
    assert "打开文件 log p −" in said.out and "strongest words" in said.out
    plain = limner(*asked, "--continuation", "打开文件", "--all-labels", "--json").json
    tokens = plain["by_label"][1:]
    assert plain["written"] == "打开文件"
    assert "".join(one["label"] for one in tokens) == "打开文件</s>"
    assert sum(one["logit"] for one in tokens) == pytest.approx(plain["logit"], abs=1e-3)
    own = limner(*asked, "--json").json
    assert own["written"] and own["logit"] >= plain["logit"]
    refused = limner(*asked, "--continuation", " ")
    assert (refused.status, refused.err.count("\n")) == (2, 1) and "is empty" in refused.err
    asyncio.run(limner.engine.close())
