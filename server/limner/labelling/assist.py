"""What an editor offers and explains inside a task file; offsets are code points."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from limner.labelling.caret import Caret, Key, Quoted, caret, has_endless_key
from limner.labelling.fields import TABLES, Field, field_at, fields
from limner.labelling.places import places
from limner.labelling.task import Task
from limner.text.cloze_patterns import Hole, parts

SECTIONS = ("labels", *TABLES)
"""Tables that have a header of their own."""
SAMPLES = ("东西很好，送货也快", "The food was great")
"""Texts that a pattern is shown with: in Chinese, and otherwise."""
GAP = "▁▁"
MOST_LABELS = 8
"""Labels whose words are shown in a pattern."""

_BARE = re.compile(r"[\w.+-]*$")
_REST = re.compile(r"[\w.+-]*")
_KEY = re.compile(r"[\w-]*$")
_KEY_REST = re.compile(r"[\w-]*")
_HOLE = re.compile(r"\{[^{}\r\n]*$")
_CLOSING = re.compile(r"[a-z]*\}(?!\})")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Offer:
    """What may be written in the place of `start` to `end`."""

    label: str
    detail: str
    insert: str
    start: int
    end: int
    kind: Literal["key", "table", "value", "hole", "model", "file"] = "value"


@dataclass(frozen=True)
class Explained:
    """What a place is."""

    markdown: str
    plain: str
    """The same for clients without Markdown."""
    start: int
    end: int


def completions(
    text: str, offset: int, models: Sequence[str], files: Sequence[str] = ()
) -> list[Offer]:
    """What fits at a place: keys that are not there yet, and values."""
    here, keys = caret(text, offset)
    if here.idle:
        return []
    if here.header:
        return [*_headers(text, offset, keys)]
    if here.value_of is None:
        return [*_keys(text, offset, here, keys)]
    if here.value_of == ("patterns",):
        return [*_holes(text, offset, here.quoted)]
    values = [*_values(text, here, models, files)]
    return [offer for one in values if (offer := _placed(text, offset, here, *one))]


def explain(text: str, offset: int) -> Explained | None:
    """What the key or the pattern at a place means."""
    for place in places(text).values():
        start, end = place.key
        if not start <= offset <= end:
            continue
        match place.path:
            case ("patterns", int()):
                return _explained_pattern(text, start, end)
            case ("labels", str(name)):
                return _explained_label(text, name, start, end)
            case path if (field := field_at(path)) and start < end:
                return _explained_key(field, path, start, end)
            case _:
                continue
    return None


# ── offers ────────────────────────────────────────────────────────────────────────────────────


def _headers(text: str, offset: int, keys: Sequence[Key]) -> Iterator[Offer]:
    start, end = _word(text, offset, _KEY, _KEY_REST)
    taken = _taken(keys, (), offset)
    closed = text[end : end + 1] == "]"
    for name in SECTIONS:
        if name not in taken:
            yield Offer(name, _doc(name), name if closed else f"{name}]", start, end, "table")


def _keys(text: str, offset: int, here: Caret, keys: Sequence[Key]) -> Iterator[Offer]:
    kind = Task if not here.table else TABLES.get(here.table[0])
    if kind is None or len(here.table) > 1:
        return
    start, end = _word(text, offset, _KEY, _KEY_REST)
    taken = _taken(keys, here.table, offset)
    line = text[max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1 : start]
    has_value = re.match(r"[^\S\r\n]*[=.]", text[end:]) is not None
    for name, field in fields(kind).items():
        if name in taken:
            continue
        table = kind is Task and name in SECTIONS
        if not table or has_value:
            insert = name if has_value else f"{name} = "
            yield Offer(name, field.doc, insert, start, end, "key")
        elif not line.strip():
            yield Offer(f"[{name}]", field.doc, f"[{name}]", start, end, "table")


def _taken(keys: Sequence[Key], table: tuple[str, ...], offset: int) -> set[str]:
    """The names that a table has, but for the one at the caret."""
    depth = len(table)
    return {
        key.path[depth]
        for key in keys
        if len(key.path) > depth
        and key.path[:depth] == table
        and not key.start <= offset <= key.end
    }


def _holes(text: str, offset: int, quoted: Quoted | None) -> Iterator[Offer]:
    """{mask} and {text}, in place of what is there of a brace."""
    if quoted is None:
        return
    begun = _HOLE.search(text, quoted.start, offset)
    start = begun.start() if begun else offset
    if begun and (offset - start) and (start - quoted.start) and text[start - 1] == "{":
        return  # a brace that is meant as such
    rest = _CLOSING.match(text, offset, quoted.end) if begun else None
    end = rest.end() if rest else offset
    others = text[quoted.start : start] + text[end : quoted.end]
    for name, said in (("mask", "the gap"), ("text", "the text")):
        hole = f"{{{name}}}"
        if hole not in others:
            yield Offer(hole, said, hole, start, end, "hole")


Value = tuple[str, str, Literal["value", "model", "file"]]
"""As TOML writes it, what it is, and of which kind."""


def _values(text: str, here: Caret, models: Sequence[str], files: Sequence[str]) -> Iterator[Value]:
    path = here.value_of
    if path == ("model",):
        for name in models:
            yield _string(name), "masked language model", "model"
    elif path == ("data", "files"):
        for name in files:
            written = _string(name)
            if written in text and not (here.quoted and _within(text, here.quoted) == name):
                continue  # it is listed already
            yield (written if here.listed else f"[{written}]"), "data file", "file"
    elif path and (field := field_at(path)):
        for value in field.values:
            default = json.dumps(field.default, ensure_ascii=False) == value
            yield value, "default" if default else "", "value"


def _placed(
    text: str,
    offset: int,
    here: Caret,
    value: str,
    detail: str,
    kind: Literal["value", "model", "file"],
) -> Offer | None:
    """The value in the place of the word or of the string around the caret."""
    label = value.strip("[]")
    label = json.loads(label) if label.startswith('"') else label
    if here.quoted is None:
        start, end = _word(text, offset, _BARE, _REST)
        return Offer(label, detail, value, start, end, kind)
    if not value.startswith(('"', "[")):
        return None  # a string is no true and no false
    literal = "'" in here.quoted.quote
    if literal and ("'" in label or not label.isprintable()):
        return None
    insert = label if literal else _string(label)[1:-1]
    stop = re.compile(r"[^\r\n]*").match(text, offset, here.quoted.end)
    end = stop.end() if stop else offset
    return Offer(label, detail, insert, here.quoted.start, end, kind)


def _word(
    text: str, offset: int, before: re.Pattern[str], after: re.Pattern[str]
) -> tuple[int, int]:
    begin = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    head, tail = before.search(text, begin, offset), after.match(text, offset)
    return head.start() if head else offset, tail.end() if tail else offset


def _string(value: str) -> str:
    """As a basic string of TOML, which differs from JSON in one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _within(text: str, quoted: Quoted) -> str:
    return text[quoted.start : quoted.end]


