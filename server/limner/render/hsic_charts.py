"""Vega-Lite of an answer of HSIC: the pairs, and the null distribution with what was observed."""

from __future__ import annotations

from typing import Any

from limner.protocol import Binned, Counted, Histogram, Independence, Points
from limner.render.card import CardChart
from limner.render.charts import short
from limner.render.colors import AWAY, TOWARDS, css
from limner.render.runs import visible

BAR = 32
"""Width of a bar of text, in characters."""
LINES = 24
"""Most lines of a chart's text twin."""
CLIP = 40
"""Longest name of a category in a chart."""
SIZE = {"width": 300, "height": 260}
"""Pixels of a picture of pairs: about a square, so that a circle looks like one."""

Spec = dict[str, Any]


def charts(result: Independence) -> tuple[CardChart, ...]:
    """The pairs first, where they can be drawn, then the null distribution."""
    found: list[CardChart] = []
    x, y = visible(result.x.name), visible(result.y.name)
    if spec := scatter(result):
        found.append(CardChart(title=f"{y} against {x}", spec=spec, text=_pairs_in_words(result)))
    if result.null is not None:
        title = "HSIC under permutation, and observed"
        twin = _null_in_words(result.null, result.hsic)
        found.append(CardChart(title=title, spec=null(result.null, result.hsic), text=twin))
    return tuple(found)


def beside(result: Independence) -> Spec | None:
    """All charts in one spec, below each other: a panel has one."""
    drawn = [{**chart.spec, "title": chart.title, "width": 260} for chart in charts(result)]
    return {"vconcat": drawn} if drawn else None


def scatter(result: Independence) -> Spec | None:
    """Dots, rectangles, or a table of counts as a heat map."""
    x, y = visible(result.x.name), visible(result.y.name)
    if isinstance(result.scatter, Points):
        return _dots(result.scatter, x, y)
    if isinstance(result.scatter, Binned):
        return _binned(result.scatter, x, y)
    if isinstance(result.scatter, Counted):
        return _counted(result.scatter, x, y)
    return None


def null(found: Histogram, observed: float) -> Spec:
    """Bars of the null distribution and a line at the observed value."""
    values = [
        {"from": short(low), "to": short(high), "count": count}
        for low, high, count in zip(found.edges, found.edges[1:], found.counts, strict=False)
    ]
    axis = {"type": "quantitative", "title": "HSIC"}
    return {
        "layer": [
            {
                "data": {"values": values},
                "mark": {"type": "bar", "color": css(AWAY), "tooltip": True},
                "encoding": {
                    "x": {"field": "from", "bin": {"binned": True}, **axis},
                    "x2": {"field": "to"},
                    "y": {"field": "count", "type": "quantitative", "title": "permutations"},
                },
            },
            {
                "data": {"values": [{"observed": short(observed)}]},
                "mark": {"type": "rule", "color": css(TOWARDS), "strokeWidth": 3, "tooltip": True},
                "encoding": {"x": {"field": "observed", **axis}},
            },
        ]
    }


# ── pairs ─────────────────────────────────────────────────────────────────────────────────────


def _dots(points: Points, x: str, y: str) -> Spec:
    values = [
        {
            **_place("x", one, points.x_categories),
            **_place("y", other, points.y_categories),
        }
        for one, other in zip(points.x, points.y, strict=True)
    ]
    encoding = {
        **_along("x", x, points.x_categories),
        **_along("y", y, points.y_categories),
    }
    mark = {"type": "circle", "color": css(AWAY), "opacity": _opacity(len(values)), "tooltip": True}
    return {"data": {"values": values}, "mark": mark, "encoding": encoding, **SIZE}


def _place(axis: str, value: float, categories: tuple[str, ...]) -> dict[str, Any]:
    """A number as it is; a category by name, and how far beside its middle it is drawn."""
    if not categories:
        return {axis: short(value)}
    index = min(max(round(value), 0), len(categories) - 1)
    return {axis: _name(categories[index]), f"{axis}_beside": short(value - index)}


def _along(axis: str, title: str, categories: tuple[str, ...]) -> dict[str, Any]:
    if not categories:
        scale = {"zero": False}
        return {axis: {"field": axis, "type": "quantitative", "title": title, "scale": scale}}
    spread = {"field": f"{axis}_beside", "type": "quantitative", "scale": {"domain": [-0.5, 0.5]}}
    return {
        axis: {"field": axis, "type": "nominal", "title": title, "sort": None},
        f"{axis}Offset": spread,
    }


