"""Waiting from a cell: the kernel's event loop is taken, so the work gets a thread with its own.

The cell's thread only waits, shows what it is told, and can be interrupted; an interrupt cancels
the work, which cancels the job on the engine, and returns when that has stopped.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Coroutine, Generator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any, TypeVar

from limner.cli.console import complain
from limner.cli.engines import PATIENCE, Tools, sentence
from limner.notebook.display import Notice
from limner.protocol import Attribution, DaemonUnreachable, Job, Partial, Progress

T = TypeVar("T")
Tell = Callable[[str], None]


def attributions(tools: Tools, jobs: Sequence[Job], notice: Notice) -> list[Attribution]:
    """Results of the resident engine, or of this kernel where the daemon cannot be reached.

    Raises:
        LimnerError: the first job's that failed.
        KeyboardInterrupt: stopped; the jobs are cancelled.
    """
    try:
        return aside(lambda tell: _ask(tools, jobs, tell), notice)
    except DaemonUnreachable as error:
        complain(f"{str(error).rstrip('.')}; computing in this kernel instead.")
    with announced(notice, "computing in this kernel …"):
        from limner.api import engine

        return engine().compute([(job, None) for job in jobs])


def aside(work: Callable[[Tell], Coroutine[Any, Any, T]], notice: Notice) -> T:
    """Run `work(tell)` in a thread and wait for it; what it tells is shown from 300 ms on."""
    thread = _Aside(work)
    thread.start()
    try:
        _watch(thread.told, notice)
    except KeyboardInterrupt:
        thread.cancel()
        thread.join()
        raise
    return thread.outcome.result()


@contextmanager
def announced(notice: Notice, message: str) -> Generator[None]:
    """Say `message` when the block, which computes on this thread, lasts longer than 300 ms."""
    # the kernel knows by the context which cell an output belongs to
    timer = threading.Timer(PATIENCE, copy_context().run, (notice.say, message))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


async def _ask(tools: Tools, jobs: Sequence[Job], tell: Tell) -> list[Attribution]:
    """All results in order, computed together."""
    tell("asking the engine …")
    ended = 0

    def told(event: Progress | Partial) -> None:
        if isinstance(event, Progress):
            more = f" ({ended} of {len(jobs)} done)" if len(jobs) > 1 else ""
            tell(sentence(event) + more)

    async def one(job: Job) -> Attribution:
        nonlocal ended
        result = await engine.run(job, listener=told)
        assert isinstance(result, Attribution), job.method
        ended += 1
        return result

    async with tools.resident(tools.config()) as engine:
        tasks = [asyncio.ensure_future(one(job)) for job in jobs]
        try:
            return await asyncio.gather(*tasks)
        finally:
            # the first error ends the others too, before the connection is closed
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _watch(told: queue.SimpleQueue[str | None], notice: Notice) -> None:
    """Show what is told until None is."""
    until = time.monotonic() + PATIENCE
    message, shown = "", False
    while True:
        try:
            said = told.get(timeout=None if shown else max(until - time.monotonic(), 0))
        except queue.Empty:
            shown = True
            notice.say(message)
            continue
        if said is None:
            return
        if shown and said != message:
            notice.say(said)
        message = said


class _Aside(threading.Thread):
    """A thread with an event loop that runs one coroutine."""

    def __init__(self, work: Callable[[Tell], Coroutine[Any, Any, Any]]) -> None:
        super().__init__(name="limner-aside", daemon=True)
        self.told: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.outcome: Future[Any] = Future()
        self._work = work
        self._task: Future[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = Future()

    def run(self) -> None:
        """Run to the end; `outcome` is set before the last thing is told."""
        try:
            self.outcome.set_result(asyncio.run(self._main()))
        except BaseException as error:  # whatever it is, the waiting thread raises it
            self.outcome.set_exception(error)
        finally:
            self.told.put(None)

    def cancel(self) -> None:
        """Cancel the coroutine, from the other thread."""
        loop, task = self._task.result()
        try:
            loop.call_soon_threadsafe(task.cancel)
        except RuntimeError:  # the loop is closed: it has just ended by itself
            return

    async def _main(self) -> Any:
        task = asyncio.current_task()
        assert task is not None
        self._task.set_result((asyncio.get_running_loop(), task))
        return await self._work(self.told.put)
