"""A description of an array: in one line, as text, as HTML, as a card."""

from __future__ import annotations

from html import escape
from typing import Any

import msgspec

from limner.protocol import ArrayFacts, Description, Histogram, Summary
from limner.render.card import MIME, Card, CardChart, CardTable
from limner.render.colors import TOWARDS, css
from limner.render.runs import visible

COLUMNS = ("", "count", "mean", "sd", "min", "25 %", "median", "75 %", "max", "not finite")
BAR = 32
"""Width of a bar of text, in characters."""


def headline(result: Description) -> str:
    """`float64 (1000, 3) · mean 0.01 · sd 1 · 2 NaN`, with what a reader must not miss."""
    facts, parts = result.array, [form(result.array)]
    if facts.kind == "categories":
        parts.append(f"{result.distinct:,} categories")
        if result.missing:
            parts.append(f"{result.missing:,} missing")
    elif result.overall is not None:
        parts += _in_short(result.overall)
    else:
        parts.append(f"{facts.shape[1]:,} columns")
        parts += _not_finite(_pooled(result))
    if facts.rows < facts.of:
        parts.append(f"{facts.rows:,} of {facts.of:,} rows")
    return visible(" · ".join(parts))


def form(facts: ArrayFacts) -> str:
    """`float64 (1000, 3)`."""
    kind = "text" if facts.kind == "categories" else facts.dtype
    return f"{kind} {facts.shape}"


def number(value: float | int | None) -> str:
    """Four significant digits with a real minus sign; whole numbers whole, nothing as a dash."""
    if value is None:
        return "–"
    text = f"{value:,}" if isinstance(value, int) else f"{value:.4g}"
    return text.replace("-", "−")


def tables(result: Description) -> tuple[CardTable, ...]:
    """The figures, or the most frequent values."""
    if result.array.kind == "categories":
        total = sum(result.array.shape)
        rows = tuple(
            (visible(one.value), f"{one.count:,}", f"{100 * one.count / total:.1f} %")
            for one in result.frequencies
        )
        caption = "The most frequent values" if result.distinct > len(rows) else "All values"
        head = ("value", "count", "share")
        return (CardTable(caption=caption, columns=head, align="lrr", rows=rows),)
    found = [*([result.overall] if result.overall else []), *result.columns]
    rows = tuple(_row(summary) for summary in found)
    return (
        CardTable(
            caption="Figures of the finite values", columns=COLUMNS, align="l" + "r" * 9, rows=rows
        ),
    )


def chart(result: Description) -> tuple[str, dict[str, Any], str] | None:
    """Title, Vega-Lite spec and text twin of the distribution; None where there is nothing."""
    if result.frequencies:
        title = f"The most frequent values of {result.array.name}"
        return visible(title), _bars(result), _frequencies(result)
    if result.histogram is None:
        return None
    of = f"column {result.histogram.name} of " if result.histogram.name else ""
    title = f"Histogram of {of}{result.array.name}"
    return visible(title), _histogram(result.histogram), _counts(result.histogram)


def to_text(result: Description) -> str:
    """The headline, notes, figures and the distribution."""
    drawn = chart(result)
    parts = [
        f"{visible(result.array.name)}: {headline(result)}",
        *(visible(note) for note in result.notes),
        *(_plain(table) for table in tables(result)),
        *([drawn[2]] if drawn else []),
    ]
    return "\n".join(parts)


def to_html(result: Description) -> str:
    """A table and a picture, self-contained; the text inherits the host's colour."""
    head = escape(f"{visible(result.array.name)}: {headline(result)}")
    notes = "".join(f"<p>{escape(visible(note))}</p>" for note in result.notes)
    figures = "".join(_html(table) for table in tables(result))
    drawn = chart(result)
    picture = f"<pre>{escape(drawn[2])}</pre>" if drawn else ""
    return (
        f'<section aria-label="{head}" style="color:inherit"><p>{head}</p>{notes}{figures}'
        f"{picture}</section>"
    )


def card(result: Description) -> Card:
    """What front ends draw."""
    drawn = chart(result)
    facts = [
        ("array", visible(result.array.name)),
        ("type", "text" if result.array.kind == "categories" else result.array.dtype),
        ("shape", " × ".join(f"{n:,}" for n in result.array.shape)),
        ("time", f"{result.ms:.0f} ms"),
    ]
    charts = (CardChart(title=drawn[0], spec=drawn[1], text=drawn[2]),) if drawn else ()
    return Card(
        method="describe",
        title=f"{visible(result.array.name)}: {headline(result)}",
        spoken=f"{visible(result.array.name)} is {headline(result)}.".replace(" · ", ", "),
        facts=tuple(facts),
        notes=tuple(visible(note) for note in result.notes),
        tables=tables(result),
        charts=charts,
        result=to_dict(result),
    )


