"""Lexicons of files: TSV, user dictionaries of jieba, TBX, JSON, in UTF-8 or GB18030.

Files come from anywhere. A line that is broken is complained of and the others are kept; nothing
is executed, and nothing else is opened.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import msgspec

from limner.methods.terms.matching import fold
from limner.methods.terms.results import Term
from limner.protocol import BadInput
from limner.terms import tbx
from limner.terms.decisions import LONGEST
from limner.terms.encoding import Unreadable, decode
from limner.terms.entry import Entry, Status, language_of
from limner.terms.export import COLUMNS, format_of

MOST_BYTES = 32 << 20
MOST_COMPLAINTS = 100

Rows = Iterator[tuple[str, Entry | str]]
"""Places ("line 7"), and the entry of each or what is wrong with it."""

_STATUSES: tuple[Status, ...] = ("candidate", "accepted", "rejected")
_WORD = re.compile(r"(.+?)( [0-9]+)?( [a-z]+)?")
"""A line of a user dictionary, as jieba reads it: word, frequency, part of speech."""
_ESCAPE = re.compile(r"\\([tnr\\|])")
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r"}
_BAR = re.compile(r"((?:[^\\|]|\\.)+)")


@dataclass(frozen=True)
class Imported:
    """What a file holds."""

    entries: tuple[Entry, ...]
    complaints: tuple[str, ...]
    """`line 7: …` (of JSON `term 7: …`), a sentence each."""


def read_lexicon(path: Path, form: str | None = None) -> Imported:
    """The entries of a file; its format is told by its name (`export.format_of`).

    Figures and sentences are in JSON alone. A term that stands there twice is taken once.

    Raises:
        BadInput: it cannot be read, is too large, or is not text.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadInput(f"{path} is larger than {MOST_BYTES >> 20} MB: split it.")
        text = decode(path.read_bytes()).text.removeprefix("\ufeff")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
    except Unreadable as why:
        raise BadInput(f"{path} {str(why).removesuffix(': left out')}.") from why
    return _checked(READERS[form or format_of(path)](text))


def _checked(rows: Rows) -> Imported:
    entries: list[Entry] = []
    complaints: list[str] = []
    seen: dict[str, str] = {}
    for place, row in rows:
        said = row if isinstance(row, str) else _fault(row, seen)
        if isinstance(row, Entry) and not said:
            seen[fold(row.term)] = place
            entries.append(row)
        elif said:
            complaints.append(f"{place}: {said}")
    if len(complaints) > MOST_COMPLAINTS:
        more = len(complaints) - MOST_COMPLAINTS
        complaints[MOST_COMPLAINTS:] = [f"and {more:,} more of this kind."]
    return Imported(tuple(entries), tuple(complaints))


def _fault(entry: Entry, seen: dict[str, str]) -> str:
    for text in (entry.term, *entry.variants):
        if not any(map(str.isalnum, text)) or not fold(text) or len(text) > LONGEST:
            return f"{text[:40]!r} is no term: write a text of up to {LONGEST} characters."
    before = seen.get(fold(entry.term))
    return f"{entry.term} is in {before} already, which is kept." if before else ""


# ── formats ───────────────────────────────────────────────────────────────────────────────────


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Places and lines that are not empty."""
    for number, line in enumerate(text.split("\n"), 1):
        line = line.removesuffix("\r")
        if line.strip():
            yield f"line {number}", line


def _tsv(text: str) -> Rows:
    """With a header, columns by name; without, the first column holds the terms."""
    lines = _lines(text)
    first = next(lines, None)
    if first is None:
        return
    head = first[1].split("\t")
    ours = head == [*COLUMNS]
    if "term" not in head:
        yield first[0], _entry(head[0])
        for place, line in lines:
            yield place, _entry(line.split("\t")[0])
        return
    for place, line in lines:
        cells = line.split("\t")
        if len(cells) != len(head):
            yield place, f"has {len(cells)} columns instead of {len(head)}: left out."
            continue
        row = dict(zip(head, cells, strict=True))
        plain = _unescaped if ours else str
        variants = [plain(one) for one in _BAR.findall(row.get("variants", ""))]
        yield place, _entry(plain(row["term"]), row.get("status", ""), variants)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda one: _ESCAPED.get(one[1], one[1]), text)


def _jieba(text: str) -> Rows:
    for place, line in _lines(text):
        found = _WORD.fullmatch(line.strip())
        yield place, _entry(found[1]) if found else "is no word of a user dictionary: left out."


def _json(text: str) -> Rows:
    """An object with `terms`, or a list; where it is broken, the lines that are whole."""
    try:
        data: Any = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        why = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        yield f"line {line}", f"is no JSON ({why}); only lines that hold one whole term are read."
        yield from _json_lines(text)
        return
    if isinstance(data, dict):
        data = cast("dict[str, Any]", data).get("terms")
    if not isinstance(data, list):
        yield "line 1", 'there is no list of terms: write {"terms": [{"term": "…"}, …]}.'
        return
    for number, one in enumerate(cast("list[Any]", data), 1):
        yield f"term {number}", _of_json(one)


def _json_lines(text: str) -> Rows:
    for place, line in _lines(text):
        try:
            one = json.loads(line.strip().rstrip(","))
        except (json.JSONDecodeError, RecursionError):
            continue
        if isinstance(one, dict) and "term" in one:
            yield place, _of_json(cast("dict[str, Any]", one))


def _of_json(one: Any) -> Entry | str:
    if isinstance(one, str):
        return _entry(one)
    row = cast("dict[str, Any]", one) if isinstance(one, dict) else {}
    if not isinstance(row.get("term"), str):
        return f"{json.dumps(one, ensure_ascii=False)[:40]} has no term: left out."
    variants = row.get("variants", [])
    if not isinstance(variants, list) or not all(
        isinstance(variant, str) for variant in cast("list[Any]", variants)
    ):
        return f"{row['term']}: variants must be a list of texts: left out."
    mined = None
    if "count" in row:
        try:
            mined = msgspec.convert(row, Term)
        except msgspec.ValidationError as error:
            return f"{row['term']}: {error}: left out."
    return _entry(row["term"], row.get("status", ""), cast("list[str]", variants), mined)


def _tbx(text: str) -> Rows:
    return ((f"line {line}", row) for line, row in tbx.read(text))


READERS: dict[str, Callable[[str], Rows]] = {
    "tsv": _tsv,
    "jieba": _jieba,
    "tbx": _tbx,
    "json": _json,
}


def _entry(
    term: str, status: Any = "", variants: list[str] | None = None, mined: Term | None = None
) -> Entry | str:
    term = term.strip()
    if status not in ("", *_STATUSES):
        return f"{term}: {status!r} is none of {', '.join(_STATUSES)}: left out."
    kept = tuple(dict.fromkeys(one.strip() for one in variants or () if one.strip() != term))
    return Entry(term, language_of(term), status or "candidate", kept, mined)
