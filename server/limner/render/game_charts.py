"""Vega-Lite of a game: the phase plane with its shading, distances over time, eigenvalues."""

from __future__ import annotations

import math
from typing import Any

from limner.render.card import CardChart
from limner.render.charts import short
from limner.render.colors import AWAY, GREEN, PURPLE, TOWARDS, css
from limner.results.game import GanDynamics, Line, Portrait

Spec = dict[str, Any]
INK = ("currentColor", css(TOWARDS), css(AWAY), css(PURPLE), css(GREEN), "#888888")
DRAWN = 150
"""Most points of a line in a chart: notebooks keep them."""


def charts(result: GanDynamics) -> tuple[CardChart, ...]:
    """Portrait and distances of a small game; eigenvalues of networks."""
    found: list[CardChart] = []
    if result.portrait is not None:
        found.append(
            CardChart(
                title="Phase plane: φ and θ along their start; orange grows, blue shrinks",
                spec=portrait(result.portrait, result.lines),
                text=_runs_in_words(result.lines),
            )
        )
        found.append(
            CardChart(
                title="Distance from the equilibrium",
                spec=distances(result.lines),
                text="",
            )
        )
    elif result.eigenvalues:
        found.append(
            CardChart(
                title=f"Eigenvalues; simultaneous steps of {result.step:g} are stable in the disc",
                spec=spectrum(result),
                text=_spectrum_in_words(result),
            )
        )
    return tuple(found)


def portrait(plane: Portrait, lines: tuple[Line, ...]) -> Spec:
    """Cells by growth, arrows of length one, runs."""
    side, n = plane.side, plane.cells
    width = 2 * side / n
    cells = [{"i": i, "growth": short(g)} for i, g in enumerate(plane.growth) if g]
    column, row = f"datum.i % {n}", f"floor(datum.i / {n})"
    places = {
        "x": f"{-side} + ({column}) * {width}",
        "x2": f"{-side} + ({column} + 1) * {width}",
        "y": f"{-side} + {row} * {width}",
        "y2": f"{-side} + ({row} + 1) * {width}",
    }
    most = usual_growth(plane)
    size = 0.06 * side
    arrows = [
        {"x": short(x), "y": short(y), "x2": short(x + size * a), "y2": short(y + size * b)}
        for x, y, a, b in plane.arrows
    ]
    span = {"domain": [-side, side], "nice": False}
    x = {"field": "x", "type": "quantitative", "scale": span, "title": "φ"}
    y = {"field": "y", "type": "quantitative", "scale": span, "title": "θ"}
    ends = {"x": x, "y": y, "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    shade = {
        "field": "growth",
        "type": "quantitative",
        "title": "largest Re λ",
        "scale": {
            "clamp": True,
            "domain": [-most, 0, most],
            "range": [css(AWAY), "#ffffff00", css(TOWARDS)],
        },
    }
    return {
        "width": 320,
        "height": 320,
        "layer": [
            {
                "data": {"values": cells},  # their places are computed: notebooks keep the data
                "transform": [{"calculate": at, "as": name} for name, at in places.items()],
                "mark": {"type": "rect", "opacity": 0.5, "tooltip": True},
                "encoding": {**ends, "color": shade},
            },
            {
                "data": {"values": arrows},
                "mark": {"type": "rule", "opacity": 0.6, "color": "#888888"},
                "encoding": ends,
            },
            {
                "data": {"values": [{"x": short(x), "y": short(y)} for x, y, *_ in plane.arrows]},
                "mark": {"type": "point", "filled": True, "size": 8, "color": "#888888"},
                "encoding": {"x": x, "y": y},
            },
            {
                "data": {"values": _points(lines, side)},
                "mark": {"type": "line", "clip": True, "strokeWidth": 1.5},
                "encoding": {
                    "x": x,
                    "y": y,
                    "order": {"field": "i"},
                    "detail": {"field": "part"},
                    "stroke": _which(lines),
                },
            },
        ],
        "resolve": {"scale": {"color": "independent", "stroke": "independent"}},
    }


