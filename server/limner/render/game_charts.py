"""Vega-Lite of a game: the phase plane with its shading, distances over time, eigenvalues."""

from __future__ import annotations

import math
from typing import Any

from limner.game import GanDynamics, Line, Portrait
from limner.render.card import CardChart
from limner.render.charts import short
from limner.render.colors import AWAY, GREEN, PURPLE, TOWARDS, css

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
    cells = [
        {
            "x": short(-side + (i % n) * width),
            "x2": short(-side + (i % n + 1) * width),
            "y": short(-side + (i // n) * width),
            "y2": short(-side + (i // n + 1) * width),
            "growth": short(g),
        }
        for i, g in enumerate(plane.growth)
        if g is not None
    ]
    most = max((abs(cell["growth"]) for cell in cells), default=0.0) or 1.0
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
        "scale": {"domain": [-most, 0, most], "range": [css(AWAY), "#ffffff00", css(TOWARDS)]},
    }
    return {
        "width": 320,
        "height": 320,
        "layer": [
            {
                "data": {"values": cells},
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
                "encoding": {"x": x, "y": y, "order": {"field": "i"}, "stroke": _which(lines)},
            },
        ],
        "resolve": {"scale": {"color": "independent", "stroke": "independent"}},
    }


def distances(lines: tuple[Line, ...]) -> Spec:
    """A curve for each run."""
    values = [
        {"run": one.name, "time": short(one.time[i]), "distance": short(one.distance[i])}
        for one in lines
        for i in _picked(len(one.time))
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
    return [
        {"run": one.name, "i": i, "x": short(one.x[i]), "y": short(one.y[i])}
        for one in lines
        if not one.name.endswith("average")
        for i in _picked(len(one.x))
        if abs(one.x[i]) < 2 * side and abs(one.y[i]) < 2 * side
    ]


def _picked(count: int) -> range:
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
