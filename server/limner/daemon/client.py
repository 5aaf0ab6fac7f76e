"""The resident engine, from a terminal or from Python; and asking and stopping the daemon."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from limner.daemon.connect import COMMAND, STEP, NoDaemon, connect, last_lines, try_lock
from limner.daemon.messages import DaemonStatus, Describe, Described, Forget, Stop, decode_reply
from limner.daemon.paths import UnsafePath, daemon_paths
from limner.engine.interface import Listener
from limner.engine.link import Link, LinkClosed
from limner.protocol import DaemonUnreachable, EngineStatus, Job, Priority, Result

T = TypeVar("T")

STOP_TIMEOUT = 10.0
STATUS_TIMEOUT = 10.0


class RemoteEngine:
    """Implements `interface.Engine` with the daemon's, which is started when none runs."""

    def __init__(self, *, start: bool = True, command: Sequence[str] = COMMAND) -> None:
        self._start = start
        self._command = command
        self._link: Link | None = None
        self._dialling = asyncio.Lock()

    async def run(
        self,
        job: Job,
        *,
        priority: Priority = Priority.CARET,
        listener: Listener | None = None,
    ) -> Result:
        """Compute `job` in the daemon.

        Raises:
            LimnerError: the job's, or DaemonUnreachable.
        """
        link = await self._connected()
        with _unreachable():
            return await link.run(job, priority=priority, listener=listener)

    def hurry(self, job: Job, priority: Priority) -> None:
        """Make the jobs equal to `job` more urgent."""
        if self._link is not None:
            self._link.hurry(job, priority)

    async def load(self, model: str, *, pin: bool = False) -> None:
        """Make `model` resident in the daemon's worker; raises as `run`."""
        link = await self._connected()
        with _unreachable():
            await link.load(model, pin=pin)

    async def unload(self, model: str) -> None:
        """Let go of `model`'s memory; raises as `run`."""
        link = await self._connected()
        with _unreachable():
            await link.unload(model)

    async def status(self) -> EngineStatus:
        """The daemon's engine; raises as `run`."""
        return (await self.daemon()).engine

    async def daemon(self) -> DaemonStatus:
        """The daemon itself; raises as `run`."""
        link = await self._connected()
        with _unreachable():
            reply = await link.ask(lambda id: Describe(id=id))
        assert isinstance(reply, Described)
        return reply.status

    async def forget(self) -> None:
        """Let go of the arrays that kernels have sent; raises as `run`."""
        link = await self._connected()
        with _unreachable():
            await link.ask(lambda id: Forget(id=id))

    async def stop(self) -> None:
        """Ask the daemon to leave; raises as `run`."""
        link = await self._connected()
        with _unreachable():
            await link.ask(lambda id: Stop(id=id))

    async def close(self) -> None:
        """Hang up; the daemon cancels what this connection asked for."""
        if self._link is not None:
            await self._link.close()
            self._link = None

    async def _connected(self) -> Link:
        async with self._dialling:
            if self._link is None or not self._link.alive:
                self._link = await self._dial()
            return self._link

    async def _dial(self) -> Link:
        try:
            found = await asyncio.to_thread(
                connect, "rpc", start=self._start, command=self._command
            )
        except NoDaemon as error:
            raise DaemonUnreachable(str(error)) from None
        if found is None:
            raise DaemonUnreachable("No daemon is running; any editor or `limner lsp` starts one.")
        reader, writer = await asyncio.open_unix_connection(sock=found)
        return Link(reader, writer, decode=decode_reply)


# ── for a terminal ────────────────────────────────────────────────────────────────────────────


def status() -> DaemonStatus | None:
    """The running daemon's state, or None when none runs.

    Raises:
        DaemonUnreachable: it runs but does not answer.
    """
    return _ask(lambda engine: engine.daemon()) if running_pid() else None


def forget() -> bool:
    """Make the daemon let go of all arrays; False when none runs.

    Raises:
        DaemonUnreachable: it runs but does not answer.
    """
    if running_pid() is None:
        return False
    _ask(lambda engine: engine.forget())
    return True


def stop() -> bool:
    """Make the daemon leave and wait until it has; False when none runs.

    One that does not answer is terminated, and killed when that does not help.

    Raises:
        DaemonUnreachable: not even that helps.
    """
    pid = running_pid()
    if pid is None:
        return False
    with contextlib.suppress(DaemonUnreachable):
        _ask(lambda engine: engine.stop())
        if _gone(STOP_TIMEOUT):
            return True
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if _gone(STOP_TIMEOUT):
            return True
    raise DaemonUnreachable(f"The daemon's process {pid} does not end; end it by hand.")


def logs(count: int = 50) -> list[str]:
    """The last lines of the daemon's log."""
    return last_lines(daemon_paths().log, count)


def running_pid() -> int | None:
    """The daemon's process id, or None when none runs.

    Raises:
        DaemonUnreachable: the folder of its files is not ours.
    """
    try:
        path = daemon_paths().alive
    except UnsafePath as error:
        raise DaemonUnreachable(str(error)) from None
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        return None if try_lock(file) else int(os.read(file, 32) or 0) or None
    finally:
        os.close(file)


def _gone(seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while running_pid() is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(STEP)
    return True


def _ask(question: Callable[[RemoteEngine], Awaitable[T]]) -> T:
    async def ask() -> T:
        engine = RemoteEngine(start=False)
        try:
            return await asyncio.wait_for(question(engine), STATUS_TIMEOUT)
        except TimeoutError:
            raise DaemonUnreachable(
                "The daemon does not answer; stop it with `limner daemon stop`."
            ) from None
        finally:
            await engine.close()

    return asyncio.run(ask())


@contextmanager
def _unreachable() -> Generator[None]:
    try:
        yield
    except LinkClosed:
        raise DaemonUnreachable(
            "The daemon ended before it answered; try again, or see `limner daemon logs`."
        ) from None
