"""Writes what people decide about a folder's terms into its `*.terms.toml`.

Comments, order and everything else in the file stay as they are (tomlkit), and it is replaced at
once. A change remembers the file before and after it, so that it can be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
import tomlkit.exceptions

from limner.methods.terms.matching import fold
from limner.protocol import BadInput
from limner.terms.decisions import LISTS, LONGEST, MOST_BYTES, Kind
from limner.terms.entry import Entry
from limner.terms.export import write
from limner.terms.where import DECIDED, decided_file

DEFAULT = f"lexicon{DECIDED}"
"""The name of a file that is begun by us."""

HEAD = """\
# What people decided about the terms of this folder. Limner reads it and writes into it; edit it
# as you like: comments stay.
accepted = []
rejected = []
seeds = []

[variants]
"""

Document = Any
"""tomlkit's documents, arrays and tables; they do not say what they hold."""

Edit = Callable[[Document], None]


@dataclass(frozen=True)
class Change:
    """A file before and after; what undoing takes."""

    path: Path
    said: str
    before: str | None
    """None: there was no file."""
    after: str


def check(term: str) -> None:
    """Whether something can be decided about it.

    Raises:
        BadInput: it is no term.
    """
    if not fold(term) or len(term) > LONGEST:
        raise BadInput(f"Name a term of 1 to {LONGEST} characters.")


def decide(folder: Path, said: str, edit: Edit) -> Change:
    """Edit the folder's file, or begin one.

    Raises:
        BadInput: it is broken, or cannot be written.
    """
    path = decided_file(folder) or folder / DEFAULT
    before = _text(path)
    try:
        document = tomlkit.parse(before if before is not None else HEAD)
        edit(document)
        after = tomlkit.dumps(document)
    except tomlkit.exceptions.TOMLKitError as error:
        raise BadInput(f"{path} cannot be changed while it is broken ({error}): correct it.") from (
            error
        )
    if after != before:
        write(path, after)
    return Change(path, said, before, after)


def undo(change: Change) -> None:
    """Put the file back as it was.

    Raises:
        BadInput: somebody has changed it since.
    """
    if _text(change.path) != change.after:
        raise BadInput(f"{change.path} was changed since: undo it there.")
    if change.before is None:
        change.path.unlink()
    else:
        write(change.path, change.before)


def _text(path: Path) -> str | None:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read(MOST_BYTES)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read ({error}): mend it first.") from error


def put(term: str, kind: Kind | None) -> Edit:
    """Say of a term that it is accepted, rejected or a seed; None: say nothing of it any more."""

    def edit(document: Document) -> None:
        if kind != "seeds":
            others = [key for key in LISTS if not (key == "seeds" and kind == "accepted")]
            _drop_from(document, others, term)
            _let_go(document, term)
        if kind is None and _is(table := document.get("variants"), dict):
            table.pop(term, None)
        if kind is not None:
            _add(_array(document, kind), term)

    return edit


def merge(term: str, into: str) -> Edit:
    """Say of a term that it is a spelling of another one, with all spellings that it had."""

    def edit(document: Document) -> None:
        _drop_from(document, LISTS, term)
        _let_go(document, term)
        if not _is(document.get("variants"), dict):
            document["variants"] = tomlkit.table()
        table = document["variants"]
        known = {fold(str(one)): name for name in table for one in table[name]}
        array = _array(table, known.get(fold(into), into))  # the term that `into` is a spelling of
        for spelling in (term, *(str(one) for one in table.pop(term, ()))):
            if fold(spelling) != fold(into):
                _add(array, spelling)

    return edit


def take(entries: Iterable[Entry]) -> Edit:
    """All terms of another lexicon: accepted, unless it says that they are none."""

    def edit(document: Document) -> None:
        known = {
            fold(str(one)) for key in ("accepted", "rejected") for one in _array(document, key)
        }
        for entry in entries:
            if fold(entry.term) not in known:
                known.add(fold(entry.term))
                key = "rejected" if entry.status == "rejected" else "accepted"
                _array(document, key).append(entry.term)
            for variant in entry.variants:
                merge(variant, entry.term)(document)

    return edit


def _array(table: Any, key: str) -> Any:
    if not _is(table.get(key), list):
        table[key] = tomlkit.array()
    return table[key]  # the document keeps its own


def _is(value: Any, kind: type) -> bool:
    return isinstance(value, kind)


def _add(array: Any, term: str) -> None:
    if fold(term) not in {fold(str(one)) for one in array}:
        array.append(term)


def _drop(array: Any, term: str) -> None:
    for k in reversed(range(len(array))):
        if fold(str(array[k])) == fold(term):
            del array[k]


def _drop_from(document: Document, keys: Iterable[str], term: str) -> None:
    for key in keys:
        if _is(document.get(key), list):
            _drop(document[key], term)


def _let_go(document: Document, term: str) -> None:
    """It is a spelling of another one no more."""
    table = document.get("variants")
    for name in [*table] if _is(table, dict) else ():
        if _is(table[name], list):
            _drop(table[name], term)
            if not len(table[name]):
                table.pop(name)
