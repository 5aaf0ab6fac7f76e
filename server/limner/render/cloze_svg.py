"""Answers of the cloze methods as standalone SVG pictures: the chart alone.

Light and dark by `prefers-color-scheme`; its rules reach no farther than the picture, which may
stand inside a page. What differs by colour differs by shape or by place too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from limner.protocol import Candidates, ClozeLabels, ClozeTraining
from limner.render import (
    cloze_candidates,
    cloze_labels,
    cloze_report,
    cloze_training,
)
from limner.render import cloze_words as words
from limner.render.cloze_candidates import BARS
from limner.render.cloze_charts import Curve, counted
from limner.render.colors import AWAY, TOWARDS, css
from limner.render.svg_axes import (
    BOTTOM,
    GAP,
    HEIGHT,
    LEFT,
    TOP,
    WIDTH,
    Frame,
    axes,
    names,
    page,
    text,
)
from limner.results.cloze import ClozeReport, Drawn

_LINE = 22.0
"""Height of a lying bar and the space beneath it."""
_NAMES = 150.0
"""Width of the names beside them."""
_SHARES = ((0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %"))


def to_svg(result: Drawn) -> str:
    """The picture."""
    if isinstance(result, Candidates):
        return _candidates(result)
    if isinstance(result, ClozeLabels):
        title, about = cloze_labels.headline(result), ""
        charts = [list(_confidences(result, LEFT))]
    elif isinstance(result, ClozeReport):
        title, about = cloze_report.headline(result), cloze_report.spoken(result)
        charts = [list(_reliability(cloze_report.curves_of(result), LEFT))]
    else:
        assert isinstance(result, ClozeTraining), type(result)
        title, about = cloze_training.headline(result), cloze_training.spoken(result)
        charts = list(_training(result))
    width = len(charts) * (WIDTH + LEFT + GAP)
    return _page(width, TOP + HEIGHT + BOTTOM, title, about, [one for c in charts for one in c])


# ── words for a gap ───────────────────────────────────────────────────────────────────────────


def _candidates(result: Candidates) -> str:
    shown = result.candidates[:BARS]
    largest = max((one.probability for one in shown), default=0.0) or 1.0
    body: list[str] = []
    for i, one in enumerate(shown):
        top = TOP + i * _LINE
        length = WIDTH * min(max(one.probability / largest, 0.0), 1.0)
        length = length if math.isfinite(length) else 0.0
        body.append(text(_NAMES - 8, top + 13, words.cell(one.text, 18), "end", "name"))
        body.append(
            f'<rect class="word" x="{_NAMES:g}" y="{top:g}" width="{length:.1f}" height="16"/>'
        )
        said = words.percent(one.probability)
        if one.label is not None:
            said = f"{said} · {words.cell(one.label, 18)}"
        body.append(text(_NAMES + length + 6, top + 13, said, "start"))
    height = TOP + len(shown) * _LINE + 12
    title, about = cloze_candidates.headline(result), cloze_candidates.spoken(result)
    return _page(_NAMES + WIDTH + 190, height, title, about, body)


# ── how sure ──────────────────────────────────────────────────────────────────────────────────


def _confidences(result: ClozeLabels, left: float) -> Iterator[str]:
    sure = [one.probability for one in cloze_labels.said(result)]
    steps = counted(sure, len(result.labels))
    most = max((n for *_, n in steps), default=0) or 1
    frame = Frame(left, TOP, (steps[0][0], 1.0), (0.0, float(most)))
    shares = [(low, f"{100 * low:.0f} %") for low, *_ in steps[::2]]
    yield from axes(frame, [*shares, (1.0, "100 %")], [(0.0, "0"), (float(most), f"{most:,}")])
    yield from names(frame, "probability of the label", "texts")
    for low, high, n in steps:
        x, top = frame.at(low, n)
        right, bottom = frame.at(high, 0)
        yield (
            f'<rect class="bar" x="{x + 1:.1f}" y="{top:.1f}" width="{right - x - 2:.1f}" '
            f'height="{bottom - top:.1f}"><title>{n:,}</title></rect>'
        )


# ── reliability ───────────────────────────────────────────────────────────────────────────────


def _reliability(curves: Sequence[Curve], left: float) -> Iterator[str]:
    frame = Frame(left, TOP, (0.0, 1.0), (0.0, 1.0))
    yield from axes(frame, _SHARES, _SHARES)
    yield from names(frame, "probability said", "share right")
    (x, y), (right, top) = frame.at(0, 0), frame.at(1, 1)
    yield f'<path class="rule" d="M{x:.1f} {y:.1f}L{right:.1f} {top:.1f}"/>'
    most = max((one.count for curve in curves for one in curve.drawn()), default=1)
    for index, curve in enumerate(curves):
        legend = TOP + 14 + 18 * index
        yield _dot(index, left + WIDTH + 20, legend, 5, curve.name)
        yield text(left + WIDTH + 30, legend + 4, curve.name, "start", "name")
        for one in curve.drawn():
            at = frame.at(one.confidence, one.accuracy)
            said = (
                f"{curve.name}: {words.several(one.count, 'text')}, "
                f"said {words.percent(one.confidence)}, right {words.percent(one.accuracy)}"
            )
            yield _dot(index, *at, 3 + 7 * math.sqrt(one.count / most), said)


def _dot(index: int, x: float, y: float, r: float, said: str) -> str:
    """A disc for the first curve, a square of its area for the second."""
    inside = f"<title>{escape(said)}</title>"
    if index == 0:
        return f'<circle class="first" cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}">{inside}</circle>'
    side = r * math.sqrt(math.pi)
    return (
        f'<rect class="second" x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" '
        f'width="{side:.1f}" height="{side:.1f}">{inside}</rect>'
    )


# ── learning ──────────────────────────────────────────────────────────────────────────────────


def _training(result: ClozeTraining) -> Iterator[list[str]]:
    left = LEFT
    if result.epochs:
        losses = [(e.epoch, e.train_loss) for e in result.epochs]
        yield list(_curve(result, losses, "training loss", "first", left))
        left += WIDTH + LEFT + GAP
        right = [(0, result.before.accuracy)]
        right += [(e.epoch, e.held_out.accuracy) for e in result.epochs]
        yield list(_curve(result, right, "held-out accuracy", "second", left))
        left += WIDTH + LEFT + GAP
    yield list(_reliability(cloze_training.curves_of(result), left))


def _curve(
    result: ClozeTraining,
    values: Sequence[tuple[int, float]],
    title: str,
    kind: str,
    left: float,
) -> Iterator[str]:
    last = max(one.epoch for one in result.epochs)
    shares = kind == "second"
    finite = [(x, y) for x, y in values if math.isfinite(y)]
    high = 1.0 if shares else max((y for _, y in finite), default=1.0) or 1.0
    frame = Frame(left, TOP, (0.0, float(last)), (0.0, high))
    ticks = [(0.0, "0"), (high, words.number(high))]
    step = -(-last // 6)
    passes = [(float(i), str(i)) for i in range(0, last + 1, step)]
    yield from axes(frame, passes, _SHARES if shares else ticks)
    yield from names(frame, "pass", title)
    if result.kept:
        x, bottom = frame.at(result.kept, 0)
        yield f'<path class="rule" d="M{x:.1f} {TOP:g}V{bottom:.1f}"/>'
        yield text(x - 4, TOP + 10, "kept", "end", "name")
    places = [frame.at(x, y) for x, y in finite]
    if places:
        line = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        yield f'<path class="line {kind}-line" d="M{line}"/>'
    for (epoch, value), at in zip(finite, places, strict=True):
        said = words.percent(value) if shares else words.number(value)
        yield _dot(int(shares), *at, 3.5, f"pass {epoch}: {said}")


_LIGHT = (
    f".bar{{fill:{css(AWAY)}}}.word{{fill:{css(TOWARDS)}}}.line{{fill:none;stroke-width:2}}"
    f".first{{fill:{css(TOWARDS)};fill-opacity:.75}}"
    f".second{{fill:{css(AWAY)};fill-opacity:.75}}"
    f".first-line{{stroke:{css(TOWARDS)}}}.second-line{{stroke:{css(AWAY)}}}"
)


def _page(width: float, height: float, title: str, about: str, body: Sequence[str]) -> str:
    return page("limner-cloze", width, height, title, about, body, light=_LIGHT)
