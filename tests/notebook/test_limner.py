"""`%limner` in a shell of this process with the fake engine."""

from __future__ import annotations

import pytest

from limner.daemon.messages import DaemonStatus, SessionStatus
from limner.notebook.magics.limner import COMMANDS
from limner.notebook.magics.refusal import Refused
from limner.protocol import EngineStatus, ModelStatus, WorkerDied

MODEL = ModelStatus(
    name="mini-sentiment",
    path="/models/mini-sentiment",
    state="on-device",
    device="cuda",
    bytes=15_000_000,
    hits=3,
    labels=("negative", "positive"),
    pinned=True,
)
RUNNING = DaemonStatus(
    version="0.1.0",
    protocol=1,
    pid=7,
    seconds=61,
    socket="/run/limner.sock",
    log="/run/limner.log",
    memory_bytes=30_000_000,
    sessions=(SessionStatus(id=1, kind="lsp", pid=8, seconds=5),),
    engine=EngineStatus(device="cuda (a GPU)", models=(MODEL,), running=1, queued=2),
)


def test_status_shows_engine_models_bytes_device_and_queue(cells):
    cells.running = RUNNING
    said = cells("%limner status").out
    assert "cuda (a GPU)" in said and "1 running, 2 waiting" in said
    assert "mini-sentiment" in said and "15 MB" in said and "loaded on cuda, pinned" in said


def test_without_a_daemon_status_says_so_and_starts_nothing(cells):
    assert cells("%limner status").out.startswith("No daemon runs")


def test_models_lists_the_bundled_ones_without_a_daemon(cells):
    said = cells("%limner models").out
    assert "mini-sentiment" in said and "on disk" in said


def test_pin_and_unpin_reach_the_engine(cells):
    assert "stays" in cells("%limner pin mini-sentiment").out
    assert cells.engine.pinned == {"mini-sentiment"}
    cells.running = RUNNING
    assert "memory is free" in cells("%limner unpin mini-sentiment").out
    assert cells.engine.pinned == set()


def test_unpin_without_a_daemon_starts_none(cells):
    assert cells("%limner unpin mini-sentiment").out == "No daemon runs: no model is in memory.\n"


def test_stop_says_what_happened(cells):
    assert cells("%limner stop").out == "No daemon runs.\n"
    cells.running = RUNNING
    assert cells("%limner stop").out == "Stopped.\n"


def test_doctor_lists_its_checks_and_what_to_do(cells):
    said = cells("%limner doctor").out
    assert "Python" in said and "daemon" in said and "checks" in said


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("%limner dance", "No such command 'dance'"),
        ("%limner pin", "Missing argument 'MODEL'"),
        ("%limner unpin nosuch", "Unknown model 'nosuch'. Choose one of: mini-mlm"),
        ("%limner status now", "Got unexpected extra argument (now)"),
    ],
)
def test_bad_input_is_one_sentence(cells, line, sentence):
    ran = cells(line)
    assert isinstance(ran.error, Refused) and sentence in str(ran.error)
    assert ran.out.strip() == f"limner: {ran.error}"


def test_an_error_of_the_engine_is_its_sentence(cells, monkeypatch):
    async def load(model: str, *, pin: bool = False) -> None:
        raise WorkerDied("The process died while loading it.")

    monkeypatch.setattr(cells.engine, "load", load)
    assert str(cells("%limner pin mini-sentiment").error) == "The process died while loading it."


def test_without_a_subcommand_all_are_listed(cells):
    for line in ("%limner", "%limner --help"):
        ran = cells(line)
        assert (ran.value, ran.error) == (None, None)
        assert all(f"  {command.name} " in ran.out for command in COMMANDS)


def test_every_subcommand_has_help(cells):
    for command in COMMANDS:
        assert cells(f"%limner {command.name} --help").out.startswith(
            f"Usage: %limner {command.name}"
        )
