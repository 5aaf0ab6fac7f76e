"""The terms that were mined from a folder last, kept for editors."""

from __future__ import annotations

from pathlib import Path

import msgspec

from limner.protocol import Frozen
from limner.terms.api import Terms
from limner.terms.export import write
from limner.terms.where import mined_path

FORMAT = 1
MOST_BYTES = 256 << 20


class Stored(Frozen, frozen=True, kw_only=True):
    """What a file of mined terms holds."""

    format: int
    folder: str
    mined: float
    """Seconds since 1970."""
    terms: Terms


def save(folder: Path, terms: Terms, mined: float) -> None:
    """Replace what was mined before.

    Raises:
        BadInput: the cache folder cannot be written.
    """
    path = mined_path(folder)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    stored = Stored(format=FORMAT, folder=str(folder), mined=mined, terms=terms)
    write(path, msgspec.json.encode(stored).decode("utf-8"))


def load(folder: Path) -> Stored | None:
    """What was mined last; None where nothing was, or it is damaged or of another version."""
    path = mined_path(folder)
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        stored = msgspec.json.decode(path.read_bytes(), type=Stored)
    except (OSError, msgspec.MsgspecError):
        return None
    return stored if stored.format == FORMAT and stored.folder == str(folder) else None
