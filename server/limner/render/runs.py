"""Cuts a text into runs: its scored words and what lies between them, every character once."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from limner.protocol import Attribution, Piece
from limner.render.colors import scale, step

HOLE = "\ufffc"
"""Stands in the text for an f-string hole."""


@dataclass(frozen=True)
class Run:
    """A stretch of text drawn in one manner."""

    text: str
    step: int = 0
    """−4 … 4, strength and sign of the tint; 0 draws none."""
    score: float | None = None
    """None between words."""
    unread: bool = False
    """Beyond what the model reads."""


def words(result: Attribution) -> tuple[Piece, ...]:
    """The words, or the tokens where the model's tokenizer gave no words."""
    return result.words or result.tokens


def segments(result: Attribution) -> list[list[Run]]:
    """The runs of the text, and those of its pair if there is one."""
    pieces = words(result)
    largest = scale(piece.score for piece in pieces)
    read = len(result.text)
    if result.truncated and result.pair is None:
        read = result.truncated.characters_read
    drawn = [list(_runs(result.text, _of(pieces, 0), largest, read))]
    if result.pair is not None:
        drawn.append(list(_runs(result.pair, _of(pieces, 1), largest, len(result.pair))))
    return drawn


def strongest(pieces: tuple[Piece, ...], limit: int) -> list[Piece]:
    """The pieces with the largest |score|, strongest first."""
    finite = [piece for piece in pieces if math.isfinite(piece.score)]
    return sorted(finite, key=lambda piece: -abs(piece.score))[:limit]


def visible(text: str) -> str:
    """The text with nothing left that a terminal or a parser would obey.

    Control characters become their pictures (an escape is drawn, not executed), marks that turn
    the writing direction and lone surrogates become U+FFFD, a hole becomes {…}. Line ends and tabs
    stay.
    """
    return "".join(map(_visible, text)) if not text.isprintable() or HOLE in text else text


def one_line(text: str) -> str:
    """`visible`, with line ends and tabs drawn, for the cells of a table."""
    return visible(text.replace("\r\n", "⏎")).translate({10: "⏎", 13: "⏎", 9: "⇥"})


def columns(text: str) -> int:
    """Terminal columns: two for a Chinese character, none for a combining mark."""
    return len(text) if text.isascii() else sum(map(_column, text))


def clip(text: str, limit: int) -> str:
    """The text cut to at most `limit` columns, with an ellipsis if something was cut."""
    if columns(text) <= limit:
        return text
    kept, used = "", 1
    for character in text:
        used += columns(character)
        if used > limit:
            break
        kept += character
    return kept + "…"


def _of(pieces: tuple[Piece, ...], segment: int) -> list[Piece]:
    chosen = [p for p in pieces if p.segment == segment and p.end > p.start]
    return sorted(chosen, key=lambda piece: (piece.start, piece.end))


def _runs(text: str, pieces: list[Piece], largest: float, read: int) -> Iterator[Run]:
    at = 0
    for piece in pieces:
        start, end = max(piece.start, at), min(piece.end, len(text))
        if end <= start:
            continue  # several byte tokens of one character: the first one is drawn
        if start > at:
            yield Run(text[at:start])
        yield Run(text[start:end], step(piece.score / largest), piece.score)
        at = end
    rest = max(at, read)
    if rest > at:
        yield Run(text[at:rest])
    if rest < len(text):
        yield Run(text[rest:], unread=True)


def _visible(character: str) -> str:
    code = ord(character)
    if character in "\n\r\t":
        return character
    if character == HOLE:
        return "{…}"
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    turns = 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069
    if turns or 0xD800 <= code <= 0xDFFF or 0x80 <= code <= 0x9F or code in (0xFFFE, 0xFFFF):
        return "\ufffd"
    return character


def _column(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
