"""Bring an index up to date with files and folders, one document after the other."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from limner.protocol import BadInput
from limner.terms.encoding import Unreadable
from limner.terms.index import Index
from limner.terms.reading import documents, pieces, read

_EVERY = 10.0
"""Seconds between two commits: what a power cut may cost."""

Told = Callable[[str, int, int], None]
"""What is being done, how much of how much."""


@dataclass
class Opened:
    """An index and what was noticed while it was opened and filled."""

    index: Index
    notes: list[str]
    temporary: tempfile.TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Also removes a temporary one."""
        self.index.close()
        if self.temporary:
            self.temporary.cleanup()


def open_index(path: Path | None) -> Opened:
    """The index at `path`, or a temporary one (None, or where `path` cannot be written).

    Raises:
        BadInput: somebody else is writing it.
    """
    notes: list[str] = []
    if path is not None:
        try:
            index = Index(path)
            if index.rebuilt:
                notes.append(f"{path} was damaged or of another version: counting anew.")
            return Opened(index, notes)
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise BadInput(_LOCKED) from error
            notes.append(f"{path} cannot be opened ({error}): nothing is kept for the next time.")
        except OSError as error:
            why = error.strerror
            notes.append(f"{path} cannot be written ({why}): nothing is kept for the next time.")
    temporary = tempfile.TemporaryDirectory(prefix="limner-terms-")
    return Opened(Index(Path(temporary.name, "index.sqlite")), notes, temporary)


_LOCKED = "Another Limner is mining the same corpus: wait until it is done, or name another index."


def update(opened: Opened, paths: Iterable[Path], told: Told) -> None:
    """Count what is new, take away what is gone, both for what changed.

    What was counted stays when it is interrupted. A document that cannot be read is a note.

    Raises:
        BadInput: a path does not exist, or somebody else is writing the index.
    """
    index, known = opened.index, opened.index.known()
    files = documents(paths)
    states = {str(file): state for file in files if (state := _state(file))}
    try:
        for path in known:
            if states.get(path) != known[path]:
                index.remove(path)
        new = [file for file in files if states.get(str(file)) != known.get(str(file), ())]
        _add(opened, new, sum(states[str(file)][0] for file in new if str(file) in states), told)
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise BadInput(_LOCKED) from error
        raise BadInput(
            f"The index cannot be written ({error}): make room, or remove it."
        ) from error
    finally:
        index.commit()
    opened.notes += [f"{path} {note}." for path, note in index.notes()]


def named_texts(texts: Iterable[str] | Mapping[str, str]) -> dict[str, str]:
    """Texts of this process under a name each; "text 1" where they have none.

    Raises:
        BadInput: an item is no text.
    """
    if isinstance(texts, str):
        texts = [texts]
    if not isinstance(texts, Mapping):
        texts = {f"text {number}": text for number, text in enumerate(texts, 1)}
    found: dict[str, str] = {}
    for name, text in cast("Mapping[object, object]", texts).items():
        if not isinstance(text, str):
            kind = type(text).__name__
            raise BadInput(f"{name} is no text but {kind}: drop or convert such items.")
        found[str(name)] = str(text)
    return found


def add_texts(opened: Opened, texts: Mapping[str, str], told: Told) -> None:
    """Count texts of this process, as documents that are plain text."""
    done, total = 0, sum(map(len, texts.values()))
    for name, text in texts.items():
        opened.index.add(name, len(text), 0, pieces(text))
        done += len(text)
        told("counting", done, total)
    opened.index.commit()


def _add(opened: Opened, files: list[Path], total: int, told: Told) -> None:
    done, last = 0, time.monotonic()
    for file in files:
        state = _state(file)
        if state is None:
            opened.notes.append(f"{file} cannot be read: it is gone; left out.")
            continue
        try:
            opened.index.add(str(file), *state, read(file))
            if _state(file) != state:
                opened.index.remove(str(file))
                opened.notes.append(f"{file} changed while it was read: mine again to count it.")
        except Unreadable as why:
            opened.notes.append(f"{file} {why}.")
        except OSError as error:
            opened.notes.append(f"{file} cannot be read: {error.strerror}; left out.")
        done += state[0]
        told("reading and counting", done, total)
        if time.monotonic() - last > _EVERY:
            opened.index.commit()
            last = time.monotonic()


def _state(file: Path) -> tuple[int, int] | None:
    """Size and time of change; None where it is gone."""
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns
