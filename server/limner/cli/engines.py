"""How a command gets its engine: the resident one, or one in this process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from limner.cli.console import Waiting, complain, waiting
from limner.config import Config, load_config
from limner.daemon.messages import DaemonStatus
from limner.engine.interface import Engine
from limner.protocol import (
    BadInput,
    DaemonUnreachable,
    Job,
    Partial,
    Progress,
    Result,
)

T = TypeVar("T")
Connect = Callable[[bool, Config], AbstractAsyncContextManager[Engine]]
"""(whether to use the daemon, config) → the engine, for as long as the block lasts."""

PATIENCE = 0.3
"""Seconds of silence before progress is shown."""


@asynccontextmanager
async def connect(daemon: bool, config: Config) -> AsyncGenerator[Engine]:
    """The resident engine; where it cannot be reached, one here, and a line that says so."""
    try:
        engine = await (_resident() if daemon else _local(config))
    except DaemonUnreachable as error:
        complain(f"{str(error).rstrip('.')}; computing in this process instead.")
        engine = await _local(config)
    try:
        yield engine
    finally:
        await engine.close()


@asynccontextmanager
async def resident(config: Config) -> AsyncGenerator[Engine]:
    """The resident engine, started if need be.

    Raises:
        DaemonUnreachable: it does not start or does not answer.
    """
    engine = await _resident()
    try:
        yield engine
    finally:
        await engine.close()


def daemon_status() -> DaemonStatus | None:
    """What the daemon says of itself, or None where none runs; starts nothing."""
    from limner.daemon.client import status

    return status()


def stop_daemon() -> bool:
    """Stop it and wait until it is gone; False where none runs."""
    from limner.daemon.client import stop

    return stop()


def forget_arrays() -> bool:
    """Make the running daemon let go of all arrays; False when none runs."""
    from limner.daemon import client

    return client.forget()


@dataclass(frozen=True)
class Tools:
    """What commands reach the world through; tests bring their own."""

    connect: Connect = connect
    resident: Callable[[Config], AbstractAsyncContextManager[Engine]] = resident
    daemon_status: Callable[[], DaemonStatus | None] = daemon_status
    stop_daemon: Callable[[], bool] = stop_daemon
    forget_arrays: Callable[[], bool] = forget_arrays
    config: Callable[[], Config] = load_config


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; Ctrl-C cancels the work (and so the job) first."""
    return asyncio.run(work)


async def ask(engine: Engine, jobs: Sequence[Job]) -> list[Result]:
    """All results in order, computed together, with progress shown if it takes a while."""
    with waiting() as notice:
        progress = _Announced(notice)
        try:
            return list(await asyncio.gather(*(engine.run(job, listener=progress) for job in jobs)))
        finally:
            progress.close()


async def announced(work: Awaitable[T], message: str) -> T:
    """Await something that may last, saying `message` meanwhile."""
    with waiting() as notice:
        timer = asyncio.get_running_loop().call_later(PATIENCE, notice.say, message)
        try:
            return await work
        finally:
            timer.cancel()


class _Announced:
    """A listener that shows where a job stands after `PATIENCE` seconds."""

    def __init__(self, notice: Waiting) -> None:
        self._notice = notice
        self._started = time.monotonic()
        self._message = "asking the engine …"
        self._timer = asyncio.get_running_loop().call_later(PATIENCE, self._show)

    def __call__(self, event: Progress | Partial) -> None:
        if isinstance(event, Progress):
            self._message = sentence(event)
            if time.monotonic() - self._started > PATIENCE:
                self._show()

    def close(self) -> None:
        self._timer.cancel()

    def _show(self) -> None:
        self._notice.say(self._message)


def sentence(progress: Progress) -> str:
    """Where a job stands, as people read it."""
    if progress.message:
        return progress.message
    if progress.stage == "computing" and progress.total:
        return f"computing {progress.done} of {progress.total} …"
    return {"queued": "waiting for other jobs …", "loading": "loading the model …"}.get(
        progress.stage, "computing …"
    )


async def _resident() -> Engine:
    from limner.daemon.client import RemoteEngine

    engine = RemoteEngine()
    await announced(engine.daemon(), "starting the daemon …")
    return engine


async def _local(config: Config) -> Engine:
    from limner.engine.local import LocalEngine

    return LocalEngine(config)


def model_name(given: str, config: Config) -> str:
    """A name as it is; a folder as an absolute path.

    Raises:
        BadInput: it looks like a path and is no folder.
    """
    from limner.models.specs import names_of

    path = Path(given).expanduser()
    if "/" not in given and "\\" not in given and (given in names_of(config) or not path.is_dir()):
        return given
    if not path.is_dir():
        raise BadInput(f"There is no model folder {given}; check the path.")
    return str(path.absolute())