def _opacity(count: int) -> float:
    """Paler where many lie over each other."""
    return 0.7 if count <= 200 else 0.4 if count <= 1000 else 0.2


def _binned(found: Binned, x: str, y: str) -> Spec:
    values = [
        {
            "x": short(found.x_edges[i]),
            "x2": short(found.x_edges[i + 1]),
            "y": short(found.y_edges[j]),
            "y2": short(found.y_edges[j + 1]),
            "count": count,
        }
        for i, row in enumerate(found.counts)
        for j, count in enumerate(row)
        if count
    ]
    scale = {"zero": False}
    return {
        "data": {"values": values},
        "mark": {"type": "rect", "tooltip": True},
        "encoding": {
            "x": {"field": "x", "type": "quantitative", "title": x, "scale": scale},
            "x2": {"field": "x2"},
            "y": {"field": "y", "type": "quantitative", "title": y, "scale": scale},
            "y2": {"field": "y2"},
            "color": _count_color(),
        },
        **SIZE,
    }


def _counted(found: Counted, x: str, y: str) -> Spec:
    values = [
        {"x": _name(one), "y": _name(other), "count": found.counts[i][j]}
        for i, one in enumerate(found.x)
        for j, other in enumerate(found.y)
    ]
    return {
        "data": {"values": values},
        "mark": {"type": "rect", "tooltip": True},
        "encoding": {
            "x": {"field": "x", "type": "nominal", "title": x, "sort": None},
            "y": {"field": "y", "type": "nominal", "title": y, "sort": None},
            "color": _count_color(),
        },
    }


def _count_color() -> dict[str, Any]:
    return {"field": "count", "type": "quantitative", "scale": {"scheme": "blues"}}


def _name(text: str) -> str:
    text = visible(text)
    return text if len(text) <= CLIP else f"{text[: CLIP - 1]}…"


# ── in words ──────────────────────────────────────────────────────────────────────────────────


def _pairs_in_words(result: Independence) -> str:
    found = result.scatter
    if isinstance(found, Counted):
        return _counts_in_words(found)
    if isinstance(found, Points):
        more = f", an even sample of {found.of:,} pairs" if found.of > len(found.x) else ""
        spans = [
            f"{name} {min(values):.3g} … {max(values):.3g}".replace("-", "−")
            for name, values, names in (
                (visible(result.x.name), found.x, found.x_categories),
                (visible(result.y.name), found.y, found.y_categories),
            )
            if values and not names
        ]
        return ", ".join([f"{len(found.x):,} dots{more}", *spans])
    if isinstance(found, Binned):
        total = sum(map(sum, found.counts))
        fullest = max(max(row) for row in found.counts)
        sizes = f"{len(found.counts)} × {len(found.counts[0])}"
        return f"{total:,} pairs in {sizes} rectangles; the fullest has {fullest:,}"
    return ""


def _counts_in_words(found: Counted) -> str:
    head = [""] + [_name(one)[:12] for one in found.y[:8]]
    rows = [
        [_name(one)[:20], *(f"{count:,}" for count in counts[:8])]
        for one, counts in zip(found.x[:LINES], found.counts, strict=False)
    ]
    wide, *widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    lines = [
        "  ".join([name.ljust(wide), *map(str.rjust, cells, widths)])
        for name, *cells in [head, *rows]
    ]
    cut = len(found.y) > 8 or len(found.x) > LINES
    return "\n".join([*lines, *(["… and more"] if cut else [])])


def _null_in_words(found: Histogram, observed: float) -> str:
    """A line for each bin, bins put together where there are many, then what was observed."""
    edges, counts = found.edges, found.counts
    step = -(-len(counts) // LINES)
    bins = [
        (edges[i], edges[min(i + step, len(counts))], sum(counts[i : i + step]))
        for i in range(0, len(counts), step)
    ]
    names = [f"{low:.3g} … {high:.3g}" for low, high, _ in bins]
    wide, most = max(map(len, names)), max(one[2] for one in bins) or 1
    digits = max(len(f"{one[2]:,}") for one in bins)
    lines = [
        f"{name:>{wide}}  {count:>{digits},}  {'█' * round(BAR * count / most)}".rstrip()
        for name, (_, _, count) in zip(names, bins, strict=True)
    ]
    lines.append(f"observed: {observed:.3g}")
    return "\n".join(lines).replace("-", "−")
