"""Answers of the cloze methods as text, HTML, SVG, JSON and a card, one function for each.

Labels, patterns, words and texts come from files and models that nobody vouches for; each is made
visible and escaped where it is drawn.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from limner.protocol import Candidates, ClozeLabels
from limner.render import (
    cloze_candidates,
    cloze_labels,
    cloze_report,
    cloze_svg,
    cloze_training,
    page,
    sheet,
)
from limner.render.card import MIME, Card, CardTable
from limner.render.cloze_labels import Listing
from limner.render.lines import printed
from limner.render.runs import clip, columns
from limner.results.cloze import ClozeReport, ClozeTraining, Drawn
from limner.text.positions import utf16_offset

MOST = 10_000
"""Numbers of a labelling that a card keeps."""
_BARS = re.compile("[█▏▎▍▌▋▊▉]+")
_RIGHT = re.compile("✓ [0-9,]+")
_OWN = {"text", "pattern"}
"""Columns that get what width is left."""
_LEAST = 16

to_svg = cloze_svg.to_svg


def card(result: Drawn, listing: Listing | None = None) -> Card:
    """What front ends draw; `listing` is for labels alone."""
    drawn = _card(result, listing)
    plain, left_out = _bounded(result)
    notes = (*drawn.notes, *left_out)
    return msgspec.structs.replace(drawn, result=plain | {"offsets": "utf-16"}, notes=notes)


def to_text(
    result: Drawn,
    listing: Listing | None = None,
    *,
    color: bool = False,
    width: int = 80,
) -> str:
    """Lines for a terminal; with `color`, with escape codes."""
    return printed(lambda console: show(console, result, listing), color=color, width=width)


def show(console: Console, result: Drawn, listing: Listing | None = None) -> None:
    """Print it."""
    drawn = _card(result, listing)
    console.print(Text(drawn.title, "bold"))
    if isinstance(result, Candidates):
        before, behind = cloze_candidates.around(result)
        gap = (cloze_candidates.GAP, "bold reverse")
        console.print(Text.assemble(before, gap, behind, overflow="fold"))
    grid = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    for name, value in drawn.facts:
        grid.add_row(Text(name, "dim"), Text(value))
    console.print(grid)
    for table in drawn.tables:
        if table.caption:
            console.print(Text(f"\n{table.caption}", "dim"))
        console.print(_grid(table, console.width))
    for chart in drawn.charts:
        if chart.text:
            console.print(Text(f"\n{chart.title}", "dim"))
            console.print(_inked(chart.text), no_wrap=True, overflow="ellipsis", crop=False)
    for note in drawn.notes:
        console.print(Text(f"! {note}", "yellow"))


def to_html(result: Drawn, listing: Listing | None = None) -> str:
    """The same with the picture, as a self-contained fragment."""
    drawn = _card(result, listing)
    picture = f'<div role="img" aria-label="{escape(drawn.spoken)}">{to_svg(result)}</div>'
    if isinstance(result, Candidates):
        before, behind = cloze_candidates.around(result)
        gap = f"<strong>{escape(cloze_candidates.GAP)}</strong>"
        said = f"{escape(before)}{gap}{escape(behind)}"
        picture = f'<p dir="auto">{said}</p>\n{picture}'
    return sheet.to_html(drawn, picture=picture)


def to_page(*results: Drawn, title: str = "Limner") -> str:
    """A whole document around one fragment or several."""
    return page.to_page(*map(to_html, results), title=title)


def bundle(result: Drawn) -> dict[str, Any]:
    """For a notebook; a front end takes the richest that it knows."""
    return {
        "text/plain": to_text(result),
        "text/html": to_html(result),
        MIME: msgspec.to_builtins(card(result)),
    }


def to_dict(result: Drawn) -> dict[str, Any]:
    """The stable JSON, positions in code points; what is not a finite number becomes None."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(result))
    method = {"method": plain.pop("kind")}
    if "ms" in plain:
        plain["ms"] = round(plain["ms"], 1)
    if isinstance(result, ClozeLabels):
        plain["predicted"] = [one.label for one in cloze_labels.said(result)]
    return method | plain


def to_json(result: Drawn) -> str:
    """One JSON object on one line."""
    return msgspec.json.encode(to_dict(result)).decode()


# ── inside ────────────────────────────────────────────────────────────────────────────────────


def _card(result: Drawn, listing: Listing | None) -> Card:
    if isinstance(result, Candidates):
        return cloze_candidates.card(result)
    if isinstance(result, ClozeLabels):
        return cloze_labels.card(result, listing)
    if isinstance(result, ClozeReport):
        return cloze_report.card(result)
    assert isinstance(result, ClozeTraining), type(result)
    return cloze_training.card(result)


def _bounded(result: Drawn) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A card's `result`, and what it leaves out."""
    plain = to_dict(result)
    if isinstance(result, Candidates):
        plain["gap"] = [utf16_offset(result.text, at) for at in result.gap]
    if not isinstance(result, ClozeLabels):
        return plain, ()
    rows, labels = len(result.probabilities), max(len(result.labels), 1)
    kept = MOST // labels
    left_out: list[str] = []
    if rows * labels * len(result.patterns) > MOST:
        del plain["scores"]
        left_out.append("scores")
    if rows > kept:
        left_out.append(f"the texts behind the first {kept:,}")
        plain["probabilities"] = plain["probabilities"][:kept]
        plain["predicted"] = plain["predicted"][:kept]
        plain["truncated"] = [at for at in plain["truncated"] if at < kept]
    said = f"This card leaves out {' and '.join(left_out)}; the result has all."
    return plain, (said,) if left_out else ()


def _inked(said: str) -> Text:
    """Bars in colour, what is right in bold; both are seen without."""
    text = Text(said)
    text.highlight_regex(_BARS, "#ee9a48")
    text.highlight_regex(_RIGHT, "bold")
    return text


def _grid(table: CardTable, width: int) -> Table:
    grid = Table(
        box=None, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False, header_style="dim"
    )
    for name, side in zip(table.columns, table.align, strict=True):
        justify = "right" if side == "r" else "left"
        grid.add_column(Text(name), justify=justify, overflow="fold")
    at = next((i for i, name in enumerate(table.columns) if name in _OWN), None)
    left = _left(table, at, width) if at is not None else 0
    for row in table.rows:
        cells = [clip(cell, left) if i == at else cell for i, cell in enumerate(row)]
        grid.add_row(*map(_inked, cells))
    return grid


def _left(table: CardTable, own: int, width: int) -> int:
    """What the other columns leave of a line."""
    lines = (table.columns, *table.rows)
    others = (
        max(columns(line[i]) for line in lines) + 2 for i in range(len(table.columns)) if i != own
    )
    return max(width - sum(others), _LEAST)
