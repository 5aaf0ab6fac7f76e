"""Equal jobs of several clients are one computation."""

from __future__ import annotations

import asyncio

import pytest

from engine.toy import job
from limner.engine.fake import FakeEngine
from limner.engine.sharing import SharedEngine
from limner.protocol import Cancelled, OutOfMemory, Partial, Priority


class Hurried(FakeEngine):
    """A fake that remembers who was hurried."""

    def __init__(self, **given) -> None:
        super().__init__(**given)
        self.hurried: list[Priority] = []

    def hurry(self, job, priority) -> None:
        self.hurried.append(priority)


def held(**given) -> tuple[Hurried, SharedEngine]:
    inner = Hurried(**given)
    inner.hold()
    return inner, SharedEngine(inner)


async def test_equal_jobs_run_once_and_all_get_the_result():
    inner, engine = held()
    waiting = [asyncio.create_task(engine.run(job("a"))) for _ in range(3)]
    other = asyncio.create_task(engine.run(job("b")))
    await inner.wait_for(2)
    inner.release()
    results = await asyncio.gather(*waiting)
    assert results[0] == results[1] == results[2]
    await other
    assert [j.input.text for j in inner.jobs] == ["a", "b"]


async def test_one_who_leaves_does_not_stop_the_others():
    inner, engine = held()
    leaver, stayer = (asyncio.create_task(engine.run(job("a"))) for _ in range(2))
    await inner.wait_for(1)
    leaver.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaver
    inner.release()
    assert (await stayer).text == "a"
    assert inner.count("cancelled") == 0


async def test_the_last_who_leaves_stops_the_compute():
    inner, engine = held()
    waiting = [asyncio.create_task(engine.run(job("a"))) for _ in range(2)]
    await inner.wait_for(1)
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await inner.finished(1)
    assert inner.count("cancelled") == 1
    assert inner.steps == 0


async def test_a_newcomer_after_the_last_left_begins_afresh():
    inner, engine = held()
    first = asyncio.create_task(engine.run(job("a")))
    await inner.wait_for(1)
    first.cancel()
    second = asyncio.create_task(engine.run(job("a")))
    await inner.wait_for(2)
    inner.release()
    assert (await second).text == "a"


async def test_the_best_priority_wins():
    inner, engine = held()
    low = asyncio.create_task(engine.run(job("a"), priority=Priority.PINNED))
    await inner.wait_for(1)
    high = asyncio.create_task(engine.run(job("a"), priority=Priority.CARET))
    lower = asyncio.create_task(engine.run(job("a"), priority=Priority.CORPUS))
    inner.release()
    await asyncio.gather(low, high, lower)
    assert inner.hurried == [Priority.CARET]


async def test_who_joins_late_is_told_the_last_partial():
    inner = Hurried(partials=True, steps=3)
    engine = SharedEngine(inner)
    early, late = [], []

    def listen(event):
        early.append(event)
        if isinstance(event, Partial):
            inner.hold()

    first = asyncio.create_task(engine.run(job("a"), listener=listen))
    await inner.until(lambda: inner.steps == 1)
    second = asyncio.create_task(engine.run(job("a"), listener=late.append))
    await asyncio.sleep(0)
    assert [type(e) for e in late] == [type(e) for e in early]
    inner.release()
    await asyncio.gather(first, second)


async def test_an_error_reaches_everybody():
    inner, engine = held()
    inner.fail_next(OutOfMemory("too long"))
    waiting = [asyncio.create_task(engine.run(job("a"))) for _ in range(2)]
    await inner.wait_for(1)
    inner.release()
    for one in waiting:
        with pytest.raises(OutOfMemory):
            await one


async def test_closing_tells_those_who_wait():
    inner, engine = held()
    waiting = asyncio.create_task(engine.run(job("a")))
    await inner.wait_for(1)
    await engine.close()
    with pytest.raises(Cancelled):
        await waiting
    assert inner.closed
