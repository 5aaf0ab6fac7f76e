"""Keeps a worker process alive and asks it; the engine as the daemon sees it.

The worker is apart because CUDA errors are sticky, running out of memory fragments it, and a crash
in a kernel must not take the editors' sessions along. When it dies it is started again, pinned
models are loaded again, and what it was computing is asked once more with half the batch budget,
one job at a time, so that the one that kills it kills no other. Who kills it twice is told so.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections import deque
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

import msgspec

from limner.config import Config
from limner.engine.interface import Listener
from limner.engine.link import Link, LinkClosed
from limner.engine.messages import Failed, decode_reply, encode
from limner.engine.wire import Array, message_frame, read_frame
from limner.protocol import (
    EngineStatus,
    Job,
    ModelStatus,
    Partial,
    Priority,
    Progress,
    Result,
    WorkerDied,
)

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-P", "-m", "limner.engine.worker")
"""`-P`: the working directory, which may be a workspace, is not imported from."""

MAX_DELAY = 30.0
MAX_ATTEMPTS = 5
"""Also for a job that died with the worker before it was seen to begin."""


class State(Enum):
    """Of the worker."""

    STOPPED = "stopped"
    """No process; the next job starts one."""
    STARTING = "starting"
    """The first process imports torch and looks at the device."""
    READY = "ready"
    """It takes jobs."""
    RESTARTING = "restarting"
    """It died; another one is on its way, later after each death without a result between."""
    CLOSED = "stopped "
    """For good."""


def backoff(deaths: int) -> float:
    """Seconds before a restart, after so many deaths without a result between them."""
    return 0.0 if deaths <= 1 else min(MAX_DELAY, 0.25 * 2 ** (deaths - 1))


class Supervisor:
    """Implements `interface.Engine` with a worker process."""

    def __init__(
        self,
        config: Config,
        *,
        command: Sequence[str] = COMMAND,
        available: Callable[[], tuple[ModelStatus, ...]] | None = None,
        delay: Callable[[int], float] = backoff,
        patience: float = 10.0,
        start_timeout: float = 120.0,
        arrays: Callable[[str], Array | None] = lambda id: None,
    ) -> None:
        """`patience`: seconds a cancelled job may go on before the worker is restarted.

        `arrays` finds what a job refers to, each time a worker has not got it.
        """
        self.state = State.STOPPED
        self.restarts = 0
        self.pid = 0
        self._config = config
        self._command = tuple(command)
        self._available = available or (lambda: _on_disk(config))
        self._delay = delay
        self._patience = patience
        self._start_timeout = start_timeout
        self._arrays = arrays
        self._link: Link | None = None
        self._process: Process | None = None
        self._starting: asyncio.Task[Link] | None = None
        self._tending: set[asyncio.Task[Any]] = set()
        self._retrying = asyncio.Lock()
        self._pinned: set[str] = set()
        self._deaths = 0
        self._last_lines: deque[str] = deque(maxlen=20)

    # ── Engine ────────────────────────────────────────────────────────────────────────────────

    async def run(
        self,
        job: Job,
        *,
        priority: Priority = Priority.CARET,
        listener: Listener | None = None,
    ) -> Result:
        """Compute `job`, a second time with smaller batches if the worker dies on it."""
        began = 0
        for _ in range(MAX_ATTEMPTS):
            attempt = _Attempt(listener)
            try:
                if began == 0:
                    return await self._ask(job, priority, attempt, shrink=0)
                async with self._retrying:
                    return await self._ask(job, priority, attempt, shrink=1)
            except LinkClosed:
                began += attempt.began
                if began > 1:
                    break
        raise WorkerDied(
            "The process with the models ended twice while it worked on this. Shorten the "
            "text, choose a smaller model, or look into `limner daemon logs` for the reason."
        )

    def hurry(self, job: Job, priority: Priority) -> None:
        """Make the jobs equal to `job` more urgent."""
        if self._link is not None:
            self._link.hurry(job, priority)

    async def load(self, model: str, *, pin: bool = False) -> None:
        """Make `model` resident; a pinned one is loaded again after a restart."""
        link = await self._ready(None)
        try:
            await link.load(model, pin=pin)
        except LinkClosed:
            raise WorkerDied(f"The process with the models ended while loading {model}.") from None
        if pin:
            self._pinned.add(model)

    async def unload(self, model: str) -> None:
        """Let go of `model`'s memory."""
        self._pinned.discard(model)
        if self._link is None:
            return
        try:
            await self._link.unload(model)
        except LinkClosed:
            return  # gone with everything that was in it

    async def status(self) -> EngineStatus:
        """The worker's own words, or what is known without it."""
        if self._link is not None and self.state is State.READY:
            try:
                status = await self._link.status()
                return msgspec.structs.replace(status, restarts=self.restarts)
            except LinkClosed:
                pass
        return EngineStatus(
            device=self._config.engine.device,
            state=_told(self.state),
            restarts=self.restarts,
            models=await asyncio.to_thread(self._available),
        )

    async def start(self) -> None:
        """Start the worker now rather than with the first job."""
        await self._ready(None)

    async def close(self) -> None:
        """Let the worker go; jobs in flight end with WorkerDied."""
        self.state = State.CLOSED
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait([self._starting])
        if self._link is not None:
            await self._link.close()
        if self._process is not None:
            await _end(self._process)
        await asyncio.gather(*self._tending, return_exceptions=True)

    # ── inside ────────────────────────────────────────────────────────────────────────────────

    async def _ask(self, job: Job, priority: Priority, attempt: _Attempt, shrink: int) -> Result:
        link = await self._ready(attempt.listener)
        result = await link.run(job, priority=priority, listener=attempt.hear, shrink=shrink)
        self._deaths = 0
        return result

    async def _ready(self, listener: Listener | None) -> Link:
        """A link to a living worker; many may wait for the same start."""
        if self._link is not None and self._link.alive:
            return self._link
        if self.state is State.CLOSED:
            raise WorkerDied("The engine was closed.")
        if listener is not None:
            listener(Progress(stage="loading", message="starting the process with the models …"))
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())
            self._starting.add_done_callback(self._started)
        return await asyncio.shield(self._starting)

    def _started(self, task: asyncio.Task[Link]) -> None:
        self._starting = None
        if not task.cancelled() and task.exception() is None:
            self._link = task.result()
            self.state = State.READY
        elif self.state is not State.CLOSED:
            self.state = State.STOPPED

    async def _start(self) -> Link:
        """Start a process and wait until it takes jobs.

        Raises:
            WorkerDied: it does not start; with its last words.
            LimnerError: it says itself why it cannot (no such device …).
        """
        self.state = State.RESTARTING if self._deaths else State.STARTING
        await asyncio.sleep(self._delay(self._deaths))
        begun = time.monotonic()
        here, there = socket.socketpair()
        with there:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                "--fd",
                str(there.fileno()),
                pass_fds=[there.fileno()],
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=STDOUT,
                start_new_session=True,
            )
        reader, writer = await asyncio.open_unix_connection(sock=here)
        tending = self._tend(self._read_log(process))
        try:
            await self._greet(reader, writer)
        except BaseException:
            writer.close()
            await _end(process)
            await asyncio.wait([tending])
            raise
        log.info("worker %d is ready after %.1f s", process.pid, time.monotonic() - begun)
        self._process, self.pid = process, process.pid
        link = Link(
            reader, writer, overdue=self._overdue, patience=self._patience, arrays=self._arrays
        )
        self._tend(self._watch(link, process))
        for model in self._pinned:
            self._tend(link.load(model, pin=True))
        return link

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hand over the configuration and wait for "ready"."""
        writer.write(message_frame(encode(self._config)))
        try:
            frame = await asyncio.wait_for(read_frame(reader), self._start_timeout)
        except (TimeoutError, ConnectionError):
            frame = None
        if not isinstance(frame, bytes):
            self._deaths += 1
            raise WorkerDied(
                f"The process with the models does not start: {self._last_words()} "
                "See `limner daemon logs` and `limner doctor`."
            )
        reply = decode_reply(frame)
        if isinstance(reply, Failed):
            raise reply.failure.error()

    async def _watch(self, link: Link, process: Process) -> None:
        """Wait for the link's end, and be ready for the next start."""
        await link.closed()
        await _end(process)
        if self.state is State.CLOSED:
            return
        self._link, self.pid = None, 0
        self._deaths += 1
        self.restarts += 1
        self.state = State.RESTARTING
        log.error("worker %d ended with status %s", process.pid, process.returncode)

    async def _read_log(self, process: Process) -> None:
        """Copy what the worker prints into our log."""
        assert process.stdout is not None
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:
                continue  # a line without end: asyncio has dropped it
            if not line:
                return
            text = line.decode(errors="replace").rstrip()
            self._last_lines.append(text)
            log.info("worker %d: %s", process.pid, text[:500])

    def _last_words(self) -> str:
        lines = [line.strip() for line in self._last_lines if line.strip()]
        return f"{lines[-1][:300]!r}." if lines else "it said nothing."

    def _overdue(self) -> None:
        """A cancelled job goes on and on: the process is the unit of recovery."""
        if self._process is not None and self._process.returncode is None:
            log.error("worker %d does not stop a cancelled job; restarting it", self.pid)
            self._process.kill()

    def _tend(self, coroutine: Any) -> asyncio.Task[Any]:
        task = asyncio.ensure_future(coroutine)
        self._tending.add(task)
        task.add_done_callback(self._tended)
        return task

    def _tended(self, task: asyncio.Task[Any]) -> None:
        self._tending.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("a pinned model could not be loaded again: %s", type(error).__name__)


class _Attempt:
    """Listens whether the worker has begun with a job."""

    def __init__(self, listener: Listener | None) -> None:
        self.listener = listener
        self.began = False

    def hear(self, event: Progress | Partial) -> None:
        self.began = True
        if self.listener is not None:
            self.listener(event)


def _told(state: State) -> Any:
    """As `EngineStatus` spells it."""
    return state.value.strip()


async def _end(process: Process) -> None:
    """Wait a little for the process to leave, then make it."""
    try:
        await asyncio.wait_for(process.wait(), 3)
    except TimeoutError:
        process.kill()
        await process.wait()


def _on_disk(config: Config) -> tuple[ModelStatus, ...]:
    from limner.models import specs

    return specs.available(config)