def distances(lines: tuple[Line, ...]) -> Spec:
    """A curve for each run."""
    values = [
        {"run": one.name, "time": short(one.time[i]), "distance": short(one.distance[i])}
        for one in lines
        for i in picked(len(one.time))
        if one.distance[i] > 0
    ]
    return {
        "width": 320,
        "height": 180,
        "data": {"values": values},
        "mark": {"type": "line", "tooltip": True},
        "encoding": {
            "x": {"field": "time", "type": "quantitative", "title": "time (steps · h)"},
            "y": {
                "field": "distance",
                "type": "quantitative",
                "scale": {"type": "log"},
                "title": "distance",
            },
            "stroke": _which(lines),
        },
    }


def spectrum(result: GanDynamics) -> Spec:
    """Dots in the complex plane, and the circle |1 + hλ| = 1."""
    radius = 1 / result.step
    circle = [
        {
            "re": short(radius * (math.cos(k * math.pi / 60) - 1)),
            "im": short(radius * math.sin(k * math.pi / 60)),
            "i": k,
        }
        for k in range(121)
    ]
    dots = [{"re": short(re), "im": short(im)} for re, im in result.eigenvalues or ()]
    reach = 1.2 * max((max(abs(d["re"]), abs(d["im"])) for d in dots), default=1.0) or 1.0
    span = {"domain": [-reach, reach], "nice": False}
    at = {
        "x": {"field": "re", "type": "quantitative", "title": "Re λ", "scale": span},
        "y": {"field": "im", "type": "quantitative", "title": "Im λ", "scale": span},
    }
    return {
        "width": 280,
        "height": 280,
        "layer": [
            {
                "data": {"values": circle},
                "mark": {"type": "line", "clip": True, "color": css(AWAY)},
                "encoding": {**at, "order": {"field": "i"}},
            },
            {
                "data": {"values": dots},
                "mark": {"type": "point", "filled": True, "color": css(TOWARDS), "tooltip": True},
                "encoding": at,
            },
        ],
    }


def _points(lines: tuple[Line, ...], side: float) -> list[Spec]:
    """Points of runs in the plane; the two ends of a long run are two stretches."""
    found: list[Spec] = []
    for one in lines:
        if one.name.endswith("average"):
            continue
        part = 0
        for i, (x, y) in enumerate(zip(one.x, one.y, strict=True)):
            if x is None or y is None:
                part += 1
            elif abs(x) < 2 * side and abs(y) < 2 * side:
                point = {"run": one.name, "i": i, "x": short(x), "y": short(y)}
                found.append(point | ({"part": part} if part else {}))
    return found


def usual_growth(plane: Portrait) -> float:
    """What the shading's full colour stands for: one wild cell does not wash out the others."""
    sizes = sorted(abs(g) for g in plane.growth if g is not None)
    return (sizes[int(0.95 * (len(sizes) - 1))] if sizes else 0.0) or max(sizes, default=0.0) or 1.0


def picked(count: int) -> range:
    """Which points of a run are drawn."""
    return range(0, count, max(1, count // DRAWN))


def _which(lines: tuple[Line, ...]) -> Spec:
    names = [one.name for one in lines]
    return {
        "field": "run",
        "type": "nominal",
        "sort": names,
        "scale": {"domain": names, "range": [INK[i % len(INK)] for i in range(len(names))]},
        "legend": {"title": None, "orient": "bottom", "columns": 2},
    }


def _runs_in_words(lines: tuple[Line, ...]) -> str:
    """Where each run begins and ends."""
    width = max((len(one.name) for one in lines), default=0)
    return "\n".join(
        f"{one.name:<{width}}  distance {one.distance[0]:.3g} → {one.distance[-1]:.3g} "
        f"after {one.time[-1]:.4g}"
        for one in lines
        if one.distance
    )


def _spectrum_in_words(result: GanDynamics) -> str:
    top = result.eigenvalues or ()
    return f"{len(top)} eigenvalues; real parts {top[-1][0]:.3g} … {top[0][0]:.3g}" if top else ""
