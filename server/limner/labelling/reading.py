"""Task files: read, checked, and every fault said with its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any, cast

import msgspec

from limner.labelling.caret import has_endless_key
from limner.labelling.places import Path as Keys
from limner.labelling.places import Place, places
from limner.labelling.table import SUFFIXES
from limner.labelling.task import Data, Task, Train
from limner.protocol import TaskRefused
from limner.text.cloze_patterns import parts
from limner.text.lines import Lines

MOST = 1 << 20
"""Largest task file, in bytes."""
MOST_COMPLAINTS = 100
"""Of a kind: a file that is no task at all need not be complained of line by line."""
LONGEST = 400
"""Characters of a complaint, which quotes what is written."""

_AT = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")
_DATA = Data()
_TABLES: dict[str, type[msgspec.Struct]] = {"data": Data, "train": Train}


@dataclass(frozen=True)
class Complaint:
    """What is wrong, and where: code points, and the line from 1."""

    start: int
    end: int
    line: int
    said: str


@dataclass(frozen=True)
class Parsed:
    """A task file's text, read."""

    task: Task | None
    """None where a complaint leaves nothing to work with."""
    complaints: tuple[Complaint, ...]


@dataclass(frozen=True)
class _Wrong:
    keys: Keys
    said: str
    about_key: bool = False