def to_dict(result: Description) -> dict[str, Any]:
    """Plain data, without the id and without categories that are not told of."""
    plain: dict[str, Any] = msgspec.to_builtins(result)
    del plain["kind"]  # tells results apart on the wire
    for key in ("id", "categories"):
        del plain["array"][key]
    return plain | {"offsets": "utf-16"}


def bundle(result: Description) -> dict[str, object]:
    """For a notebook; a front end takes the richest that it knows."""
    return {
        "text/plain": to_text(result),
        "text/html": to_html(result),
        MIME: msgspec.to_builtins(card(result)),
    }


# ── figures ───────────────────────────────────────────────────────────────────────────────────


def _in_short(summary: Summary) -> list[str]:
    parts: list[str] = []
    if summary.mean is not None:
        parts.append(f"mean {number(summary.mean)}")
    if summary.sd is not None:
        parts.append(f"sd {number(summary.sd)}")
    return parts + _not_finite(summary)


def _not_finite(summary: Summary) -> list[str]:
    counts = ((summary.nan, "NaN"), (summary.inf, "∞"), (summary.minus_inf, "−∞"))
    return [f"{count:,} {name}" for count, name in counts if count]


def _pooled(result: Description) -> Summary:
    """What is not finite, in all columns together."""
    return Summary(
        count=sum(column.count for column in result.columns),
        nan=sum(column.nan for column in result.columns),
        inf=sum(column.inf for column in result.columns),
        minus_inf=sum(column.minus_inf for column in result.columns),
    )


def _row(summary: Summary) -> tuple[str, ...]:
    figures = (summary.mean, summary.sd, summary.min, *(summary.quartiles or (None,) * 3))
    return (
        visible(summary.name) or "all",
        f"{summary.count:,}",
        *map(number, (*figures, summary.max)),
        ", ".join(_not_finite(summary)) or "–",
    )


def _plain(table: CardTable) -> str:
    rows = (table.columns, *table.rows)
    widths = [max(len(row[i]) for row in rows) for i in range(len(table.columns))]
    sides = {"l": str.ljust, "r": str.rjust}
    return "\n".join(
        "  ".join(
            sides[side](cell, width)
            for cell, width, side in zip(row, widths, table.align, strict=True)
        ).rstrip()
        for row in rows
    )


def _html(table: CardTable) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for name, *cells in table.rows
    )
    return (
        f"<table><caption>{escape(table.caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


# ── the distribution ──────────────────────────────────────────────────────────────────────────


def _histogram(found: Histogram) -> dict[str, Any]:
    values = [
        {"from": low, "to": high, "count": count}
        for low, high, count in zip(found.edges, found.edges[1:], found.counts, strict=False)
    ]
    return {
        "data": {"values": values},
        "mark": {"type": "bar", "color": css(TOWARDS), "tooltip": True},
        "encoding": {
            "x": {
                "field": "from",
                "type": "quantitative",
                "bin": {"binned": True},
                "title": visible(found.name) or "value",
            },
            "x2": {"field": "to"},
            "y": {"field": "count", "type": "quantitative", "title": "count"},
        },
    }


def _bars(result: Description) -> dict[str, Any]:
    values = [{"value": visible(one.value), "count": one.count} for one in result.frequencies]
    return {
        "data": {"values": values},
        "mark": {"type": "bar", "color": css(TOWARDS), "tooltip": True},
        "encoding": {
            "y": {"field": "value", "type": "nominal", "sort": None, "title": None},
            "x": {"field": "count", "type": "quantitative", "title": "count"},
        },
    }


def _counts(found: Histogram) -> str:
    names = [
        f"{number(low)} … {number(high)}"
        for low, high in zip(found.edges, found.edges[1:], strict=False)
    ]
    return _lines(names, list(found.counts))


def _frequencies(result: Description) -> str:
    names = [visible(one.value)[:40] for one in result.frequencies]
    return _lines(names, [one.count for one in result.frequencies])


def _lines(names: list[str], counts: list[int]) -> str:
    wide, largest = max(map(len, names)), max(counts)
    digits = max(len(f"{count:,}") for count in counts)
    return "\n".join(
        f"{name:>{wide}}  {count:>{digits},}  {'█' * round(BAR * count / largest)}".rstrip()
        for name, count in zip(names, counts, strict=True)
    )
