"""JSON Lines with the place of the label's value."""

from __future__ import annotations

import json
import re
from typing import Any, cast

from limner.labelling.table import Row, Table, Trouble, Writing
from limner.protocol import TableRefused

_LINE = re.compile(r"([^\r\n]*)(?:\r\n?|\n|\Z)")
_SPACE = re.compile(r"[ \t]*")
_DECODER = json.JSONDecoder()
_ESCAPE = re.compile(r"\\u[0-9a-fA-F]{4}")


def read(text: str, text_key: str, label_key: str) -> Table:
    """All rows; raises as `read_table`."""
    rows: list[Row] = []
    troubles: list[Trouble] = []
    values: list[Any] = []
    seen: dict[str, None] = {}
    for line, (start, source) in enumerate(_lines(text)):
        if not source.strip():
            continue
        found = _members(source, label_key)
        if isinstance(found, str):
            troubles.append(Trouble(line, found))
            continue
        members, span, brace, empty = found
        seen.update(dict.fromkeys(members))
        content = members.get(text_key)
        if not isinstance(content, str):
            what = "has no" if text_key not in members else "has no text as"
            troubles.append(
                Trouble(line, f"This object {what} {text_key!r}: write it, or remove the line.")
            )
            continue
        value = members.get(label_key)
        if span is None:
            before = f"{'' if empty else _comma(source)}{_quoted(label_key, text)}{_colon(source)}"
            cell = (start + brace, start + brace)
        else:
            before, cell = "", (start + span[0], start + span[1])
        label = _label(value)
        if label:
            values.append(value)
        end = start + len(source)
        rows.append(Row(len(rows), line, start, end, content, label, cell, before))
    if not rows and seen:
        raise TableRefused(
            f"No line has {text_key!r} with a text: the objects have {', '.join(seen)}; "
            "name one of them as text under [data]."
        )
    numbers = bool(values) and all(type(value) is int for value in values)
    writing = Writing(escaped=_is_escaped(text), numbers=numbers)
    return Table(text, "jsonl", tuple(seen), tuple(rows), tuple(troubles), writing)


def keys(text: str) -> tuple[str, ...]:
    """Those of the first object."""
    for _, source in _lines(text):
        found = _members(source, "")
        if not isinstance(found, str):
            return tuple(found[0])
    return ()


def written(label: str, writing: Writing) -> str:
    """A label as a JSON value."""
    if writing.numbers and re.fullmatch(r"-?\d{1,15}", label):
        return str(int(label))
    return json.dumps(label, ensure_ascii=writing.escaped)


def _lines(text: str) -> list[tuple[int, str]]:
    """Start and content of each line, a byte order mark left out."""
    found = [(m.start(), m[1]) for m in _LINE.finditer(text)]
    if found and found[0][1].startswith("\ufeff"):
        found[0] = (1, found[0][1][1:])
    return found


def _members(
    source: str, wanted: str
) -> tuple[dict[str, Any], tuple[int, int] | None, int, bool] | str:
    """Members, the place of the wanted one's value, where a member may be added, whether none is.

    Or why it cannot be read. As in `json`, the last of several members of one name counts.
    """
    at = _skip(source, 0)
    if source[at : at + 1] != "{":
        return "This line is no JSON object: write {…} in one line, or remove it."
    found: dict[str, Any] = {}
    place: tuple[int, int] | None = None
    at = _skip(source, at + 1)
    last = at
    try:
        while source[at : at + 1] != "}":
            key, at = _DECODER.raw_decode(source, at)
            at = _skip(source, at)
            if not isinstance(key, str) or source[at : at + 1] != ":":
                return _broken(at)
            begin = _skip(source, at + 1)
            value, end = _DECODER.raw_decode(source, begin)
            found[key] = value
            if key == wanted:
                place = (begin, end)
            last = end
            at = _skip(source, end)
            if source[at : at + 1] == ",":
                at = _skip(source, at + 1)
                if source[at : at + 1] == "}":
                    return _broken(at)
            elif source[at : at + 1] != "}":
                return _broken(at)
    except (json.JSONDecodeError, RecursionError) as error:
        return _broken(getattr(error, "pos", at))
    if source[at + 1 :].strip():
        return _broken(at + 1)
    return found, place, last, not found


def _broken(at: int) -> str:
    return f"This line is not JSON (at character {at + 1}): mend or remove it."


def _skip(source: str, at: int) -> int:
    match = _SPACE.match(source, at)
    assert match
    return match.end()


def _label(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, int | float) else ""


def _comma(source: str) -> str:
    return ", " if re.search(r'[}\]"\w],\s+"', source) else ","


def _colon(source: str) -> str:
    return ": " if re.search(r'":\s', source) else ":"


def _quoted(key: str, text: str) -> str:
    return json.dumps(key, ensure_ascii=_is_escaped(text))


def _is_escaped(text: str) -> bool:
    """Whether all but ASCII is written as escapes."""
    return cast(bool, text.isascii()) and bool(_ESCAPE.search(text))
