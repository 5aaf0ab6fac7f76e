"""All pairs of a table's columns: a heat map, and a table that says the same in numbers."""

from __future__ import annotations

from html import escape
from typing import Any

import msgspec

from limner.protocol import Column, Pair, PairMatrix
from limner.render import sheet
from limner.render.card import Card, CardChart, CardTable
from limner.render.charts import short
from limner.render.hsic import PATHS, count, kernel, number, source
from limner.render.runs import visible

ROWS = 300
"""Most pairs of the table, the least p first; the heat map has all."""
CLIP = 30
"""Longest name of a column in the heat map."""
LABELLED = 40
"""Most columns whose names stand at the heat map's sides."""

Spec = dict[str, Any]


def headline(result: PairMatrix) -> str:
    """`HSIC: 3 of 10 pairs dependent · 5 columns · q ≤ 0.05 (gamma approximation) · n = 200`."""
    if len(result.pairs) == 1:
        (pair,) = result.pairs
        parts = [f"HSIC {number(pair.hsic)}", f"{least('p', pair.p)} ({_source(result)})"]
    else:
        found = sum(pair.significant for pair in result.pairs)
        parts = [
            f"HSIC: {count(found)} of {count(len(result.pairs))} pairs dependent",
            f"{len(result.columns)} columns",
            f"q ≤ {result.alpha:g} ({_source(result)})",
        ]
    parts.append(f"n = {count(result.n)}")
    if result.dropped:
        parts.append(f"{count(result.dropped)} left out")
    return " · ".join(parts)


def least(name: str, value: float) -> str:
    """`q = 0.03`, or `q < 0.001`."""
    return f"{name} < 0.001" if value < 0.001 else f"{name} = {value:.2g}"


def spoken(result: PairMatrix) -> str:
    """The result in a sentence or two."""
    found = [pair for pair in ranked(result) if pair.significant]
    names = "; ".join(" and ".join(_names(result, pair)) for pair in found[:5])
    total = len(result.pairs)
    said = f"Of {total} pairs of columns {len(found)} depend on each other"
    more = f", the strongest: {names}" if found else ""
    return (
        f"{said} at a false discovery rate of {result.alpha:g} by {_source(result)}{more}; "
        f"{count(result.n)} rows."
    )


def facts(result: PairMatrix) -> tuple[tuple[str, str], ...]:
    """Names and values in reading order."""
    error = ""
    if result.error is not None:
        note = f" ({result.error_note})" if result.error_note else ""
        error = f"; error of HSIC {number(result.error)}{note}"
    told = [
        ("columns", ", ".join(visible(column.name) for column in result.columns[:20])),
        ("p", f"by {_source(result)}{_seed(result)}"),
        ("q", f"Benjamini–Hochberg over {count(len(result.pairs))} pairs, alpha {result.alpha:g}"),
        ("estimator", result.estimator),
        ("computed", visible("; ".join(_paths(result)) + error)),
        ("rows", _rows(result)),
        ("time", f"{result.ms:.0f} ms on {result.device}"),
    ]
    return tuple(told)


def ranked(result: PairMatrix) -> list[Pair]:
    """The pairs, the least p first; among equals the strongest."""
    return sorted(result.pairs, key=lambda pair: (pair.p, -(pair.normalised or 0.0)))


def tables(result: PairMatrix) -> tuple[CardTable, ...]:
    """The pairs and the columns' kernels."""
    shown = ranked(result)[:ROWS]
    caption = "Pairs, the least p first"
    if len(result.pairs) > ROWS:
        caption = f"{caption}: {ROWS} of {count(len(result.pairs))}"
    pairs = CardTable(
        caption=f"{caption} (* q ≤ {result.alpha:g})",
        columns=("x", "y", "normalised", "HSIC", "p", "q", ""),
        align="llrrrrl",
        rows=tuple((*_names(result, pair), *_figures(pair)) for pair in shown),
    )
    columns = CardTable(
        caption="Columns",
        columns=("column", "type", "kernel", "rank"),
        align="lllr",
        rows=tuple(map(_column, result.columns)),
    )
    return pairs, columns


def charts(result: PairMatrix) -> tuple[CardChart, ...]:
    """The heat map and its twin: a line of stars for each column."""
    if len(result.pairs) < 2:
        return ()
    title = "Normalised HSIC of all pairs; * significant"
    return (CardChart(title=title, spec=heat_map(result), text=_stars(result)),)


