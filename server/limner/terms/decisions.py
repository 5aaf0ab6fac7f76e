"""What people decided about a folder's terms: its `*.terms.toml`, beside the documents.

    accepted = ["文件系统"]       # always a term, whatever mining says
    rejected = ["窗口中输入"]      # never one
    seeds = ["函数"]             # mining keeps what a chain of word vectors reaches from these

    [variants]
    "账户" = ["帐户", "帐号"]      # other spellings of one term

The file is made to be read, edited and shared. `deciding` writes into it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from limner.methods.terms.matching import fold

MOST_BYTES = 8 << 20
LONGEST = 200
"""Characters of a term."""

Kind = Literal["accepted", "rejected", "seeds"]
LISTS: tuple[Kind, ...] = ("accepted", "rejected", "seeds")


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
            if key not in (*LISTS, "variants"):
                self._complain(key, f"{key} is none of accepted, rejected, seeds, variants.")
        lists = {key: self._list(key, data.get(key, []), key) for key in LISTS}
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
        entries = cast("list[Any]", value)
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
        table = cast("dict[str, Any]", value)
        return {
            term: found
            for term, entries in table.items()
            if (found := self._list(term, entries, f"a variant of {term}"))
        }

    def _complain(self, near: str, said: str, *, last: bool = False) -> None:
        """On the first (or last) line that has these words."""
        lines = [k for k, line in enumerate(self._lines, 1) if near and near in line]
        self._complaints.append(Complaint(lines[-1 if last else 0] if lines else 1, said))
