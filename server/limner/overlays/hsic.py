"""Whether arrays are independent, as it is drawn: one note behind their names, charts."""

from __future__ import annotations

from collections.abc import Sequence

from limner.overlays.markdown import escape, table
from limner.protocol import Independence, Note, Overlay, PairMatrix, Panel
from limner.render import hsic, hsic_charts, pairs
from limner.text.passages import Passage

ROWS = 12
"""Lines of the table of pairs in a hover; the panel has all."""


def draw(result: Independence | PairMatrix, passage: Passage) -> Overlay:
    """No marks: nothing is said of the letters of names."""
    if isinstance(result, PairMatrix):
        said, tooltip, panel = pairs.headline(result), explain_pairs(result), _matrix(result)
    else:
        said, tooltip, panel = hsic.headline(result), explain(result), _panel(result)
    return Overlay(notes=(Note(at=passage.end, text=said, tooltip=tooltip),), panel=panel)


def explain(result: Independence) -> str:
    """The Markdown of a hover: what it says in a sentence, the facts, and what to mind."""
    head = f"**{escape(result.x.name)}, {escape(result.y.name)}** {escape(hsic.headline(result))}"
    rows = [(escape(name), escape(value)) for name, value in hsic.facts(result)[1:]]
    said = table(("", ""), "ll", rows)
    return _together(head, escape(hsic.spoken(result)), said, *_warned(hsic.notes(result)))


def explain_pairs(result: PairMatrix) -> str:
    """The Markdown of a hover: the strongest pairs, the facts, and what to mind."""
    head = f"**{escape(pairs.headline(result))}**"
    found = pairs.tables(result)[0]
    rows = [tuple(escape(cell) for cell in row) for row in found.rows[:ROWS]]
    strongest = table(tuple(escape(name) for name in found.columns), found.align, rows)
    facts = [(escape(name), escape(value)) for name, value in pairs.facts(result)]
    return _together(head, strongest, table(("", ""), "ll", facts), *_warned(result.notes))


def _panel(result: Independence) -> Panel | None:
    spec = hsic_charts.beside(result)
    if spec is None:
        return None
    title = f"{result.x.name}, {result.y.name}"
    return Panel(title=title, spec=spec, text=hsic.to_text(result))


def _matrix(result: PairMatrix) -> Panel | None:
    drawn = pairs.charts(result)
    if not drawn:
        return None
    return Panel(title=drawn[0].title, spec=drawn[0].spec, text=pairs.to_text(result))


def _warned(notes: Sequence[str]) -> list[str]:
    return [f"⚠ {escape(note)}" for note in notes]


def _together(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
