"""The lexicons of a user, each read once for all editors, and read anew when its files change."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from limner.protocol import BadInput
from limner.terms import deciding, lexicon
from limner.terms.deciding import Change
from limner.terms.lexicon import Lexicon
from limner.terms.mining import Mines
from limner.terms.where import Stamp, stamp


@dataclass(frozen=True)
class _Kept:
    stamp: Stamp
    lexicon: Lexicon | None
    refused: str = ""
    """Why these files are no lexicon; looked at again when they change."""


class Shelf:
    """Lexicons by folder; usable from threads."""

    def __init__(self, mines: Mines | None = None) -> None:
        self.mines = mines or Mines()
        self._kept: dict[Path, _Kept] = {}
        self._changes: dict[Path, list[Change]] = {}
        self._lock = threading.Lock()

    def lexicon(self, folder: Path) -> Lexicon | None:
        """The folder's lexicon as its files are now.

        Raises:
            BadInput: it is too large.
        """
        now = stamp(folder)
        with self._lock:
            kept = self._kept.get(folder)
            if kept is None or kept.stamp != now:
                kept = self._kept[folder] = _load(folder, now, kept.lexicon if kept else None)
            if kept.refused:
                raise BadInput(kept.refused)
            return kept.lexicon

    # ── decisions ─────────────────────────────────────────────────────────────────────────────

    def did(self, folder: Path, change: Change) -> None:
        """Remember a change, to undo it."""
        self._changes.setdefault(folder, []).append(change)

    def undoable(self, folder: Path) -> str | None:
        """What undoing would take back, in words."""
        changes = self._changes.get(folder)
        return changes[-1].said if changes else None

    def undo(self, folder: Path) -> str | None:
        """Take the last change back; what it was, None where there is none.

        Raises:
            BadInput: the file was changed since.
        """
        changes = self._changes.get(folder)
        if not changes:
            return None
        deciding.undo(changes[-1])
        return changes.pop().said


def _load(folder: Path, now: Stamp, like: Lexicon | None) -> _Kept:
    try:
        return _Kept(now, lexicon.load(folder, like))
    except BadInput as error:
        return _Kept(now, None, str(error))
