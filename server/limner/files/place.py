"""`data.csv:height` → a file and a column of it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from limner.protocol import BadInput

SUFFIXES = (".csv", ".tsv", ".parquet", ".npz", ".npy", ".jsonl", ".ndjson")
"""Files that are read, by the ends of their names."""

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


@dataclass(frozen=True)
class Place:
    """A file, and a column or array of it; None for all of them."""

    path: Path
    column: str | None = None

    @property
    def suffix(self) -> str:
        """What kind of file it is; `.gz` and the like are not read."""
        return self.path.suffix.lower()


def place_of(written: str) -> Place:
    r"""The file that is meant, and the column behind a colon.

    A file whose own name has a colon is taken as it is. `C:\data.csv:a` is a column of a file on a
    drive. A column's name may have colons.

    Raises:
        BadInput: there is no such file, or it is of a kind that is not read.
    """
    for path, column in _readings(written):
        if Path(path).expanduser().is_file():
            place = Place(Path(path).expanduser(), column)
            if place.suffix not in SUFFIXES:
                raise BadInput(f"{path} is of no kind that is read: {', '.join(SUFFIXES)}.")
            return place
    raise BadInput(_missing(written))


def nearest(name: str, names: Sequence[str]) -> str:
    """The sentence that follows "there is no column …": names that are alike, or the first ones."""
    close = difflib.get_close_matches(name.casefold(), [n.casefold() for n in names], 3, 0.5)
    alike = [n for n in names if n.casefold() in close]
    if alike:
        return f"Did you mean {' or '.join(map(repr, alike[:3]))}?"
    shown = ", ".join(map(repr, names[:12]))
    return f"It has {shown}{' and more' if len(names) > 12 else ''}."


def _readings(written: str) -> Iterator[tuple[str, str | None]]:
    """Ways to read it, the whole as a file first, then the shortest file."""
    yield written, None
    at = 2 if _DRIVE.match(written) else 0
    while (at := written.find(":", at)) >= 0:
        if written[at + 1 :]:
            yield written[:at], written[at + 1 :]
        at += 1


def _missing(written: str) -> str:
    """Which file is not there."""
    named = re.match(rf"(.+?({'|'.join(map(re.escape, SUFFIXES))}))(?::|$)", written, re.IGNORECASE)
    path = Path(named[1] if named else written).expanduser()
    if path.is_dir():
        return f"{path} is a folder: name a file in it, as {path / 'data.csv'}:COLUMN."
    return f"There is no file {path}: check the path; columns are named as data.csv:COLUMN."
