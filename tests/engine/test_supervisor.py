"""A real worker process with toys in it, killed, stuck and restarted."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from engine.toy import job
from limner.config import Config, EngineSettings
from limner.engine.supervisor import State, Supervisor, backoff
from limner.protocol import BadInput, Progress, UnknownModel, WorkerDied

pytestmark = pytest.mark.process

TOY_WORKER = Path(__file__).with_name("toy_worker.py")
COMMAND = (sys.executable, str(TOY_WORKER))
Make = Callable[..., Supervisor]


@pytest_asyncio.fixture
async def make(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Make]:
    """Supervisors of toy workers, closed at the end."""
    monkeypatch.setenv("PYTHONPATH", str(TOY_WORKER.parents[1]))
    made: list[Supervisor] = []

    def make(
        *, command: tuple[str, ...] = (sys.executable, str(TOY_WORKER)), **given
    ) -> Supervisor:
        given.setdefault("delay", lambda deaths: 0.0)
        made.append(Supervisor(Config(), command=command, available=lambda: (), **given))
        return made[-1]

    yield make
    for supervisor in made:
        await supervisor.close()


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def test_the_first_job_starts_the_worker_and_hears_of_it(make):
    engine, events = make(), []
    assert (await engine.status()).state == "stopped"
    result = await engine.run(job("a"), listener=events.append)
    assert result.text == "a"
    stages = [e.stage for e in events if isinstance(e, Progress)]
    assert stages == ["loading", "loading", "computing"]
    status = await engine.status()
    assert (status.state, status.pid, status.restarts) == ("ready", engine.pid, 0)


async def test_errors_come_through_as_what_they_are(make):
    engine = make()
    with pytest.raises(UnknownModel, match="nowhere"):
        await engine.run(job("a", "nowhere"))
    with pytest.raises(Exception, match="ZeroDivisionError: the row is bad"):
        await engine.run(job("bad"))
    assert (await engine.run(job("a"))).text == "a"


async def test_a_job_whose_worker_is_killed_is_asked_once_more(make, tmp_path):
    engine = make()
    result = await engine.run(job(f"once {tmp_path / 'killed'}"))
    assert "smaller batches" in result.notes[0]
    assert engine.restarts == 1
    assert (await engine.run(job("next"))).notes == ()


async def test_kill_9_from_outside_in_mid_request_is_survived(make):
    engine, begun = make(), asyncio.Event()

    def listen(event):
        if getattr(event, "stage", "") == "computing":
            begun.set()

    running = asyncio.create_task(engine.run(job("endless"), listener=listen))
    await begun.wait()
    begun.clear()
    os.kill(engine.pid, signal.SIGKILL)
    await begun.wait()  # asked again, in a new process
    assert (await engine.run(job("a"))).text == "a"
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_who_kills_it_twice_is_told_and_the_next_one_is_served(make):
    engine = make()
    killer = asyncio.create_task(engine.run(job("die")))
    innocent = asyncio.create_task(engine.run(job("innocent", levels=(3,))))
    with pytest.raises(WorkerDied, match="ended twice"):
        await killer
    assert (await innocent).text == "innocent"
    assert (await engine.run(job("next"))).text == "next"


async def test_pinned_models_are_loaded_again(make):
    engine = make()
    await engine.load("toy", pin=True)
    before = engine.pid
    os.kill(before, signal.SIGKILL)
    await engine.run(job("a"))
    assert engine.pid != before
    (model,) = (await engine.status()).models
    assert (model.state, model.pinned) == ("on-device", True)


async def test_a_cancel_stops_the_compute_over_there(make):
    engine, begun = make(), asyncio.Event()

    def listen(event):
        if getattr(event, "stage", "") == "computing":
            begun.set()

    running = asyncio.create_task(engine.run(job("endless"), listener=listen))
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    while (await engine.status()).running:
        pass
    assert (await engine.status()).cancelled == 1
    assert engine.restarts == 0


async def test_a_cancel_that_is_not_honoured_restarts_the_worker(make, tmp_path):
    engine, stuck = make(patience=0.0), tmp_path / "stuck"
    running = asyncio.create_task(engine.run(job(f"stuck {stuck}")))
    while not stuck.exists():
        await asyncio.sleep(0)
    before = engine.pid
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    while engine.state is not State.RESTARTING:
        await asyncio.sleep(0)
    assert (await engine.run(job("next"))).text == "next"
    assert engine.pid != before


async def test_a_worker_that_does_not_start_is_told_with_its_last_words(make):
    complaint = "raise SystemExit('no such library')"
    engine = make(command=(sys.executable, "-c", complaint))
    with pytest.raises(WorkerDied, match=r"does not start.*no such library"):
        await engine.run(job("a"))


async def test_a_worker_that_cannot_have_its_device_says_which_there_are(monkeypatch):
    config = Config(engine=EngineSettings(device="cuda:99"))
    engine = Supervisor(config, available=lambda: ())
    with pytest.raises(BadInput, match="no device 'cuda:99'"):
        await engine.run(job("a"))
    await engine.close()


async def test_the_worker_ends_with_its_supervisor(make):
    engine = make()
    await engine.start()
    pid = engine.pid
    await engine.close()
    assert gone(pid)
    with pytest.raises(WorkerDied, match="closed"):
        await engine.run(job("a"))


def test_restarts_come_later_and_later_but_the_first_at_once():
    delays = [backoff(deaths) for deaths in range(12)]
    assert delays[:4] == [0.0, 0.0, 0.5, 1.0]
    assert delays == sorted(delays)
    assert delays[-1] == 30.0
