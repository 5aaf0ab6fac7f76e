"""The real command, the real daemon, the bundled model."""

import json
import os
import re
import select
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "labextension" / "dist" / "package.json"
LIMNER = (sys.executable, "-m", "limner")
INTERRUPTIBLE = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL);"
    "os.execv(sys.argv[1], sys.argv[1:])"
)
"""A shell's background job, as CI may be, ignores SIGINT, and its children inherit that."""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """An environment with a daemon of its own, stopped afterwards."""
    names = {
        "XDG_RUNTIME_DIR": tmp_path_factory.mktemp("run"),
        "LIMNER_CONFIG": tmp_path_factory.mktemp("config") / "config.toml",
    }
    environment = os.environ | {name: str(path) for name, path in names.items()}
    yield environment
    limner("daemon", "stop", env=environment)


def limner(*arguments, env, cwd=ROOT):
    return subprocess.run(
        [*LIMNER, *arguments], env=env, cwd=cwd, capture_output=True, text=True, timeout=120
    )


def test_the_daemon_starts_answers_stays_and_stops(home):
    first = limner("attribute", "房间很差", "--json", env=home)
    assert (first.returncode, first.stderr) == (0, "")
    again = limner("attribute", "房间很差", "--json", env=home)
    assert json.loads(again.stdout)["words"] == json.loads(first.stdout)["words"]
    status = json.loads(limner("daemon", "status", "--json", env=home).stdout)
    assert status["running"] is True
    assert status["engine"]["restarts"] == 0
    listed = json.loads(limner("models", "list", "--json", env=home).stdout)["models"]
    assert {m["name"]: m["loads"] for m in listed}["mini-sentiment"] == 1
    assert limner("daemon", "stop", env=home).stdout == "Stopped.\n"
    assert json.loads(limner("daemon", "status", "--json", env=home).stdout) == {"running": False}


def test_the_daemon_and_this_process_say_the_same(home):
    asked = [
        json.loads(limner("attribute", "服务热情，再也不来", "--json", *more, env=home).stdout)
        for more in ((), ("--no-daemon",))
    ]
    for words in zip(*(plain["words"] for plain in asked), strict=True):
        assert words[0]["score"] == pytest.approx(words[1]["score"], abs=1e-4)


def test_where_no_daemon_can_be_it_is_computed_here_and_said(home, tmp_path):
    (tmp_path / "limner").write_text("in the way")
    said = limner("attribute", "房间很差", env=home | {"XDG_RUNTIME_DIR": str(tmp_path)})
    assert said.returncode == 0
    assert "房间很差" in said.stdout
    assert said.stderr.count("\n") == 1
    assert said.stderr.endswith("; computing in this process instead.\n")


def test_an_interrupted_command_ends_with_130(home, tmp_path):
    """Interrupted while the worker imports torch, which takes seconds."""
    env = home | {"XDG_RUNTIME_DIR": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, *LIMNER, "attribute", "房间很差"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        log = daemon_log(tmp_path, process)
        assert log.exists()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err.strip()) == (130, b"", b"limner: cancelled.")
    finally:
        process.kill()
        limner("daemon", "stop", env=env)


def daemon_log(runtime, process):
    """The daemon's log, once the daemon has written to it that it listens."""
    for _ in range(600):
        for log in runtime.glob("limner/*.log"):
            if "listens" in log.read_text():
                return log
        select.select([process.stdout], [], [], 0.1)  # its end would wake us
    raise AssertionError("no daemon")


def test_bad_input_keeps_its_status_and_sentence_through_the_daemon(home):
    said = limner("attribute", "房间很差", "--target", "neutral", env=home)
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr == "limner: Unknown target 'neutral'. Choose one of: negative, positive.\n"


@pytest.mark.parametrize(("text", "sentence"), [("", "empty"), ("   ", "empty")])
def test_an_empty_text_is_refused(home, text, sentence):
    said = limner("attribute", text, env=home)
    assert (said.returncode, said.stdout, said.stderr.count("\n")) == (2, "", 1)
    assert sentence in said.stderr


def test_a_long_text_is_cut_and_says_so(home, tmp_path):
    file = tmp_path / "long.txt"
    file.write_text("房间很差。" * 20_000, encoding="utf-8")
    said = limner("attribute", "--file", str(file), "--json", env=home)
    plain = json.loads(said.stdout)
    assert plain["truncated"]["characters"] == 100_000
    assert plain["truncated"]["characters_read"] < 1000
    shown = limner("attribute", "--file", str(file), env=home).stdout
    assert "runcated" in shown
    assert re.search(r"…\s+\([\d,]+\s+more\s+characters\)", shown)
    assert len(shown) < 4000


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no device that is always full")
def test_output_that_cannot_be_written_is_said_in_one_sentence(home):
    with open("/dev/full", "w") as full:
        said = subprocess.run(
            [*LIMNER, "models", "list"], env=home, stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert said.returncode == 2
    assert said.stderr == "limner: standard output cannot be written: No space left on device.\n"


def test_a_closed_standard_output_is_said_in_one_sentence(home):
    closed = ["sh", "-c", 'exec "$@" >&-', "sh", *LIMNER, "models", "list"]
    said = subprocess.run(closed, env=home, stderr=subprocess.PIPE, text=True)
    assert said.returncode == 2
    assert said.stderr == "limner: standard output is closed: send it to a file, or to /dev/null.\n"


def test_the_demo_shows_reviews_an_editors_view_and_what_is_next(home):
    said = limner("demo", env=home)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.count("nodes") == 4
    assert re.search(r"\d+ +bad = .* δ ", said.stdout)
    assert "limner lsp" in said.stdout


@pytest.mark.skipif(not BUILT.exists(), reason="the labextension is not built: `make lab`")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGHUP], ids=["ctrl_c", "terminal_closed"])
def test_the_demo_opens_jupyterlab_and_its_end_ends_both(home, tmp_path, end):
    environment = home | {"XDG_CACHE_HOME": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(tmp_path)}
    command = [sys.executable, "-c", INTERRUPTIBLE, *LIMNER, "demo", "--no-browser"]
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as demo:
        said = iter(lambda: demo.stdout.readline().decode(), "")
        address = next(line.strip() for line in said if line.startswith("http://127.0.0.1"))
        with urllib.request.urlopen(address, timeout=30) as page:
            assert "tour.ipynb" in page.url
        demo.send_signal(end)
        assert demo.wait(30) == 0
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(address, timeout=5)
    assert (tmp_path / "limner" / "demo" / "tour.ipynb").exists()


def test_outside_a_checkout_the_demo_says_what_is_missing(home, tmp_path):
    said = limner("demo", env=home, cwd=tmp_path)
    assert said.returncode == 0
    assert "run this in a checkout" in said.stdout


def test_the_doctor_finds_this_machine_sound(home):
    said = limner("doctor", "--json", env=home)
    plain = json.loads(said.stdout)
    assert plain["ok"], [check for check in plain["checks"] if check["state"] == "fail"]
