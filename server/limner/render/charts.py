"""Vega-Lite specs: inline data only, no link, the one palette."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from limner.render.colors import AWAY, TOWARDS, css


def bars(rows: Sequence[tuple[str, float]], *, unit: str, upright: bool = False) -> dict[str, Any]:
    """A bar for each (name, score), in the order given; lying, or upright for many without names.

    Names that come again are numbered, so that each is a bar of its own.
    """
    names = numbered([name for name, _ in rows])
    values = [{"name": n, "score": _short(s)} for n, (_, s) in zip(names, rows, strict=True)]
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
            "color": {
                "condition": {"test": "datum.score > 0", "value": css(TOWARDS)},
                "value": css(AWAY),
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


def _short(score: float) -> float:
    """Four significant digits: charts are stored in notebooks."""
    return float(f"{score:.4g}")
