"""Finds the user's daemon, or starts it. Standard library only: the relay imports this.

Whoever comes first takes a lock, starts a daemon, and waits for one byte on a pipe that says it is
listening; who comes meanwhile waits for the lock. The daemon itself holds a second lock while it
lives, so there is one at most, whatever was killed in between. Locks are the kernel's: they end
with their process, and files left behind mean nothing.
"""

from __future__ import annotations

import fcntl
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from limner.daemon.hello import LONGEST, READY, Kind, greeting
from limner.daemon.paths import Paths, UnsafePath, check_owner, daemon_paths

COMMAND = (sys.executable, "-P", "-m", "limner.daemon.serve")
"""`-P`: the working directory, which may be a workspace, is not imported from."""

START_TIMEOUT = 60.0
ANSWER_TIMEOUT = 20.0
STEP = 0.02
"""Between two looks at a lock that somebody else holds."""


class NoDaemon(Exception):
    """The daemon does not start, or does not answer; in one sentence."""


def connect(
    kind: Kind, *, start: bool = True, command: Sequence[str] = COMMAND
) -> socket.socket | None:
    """A connection that speaks `kind` from here on; None when no daemon runs and `start` is False.

    Raises:
        NoDaemon: it does not start, or refuses.
    """
    try:
        paths = daemon_paths()
        for _ in range(3):  # a daemon that is just leaving hangs up; then another one is started
            if connection := _greeted(paths, kind):
                return connection
            if not start:
                return None
            _start(paths, command)
    except UnsafePath as error:
        raise NoDaemon(str(error)) from None
    raise NoDaemon(f"The daemon hangs up before it answers; its log is {paths.log}.")


def last_lines(log: Path, count: int = 5) -> list[str]:
    """The end of the log."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 65_536))
            return file.read().decode(errors="replace").splitlines()[-count:]
    except OSError:
        return []


# ── finding ───────────────────────────────────────────────────────────────────────────────────


def _greeted(paths: Paths, kind: Kind) -> socket.socket | None:
    """A connection whose greeting was answered, or None when nobody is there."""
    connection = _dial(paths)
    if connection is None:
        return None
    connection.settimeout(ANSWER_TIMEOUT)
    try:
        connection.sendall(greeting(kind))
        answer = _read_line(connection)
    except TimeoutError:
        connection.close()
        raise NoDaemon(
            "The daemon does not answer; stop it with `limner daemon stop`. "
            f"Its log is {paths.log}."
        ) from None
    except OSError:
        answer = b""
    connection.settimeout(None)
    if answer == READY:
        return connection
    connection.close()
    if answer:
        raise NoDaemon(answer.decode(errors="replace").strip())
    return None


def _dial(paths: Paths) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        check_owner(paths.socket)
        connection.connect(os.fspath(paths.socket))
    except UnsafePath:
        connection.close()
        raise
    except OSError:  # no such file, or a stale one that nobody listens on
        connection.close()
        return None
    return connection


def _read_line(connection: socket.socket) -> bytes:
    """Byte by byte, because what follows belongs to somebody else."""
    line = b""
    while not line.endswith(b"\n") and len(line) < LONGEST:
        byte = connection.recv(1)
        if not byte:
            break
        line += byte
    return line


# ── starting ──────────────────────────────────────────────────────────────────────────────────


def _start(paths: Paths, command: Sequence[str]) -> None:
    """Start a daemon, unless somebody else does so or did."""
    with _lock(paths):
        if running := _dial(paths):
            running.close()
            return
        _spawn(paths, command)


@contextmanager
def _lock(paths: Paths) -> Generator[None]:
    file = os.open(paths.starting, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        deadline = time.monotonic() + START_TIMEOUT
        while not try_lock(file):
            if time.monotonic() > deadline:
                raise NoDaemon(f"Another process holds {paths.starting}; end it and try again.")
            time.sleep(STEP)
        yield
    finally:
        os.close(file)


def try_lock(file: int) -> bool:
    """Lock an open file if nobody else has."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _spawn(paths: Paths, command: Sequence[str]) -> None:
    """Start the process and wait until it listens.

    Raises:
        NoDaemon: it ends, or takes too long.
    """
    readable, writable = os.pipe()
    log = os.open(paths.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        process = subprocess.Popen(
            [*command, "--ready-fd", str(writable)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=paths.folder,
            pass_fds=[writable],
            start_new_session=True,
        )
    finally:
        os.close(writable)
        os.close(log)
    # it outlives us; while we live, somebody has to take its exit status
    threading.Thread(target=process.wait, daemon=True).start()
    try:
        ready, _, _ = select.select([readable], [], [], START_TIMEOUT)
        if not ready or not os.read(readable, 1):
            raise NoDaemon(_why(paths))
    finally:
        os.close(readable)


def _why(paths: Paths) -> str:
    said = [line.strip() for line in last_lines(paths.log) if line.strip()]
    last = f" Its last words: {said[-1]}" if said else ""
    return f"The daemon does not start; its log is {paths.log}.{last}"
