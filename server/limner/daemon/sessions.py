"""Who is connected, and when the last one left."""

from __future__ import annotations

import asyncio
import itertools
import socket
import struct
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

from limner.daemon.hello import Kind
from limner.daemon.messages import SessionStatus

_LOCAL_PEERPID = 2  # macOS, level SOL_LOCAL = 0


@dataclass(frozen=True)
class Session:
    """One connection."""

    id: int
    kind: Kind
    pid: int
    since: float


class Sessions:
    """The connections of a daemon; calls `idle` once nobody has been there for `seconds`."""

    def __init__(self, seconds: float, idle: Callable[[], None]) -> None:
        self._seconds = seconds
        self._idle = idle
        self._ids = itertools.count(1)
        self._here: dict[int, Session] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._wait()

    def __len__(self) -> int:
        return len(self._here)

    @contextmanager
    def attend(self, kind: Kind, pid: int) -> Generator[Session]:
        """Count a connection while it lasts."""
        session = Session(next(self._ids), kind, pid, time.monotonic())
        self._here[session.id] = session
        self.forget_timer()
        try:
            yield session
        finally:
            del self._here[session.id]
            if not self._here:
                self._wait()

    def status(self) -> tuple[SessionStatus, ...]:
        """As it is told."""
        now = time.monotonic()
        return tuple(
            SessionStatus(id=s.id, kind=s.kind, pid=s.pid, seconds=now - s.since)
            for s in self._here.values()
        )

    def forget_timer(self) -> None:
        """Do not leave."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self) -> None:
        self.forget_timer()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._seconds, self._idle)


def peer(connection: socket.socket) -> tuple[int, int | None]:
    """(process, user) at the other end; 0 and None where the system does not tell."""
    if sys.platform == "linux":
        found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        pid, uid, _ = struct.unpack("3i", found)
        return pid, uid
    if sys.platform == "darwin":
        return connection.getsockopt(0, _LOCAL_PEERPID), None
    return 0, None
