"""Vega-Lite of the cloze methods' answers, each with its twin in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from limner.protocol import Candidate, ClozeTraining
from limner.render import cloze_words as words
from limner.render.charts import bars, short
from limner.render.colors import AWAY, TOWARDS, css
from limner.results.cloze import Bin

Spec = dict[str, Any]
STEPS = 10
"""Bins of confidence over [0, 1]."""
GREY = "#888888"
INK = (css(TOWARDS), css(AWAY))
SHAPES = ("circle", "square")
"""The curves differ by shape too."""
_SIDE = {"width": 280, "height": 280}


@dataclass(frozen=True)
class Curve:
    """A reliability curve and what it is of."""

    name: str
    bins: tuple[Bin, ...]

    def drawn(self) -> tuple[Bin, ...]:
        """Those that are numbers."""
        return tuple(b for b in self.bins if math.isfinite(b.confidence + b.accuracy))


def candidates(shown: Sequence[Candidate]) -> Spec:
    """A lying bar for each word."""
    rows = [(words.cell(one.text), _finite(one.probability)) for one in shown]
    return bars(rows, unit="probability")


# ── how sure ──────────────────────────────────────────────────────────────────────────────────


def counted(sure: Sequence[float], labels: int) -> list[tuple[float, float, int]]:
    """Texts in each step of probability, from the least that the likeliest label can have."""
    counts = [0] * STEPS
    for p in sure:
        if math.isfinite(p):
            counts[min(max(int(p * STEPS), 0), STEPS - 1)] += 1
    first = STEPS // max(labels, 1) if labels > 1 else 0
    first = min([first, *(i for i, n in enumerate(counts) if n)])
    return [(i / STEPS, (i + 1) / STEPS, counts[i]) for i in range(first, STEPS)]


def confidences(sure: Sequence[float], labels: int) -> Spec:
    """A histogram."""
    steps = counted(sure, labels)
    values = [{"from": low, "to": high, "texts": n} for low, high, n in steps]
    return {
        "width": 320,
        "height": 160,
        "data": {"values": values},
        "mark": {"type": "bar", "color": css(AWAY), "tooltip": True},
        "encoding": {
            "x": {
                "field": "from",
                "type": "quantitative",
                "bin": {"binned": True, "step": 1 / STEPS},
                "title": "probability of the label",
                "axis": {"format": ".0%"},
            },
            "x2": {"field": "to"},
            "y": {
                "field": "texts",
                "type": "quantitative",
                "title": "texts",
                "axis": {"tickMinStep": 1, "format": "d"},
            },
        },
    }


def confidence_in_words(sure: Sequence[float], labels: int) -> str:
    """A line for each step."""
    steps = counted(sure, labels)
    most = max((n for *_, n in steps), default=0)
    rows = [(_span(low, high), f"{n:,}", words.bar(n, most, 32)) for low, high, n in steps]
    return words.aligned(("probability", "texts", ""), "lrl", rows)


# ── reliability ───────────────────────────────────────────────────────────────────────────────


def reliability(curves: Sequence[Curve]) -> Spec:
    """A dot for each bin, its area by its texts; on the diagonal, what is said is what is right."""
    values = [
        {
            "which": curve.name,
            "said": short(one.confidence),
            "right": short(one.accuracy),
            "texts": one.count,
        }
        for curve in curves
        for one in curve.drawn()
    ]
    names = [curve.name for curve in curves]
    most = max((value["texts"] for value in values), default=1)
    span = {"domain": [0, 1], "nice": False}
    x = {"field": "said", "type": "quantitative", "scale": span, "title": "probability said"}
    y = {"field": "right", "type": "quantitative", "scale": span, "title": "share right"}
    at = {"x": {**x, "axis": {"format": ".0%"}}, "y": {**y, "axis": {"format": ".0%"}}}
    legend = {"title": None, "orient": "bottom"}
    which = {"field": "which", "type": "nominal", "sort": None, "legend": legend}
    return {
        **_SIDE,
        "layer": [
            {
                "data": {"values": [{"said": 0, "right": 0}, {"said": 1, "right": 1}]},
                "mark": {"type": "line", "color": GREY, "strokeDash": [5, 4]},
                "encoding": at,
            },
            {
                "data": {"values": values},
                "mark": {"type": "point", "filled": True, "opacity": 0.75, "tooltip": True},
                "encoding": {
                    **at,
                    "size": {
                        "field": "texts",
                        "type": "quantitative",
                        "title": "texts",
                        "scale": {"domain": [0, most], "range": [20, 400]},
                        "legend": None,
                    },
                    "color": {**which, "scale": {"domain": names, "range": _first(INK, names)}},
                    "shape": {**which, "scale": {"domain": names, "range": _first(SHAPES, names)}},
                },
            },
        ],
    }


def reliability_in_words(curves: Sequence[Curve]) -> str:
    """A line for each bin."""
    rows = [
        (
            curve.name,
            _span(one.low, one.high),
            f"{one.count:,}",
            words.percent(one.confidence),
            words.percent(one.accuracy),
            words.points(one.accuracy - one.confidence),
        )
        for curve in curves
        for one in curve.bins
    ]
    return words.aligned(("", "bin", "texts", "said", "right", "right − said"), "llrrrr", rows)


# ── learning ──────────────────────────────────────────────────────────────────────────────────


def learning(result: ClozeTraining) -> Spec:
    """Two charts below each other: training loss, held-out accuracy; a rule at the kept pass."""
    losses = [{"pass": e.epoch, "loss": short(e.train_loss)} for e in result.epochs]
    right = [(0, result.before), *((e.epoch, e.held_out) for e in result.epochs)]
    shares = [{"pass": epoch, "accuracy": short(q.accuracy)} for epoch, q in right]
    return {
        "vconcat": [
            _curve(losses, "loss", "training loss", result, INK[0], {}),
            _curve(shares, "accuracy", "held-out accuracy", result, INK[1], {"format": ".0%"}),
        ]
    }


def learning_in_words(result: ClozeTraining) -> str:
    """A line for each pass, and one for the model as it was."""
    before = result.before
    rows = [("0", "", words.percent(before.accuracy), words.number(before.log_loss), "before")]
    rows += [
        (
            str(one.epoch),
            words.number(one.train_loss),
            words.percent(one.held_out.accuracy),
            words.number(one.held_out.log_loss),
            "kept" if one.epoch == result.kept else "",
        )
        for one in result.epochs
    ]
    head = ("pass", "training loss", "held-out accuracy", "held-out log loss", "")
    return words.aligned(head, "rrrrl", rows)


# ── inside ────────────────────────────────────────────────────────────────────────────────────


def _curve(
    values: Sequence[Spec], field: str, title: str, result: ClozeTraining, ink: str, axis: Spec
) -> Spec:
    last = max((one.epoch for one in result.epochs), default=1)
    x = {
        "field": "pass",
        "type": "quantitative",
        "title": "pass",
        "scale": {"domain": [0, last], "nice": False},
        "axis": {"tickMinStep": 1, "format": "d"},
    }
    y = {
        "field": field,
        "type": "quantitative",
        "title": title,
        "scale": {"zero": False},
        "axis": axis,
    }
    layers: list[Spec] = [
        {
            "data": {"values": [one for one in values if math.isfinite(one[field])]},
            "mark": {"type": "line", "point": {"color": ink}, "color": ink, "tooltip": True},
            "encoding": {"x": x, "y": y},
        }
    ]
    if result.kept:
        beside = 8 if field == "loss" else 132  # where the curve is not, if training helped
        kept = {"values": [{"pass": result.kept, "said": "kept"}]}
        layers += [
            {
                "data": kept,
                "mark": {"type": "rule", "color": GREY, "strokeDash": [5, 4]},
                "encoding": {"x": x},
            },
            {
                "data": kept,
                "mark": {"type": "text", "align": "left", "dx": 4, "color": GREY},
                "encoding": {
                    "x": x,
                    "y": {"value": beside},
                    "text": {"field": "said"},
                },
            },
        ]
    return {"width": 320, "height": 140, "layer": layers}


def _first(inks: Sequence[str], names: Sequence[str]) -> list[str]:
    return list(inks[: len(names)])


def _span(low: float, high: float) -> str:
    return f"{100 * low:.0f} … {100 * high:.0f} %"


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0
