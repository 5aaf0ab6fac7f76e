"""A result for notebooks: text, HTML, and the data that our own renderer draws.

The data carries UTF-16 offsets, because JavaScript counts so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from limner.protocol import Attribution, Piece, TensorAttribution
from limner.render import tensor
from limner.render.colors import scale, step
from limner.render.html import to_html
from limner.render.json import to_dict
from limner.render.runs import words
from limner.render.terminal import to_text
from limner.text.positions import utf16_length

MIME = "application/vnd.limner.v1+json"
VERSION = 1


def bundle(result: Attribution | TensorAttribution) -> dict[str, Any]:
    """All three; a front end takes the richest that it knows."""
    if isinstance(result, TensorAttribution):
        plain = tensor.to_dict(result) | {"version": VERSION}
        return {
            "text/plain": tensor.to_text(result),
            "text/html": tensor.to_html(result),
            MIME: plain,
        }
    return {"text/plain": to_text(result), "text/html": to_html(result), MIME: data(result)}


def data(result: Attribution) -> dict[str, Any]:
    """The stable JSON with `version`, offsets in UTF-16 units, and marks in −1 … 1."""
    plain = to_dict(result)
    plain["version"] = VERSION
    plain["offsets"] = "utf-16"
    for key, pieces in (("tokens", result.tokens), ("words", result.words)):
        spans = utf16_spans(result, pieces)
        for item, (start, end) in zip(plain[key], spans, strict=True):
            item["start"], item["end"] = start, end
    drawn = words(result)
    largest = scale(piece.score for piece in drawn)
    plain["marks"] = [
        {
            "start": start,
            "end": end,
            "segment": piece.segment,
            "value": piece.score / largest,
            "step": step(piece.score / largest),
        }
        for piece, (start, end) in zip(drawn, utf16_spans(result, drawn), strict=True)
        if step(piece.score / largest)
    ]
    return plain


def utf16_spans(result: Attribution, pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    """Start and end of each piece in UTF-16 units of its segment, measured in one walk."""
    units: dict[tuple[int, int], int] = {}
    for segment, text in enumerate((result.text, result.pair or "")):
        places = {
            p for piece in pieces if piece.segment == segment for p in (piece.start, piece.end)
        }
        before = measured = 0
        for place in sorted(places):
            measured += utf16_length(text[before:place])
            units[segment, place] = measured
            before = place
    return [(units[p.segment, p.start], units[p.segment, p.end]) for p in pieces]
