"""Both curves of exposure bias as a standalone SVG picture; they differ by dashes too."""

from __future__ import annotations

import math
from collections.abc import Iterator

from limner.render import exposure
from limner.render.colors import AWAY, TOWARDS, css
from limner.render.exposure_charts import drawn
from limner.render.runs import visible
from limner.render.svg_axes import BOTTOM, GAP, LEFT, TOP, Frame, axes, names, page, text
from limner.results.exposure import ExposureBias

WIDTH, HEIGHT = 460.0, 240.0
"""Between the axes."""
_ROW = 18.0
CURVES = (
    ("target", "after the target's words", "forced"),
    ("own", "after its own words, with the 95 % interval of the difference", "free"),
    ("kl", "KL between the two distributions", "kl"),
)


def to_svg(result: ExposureBias) -> str:
    """The picture."""
    height = TOP + HEIGHT + BOTTOM
    return page(
        "limner-exposure",
        LEFT + WIDTH + GAP,
        height + _ROW * len(CURVES) + 8,
        visible(exposure.headline(result)),
        visible(exposure.spoken(result)),
        [*_curves(result), *_legend(height)],
        light=_LIGHT,
        dark=".kl{stroke:#999}",
    )


def _curves(result: ExposureBias) -> Iterator[str]:
    every = drawn(result)
    end = float(max(1, every[-1].position if every else 1))
    high = max((max(one.forced, one.free, one.kl) for one in every), default=1.0)
    high = float(max(1, math.ceil(1.05 * high)))
    frame = Frame(LEFT, TOP, (0.0, end), (0.0, high), WIDTH, HEIGHT)
    band = [
        (one.position, one.forced + one.gap_low, one.forced + one.gap_high)
        for one in every
        if one.gap_low is not None and one.gap_high is not None
    ]
    if band:
        there = [frame.at(x, _within(top, high)) for x, _, top in band]
        back = [frame.at(x, _within(low, high)) for x, low, _ in reversed(band)]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (*there, *back))
        yield f'<polygon class="band" points="{points}"/>'
    for kind, _, name in CURVES:
        points = [frame.at(one.position, getattr(one, name)) for one in every]
        if points:
            line = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
            yield f'<path class="{kind}" d="M{line}"/>'
    ticks = [(0.0, "0"), (end, f"{end:.0f}")]
    yield from axes(frame, ticks, [(0.0, "0"), (high / 2, f"{high / 2:g}"), (high, f"{high:g}")])
    yield from names(frame, "position in the target", "nats per token")


def _within(value: float, high: float) -> float:
    return min(max(value, 0.0), high)


def _legend(top: float) -> Iterator[str]:
    for row, (kind, said, _) in enumerate(CURVES):
        y = top + row * _ROW + 8
        yield f'<path class="{kind}" d="M{LEFT:g} {y:g}h34"/>'
        yield text(LEFT + 42, y + 4, said, "start", "name")


_LIGHT = (
    f".target,.own,.kl{{fill:none;stroke-width:2}}.target{{stroke:{css(AWAY)}}}"
    f".own{{stroke:{css(TOWARDS)};stroke-dasharray:7 3}}.kl{{stroke:#777;stroke-dasharray:2 3}}"
    f".band{{fill:{css(TOWARDS)};fill-opacity:.15}}"
)