def heat_map(result: PairMatrix) -> Spec:
    """Both halves, so that every column is a row and a column of the picture."""
    names = _labels(result)
    values: list[dict[str, Any]] = []
    for pair in result.pairs:
        said = {
            "normalised": None if pair.normalised is None else short(pair.normalised),
            "p": short(pair.p),
            "q": short(pair.q),
            "mark": "*" if pair.significant else "",
        }
        values.append({"x": names[pair.i], "y": names[pair.j], **said})
        values.append({"x": names[pair.j], "y": names[pair.i], **said})
    many = len(names) > LABELLED
    axis = {"type": "nominal", "sort": names, "title": None, "axis": {"labels": not many}}
    place = {"x": {"field": "x", **axis}, "y": {"field": "y", **axis}}
    shade = {"field": "normalised", "type": "quantitative", "title": "normalised"}
    color = {**shade, "scale": {"scheme": "oranges", "domain": [0, 1], "clamp": True}}
    rect = {"type": "rect", "tooltip": {"content": "data"}}
    return {
        "data": {"values": values},
        "encoding": place,
        "layer": [
            {"mark": rect, "encoding": {"color": color}},
            {
                "mark": {"type": "text", "baseline": "middle", "color": "black"},
                "encoding": {"text": {"field": "mark", "type": "nominal"}},
            },
        ],
    }


def card(result: PairMatrix) -> Card:
    """What front ends draw."""
    return Card(
        method="hsic_matrix",
        title=headline(result),
        spoken=spoken(result),
        facts=facts(result),
        notes=tuple(map(visible, result.notes)),
        tables=tables(result),
        charts=charts(result),
        result=to_dict(result) | {"offsets": "utf-16"},
    )


def to_text(result: PairMatrix) -> str:
    """Headline, facts, tables, the heat map as stars, notes."""
    return sheet.to_text(card(result))


def to_html(result: PairMatrix) -> str:
    """The same as a self-contained fragment, with the heat map."""
    from limner.render.hsic_svg import to_svg

    picture = f'<div role="img" aria-label="{escape(spoken(result))}">{to_svg(result)}</div>'
    return sheet.to_html(card(result), picture=picture)


def bundle(result: PairMatrix) -> dict[str, Any]:
    """For a notebook; a front end takes the richest that it knows."""
    return sheet.bundle(card(result)) | {"text/html": to_html(result)}


def to_dict(result: PairMatrix) -> dict[str, Any]:
    """The stable JSON; `x` and `y` of a pair are names of columns."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(result))
    del plain["kind"]  # tells results apart on the wire
    names = [column.name for column in result.columns]
    plain["pairs"] = [
        {
            "x": names[pair.i],
            "y": names[pair.j],
            "n": pair.n,
            "statistic": pair.hsic,
            "normalized": pair.normalised,
            "p_value": pair.p,
            "q_value": pair.q,
            "significant": pair.significant,
        }
        for pair in result.pairs
    ]
    plain["ms"] = round(result.ms, 1)
    first = ("method", "n", "p_method", "permutations", "alpha", "ms", "pairs", "columns")
    return {key: plain.pop(key) for key in first} | plain


def to_json(result: PairMatrix) -> str:
    """One JSON object on one line."""
    return msgspec.json.encode(to_dict(result)).decode()


# ── inside ────────────────────────────────────────────────────────────────────────────────────


def _source(result: PairMatrix) -> str:
    return source(result.p_method, result.permutations)


def _seed(result: PairMatrix) -> str:
    if result.p_method == "gamma":
        return "; rough where it is small"
    return f" with seed {result.seed}; at least {1 / (result.permutations + 1):.2g}"


def _names(result: PairMatrix, pair: Pair) -> tuple[str, str]:
    return visible(result.columns[pair.i].name), visible(result.columns[pair.j].name)


def _figures(pair: Pair) -> tuple[str, ...]:
    p, q = (f"{one:.2g}" if one >= 0.001 else "< 0.001" for one in (pair.p, pair.q))
    star = "*" if pair.significant else ""
    return number(pair.normalised), number(pair.hsic), p, q, star


def _column(column: Column) -> tuple[str, ...]:
    kind = "labels" if column.kind == "categories" else column.dtype
    return visible(column.name), kind, kernel(column.kernel), str(column.rank or "–")


def _paths(result: PairMatrix) -> list[str]:
    return list(dict.fromkeys(PATHS[column.path] for column in result.columns))


def _rows(result: PairMatrix) -> str:
    said = count(result.n)
    if result.dropped:
        said = f"{said}; {count(result.dropped)} left out for missing or infinite values"
    return said


def _labels(result: PairMatrix) -> list[str]:
    """Names of columns that fit the picture and tell each other apart."""
    found: list[str] = []
    for index, column in enumerate(result.columns):
        name = visible(column.name)
        name = name if len(name) <= CLIP else f"{name[: CLIP - 1]}…"
        found.append(name if name not in found else f"{name} ({index})")
    return found


def _stars(result: PairMatrix) -> str:
    """Which columns each one depends on."""
    names = _labels(result)
    lines: list[str] = []
    for index, name in enumerate(names):
        partners = [
            names[pair.j if pair.i == index else pair.i]
            for pair in result.pairs
            if pair.significant and index in (pair.i, pair.j)
        ]
        if partners:
            lines.append(f"{name} * {', '.join(partners)}")
    return "\n".join(lines) or "No pair is significant."
