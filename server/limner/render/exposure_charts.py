"""Vega-Lite of exposure bias: both curves with their pairs, and the beam's tree."""

from __future__ import annotations

from typing import Any

from limner.render.card import CardChart
from limner.render.charts import short
from limner.render.colors import AWAY, TOWARDS, css
from limner.render.runs import visible
from limner.results.exposure import CurvePoint, ExposureBias, PairExposure

Spec = dict[str, Any]

CURVES = (("after the target's words", css(AWAY)), ("after its own words", css(TOWARDS)))
KL = "KL between them"
GREY = "#888888"
STEPS = 14
"""Most steps of a tree that are drawn."""
FEW = 5
"""Positions that fewer pairs reach are in the table alone: a mean of so few says little."""


def charts(result: ExposureBias) -> tuple[CardChart, ...]:
    """Curves over positions; the tree of the worst pair's widest beam."""
    found = [
        CardChart(
            title="Nats per target token; the line for its own words pales as pairs diverge",
            spec=curves(result),
            text="",
        )
    ]
    for pair in result.shown[:1]:
        if pair.tree:
            found.append(
                CardChart(
                    title=f"A beam of {pair.beams[-1].width} on “{visible(pair.source)[:60]}”",
                    spec=tree(pair),
                    text="",
                )
            )
    return tuple(found)


def curves(result: ExposureBias) -> Spec:
    """Two curves with a band, and the KL between the two distributions."""
    values: list[Spec] = []
    for one in drawn(result):
        said = {"position": one.position, "pairs": one.pairs, "diverged": short(one.diverged)}
        (target, _), (own, _) = CURVES
        values.append(said | {"read": target, "nats": short(one.forced)})
        values.append(said | {"read": own, "nats": short(one.free)} | _band(one))
        values.append(said | {"read": KL, "nats": short(one.kl)})
    names = [*(name for name, _ in CURVES), KL]
    x = {
        "field": "position",
        "type": "quantitative",
        "title": "position",
        "axis": {"tickMinStep": 1},
    }
    y = {"field": "nats", "type": "quantitative", "title": "nats per token"}
    color = {
        "field": "read",
        "type": "nominal",
        "sort": names,
        "scale": {"domain": names, "range": [*(c for _, c in CURVES), GREY]},
        "legend": {"title": None, "orient": "bottom", "columns": 1},
    }
    return {
        "width": 420,
        "height": 220,
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "area", "opacity": 0.15, "color": css(TOWARDS)},
                "transform": [{"filter": "isValid(datum.low)"}],
                "encoding": {
                    "x": x,
                    "y": {"field": "low", "type": "quantitative"},
                    "y2": {"field": "high"},
                },
            },
            {"mark": {"type": "line"}, "encoding": {"x": x, "y": y, "color": color}},
            {
                "mark": {"type": "point", "filled": True, "tooltip": True, "size": 50},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": color,
                    "opacity": {
                        "field": "diverged",
                        "type": "quantitative",
                        "scale": {"domain": [0, 1], "range": [1, 0.25]},
                        "legend": None,
                    },
                },
            },
        ],
    }


def drawn(result: ExposureBias) -> tuple[CurvePoint, ...]:
    """The positions that enough pairs reach; all where none does."""
    return tuple(one for one in result.positions if one.pairs >= FEW) or result.positions


def _band(one: CurvePoint) -> Spec:
    if one.gap_low is None or one.gap_high is None:
        return {}
    low = max(0.0, one.forced + one.gap_low)
    return {"low": short(low), "high": short(one.forced + one.gap_high)}


def tree(pair: PairExposure) -> Spec:
    """Each tried word at its step, the likeliest on top; lines to the word before it."""
    nodes: list[Spec] = []
    links: list[Spec] = []
    ranks = _ranks(pair)
    for i, node in enumerate(pair.tree):
        if node.step >= STEPS:
            continue
        at = {"step": node.step + 1, "rank": ranks[i], "log p": short(node.score)}
        nodes.append(
            at | {"word": visible(node.text) if node.text.strip() else "␣", "state": node.state}
        )
        before = pair.tree[node.parent] if 0 <= node.parent < len(pair.tree) else None
        links.append(
            {
                "step": 0 if before is None else before.step + 1,
                "rank": 1 if before is None else ranks[node.parent],
                "step2": at["step"],
                "rank2": at["rank"],
                "state": node.state,
            }
        )
    states = ["kept", "ended", "dropped"]
    x = {"field": "step", "type": "quantitative", "title": "word", "axis": {"tickMinStep": 1}}
    y = {
        "field": "rank",
        "type": "quantitative",
        "title": "rank by log p",
        "scale": {"reverse": True, "zero": False},
        "axis": {"tickMinStep": 1, "grid": False},
    }
    color = {
        "field": "state",
        "type": "nominal",
        "scale": {"domain": states, "range": [css(AWAY), css(TOWARDS), GREY]},
        "legend": {"title": None, "orient": "bottom"},
    }
    word = {"field": "word", "type": "nominal"}
    return {
        "width": 480,
        "height": 260,
        "layer": [
            {
                "data": {"values": links},
                "mark": {"type": "rule", "opacity": 0.5},
                "encoding": {
                    "x": x,
                    "y": y,
                    "x2": {"field": "step2"},
                    "y2": {"field": "rank2"},
                    "color": color,
                },
            },
            {
                "data": {"values": nodes},
                "mark": {"type": "text", "fontSize": 12, "dy": -6},
                "encoding": {
                    "x": x,
                    "y": y,
                    "text": word,
                    "color": color,
                    "tooltip": [word, {"field": "log p", "type": "quantitative"}],
                },
            },
        ],
    }


def _ranks(pair: PairExposure) -> dict[int, int]:
    """Each node's place at its step, 1 for the likeliest."""
    steps: dict[int, list[int]] = {}
    for i, node in enumerate(pair.tree):
        steps.setdefault(node.step, []).append(i)
    return {
        i: rank
        for every in steps.values()
        for rank, i in enumerate(sorted(every, key=lambda i: -pair.tree[i].score), 1)
    }