def load(path: Path) -> Task:
    """The task of a file.

    Raises:
        TaskRefused: it cannot be read, or says what cannot be done; with file and line.
    """
    try:
        if path.stat().st_size > MOST:
            raise TaskRefused(f"{path} is larger than a megabyte: it is no task file.")
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise TaskRefused(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise TaskRefused(f"{path} is not UTF-8: save it as such.") from error
    parsed = parse(text)
    if parsed.complaints:
        first, *more = parsed.complaints
        others = f" ({len(more)} more)" if more else ""
        raise TaskRefused(f"{path.name}:{first.line}: {first.said}{others}")
    assert parsed.task
    return parsed.task


def parse(text: str) -> Parsed:
    """The task and all complaints, in the order of the text."""
    lines = Lines(text)
    try:
        if has_endless_key(text):
            raise ValueError
        raw = tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    except tomllib.TOMLDecodeError as error:
        return Parsed(None, (_syntax(error, lines),))
    except (ValueError, RecursionError):  # which tomllib lets through
        said = "This is no task: a number or a key is too long, or lists are too deep; mend it."
        return Parsed(None, (Complaint(*lines.span(0), 1, said),))
    where = places(text)
    values, wrong = _checked(raw)
    complaints = sorted((_placed(one, where, lines) for one in wrong), key=lambda c: c.start)
    task = None if complaints else msgspec.convert(values, Task)
    return Parsed(task, tuple(complaints))


def _checked(raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[_Wrong]]:
    wrong = [*islice(_fields(raw, Task, ()), MOST_COMPLAINTS)]
    values = dict(raw)
    labels = raw.get("labels")
    if isinstance(labels, dict):
        written = cast("dict[str, Any]", labels)
        values["labels"] = {name: _words(one) for name, one in written.items()}
        wrong += islice(_labels(written), MOST_COMPLAINTS)
    elif labels is None:
        wrong.append(
            _Wrong(
                (), 'There are no labels: write [labels] and a line for each, as positive = "很".'
            )
        )
    else:
        wrong.append(
            _Wrong(("labels",), 'Labels are a table: write [labels], then positive = "很".')
        )
    patterns = raw.get("patterns")
    if patterns is None:
        wrong.append(
            _Wrong(
                (),
                'There is no pattern: write patterns = ["{mask}满意。{text}"], a '
                "sentence with a gap and the text, at the top.",
            )
        )
    elif isinstance(patterns, list):
        wrong += islice(_patterns(cast("list[Any]", patterns)), MOST_COMPLAINTS)
    else:
        wrong.append(_Wrong(("patterns",), 'Patterns are a list: write ["{mask}满意。{text}"].'))
    data = raw.get("data")
    if isinstance(data, dict):
        wrong += islice(_data(cast("dict[str, Any]", data)), MOST_COMPLAINTS)
    return values, wrong


def _fields(raw: Mapping[str, Any], kind: type[msgspec.Struct], path: Keys) -> Iterator[_Wrong]:
    """Unknown keys, wrong types and ranges."""
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    for name, value in raw.items():
        keys = (*path, name)
        if name not in fields:
            near = get_close_matches(name, fields, 1)
            hint = (
                f": do you mean {near[0]}?" if near else f": {_of(path)} has {', '.join(fields)}."
            )
            yield _Wrong(keys, f"Unknown key {name!r}{hint}", about_key=True)
        elif name in _TABLES and not path:
            if isinstance(value, dict):
                yield from _fields(cast("dict[str, Any]", value), _TABLES[name], keys)
            else:
                yield _Wrong(keys, f"{name} is a table: write [{name}] and its lines below.")
        elif name not in ("labels", "patterns"):
            try:
                msgspec.convert(value, fields[name].type)
            except msgspec.ValidationError as error:
                yield _Wrong(keys, f"{name}: {_plain(error)}. Correct it.")


def _of(path: Keys) -> str:
    return f"[{path[0]}]" if path else "a task"


def _plain(error: msgspec.ValidationError) -> str:
    return str(error).replace("`", "").split(" - at ")[0]


def _labels(labels: Mapping[str, Any]) -> Iterator[_Wrong]:
    if len(labels) < 2:
        yield _Wrong(("labels",), "A task has two labels or more: add a line for each.", True)
    owner: dict[str, str] = {}
    for name, value in labels.items():
        words = _words(value)
        if not words or not all(isinstance(word, str) and word.strip() for word in words):
            yield _Wrong(
                ("labels", name),
                f'The label {name!r} has no word: write the word that fills the gap, as "很", '
                'or several, as ["很", "非常"].',
            )
            continue
        if not name.strip():
            yield _Wrong(("labels", name), "A label needs a name: it is written into the data.")
        for word in words:
            if word in owner:
                said = "twice" if owner[word] == name else f"by {owner[word]!r} and by {name!r}"
                yield _Wrong(
                    ("labels", name),
                    f"The word {word!r} is used {said}: each word stands for one label, once.",
                )
            owner.setdefault(word, name)


def _words(value: Any) -> tuple[Any, ...]:
    return tuple(cast("list[Any]", value)) if isinstance(value, list) else (value,)


def _patterns(patterns: list[Any]) -> Iterator[_Wrong]:
    if not patterns:
        yield _Wrong(("patterns",), 'There is no pattern: write one, as "{mask}满意。{text}".')
    seen: set[str] = set()
    for index, pattern in enumerate(patterns):
        if not isinstance(pattern, str):
            yield _Wrong(("patterns", index), 'A pattern is a text, as "{mask}满意。{text}".')
            continue
        try:
            parts(pattern)
        except ValueError as error:
            yield _Wrong(("patterns", index), str(error))
        if pattern in seen:
            yield _Wrong(("patterns", index), "This pattern is there already: remove one of them.")
        seen.add(pattern)


def _data(data: Mapping[str, Any]) -> Iterator[_Wrong]:
    files = data.get("files", [])
    for index, name in enumerate(cast("list[Any]", files) if isinstance(files, list) else []):
        if isinstance(name, str) and (why := _why_not(name)):
            yield _Wrong(("data", "files", index), why)
    if data.get("text", _DATA.text) == data.get("label", _DATA.label):
        said = "Text and label are one column: name two."
        yield _Wrong(("data", "label" if "label" in data else "text"), said)


def _why_not(name: str) -> str | None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        return (
            f"{name!r} is not below the task file's folder: write a path from there, as data.tsv."
        )
    if path.suffix.lower() not in SUFFIXES:
        return f"{name!r} is none of {', '.join(SUFFIXES)}: save the data as one of them."
    return None


def _placed(wrong: _Wrong, where: Mapping[Keys, Place], lines: Lines) -> Complaint:
    keys = wrong.keys
    while keys and keys not in where:
        keys = keys[:-1]
    if not keys:
        start, end = lines.span(0)
    else:
        start, end = where[keys].key if wrong.about_key else where[keys].value
    said = wrong.said if len(wrong.said) <= LONGEST else f"{wrong.said[: LONGEST - 1]}…"
    return Complaint(start, end, lines.line_of(start) + 1, said)


def _syntax(error: tomllib.TOMLDecodeError, lines: Lines) -> Complaint:
    found = _AT.search(str(error))
    line = int(found[1]) if found and found[1] else len(lines)
    start, end = lines.span(min(line, len(lines)) - 1)
    if found and found[2]:
        start = min(start + int(found[2]) - 1, end)
    said = _AT.sub("", str(error)).strip()
    return Complaint(start, max(end, start), line, f"This is not TOML: {said}; mend the line.")
