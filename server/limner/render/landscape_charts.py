"""Vega-Lite of a landscape: along the gradient, layers, spectrum, slice; the twins' curves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from limner.render.card import CardChart
from limner.render.charts import lines, short
from limner.render.colors import AWAY, TOWARDS, css
from limner.render.runs import visible
from limner.results.landscape import Density, Landscape, LandscapePair, LayerMoments, LossSlice

Spec = dict[str, Any]
BARS = 16
"""Most layers of the chart."""
_WORDS = {"loss": "loss", "predictiveness": "gradient turns by", "beta": "β"}
STATES = ("as it is", "centred", "scaled")
INK = (css(TOWARDS), css(AWAY), "#888888")


def charts(result: Landscape) -> tuple[CardChart, ...]:
    """What there is of layers, density and slice."""
    found: list[CardChart] = []
    if result.layers:
        found.append(
            CardChart(title="E‖x‖² of what goes into layers", spec=layers(result.layers), text="")
        )
    if result.density is not None:
        found.append(
            CardChart(
                title="Eigenvalues of the Hessian: density",
                spec=density(result.density),
                text=_density_in_words(result.density),
            )
        )
    if result.slice is not None:
        found.append(
            CardChart(
                title="Loss on two random directions, in lengths of the filters",
                spec=loss_slice(result.slice),
                text=_slice_in_words(result.slice),
            )
        )
    return tuple(found)


def layers(every: Sequence[LayerMoments]) -> Spec:
    """Three bars a layer, those that centring helps most."""
    shown = sorted(every, key=lambda one: -one.gain)[:BARS]
    values = [
        {"layer": visible(one.name), "state": state, "value": short(value)}
        for one in shown
        for state, value in zip(STATES, (one.raw, one.centred, one.scaled), strict=True)
        if value > 0
    ]
    return {
        "width": 360,
        "data": {"values": values},
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {
            "y": {"field": "layer", "type": "nominal", "sort": None, "title": None},
            "yOffset": {"field": "state", "type": "nominal", "sort": list(STATES)},
            "x": {"field": "value", "type": "quantitative", "title": "E‖x‖²"},
            "color": _colors("state", STATES),
        },
    }


def density(found: Density) -> Spec:
    """log₁₀ of the density, where there is any."""
    values = [
        {"eigenvalue": short(x), "density": short(y)}
        for x, y in zip(found.at, found.density, strict=True)
        if y > 1e-8
    ]
    return {
        "width": 360,
        "height": 180,
        "data": {"values": values},
        "mark": {"type": "line", "color": css(AWAY)},
        "encoding": {
            "x": {"field": "eigenvalue", "type": "quantitative", "title": "λ"},
            "y": {
                "field": "density",
                "type": "quantitative",
                "scale": {"type": "log"},
                "title": "density",
            },
        },
    }


def loss_slice(found: LossSlice) -> Spec:
    """A heat map; darker is higher."""
    n, width = found.points, 2 * found.side / (found.points - 1)
    values: list[Spec] = []
    for k, loss in enumerate(found.loss):
        if loss is None:
            continue
        x, y = -found.side + (k % n) * width, -found.side + (k // n) * width
        values.append(
            {
                "x": short(x - width / 2),
                "x2": short(x + width / 2),
                "y": short(y - width / 2),
                "y2": short(y + width / 2),
                "loss": short(loss),
            }
        )
    edge = found.side + width / 2
    span = {"domain": [-edge, edge], "nice": False}
    return {
        "width": 280,
        "height": 280,
        "data": {"values": values},
        "mark": {"type": "rect", "tooltip": True},
        "encoding": {
            "x": {"field": "x", "type": "quantitative", "scale": span, "title": None},
            "y": {"field": "y", "type": "quantitative", "scale": span, "title": None},
            "x2": {"field": "x2"},
            "y2": {"field": "y2"},
            "color": {
                "field": "loss",
                "type": "quantitative",
                "scale": {"range": ["#ffffff", css(AWAY), "#0b2a4a"]},
            },
        },
    }


def pair_charts(result: LandscapePair) -> tuple[CardChart, ...]:
    """Range, predictiveness and β of both, over the steps."""
    names = [one.name for one in result.curves]
    found: list[CardChart] = []
    for title, field in (
        ("Gradient predictiveness ‖g(θ) − g(θ − ηg)‖", "predictiveness"),
        ("Effective β", "beta"),
    ):
        values = [
            {"normalisation": one.name, "step": step, "value": short(value)}
            for one in result.curves
            for step, value in zip(one.steps, getattr(one, field), strict=True)
            if value > 0
        ]
        found.append(
            CardChart(
                title=title,
                spec=_curves(values, names, "log"),
                text=_curves_in_words(result, field),
            )
        )
    return (_range(result, names), *found)


def _range(result: LandscapePair, names: list[str]) -> CardChart:
    values = [
        {
            "normalisation": one.name,
            "step": one.steps[i],
            "value": short(one.loss[i]),
            "low": short(one.low[i]),
            "high": short(one.high[i]),
        }
        for one in result.curves
        for i in range(len(one.steps))
        if math.isfinite(one.high[i])
    ]
    both = _curves(values, names, "linear")["encoding"]
    band = {
        "mark": {"type": "area", "opacity": 0.25},
        "encoding": {
            "x": both["x"],
            "y": {"field": "low", "type": "quantitative", "title": "loss"},
            "y2": {"field": "high"},
            "color": both["color"],
        },
    }
    line = {"mark": {"type": "line", "tooltip": True}, "encoding": both}
    return CardChart(
        title="Loss, and its range along the gradient",
        spec={"width": 360, "height": 180, "data": {"values": values}, "layer": [band, line]},
        text=_curves_in_words(result, "loss"),
    )


def _curves(values: list[Spec], names: Sequence[str], scale: str) -> Spec:
    spec = lines(values, scale=scale, height=160)
    spec["encoding"] |= {
        "color": _colors("normalisation", names),
        "strokeDash": {"field": "normalisation", "type": "nominal", "sort": list(names)},
    }
    return spec


def _colors(field: str, names: Sequence[str]) -> Spec:
    return {
        "field": field,
        "type": "nominal",
        "sort": list(names),
        "scale": {"domain": list(names), "range": list(reversed(INK[:2]))}
        if len(names) == 2
        else {"domain": list(names), "range": list(INK)},
        "legend": {"title": None if field == "state" else field, "orient": "bottom"},
    }


def _density_in_words(found: Density) -> str:
    low, high = found.at[0] + 4 * found.width, found.at[-1] - 4 * found.width
    return f"Eigenvalues from {low:.3g} to {high:.3g}."


def _slice_in_words(found: LossSlice) -> str:
    known = [loss for loss in found.loss if loss is not None]
    if not known:
        return "The loss is finite nowhere on the slice."
    middle = found.loss[(found.points // 2) * (found.points + 1)] if found.points % 2 else None
    here = "" if middle is None else f", {middle:.3g} in the middle"
    return f"Loss from {min(known):.3g} to {max(known):.3g}{here}."


def _curves_in_words(result: LandscapePair, field: str) -> str:
    return "\n".join(
        f"{one.name:<8} {_WORDS[field]} {getattr(one, field)[0]:.3g} → "
        f"{getattr(one, field)[-1]:.3g}, "
        f"at most {max(getattr(one, field)):.3g}"
        for one in result.curves
    )
