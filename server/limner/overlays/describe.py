"""A description of an array as it is drawn: one note behind its name, a histogram."""

from __future__ import annotations

from limner.overlays.markdown import escape, table
from limner.protocol import Description, Note, Overlay, Panel
from limner.render.describe import chart, headline, tables, to_text
from limner.text.passages import Passage

ROWS = 12
"""Lines of the table in a hover; the panel has all."""


def draw(result: Description, passage: Passage, *, preliminary: bool = False) -> Overlay:
    """No marks: nothing is said of the letters of a name."""
    note = Note(at=passage.end, text=headline(result), tooltip=explain(result))
    return Overlay(notes=(note,), panel=_panel(result), preliminary=preliminary)


def explain(result: Description) -> str:
    """The Markdown of a hover: figures, and what to mind."""
    head = f"**{escape(result.array.name)}** {escape(headline(result))}"
    figures = [
        table(
            tuple(escape(name) for name in found.columns),
            found.align,
            [tuple(escape(cell) for cell in row) for row in found.rows[:ROWS]],
        )
        for found in tables(result)
        if found.rows
    ]
    return "\n\n".join([head, *figures, *(f"⚠ {escape(note)}" for note in result.notes)])


def _panel(result: Description) -> Panel | None:
    drawn = chart(result)
    if drawn is None:
        return None
    title, spec, _ = drawn
    return Panel(title=title, spec=spec, text=to_text(result))
