"""Where the daemon's socket, locks and log are. Standard library only: the relay imports this.

All lie in one folder that belongs to the user alone (0700, owner checked), in the session's
runtime directory. Their names carry a hash of version, protocol and environment, so that two
versions or two environments never talk to each other.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from limner._version import PROTOCOL, VERSION

LONGEST = 100
"""Bytes of a socket's path that every system takes (macOS 104, Linux 108)."""


class UnsafePath(OSError):
    """A folder or socket of ours belongs to somebody else."""


@dataclass(frozen=True)
class Paths:
    """The files of one daemon."""

    folder: Path
    socket: Path
    starting: Path
    """Locked by whoever starts a daemon, while it starts."""
    alive: Path
    """Locked by the daemon, while it lives."""
    log: Path


def identity() -> str:
    """Twelve letters that differ between versions, protocols and environments."""
    parts = f"{VERSION}\0{PROTOCOL}\0{sys.prefix}"
    return hashlib.sha256(parts.encode()).hexdigest()[:12]


def daemon_paths() -> Paths:
    """The files of this environment's daemon; makes and checks the folder.

    Raises:
        UnsafePath: the folder belongs to somebody else.
    """
    name = identity()
    folder = _private(_folder(name))
    return Paths(
        folder=folder,
        socket=folder / f"{name}.sock",
        starting=folder / f"{name}.starting",
        alive=folder / f"{name}.alive",
        log=folder / f"{name}.log",
    )


def check_owner(path: Path) -> None:
    """Refuse a socket that is not ours.

    Raises:
        UnsafePath: it belongs to somebody else.
        FileNotFoundError: it is not there.
    """
    if path.lstat().st_uid != os.getuid():
        raise UnsafePath(f"{path} belongs to another user. Remove it, or set XDG_RUNTIME_DIR.")


def _folder(name: str) -> Path:
    for base in _bases():
        folder = base / "limner"
        if len(os.fsencode(folder / f"{name}.sock")) < LONGEST:
            return folder
    return Path(f"/tmp/limner-{os.getuid()}")


def _bases() -> list[Path]:
    """The runtime directory, or what the system has in its place."""
    named = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(named) and _is_ours(Path(named)):
        return [Path(named)]
    import warnings

    import platformdirs

    with warnings.catch_warnings():  # it warns where the session has none, which is no news here
        warnings.simplefilter("ignore")
        base = Path(platformdirs.user_runtime_dir())
    return [base] if base.is_dir() and _is_ours(base) else []


def _is_ours(path: Path) -> bool:
    try:
        found = path.stat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and os.access(path, os.W_OK)


def _private(folder: Path) -> Path:
    """Make the folder, for the user alone."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise UnsafePath(
                f"{folder} is not a folder of yours. Remove it, or set XDG_RUNTIME_DIR."
            ) from None
    folder.chmod(0o700)
    return folder
