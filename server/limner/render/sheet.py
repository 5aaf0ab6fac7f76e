"""A card without a text of its own as text and HTML: facts, notes, tables, the words of charts.

Attributions have pictures of their own (`terminal`, `html`); a sheet is for everything that is
numbers and names: the engine's state, what is in an array.
"""

from __future__ import annotations

from html import escape
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from limner.render.card import MIME, Card, CardChart, CardPicture, CardTable
from limner.render.lines import printed
from limner.render.runs import one_line, visible


def bundle(card: Card) -> dict[str, Any]:
    """Text, HTML and the card; a front end takes the richest that it knows."""
    return {
        "text/plain": to_text(card),
        "text/html": to_html(card),
        MIME: msgspec.to_builtins(card),
    }


def to_text(card: Card, *, width: int = 100) -> str:
    """Lines without colour."""
    return printed(lambda console: show(console, card), width=width)


def show(console: Console, card: Card) -> None:
    """Print it."""
    console.print(Text(visible(card.title), "bold"))
    if card.facts:
        grid = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
        for name, value in card.facts:
            grid.add_row(Text(one_line(name), "dim"), Text(one_line(value)))
        console.print(grid)
    for table in card.tables:
        console.print(_grid(table))
    for drawn in _twins(card):
        console.print(Text(visible(drawn.text)))
    for note in card.notes:
        console.print(Text(f"! {visible(note)}", "yellow"))


def to_html(card: Card, *, picture: str = "") -> str:
    """A self-contained fragment that takes over the host's colours and fonts.

    `picture` is HTML that the caller made of the same result; charts stand below it in words.
    """
    facts = "".join(f"<dt>{safe(name)}</dt><dd>{safe(value)}</dd>" for name, value in card.facts)
    parts = [
        f"<style>{_STYLE}</style>",
        f'<section class="limner-sheet" aria-label="{safe(card.spoken)}">',
        f"<p><strong>{safe(card.title)}</strong></p>",
        picture,
        f"<dl>{facts}</dl>" if facts else "",
        *(_table(table) for table in card.tables),
        *(f"<pre>{safe(drawn.text)}</pre>" for drawn in _twins(card)),
        *(f'<p class="limner-note">{safe(note)}</p>' for note in card.notes),
        "</section>",
    ]
    return "\n".join(part for part in parts if part)


def _twins(card: Card) -> tuple[CardChart | CardPicture, ...]:
    return (*card.charts, *card.pictures)


def _grid(table: CardTable) -> Table:
    grid = Table(
        box=None, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False, header_style="dim"
    )
    for name, side in zip(table.columns, table.align, strict=True):
        justify = "right" if side == "r" else "left"
        grid.add_column(Text(one_line(name)), justify=justify, overflow="fold")
    for row in table.rows:
        grid.add_row(*(Text(one_line(cell)) for cell in row))
    return grid


def _table(table: CardTable) -> str:
    sides = ["right" if side == "r" else "left" for side in table.align]
    head = "".join(
        f'<th scope="col" style="text-align:{side}">{safe(name)}</th>'
        for name, side in zip(table.columns, sides, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td style="text-align:{side}">{safe(cell)}</td>'
            for cell, side in zip(row, sides, strict=True)
        )
        + "</tr>"
        for row in table.rows
    )
    caption = f"<caption>{safe(table.caption)}</caption>" if table.caption else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def safe(text: str) -> str:
    """Escaped for HTML."""
    return escape(visible(text))


_STYLE = (
    ".limner-sheet{color:inherit}"
    ".limner-sheet dl{display:grid;grid-template-columns:max-content auto;gap:.1em 1.2em}"
    ".limner-sheet dt{opacity:.75}.limner-sheet dd{margin:0}"
    ".limner-sheet table{border-collapse:collapse}"
    ".limner-sheet caption{text-align:left;opacity:.75}"
    ".limner-sheet th,.limner-sheet td{padding:.1em .7em}"
    ".limner-sheet thead{border-bottom:1px solid currentColor}"
    ".limner-sheet .limner-note{padding-left:.6em;border-left:3px solid currentColor}"
)