def _doc(name: str) -> str:
    return fields(Task)[name].doc


# ── explanations ──────────────────────────────────────────────────────────────────────────────


def _explained_key(field: Field, path: Sequence[str | int], start: int, end: int) -> Explained:
    name = ".".join(map(str, path))
    facts = [f"Values: {field.range}."] if field.range else []
    if field.default not in (None, ()) and field.name not in TABLES:
        facts.append(f"Default: {json.dumps(field.default, ensure_ascii=False)}.")
    if field.required:
        facts.append("It must be there.")
    said = "\n\n".join([field.doc, *([" ".join(facts)] if facts else [])])
    return Explained(f"**`{name}`**\n\n{said}", f"{name}\n\n{said}", start, end)


def _explained_label(text: str, name: str, start: int, end: int) -> Explained | None:
    """A label's words in all patterns."""
    data = _data(text)
    words = _words(_table(data, "labels").get(name))
    patterns = data.get("patterns")
    if not words or not isinstance(patterns, list):
        return None
    shown = [
        filled
        for pattern in cast("list[Any]", patterns)
        for word in words
        if isinstance(pattern, str) and (filled := _filled(pattern, word))
    ][:MOST_LABELS]
    return _block("A label, and how its words fill the gap:", shown, start, end)


def _explained_pattern(text: str, start: int, end: int) -> Explained | None:
    """A pattern around a sample, with the gap and with each label's word."""
    pattern = _literal(text[start:end])
    shown = _filled(pattern, GAP) if pattern is not None else None
    if pattern is None or shown is None:
        return None
    lines = [shown]
    for label, value in [*_table(_data(text), "labels").items()][:MOST_LABELS]:
        words = _words(value)
        if words and (filled := _filled(pattern, words[0])):
            lines.append(f"{filled}  → {label}")
    return _block("What is read of a text, with its gap and with the words:", lines, start, end)


def _block(said: str, lines: Sequence[str], start: int, end: int) -> Explained | None:
    """Lines of the file itself: in a fence, where nothing of them is markup."""
    if not lines:
        return None
    shown = "\n".join(" ".join(line.split()) for line in lines)
    longest = max((len(run) for run in re.findall(r"`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return Explained(f"{said}\n\n{fence}text\n{shown}\n{fence}", f"{said}\n\n{shown}", start, end)


def _filled(pattern: str, word: str) -> str | None:
    """The pattern with a sample and a word; None where it is no pattern yet."""
    try:
        pieces = parts(pattern)
    except ValueError:
        return None
    sample = SAMPLES[0 if _HAN.search(pattern) else 1]
    filling: Mapping[str, str] = {"mask": word, "text": sample}
    return "".join(filling[one.name] if isinstance(one, Hole) else one for one in pieces)


def _literal(written: str) -> str | None:
    """The value of a string as TOML writes it."""
    try:
        found = tomllib.loads(f"x = {written}")["x"]
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, str) else None


def _data(text: str) -> Mapping[str, Any]:
    """All of the file, or nothing while it is no TOML."""
    if has_endless_key(text):
        return {}
    try:
        return tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except (ValueError, RecursionError):
        return {}


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return cast("Mapping[str, Any]", found) if isinstance(found, dict) else {}


def _words(value: Any) -> list[str]:
    listed = cast("list[Any]", value) if isinstance(value, list) else [value]
    return [word for word in listed if isinstance(word, str) and word.strip()]
