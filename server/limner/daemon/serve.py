"""The daemon: one process per user and environment, `python -m limner.daemon.serve`.

It listens on a socket in the user's private folder, gives each connection to the protocol that it
asks for, and owns the engine that all of them share. It imports no torch: that is the worker's.
It leaves some minutes after its last client, or at SIGTERM.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from functools import cache
from logging.handlers import RotatingFileHandler
from typing import Any

import msgspec

from limner._version import PROTOCOL, VERSION
from limner.config import Config, load_config
from limner.daemon.connect import STEP, try_lock
from limner.daemon.hello import LONGEST, READY, Kind, refusal, understand
from limner.daemon.messages import (
    DaemonStatus,
    Describe,
    Described,
    Forget,
    Keep,
    Kept,
    KeptArray,
    Stop,
    decode_request,
)
from limner.daemon.paths import Paths, daemon_paths
from limner.daemon.sessions import Session, Sessions, peer
from limner.engine.arrays import Arrays, size_of
from limner.engine.messages import Ok
from limner.engine.serving import ServedEngine, Service
from limner.engine.sharing import SharedEngine
from limner.engine.supervisor import Supervisor
from limner.engine.wire import FrameError
from limner.protocol import BadInput

log = logging.getLogger(__name__)

MakeEngine = Callable[[Config, Arrays], ServedEngine]

GREETING_TIMEOUT = 10.0
LEAVING_TIMEOUT = 5.0
"""For an older daemon that is about to leave."""
BUFFER = 1 << 20
LOG_BYTES = 1 << 20


def make_engine(config: Config, arrays: Arrays) -> ServedEngine:
    """A worker process under a supervisor; equal jobs of several clients are computed once."""
    return SharedEngine(Supervisor(config, arrays=arrays.find))


class Daemon:
    """See the module."""

    def __init__(self, paths: Paths, config: Config, engine: ServedEngine, arrays: Arrays) -> None:
        self._paths = paths
        self._config = config
        self._engine = engine
        self._arrays = arrays
        self._since = time.monotonic()
        self._leaving = asyncio.Event()
        self._sessions = Sessions(config.daemon.idle_minutes * 60, self._idle)
        self._tasks: set[asyncio.Task[None]] = set()
        self._shelf = cache(_make_shelf)

    async def serve(self, ready: Callable[[], None]) -> None:
        """Listen, call `ready`, and go on until told to leave or idle for long enough."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._leaving.set)
        with contextlib.suppress(FileNotFoundError):
            self._paths.socket.unlink()  # stale: the lock that we hold says that nobody listens
        server = await asyncio.start_unix_server(self._accept, self._paths.socket, limit=BUFFER)
        self._paths.socket.chmod(0o600)
        log.info("daemon %d listens, version %s", os.getpid(), VERSION)
        ready()
        await self._leaving.wait()
        server.close()
        with contextlib.suppress(FileNotFoundError):
            self._paths.socket.unlink()
        await self._end_sessions()
        await self._engine.close()
        log.info("daemon %d leaves", os.getpid())

    # ── connections ───────────────────────────────────────────────────────────────────────────

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._attend(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from greeting to end; whatever happens in it stays in it."""
        pid, uid = peer(writer.get_extra_info("socket"))
        try:
            if uid not in (None, os.getuid()):
                return
            kind = await self._greet(reader, writer)
            if kind is not None:
                with self._sessions.attend(kind, pid) as session:
                    await self._talk(session, reader, writer)
        except ConnectionError:
            return
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _greet(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> Kind | None:
        try:
            line = await asyncio.wait_for(reader.readline(), GREETING_TIMEOUT)
        except (TimeoutError, ValueError):
            return None
        kind = understand(line) if len(line) <= LONGEST else None
        if kind is None:
            writer.write(refusal(f"this daemon speaks lsp {PROTOCOL} and rpc {PROTOCOL}"))
        elif self._leaving.is_set():
            return None  # no answer: the client starts another daemon
        else:
            writer.write(READY)
        return kind

    async def _talk(
        self, session: Session, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        log.info("session %d: %s from process %d", session.id, session.kind, session.pid)
        try:
            if session.kind == "lsp":
                await self._talk_lsp(reader, writer)
            else:
                await self._talk_rpc(reader, writer)
        except FrameError as error:
            log.warning("session %d: %s", session.id, error)
        except ConnectionError:
            log.info("session %d: the client is gone", session.id)
        except Exception as error:  # a fault of one session must not reach another
            frames = "".join(traceback.format_tb(error.__traceback__))
            log.error("session %d: %s\n%s", session.id, type(error).__name__, frames)
            log.debug("session %d: %s", session.id, error)
        finally:
            log.info("session %d ends", session.id)

    async def _talk_lsp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serve_connection = await asyncio.to_thread(_import_lsp)
        await serve_connection(
            reader,
            writer,
            engine=self._engine,
            config=self._config,
            arrays=self._arrays,
            shelf=self._shelf,
        )

    async def _talk_rpc(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def other(request: Any) -> Described | Kept | Ok:
            if isinstance(request, Keep):
                return await self._keep(request, service)
            return await self._other(request)

        service = Service(self._engine, writer, decode=decode_request, other=other)
        await service.serve(reader)

    async def _keep(self, request: Keep, service: Service) -> Kept:
        """Have an array sent, and keep it once it is here as a whole."""
        facts = msgspec.structs.replace(request.array, id="")
        self._arrays.check(facts)
        array = await service.want(request.id, facts)
        id = await asyncio.to_thread(self._arrays.id_of, facts, array)
        facts = msgspec.structs.replace(facts, id=id)
        self._arrays.put(facts, array)
        return Kept(id=request.id, array=facts)

    async def _other(self, request: Describe | Forget | Stop) -> Described | Ok:
        if isinstance(request, Describe):
            return Described(id=request.id, status=await self._status())
        if isinstance(request, Forget):
            self._arrays.forget()
            return Ok(id=request.id)
        # after the reply, which is sent one turn of the loop from now
        asyncio.get_running_loop().call_soon(self._leaving.set)
        return Ok(id=request.id)

    async def _status(self) -> DaemonStatus:
        import psutil

        return DaemonStatus(
            version=VERSION,
            protocol=PROTOCOL,
            pid=os.getpid(),
            seconds=time.monotonic() - self._since,
            socket=str(self._paths.socket),
            log=str(self._paths.log),
            memory_bytes=psutil.Process().memory_info().rss,
            sessions=self._sessions.status(),
            engine=await self._engine.status(),
            arrays=tuple(
                KeptArray(
                    name=facts.name,
                    dtype=facts.dtype,
                    shape=facts.shape,
                    bytes=size_of(facts),
                    seconds=seconds,
                )
                for facts, seconds in self._arrays.listed()
            ),
            arrays_budget_bytes=self._arrays.capacity,
        )

    def _idle(self) -> None:
        log.info("nobody is here")
        self._leaving.set()

    async def _end_sessions(self) -> None:
        self._sessions.forget_timer()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._sessions.forget_timer()


def main(make: MakeEngine = make_engine) -> None:
    """Become the daemon, or end with a sentence on standard error, which is the log."""
    parser = argparse.ArgumentParser(prog="limner-daemon")
    parser.add_argument("--ready-fd", type=int, required=True)
    ready_fd = parser.parse_args().ready_fd
    os.umask(0o077)
    paths = daemon_paths()
    try:
        alive = _hold(paths)
        config = load_config()
        _log_to(paths, config)
    except BadInput as error:
        sys.exit(f"limner: {error}")
    asyncio.run(_run(paths, config, make, lambda: _say_ready(ready_fd)))
    os.close(alive)


async def _run(paths: Paths, config: Config, make: MakeEngine, ready: Callable[[], None]) -> None:
    arrays = Arrays()
    await Daemon(paths, config, make(config, arrays), arrays).serve(ready)


def _hold(paths: Paths) -> int:
    """Hold the lock that says "I am the daemon", with our process id in the file.

    Raises:
        BadInput: another daemon holds it and does not leave.
    """
    file = os.open(paths.alive, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + LEAVING_TIMEOUT
    while not try_lock(file):
        if time.monotonic() > deadline:
            raise BadInput(
                "another daemon is running but does not listen; stop it with `limner daemon stop`."
            )
        time.sleep(STEP)
    os.truncate(file, 0)
    os.write(file, str(os.getpid()).encode())
    return file


def _log_to(paths: Paths, config: Config) -> None:
    """Into a file of bounded size. Messages carry ids; texts appear at DEBUG only."""
    handler = RotatingFileHandler(paths.log, maxBytes=LOG_BYTES, backupCount=2)
    level = config.daemon.log_level.upper()
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=level, format=form, handlers=[handler])
    if level != "DEBUG":
        logging.getLogger("pygls").setLevel(logging.WARNING)  # logs whole documents at INFO


def _say_ready(fd: int) -> None:
    with contextlib.suppress(BrokenPipeError):  # whoever started us has gone
        os.write(fd, b"1")
    os.close(fd)


def _make_shelf() -> Any:
    from limner.lsp.server import make_shelf

    return make_shelf()


def _import_lsp() -> Callable[..., Awaitable[None]]:
    """On a thread, because it takes a third of a second that other sessions should not wait."""
    from limner.lsp.session import serve_connection

    return serve_connection


if __name__ == "__main__":
    main()
