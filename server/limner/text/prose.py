"""Paragraphs of plain text as passages, and how lines are joined.

A line end inside a paragraph is one space in the text, and nothing between two East Asian
characters, which are written without spaces. White space around it belongs to no character.
"""

import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from limner.text.lines import Lines
from limner.text.passage import Builder, Passage

_HANGUL = (0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7AF)


def plain_paragraphs(source: str, breaks: frozenset[int] = frozenset()) -> tuple[Passage, ...]:
    """The paragraphs of a text: lines between blank lines.

    The lines in `breaks` (numbers from 0) belong to no paragraph and end the one above.
    """
    lines = Lines(source)
    found: list[Passage | None] = []
    rows: list[tuple[int, int]] = []
    for line in range(len(lines)):
        start, end = trim(source, *lines.span(line))
        if start < end and line not in breaks:
            rows.append((start, end))
        elif rows:
            found.append(joined(source, rows))
            rows = []
    if rows:
        found.append(joined(source, rows))
    return tuple(passage for passage in found if passage)


def joined(source: str, rows: Iterable[tuple[int, int]]) -> Passage | None:
    """One paragraph from its lines, each a trimmed range; empty ones are left out."""
    rows = [row for row in rows if row[0] < row[1]]
    if not rows:
        return None
    builder = Builder(source)
    builder.copy(*rows[0])
    for before, after in pairwise(rows):
        if _spaced(source[before[1] - 1], source[after[0]]):
            builder.add(" ", before[1], _past_terminator(source, before[1]))
        builder.copy(*after)
    return builder.build("paragraph", rows[0][0], rows[-1][1])


def trim(source: str, start: int, end: int) -> tuple[int, int]:
    """The range without white space at either side."""
    piece = source[start:end]
    return end - len(piece.lstrip()), start + len(piece.rstrip())


def _past_terminator(source: str, end: int) -> int:
    """The place after the line end that follows, white space before it included."""
    while source[end] not in "\r\n":
        end += 1
    return end + (2 if source.startswith("\r\n", end) else 1)


def _spaced(before: str, after: str) -> bool:
    return not (_unspaced_script(before) and _unspaced_script(after))


def _unspaced_script(character: str) -> bool:
    """Whether a character is East Asian and of a script without spaces (Korean has them)."""
    if character.isascii() or unicodedata.east_asian_width(character) not in "FWH":
        return False
    return not any(low <= ord(character) <= high for low, high in _HANGUL)
