"""Where a term stands in the documents of a folder, exactly, as they are now."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

from limner.methods.terms.matching import Match, Matcher, fold
from limner.terms.encoding import Unreadable, decode
from limner.terms.index import texts
from limner.terms.lexicon import Lexicon, Word
from limner.terms.prose import prose
from limner.terms.reading import documents
from limner.terms.where import index_path

MOST = 2_000
"""Places at a time."""
MOST_BYTES = 4 << 20
"""Of a file that is looked through."""
MOST_FILES = 5_000
"""That are looked through where there is no index."""

_KINDS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".tex": "latex",
    ".rst": "restructuredtext",
    ".py": "python",
    ".txt": "plaintext",
    ".text": "plaintext",
}
"""Of files in which a place can be pointed at."""


@dataclass(frozen=True)
class Found:
    """A file and the term's places in its text."""

    path: Path
    text: str
    matches: tuple[Match, ...]


def everywhere(
    folder: Path,
    word: Word,
    opened: Mapping[Path, tuple[str, str]],
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Found]:
    """The files of a folder that have a term, in order, up to `MOST` places.

    Also inside longer terms.

    Args:
        folder: of the lexicon.
        word: the term.
        opened: kind and text of documents that an editor has open, by path; they count as they are
            there.
        stopped: whether nobody waits any more.
    """
    matcher = Matcher([word.term, *word.variants])
    left = MOST
    for path in _candidates(folder, matcher, opened):
        if stopped() or left <= 0:
            return
        kind, text = opened.get(path) or _read(path)
        running = prose(kind, text) if text else None
        found = matcher.find(running)[:left] if running else []
        if found:
            left -= len(found)
            yield Found(path, text, tuple(found))


def _candidates(folder: Path, alone: Matcher, opened: Mapping[Path, tuple[str, str]]) -> list[Path]:
    """Files that had the term when they were counted, and those that are open."""
    inside = {path for path in opened if path.is_relative_to(folder)}
    index = index_path([folder])
    if index.exists():
        try:
            inside |= {Path(path) for path, text, _, _ in texts(index) if alone.find(text)}
            return sorted(inside)
        except sqlite3.Error:  # damaged, or being written for longer than we wait
            pass
    inside |= {*documents([folder])[:MOST_FILES]}
    return sorted(inside)


def _read(path: Path) -> tuple[str, str]:
    """`read`; nothing of what cannot be pointed at."""
    try:
        return read(path) if path.suffix.lower() in _KINDS else ("", "")
    except (OSError, Unreadable):
        return "", ""


def read(path: Path) -> tuple[str, str]:
    """Kind and text of a file as an editor would have them.

    Raises:
        Unreadable: it is no text, or too long; the message follows the file's name.
        OSError: it cannot be read.
    """
    if path.stat().st_size > MOST_BYTES:
        raise Unreadable(f"is larger than {MOST_BYTES >> 20} MB: split it")
    return _KINDS.get(path.suffix.lower(), "plaintext"), decode(path.read_bytes()).text


_headings: WeakKeyDictionary[Lexicon, dict[int, tuple[Path, int]]] = WeakKeyDictionary()


def headings_of(lexicon: Lexicon) -> dict[int, tuple[Path, int]]:
    """Rows of terms that are a heading, or a line by themselves: file and line (from 0) of it.

    Looked for once in a lexicon's life.
    """
    if lexicon not in _headings:
        _headings[lexicon] = _find_headings(lexicon)
    return _headings[lexicon]


def _find_headings(lexicon: Lexicon) -> dict[int, tuple[Path, int]]:
    index = index_path([lexicon.folder])
    known: dict[int, tuple[Path, int]] = {}
    if not index.exists():
        return known
    try:
        for path, text, line, unit in texts(index):
            if unit != "line":
                continue
            for k, written in enumerate(text.split("\n")):
                title = written.strip(" \t#*=_0123456789.、")
                if 1 < len(title) <= 40 and (row := lexicon.by_fold.get(fold(title))) is not None:
                    known.setdefault(row, (Path(path), line - 1 + k))
    except sqlite3.Error:
        return {}
    return known
