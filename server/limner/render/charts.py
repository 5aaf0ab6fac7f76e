"""Vega-Lite specs: inline data only, no link, the one palette."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from limner.render.colors import AWAY, TOWARDS, css

_SIGN = {
    "condition": {"test": "datum.score > 0", "value": css(TOWARDS)},
    "value": css(AWAY),
}


def bars(rows: Sequence[tuple[str, float]], *, unit: str, upright: bool = False) -> dict[str, Any]:
    """A bar for each (name, score), in the order given; lying, or upright for many without names.

    Names that come again are numbered, so that each is a bar of its own.
    """
    names = numbered([name for name, _ in rows])
    values = [{"name": n, "score": short(s)} for n, (_, s) in zip(names, rows, strict=True)]
    along: dict[str, Any] = {"field": "name", "type": "nominal", "sort": None, "title": None}
    if upright:
        along["axis"] = {"labels": len(rows) <= 32, "ticks": False}
    score = {"field": "score", "type": "quantitative", "title": unit}
    return {
        "data": {"values": values},
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {
            "x": along if upright else score,
            "y": score if upright else along,
            "color": _SIGN,
        },
    }


def grouped_bars(
    rows: Sequence[tuple[str, Sequence[float | None]]], *, of: Sequence[str], unit: str
) -> dict[str, Any]:
    """A group of lying bars for each (name, scores): one bar for each of `of`, paler down the list.

    The colour stays that of the sign; None is left out. Names that come again are numbered.
    """
    names = numbered([name for name, _ in rows])
    values = [
        {"name": name, "of": which, "score": short(score)}
        for name, (_, scores) in zip(names, rows, strict=True)
        for which, score in zip(of, scores, strict=True)
        if score is not None
    ]
    opacities = [round(1 - 0.6 * i / max(1, len(of) - 1), 2) for i in range(len(of))]
    return {
        "data": {"values": values},
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {
            "y": {"field": "name", "type": "nominal", "sort": None, "title": None},
            "yOffset": {"field": "of", "type": "nominal", "sort": list(of)},
            "x": {"field": "score", "type": "quantitative", "title": unit},
            "color": _SIGN,
            "opacity": {
                "field": "of",
                "type": "nominal",
                "sort": list(of),
                "scale": {"domain": list(of), "range": opacities},
                "legend": {"title": None, "orient": "bottom", "columns": 1, "labelLimit": 400},
            },
        },
    }


def lines(rows: Sequence[dict[str, Any]], *, scale: str, height: int) -> dict[str, Any]:
    """`value` over `step`, the axis of values linear or logarithmic (`log`)."""
    return {
        "width": 360,
        "height": height,
        "data": {"values": list(rows)},
        "mark": {"type": "line", "tooltip": True},
        "encoding": {
            "x": {"field": "step", "type": "quantitative", "title": "step"},
            "y": {
                "field": "value",
                "type": "quantitative",
                "scale": {"type": scale},
                "title": None,
            },
        },
    }


def numbered(names: Sequence[str]) -> list[str]:
    """The same names; those that come again with a number."""
    seen: Counter[str] = Counter()
    result: list[str] = []
    for name in names:
        seen[name] += 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result


def short(score: float) -> float:
    """Four significant digits: charts are stored in notebooks."""
    return float(f"{score:.4g}")
