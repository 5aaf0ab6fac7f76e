"""The engine in this process: from Python without a loop, and awaited."""

from __future__ import annotations

import asyncio
import threading

import msgspec
import pytest

from engine.toy import Shelf, Toy, ToyModel, job, toy_engine
from limner.config import Config, EngineSettings
from limner.engine.fake import plausible
from limner.methods import _contract
from limner.protocol import BadInput, Partial, Priority, Progress, UnknownModel


def plain(result):
    """Without what differs from run to run."""
    return msgspec.structs.replace(result, ms=1.0, device="fake")


# ── without a loop ────────────────────────────────────────────────────────────────────────────


def test_a_list_is_computed_in_shared_batches():
    toy = Toy()
    results = toy_engine(toy=toy).compute([(job(text, levels=(2,)), None) for text in "abc"])
    assert [plain(result) for result in results] == [plausible(job(text)) for text in "abc"]
    assert toy.texts() == [{"a", "b", "c"}]


def test_a_users_own_model_needs_no_name_that_can_be_loaded():
    shelf, own = Shelf({}), ToyModel("MyModule")
    (result,) = toy_engine(shelf=shelf).compute([(job("a", "whatever"), own)])
    assert result.model == "MyModule"
    assert shelf.loads == []


def test_partials_and_progress_are_told_with_the_jobs_index():
    told = []
    toy_engine().compute([(job("a"), None)], told=lambda index, event: told.append((index, event)))
    assert [index for index, event in told if isinstance(event, _contract.Partial)] == [0]


@pytest.mark.parametrize(
    ("bad", "error", "sentence"),
    [
        (job("bad"), ZeroDivisionError, "the row is bad"),
        (job("a", "nowhere"), UnknownModel, "nowhere"),
        (job("a", levels="many"), BadInput, "Toy: .*levels.*Correct that parameter"),
        (job("a", colour=1), BadInput, "colour"),
        (msgspec.structs.replace(job("a"), method="rune"), BadInput, "no method 'rune'.*toy"),
    ],
)
def test_the_first_error_is_raised_and_everything_let_go(bad, error, sentence):
    engine = toy_engine()
    with pytest.raises(error, match=sentence):
        engine.compute([(job("fine"), None), (bad, None)])
    status = asyncio.run(engine.status())
    assert (status.queued, status.running) == (0, 0)
    assert all(resident.users == 0 for resident in engine.residency._models.values())


# ── awaited ───────────────────────────────────────────────────────────────────────────────────


async def test_loading_is_announced_then_partials_then_the_result():
    engine, events = toy_engine(), []
    result = await engine.run(job("a"), listener=events.append)
    assert plain(result) == plausible(job("a"))
    stages = [e.stage if isinstance(e, Progress) else "partial" for e in events]
    assert stages == ["loading", "computing", "partial"]
    assert events[0].message == "loading model toy …"
    await engine.close()


async def test_the_same_question_again_comes_from_the_cache():
    toy = Toy()
    engine = toy_engine(toy=toy)
    first = await engine.run(job("a"))
    assert await engine.run(job("a")) == first
    assert len(toy.batches) == 2
    assert (await engine.status()).cache_hits == 1
    await engine.close()


async def test_a_changed_model_is_loaded_again_and_its_results_are_new():
    toy, shelf = Toy(), Shelf()
    engine = toy_engine(toy=toy, shelf=shelf)
    await engine.run(job("a"))
    shelf.models["toy"].revision = "2"
    await engine.run(job("a"))
    assert shelf.loads == ["toy", "toy"]
    assert len(toy.batches) == 4
    await engine.close()


async def test_after_a_cancel_at_most_the_batch_in_progress_is_computed():
    computing, go_on = threading.Event(), threading.Event()

    def before(rows):
        computing.set()
        go_on.wait(10)

    toy = Toy(before=before)
    engine = toy_engine(toy=toy)
    running = asyncio.create_task(engine.run(job("endless")))
    await asyncio.to_thread(computing.wait, 10)
    running.cancel()
    await asyncio.sleep(0)
    assert not running.done()  # it raises when the compute has stopped, not before
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await asyncio.to_thread(engine.scheduler.wait_idle, 10)
    assert len(toy.batches) <= 2
    assert (await engine.status()).cancelled == 1
    await engine.close()


async def test_a_listener_hears_nothing_after_a_cancel():
    engine, late = toy_engine(), []
    over = False
    begun = asyncio.Event()

    def listen(event):
        begun.set()
        if over:
            late.append(event)

    running = asyncio.create_task(engine.run(job("endless"), listener=listen))
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    over = True
    await engine.run(job("another"))
    assert late == []
    await engine.close()


async def test_a_job_cancelled_while_its_model_loads_lets_the_model_go():
    loading, go_on = threading.Event(), threading.Event()
    shelf = Shelf()
    load = shelf.load

    def slow(name):
        loading.set()
        go_on.wait(10)
        return load(name)

    shelf.load = slow
    engine = toy_engine(shelf=shelf)
    running = asyncio.create_task(engine.run(job("a")))
    await asyncio.to_thread(loading.wait, 10)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    go_on.set()
    await engine.load("toy")
    await asyncio.sleep(0)
    assert [r.users for r in engine.residency._models.values()] == [0]
    await engine.close()


async def test_a_waiting_job_can_become_urgent():
    computing, go_on = threading.Event(), threading.Event()

    def before(rows):
        computing.set()
        go_on.wait(10)

    toy = Toy(before=before)
    engine = toy_engine(Config(engine=EngineSettings(batch_tokens=8)), toy)
    first = asyncio.create_task(engine.run(job("first", levels=(3,)), priority=Priority.VISIBLE))
    await asyncio.to_thread(computing.wait, 10)
    late = job("late", levels=(1,))
    second = asyncio.create_task(engine.run(late, priority=Priority.CORPUS))
    while engine.scheduler.queued == 0:
        await asyncio.sleep(0)
    engine.hurry(late, Priority.CARET)
    go_on.set()
    await asyncio.gather(first, second)
    assert toy.texts()[1] == {"late"}
    await engine.close()


async def test_a_shrunk_job_says_so_and_is_not_kept():
    engine = toy_engine(Config(engine=EngineSettings(batch_tokens=16)), toy := Toy())
    result = await engine.run(job("a", levels=(4,)), shrink=1)
    assert [len(batch) for batch in toy.batches] == [1, 1, 1, 1]
    assert "smaller batches" in result.notes[0]
    assert len(engine.cache) == 0
    await engine.close()


async def test_the_status_names_device_models_and_counts():
    engine = toy_engine()
    await engine.load("toy", pin=True)
    await engine.run(job("a"))
    status = await engine.status()
    assert status.device == "cpu (toy)"
    assert (status.completed, status.resident_bytes) == (1, 1000)
    (model,) = status.models
    assert (model.state, model.pinned, model.loads) == ("on-device", True, 1)
    await engine.unload("toy")
    assert (await engine.status()).resident_bytes == 0
    await engine.close()


async def test_closing_cancels_what_runs():
    engine = toy_engine()
    begun = asyncio.Event()
    job_ = engine.run(job("endless"), listener=lambda event: begun.set())
    running = asyncio.create_task(job_)
    await begun.wait()
    await engine.close()
    with pytest.raises(Exception, match="stopped"):
        await running


async def test_partials_carry_results():
    engine, events = toy_engine(), []
    await engine.run(job("a"), listener=events.append)
    (partial,) = [event for event in events if isinstance(event, Partial)]
    assert not partial.result.converged
    await engine.close()
