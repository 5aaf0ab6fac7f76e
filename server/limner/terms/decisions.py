"""What people decided about a folder's terms: its `*.terms.toml`, beside the documents.

    accepted = ["文件系统"]       # always a term, whatever mining says
    rejected = ["窗口中输入"]      # never one
    seeds = ["函数"]             # mining keeps what a chain of word vectors reaches from these

    [variants]
    "账户" = ["帐户", "帐号"]      # other spellings of one term

The file is made to be read, edited and shared: what Limner writes into it leaves comments, order
and the rest as they are (tomlkit), and replaces the file at once.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import tomlkit
import tomlkit.exceptions
from tomlkit.items import Array, Table

from limner.methods.terms.matching import fold
from limner.protocol import BadInput
from limner.terms.export import write
from limner.terms.where import DECIDED, decided_file

DEFAULT = f"lexicon{DECIDED}"
"""The name of a file that is begun by us."""
MOST_BYTES = 8 << 20
LONGEST = 200
"""Characters of a term."""

HEAD = """\
# What people decided about the terms of this folder. Limner reads it and writes into it; edit it
# as you like: comments stay.
accepted = []
rejected = []
seeds = []

[variants]
"""

Kind = Literal["accepted", "rejected", "seeds"]
_LISTS: tuple[Kind, ...] = ("accepted", "rejected", "seeds")


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a line of the file."""

    line: int
    """From 1."""
    said: str


@dataclass(frozen=True)
class Decisions:
    """A file's contents."""

    accepted: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    seeds: tuple[str, ...] = ()
    variants: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    complaints: tuple[Complaint, ...] = ()
    broken: bool = False
    """Whether it is no TOML at all: then nothing of it is known."""


def read(path: Path) -> Decisions:
    """The decisions in a file; what is wrong in it is complained of, and the rest is kept."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return _broken(1, f"is larger than {MOST_BYTES >> 20} MB: split it.")
        return parse(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return Decisions()
    except UnicodeDecodeError:
        return _broken(1, "is not UTF-8: save it as such.")
    except OSError as error:
        return _broken(1, f"cannot be read: {error.strerror}.")


def parse(text: str) -> Decisions:
    """The decisions in a file's text."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return _broken(_line_of(error, text), f"{error}: correct it; none of the file is used.")
    return _Reader(text).read(data)


def _broken(line: int, said: str) -> Decisions:
    return Decisions(complaints=(Complaint(line, said),), broken=True)


def _line_of(error: tomllib.TOMLDecodeError, text: str) -> int:
    """Tomllib says "(at line 3, column 7)" or "(at end of document)"."""
    words = str(error).replace(",", "").split()
    place = words.index("line") + 1 if "line" in words else 0
    return int(words[place]) if place and words[place].isdecimal() else text.count("\n") + 1


