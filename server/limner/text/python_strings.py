"""The strings of Python source as passages.

Neighbouring literals (``"a" "b"``, also over several lines inside brackets) are one passage, as
they are one string. Bytes are not text and are left out.
"""

import re
import unicodedata
from collections.abc import Iterator

from limner.text.passage import Builder, Passage
from limner.text.python_lexer import Comment, Literal, tokens

_ESCAPE = (
    r"\\(?:\r\n|[\r\n]|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}"
    r"|N\{[^{}\r\n]*\}|[\\'\"abfnrtv])"
)
_SPECIAL = {
    (False, False): re.compile(_ESCAPE + r"|\r\n?"),
    (False, True): re.compile(_ESCAPE + r"|\r\n?|\{\{|\}\}"),
    (True, False): re.compile(r"\r\n?"),
    (True, True): re.compile(r"\r\n?|\{\{|\}\}"),
}
"""What does not stand for itself, by (raw, formatted)."""

_SIMPLE = dict(zip("\\'\"abfnrtv", "\\'\"\a\b\f\n\r\t\v", strict=True))
_SAME_LINE = re.compile(r"(?:[ \t\f]|\\(?:\r\n|[\r\n]))*+")
_ANY_LINE = re.compile(r"(?:[ \t\f\r\n]|\\(?:\r\n|[\r\n]))*+")
_STATEMENT = re.compile(
    r"^[ \t]*(?:@|(?:def|class|import|return|while|try|with|raise|del|global|assert|pass|break"
    r"|continue)\b)",
    re.MULTILINE,
)
"""A line that begins so is never inside brackets: there, an unclosed bracket is forgotten."""


def python_strings(source: str) -> tuple[Passage, ...]:
    """Every string of Python source that has something to read, in order."""
    passages = (_passage(source, group) for group in _groups(source))
    return tuple(passage for passage in passages if passage)


def _groups(source: str) -> Iterator[list[Literal]]:
    """The literals, neighbours together."""
    group: list[Literal] = []
    gap, depth = 0, 0
    adjacent, same_line = False, True
    for token in tokens(source):
        depth = _depth(source, gap, token.start, depth)
        adjacent = adjacent and bool(_ANY_LINE.fullmatch(source, gap, token.start))
        same_line = same_line and bool(_SAME_LINE.fullmatch(source, gap, token.start))
        gap = token.end
        if isinstance(token, Comment):
            same_line = False
            continue
        if group and not (adjacent and (same_line or depth > 0)):
            yield group
            group = []
        group.append(token)
        adjacent, same_line = token.closed, True
    if group:
        yield group


def _depth(source: str, start: int, end: int, depth: int) -> int:
    """How many brackets are open after a stretch of code that holds no strings or comments."""
    for match in _STATEMENT.finditer(source, start, end):
        start, depth = match.end(), 0
    code = source[start:end]
    opened = code.count("(") + code.count("[") + code.count("{")
    closed = code.count(")") + code.count("]") + code.count("}")
    return max(0, depth + opened - closed)


def _passage(source: str, group: list[Literal]) -> Passage | None:
    if any("b" in literal.prefix for literal in group):
        return None
    builder = Builder(source)
    for literal in group:
        _decode(source, literal, builder)
    return builder.build("string", group[0].start, group[-1].end)


def _decode(source: str, literal: Literal, builder: Builder) -> None:
    """Add the decoded content of one literal."""
    formatted = "f" in literal.prefix or "t" in literal.prefix
    special = _SPECIAL["r" in literal.prefix, formatted]
    at = literal.body
    for start, end in literal.holes:
        _decode_part(source, at, start, special, builder)
        builder.hole(start, end)
        at = end
    _decode_part(source, at, literal.body_end, special, builder)


def _decode_part(
    source: str, start: int, end: int, special: re.Pattern[str], builder: Builder
) -> None:
    for match in special.finditer(source, start, end):
        builder.copy(start, match.start())
        builder.add(_meaning(match[0]), match.start(), match.end())
        start = match.end()
    builder.copy(start, end)


def _meaning(sequence: str) -> str:
    """What one escape, line end or doubled brace stands for; itself where it is malformed."""
    if sequence[0] == "\r":
        return "\n"
    if sequence[0] != "\\":
        return sequence[0]
    kind = sequence[1]
    if kind in "\r\n":
        return ""
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if kind == "N":
        return _named(sequence)
    code = int(sequence[1:], 8) if kind.isdigit() else int(sequence[2:], 16)
    return chr(code) if code < 0x110000 else sequence


def _named(sequence: str) -> str:
    try:
        return unicodedata.lookup(sequence[3:-1])
    except KeyError:
        return sequence
