"""A game as a standalone SVG picture: its phase plane, the way of its runs, its eigenvalues.

Drawn from the result itself. Runs differ by dashes as well as by colour; growth is shaded in steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from limner.render import game
from limner.render.colors import AWAY, GREEN, PURPLE, TOWARDS, css
from limner.render.game_charts import picked, usual_growth
from limner.render.runs import visible
from limner.render.svg_axes import BOTTOM, GAP, LEFT, TOP, Frame, axes, names, page, text
from limner.results.game import GanDynamics, Line, Portrait

SIDE = 280.0
"""Of one chart between its axes."""
STEPS = 6
"""Strengths of the shading on each side of zero."""
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 2", "12 4")
_ROW = 18.0
"""Height of a line of the legend."""

Chart = Callable[[float], Iterator[str]]


def to_svg(result: GanDynamics) -> str:
    """The picture: of networks the eigenvalues alone."""
    charts: list[Chart] = []
    plane = result.portrait
    if plane is not None:
        charts.append(lambda left: _plane(plane, result.lines, left))
        charts.append(lambda left: _distances(result.lines, left))
    if result.eigenvalues:
        charts.append(lambda left: _spectrum(result, left))
    body = [
        one
        for index, chart in enumerate(charts)
        for one in chart(LEFT + index * (SIDE + LEFT + GAP))
    ]
    below = TOP + SIDE + BOTTOM
    height = below + _ROW * len(result.lines) + 8 if charts else TOP
    body += _legend(result.lines, below)
    return page(
        "limner-gan",
        len(charts) * (SIDE + LEFT + GAP),
        height,
        visible(game.headline(result)),
        visible(game.spoken(result)),
        body,
        light=_LIGHT,
        dark=".r0{stroke:#ddd}.arrow{stroke:#999}",
    )


# ── the phase plane ───────────────────────────────────────────────────────────────────────────


def _plane(plane: Portrait, lines: Sequence[Line], left: float) -> Iterator[str]:
    side = plane.side
    frame = Frame(left, TOP, (-side, side), (-side, side), SIDE, SIDE)
    yield from _clipped(frame, [*_shades(plane, frame), *_arrows(plane, frame)])
    yield from _clipped(
        frame,
        [
            _path(frame, one.x, one.y, index)
            for index, one in enumerate(lines)
            if not one.name.endswith("average")
        ],
    )
    ticks = [(at, game.number(at)) for at in (-side, 0.0, side)]
    yield from axes(frame, ticks, ticks)
    yield from names(frame, "φ along its start; orange grows, blue shrinks", "θ")


def _shades(plane: Portrait, frame: Frame) -> Iterator[str]:
    """A rectangle for each run of equal strength in a row of cells."""
    most = usual_growth(plane)
    n, width = plane.cells, 2 * plane.side / plane.cells
    for row in range(n):
        strengths = [_strength(g, most) for g in plane.growth[row * n : (row + 1) * n]]
        begin = 0
        for end in range(1, n + 1):
            if end < n and strengths[end] == strengths[begin]:
                continue
            if strength := strengths[begin]:
                x, top = frame.at(-plane.side + begin * width, -plane.side + (row + 1) * width)
                right, bottom = frame.at(-plane.side + end * width, -plane.side + row * width)
                yield (
                    f'<rect class="{"grows" if strength > 0 else "shrinks"}" x="{x:.1f}" '
                    f'y="{top:.1f}" width="{right - x:.1f}" height="{bottom - top:.1f}" '
                    f'fill-opacity="{0.5 * abs(strength) / STEPS:.2f}"/>'
                )
            begin = end


def _strength(growth: float | None, most: float) -> int:
    return 0 if growth is None else max(-STEPS, min(STEPS, round(STEPS * growth / most)))


def _arrows(plane: Portrait, frame: Frame) -> Iterator[str]:
    """All of them as two paths: shafts, and the dots where they begin."""
    size = 0.06 * plane.side
    shafts, feet = "", ""
    for x, y, along, up in plane.arrows:
        foot, tip = frame.at(x, y), frame.at(x + size * along, y + size * up)
        shafts += f"M{foot[0]:.1f} {foot[1]:.1f}L{tip[0]:.1f} {tip[1]:.1f}"
        feet += f"M{foot[0]:.1f} {foot[1]:.1f}h0"
    if shafts:
        yield f'<path class="arrow" d="{shafts}"/><path class="foot" d="{feet}"/>'


# ── distances and eigenvalues ─────────────────────────────────────────────────────────────────


def _distances(lines: Sequence[Line], left: float) -> Iterator[str]:
    """A curve for each run; decades upwards."""
    times = [[one.time[i] for i in picked(len(one.time))] for one in lines]
    logs = [
        [
            math.log10(d) if d > 0 else math.nan
            for d in (one.distance[i] for i in picked(len(one.distance)))
        ]
        for one in lines
    ]
    finite = [value for one in logs for value in one if math.isfinite(value)] or [0.0]
    low, high = math.floor(min(finite)), math.ceil(max(finite))
    end = max((one.time[-1] for one in lines if one.time), default=1.0)
    frame = Frame(left, TOP, (0.0, end), (float(low), float(max(high, low + 1))), SIDE, SIDE)
    drawn = [_path(frame, x, y, i) for i, (x, y) in enumerate(zip(times, logs, strict=True))]
    yield from _clipped(frame, drawn)
    step = max(1, -(-(high - low) // 6))
    decades = [(float(k), f"{10.0**k:g}") for k in range(low, max(high, low + 1) + 1, step)]
    yield from axes(frame, [(0.0, "0"), (end, f"{end:.4g}")], decades)
    yield from names(frame, "time (steps · h)", "distance")


def _spectrum(result: GanDynamics, left: float) -> Iterator[str]:
    """Dots in the complex plane, and the disc where simultaneous steps are stable."""
    found = result.eigenvalues or ()
    reach = 1.2 * max((max(abs(re), abs(im)) for re, im in found), default=1.0) or 1.0
    frame = Frame(left, TOP, (-reach, reach), (-reach, reach), SIDE, SIDE)
    middle, radius = frame.at(-1 / result.step, 0), SIDE / (2 * reach * result.step)
    disc = f'<circle class="disc" cx="{middle[0]:.1f}" cy="{middle[1]:.1f}" r="{radius:.1f}"/>'
    zero = frame.at(0, 0)
    cross = (
        f'<path class="rule" d="M{zero[0]:.1f} {frame.top:g}v{SIDE:g}'
        f'M{frame.left:g} {zero[1]:.1f}h{SIDE:g}"/>'
    )
    yield from _clipped(frame, [disc, cross])
    for pair in dict.fromkeys(found):
        x, y = frame.at(*pair)
        yield (
            f'<circle class="value" cx="{x:.1f}" cy="{y:.1f}" r="4">'
            f"<title>{game.complex_number(pair)}</title></circle>"
        )
    ticks = [(at, game.number(at)) for at in (-reach, 0.0, reach)]
    yield from axes(frame, ticks, ticks)
    yield from names(frame, f"Re λ; steps of {result.step:g} are stable in the disc", "Im λ")


def _path(frame: Frame, xs: Sequence[float | None], ys: Sequence[float | None], index: int) -> str:
    """A run; it is broken where it has no point, or one far out of the picture."""
    parts: list[list[str]] = [[]]
    for x, y in zip(xs, ys, strict=True):
        if x is None or y is None or not (_near(x, frame.x) and _near(y, frame.y)):
            parts.append([])
            continue
        across, down = frame.at(x, y)
        parts[-1].append(f"{across:.1f} {down:.1f}")
    drawn = "".join("M" + "L".join(part) for part in parts if part)
    return f'<path class="{_kind(index)}" d="{drawn}"/>' if drawn else ""


def _near(value: float, span: tuple[float, float]) -> bool:
    wide = span[1] - span[0]
    return span[0] - wide < value < span[1] + wide  # not for NaN


def _clipped(frame: Frame, body: Sequence[str]) -> Iterator[str]:
    """What does not reach out of its frame."""
    yield (
        f'<svg x="{frame.left:g}" y="{frame.top:g}" width="{SIDE:g}" height="{SIDE:g}" '
        f'viewBox="{frame.left:g} {frame.top:g} {SIDE:g} {SIDE:g}" overflow="hidden">'
    )
    yield from body
    yield "</svg>"


def _legend(lines: Sequence[Line], top: float) -> Iterator[str]:
    """Each run with where it began and ended."""
    for index, one in enumerate(lines):
        y = top + index * _ROW + 8
        yield f'<path class="{_kind(index)}" d="M{LEFT:g} {y:g}h34"/>'
        if one.distance:
            said = (
                f"{visible(one.name)}: distance {game.number(one.distance[0])} → "
                f"{game.number(one.distance[-1])} after {one.time[-1]:.4g}"
            )
            yield text(LEFT + 42, y + 4, said, "start", "name")


def _kind(index: int) -> str:
    return f"run r{index % len(DASHES)}"


_INK = ("#222", css(TOWARDS), css(AWAY), css(PURPLE), css(GREEN), "#888")
_LIGHT = (
    ".run{fill:none;stroke-width:1.6}"
    + "".join(
        f".r{i}{{stroke:{ink}" + (f";stroke-dasharray:{dash}}}" if dash else "}")
        for i, (ink, dash) in enumerate(zip(_INK, DASHES, strict=True))
    )
    + f".grows{{fill:{css(TOWARDS)}}}.shrinks{{fill:{css(AWAY)}}}"
    ".arrow{stroke:#777;opacity:.7}.foot{stroke:#888;stroke-width:3;stroke-linecap:round}"
    f".disc{{fill:{css(AWAY)};fill-opacity:.12;stroke:{css(AWAY)}}}.value{{fill:{css(TOWARDS)}}}"
)