class _Reader:
    """Looks at every entry, and complains of those that it leaves out."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._complaints: list[Complaint] = []
        self._known: dict[str, str] = {}
        """Folded terms, and what was said of them first."""

    def read(self, data: Mapping[str, Any]) -> Decisions:
        for key in data:
            if key not in (*_LISTS, "variants"):
                self._complain(key, f"{key} is none of accepted, rejected, seeds, variants.")
        lists = {key: self._list(key, data.get(key, []), key) for key in _LISTS}
        return Decisions(
            accepted=lists["accepted"],
            rejected=lists["rejected"],
            seeds=lists["seeds"],
            variants=self._variants(data.get("variants", {})),
            complaints=tuple(sorted(self._complaints, key=lambda one: one.line)),
        )

    def _list(self, key: str, value: Any, kind: str) -> tuple[str, ...]:
        if not isinstance(value, list):
            self._complain(key, f"{key} must be a list of terms.")
            return ()
        entries: list[Any] = value
        return tuple(term for term in entries if self._fits(key, term, kind))

    def _fits(self, key: str, term: Any, kind: str) -> bool:
        """Whether it is a term that nothing was said of before."""
        if not isinstance(term, str) or not fold(term) or len(term) > LONGEST:
            shown = repr(term)[:40]
            said = f"{key}: {shown} is no term: write a text of up to {LONGEST} characters."
            self._complain(str(term), said)
            return False
        if kind == "seeds":  # may be accepted too
            return True
        before = self._known.get(fold(term))
        if before is None:
            self._known[fold(term)] = kind
            return True
        self._complain(term, f"{term} is twice in this file; {before} is kept.", last=True)
        return False

    def _variants(self, value: Any) -> dict[str, tuple[str, ...]]:
        if not isinstance(value, dict):
            self._complain("variants", "[variants] must name a list of spellings for each term.")
            return {}
        table: dict[str, Any] = value
        return {
            term: found
            for term, entries in table.items()
            if (found := self._list(term, entries, f"a variant of {term}"))
        }

    def _complain(self, near: str, said: str, *, last: bool = False) -> None:
        """On the first (or last) line that has these words."""
        lines = [k for k, line in enumerate(self._lines, 1) if near and near in line]
        self._complaints.append(Complaint(lines[-1 if last else 0] if lines else 1, said))


# ── writing ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Change:
    """A file before and after; what undoing takes."""

    path: Path
    said: str
    before: str | None
    """None: there was no file."""
    after: str


def decide(folder: Path, said: str, edit: Callable[[tomlkit.TOMLDocument], None]) -> Change:
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


def put(term: str, kind: Kind | None) -> Callable[[tomlkit.TOMLDocument], None]:
    """Say of a term that it is accepted, rejected or a seed; None: say nothing of it any more."""

    def edit(document: tomlkit.TOMLDocument) -> None:
        for other in _LISTS:
            if kind != "seeds" and not (other == "seeds" and kind == "accepted"):
                _drop(_array(document, other), term)
        if kind != "seeds":
            _forget_variants(document, term, also_its_own=kind is None)
        if kind is not None:
            array = _array(document, kind)
            if fold(term) not in {fold(str(one)) for one in array}:
                array.append(term)

    return edit


def merge(term: str, into: str) -> Callable[[tomlkit.TOMLDocument], None]:
    """Say of a term that it is a spelling of another one, with all spellings that it had."""

    def edit(document: tomlkit.TOMLDocument) -> None:
        for kind in _LISTS:
            _drop(_array(document, kind), term)
        table = _variants(document)
        had = [str(one) for one in table.pop(term, [])]
        array = table.get(into)
        if not isinstance(array, Array):
            array = tomlkit.array()
            table[into] = array
        for spelling in (term, *had):
            if fold(spelling) not in {fold(str(one)) for one in (*array, into)}:
                array.append(spelling)

    return edit


def _array(document: tomlkit.TOMLDocument, key: str) -> Array:
    found = document.get(key)
    if isinstance(found, Array):
        return found
    array = tomlkit.array()
    if found is None and any(isinstance(value, Table) for value in document.values()):
        # a key behind a table would belong to the table
        rest = {name: document.pop(name) for name in [*document] if name == "variants"}
        document[key] = array
        document.update(rest)
    else:
        document[key] = array
    return array


def _drop(array: Array, term: str) -> None:
    for k in reversed(range(len(array))):
        if fold(str(array[k])) == fold(term):
            del array[k]


def _variants(document: tomlkit.TOMLDocument) -> Table:
    found = document.get("variants")
    if not isinstance(found, Table):
        found = tomlkit.table()
        document["variants"] = found
    return found


def _forget_variants(document: tomlkit.TOMLDocument, term: str, *, also_its_own: bool) -> None:
    """It stops being a spelling of another; and others stop being spellings of it."""
    table = document.get("variants")
    if not isinstance(table, Table):
        return
    if also_its_own:
        table.pop(term, None)
    for name in [*table]:
        array = table[name]
        if isinstance(array, Array):
            _drop(array, term)
            if not len(array):
                table.pop(name)
