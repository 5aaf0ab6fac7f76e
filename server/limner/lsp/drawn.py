"""A probe as a client was told of it, made anew only where something of it has changed.

While a person types, every other probe of the page stays on its lines, or all of it moves by as
many lines: its positions depend on nothing but the text from its first line on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from limner.lsp.messages import OverlayMark, OverlayNote, OverlayProbe, Position, Range
from limner.protocol import Overlay


@dataclass(frozen=True)
class Drawn:
    """What was told, and what it was made of."""

    base: Overlay | None
    key: tuple[Any, ...]
    """All else that it depends on, but for the line."""
    line: int
    probe: OverlayProbe


def on_line(drawn: Drawn, line: int) -> OverlayProbe:
    """The same probe, its text begun on another line."""
    probe, by = drawn.probe, line - drawn.line
    if not by:
        return probe
    return msgspec.structs.replace(
        probe,
        range=_lower(probe.range, by),
        marks=_lower_marks(probe.marks, by),
        notes=_lower_notes(probe.notes, by),
    )


def _lower_marks(marks: Sequence[OverlayMark], by: int) -> tuple[OverlayMark, ...]:
    return tuple(
        OverlayMark(range=_lower(mark.range, by), value=mark.value, hover=mark.hover)
        for mark in marks
    )


def _lower_notes(notes: Sequence[OverlayNote], by: int) -> tuple[OverlayNote, ...]:
    return tuple(
        OverlayNote(position=_place(note.position, by), text=note.text, tooltip=note.tooltip)
        for note in notes
    )


def _lower(place: Range, by: int) -> Range:
    return Range(_place(place.start, by), _place(place.end, by))


def _place(place: Position, by: int) -> Position:
    return Position(place.line + by, place.character)
