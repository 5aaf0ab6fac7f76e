"""The card: a result as plain data that any front end can draw, whatever the method.

It is what a notebook keeps beside its text and HTML, `application/vnd.limner.v1+json`. A front end
draws texts with marks, facts, notes, tables, charts and pictures, and knows no method; a method
that has something new to say says it with these. Every offset counts UTF-16 units of the text it
is in, because JavaScript draws it. Sentences are plain text: no Markdown, no HTML. The size is
bounded: what is too much is summed or left out, and a note says so. The TypeScript types are
generated from these classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from limner.protocol import Frozen

MIME = "application/vnd.limner.v1+json"


class CardMark(Frozen, frozen=True, kw_only=True):
    """A coloured stretch of a text."""

    start: int
    """UTF-16 unit of `CardText.text` where it begins."""
    end: int
    """Where it ends, excluded."""
    value: float
    """score / max|score|, in −1 … 1; its sign is drawn by the underline too."""
    step: int
    """Strength of the tint, −4 … 4, never 0."""
    hover: str
    """What the mark says when pointed at."""


class CardText(Frozen, frozen=True, kw_only=True):
    """A text with its marks; results that are compared stand below each other with a label each."""

    label: str
    """What tells it from the card's other texts; empty when it is the only one."""
    text: str
    """The text as it is drawn: control characters replaced by their pictures."""
    marks: tuple[CardMark, ...] = ()
    """In order of `start`; they do not overlap."""
    unread: tuple[int, int] | None = None
    """The stretch that the model did not read, or None."""


class CardTable(Frozen, frozen=True, kw_only=True):
    """A table; its cells are text, ready to be shown."""

    caption: str
    columns: tuple[str, ...]
    align: str
    """A letter for each column: l left, r right."""
    rows: tuple[tuple[str, ...], ...]


class CardChart(Frozen, frozen=True, kw_only=True):
    """A chart and the same in words."""

    title: str
    spec: Mapping[str, Any]
    """Vega-Lite, with inline data only: no url, no href."""
    text: str
    """The twin for whoever cannot see or draw it; lines as in a terminal."""


class CardPicture(Frozen, frozen=True, kw_only=True):
    """A heat map, over a picture where there is one."""

    title: str
    rows: int
    columns: int
    values: tuple[float, ...]
    """rows · columns values in −1 … 1, row by row from the top left."""
    hovers: tuple[str, ...] | None = None
    """What each cell says when pointed at, or None where there are too many."""
    under: str | None = None
    """The picture beneath, a data URI of a PNG, stretched over all cells; or None."""
    text: str
    """The twin in words."""


class Card(Frozen, frozen=True, kw_only=True):
    """What a notebook's output stores and front ends draw."""

    version: Literal[1] = 1
    """Rises when a key changes its meaning; keys may be added without."""
    method: str
    """Which analysis it was, as in `result`."""
    title: str
    """The result in one line."""
    spoken: str
    """The result in a sentence or two, for a screen reader."""
    texts: tuple[CardText, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    """Names and values in reading order."""
    notes: tuple[str, ...] = ()
    """Sentences that a reader must see."""
    tables: tuple[CardTable, ...] = ()
    charts: tuple[CardChart, ...] = ()
    pictures: tuple[CardPicture, ...] = ()
    result: Mapping[str, Any] = {}
    """The result's stable JSON with offsets in UTF-16 units and `"offsets": "utf-16"`."""
