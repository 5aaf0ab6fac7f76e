"""An answer of HSIC as a standalone SVG picture: the pairs, the null distribution, the heat map.

Drawn from the result itself, so that a terminal needs no browser. Light and dark by
`prefers-color-scheme`; the picture's description says what it shows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

from limner.protocol import Binned, Counted, Histogram, Independence, PairMatrix, Points
from limner.render import hsic, pairs
from limner.render.colors import AWAY, TOWARDS, css
from limner.render.runs import clip, visible
from limner.render.svg_axes import BOTTOM, GAP, HEIGHT, LEFT, TOP, WIDTH, Frame, text

CELL = 22.0
"""Side of a cell of the heat map."""


def to_svg(result: Independence | PairMatrix) -> str:
    """The picture."""
    if isinstance(result, PairMatrix):
        return _matrix(result)
    charts: list[Callable[[float], Iterable[str]]] = []
    if result.scatter is not None:
        charts.append(lambda left: _scatter(result, left))
    if (found := result.null) is not None:
        charts.append(lambda left: _null(found, result.hsic, left))
    body: list[str] = []
    for index, chart in enumerate(charts):
        body += chart(LEFT + index * (WIDTH + LEFT + GAP))
    width = max(1, len(charts)) * (WIDTH + LEFT + GAP)
    height = (TOP + HEIGHT + BOTTOM) if charts else TOP
    names = visible(f"{result.x.name}, {result.y.name}: {hsic.headline(result)}")
    return _page(width, height, names, hsic.spoken(result), body)


def _page(width: float, height: float, title: str, about: str, body: Iterable[str]) -> str:
    head = clip(title, int(width / 7.4))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" '
        'font-family="system-ui, sans-serif" font-size="12">'
        f"<title>{escape(title)}</title><desc>{escape(visible(about))}</desc>"
        f"<style>{_STYLE}</style>"
        '<rect class="paper" width="100%" height="100%" rx="8"/>'
        f'<text class="head" x="14" y="22">{escape(head)}</text>\n' + "\n".join(body) + "\n</svg>\n"
    )


# ── the pairs ─────────────────────────────────────────────────────────────────────────────────


def _scatter(result: Independence, left: float) -> Iterator[str]:
    found = result.scatter
    x, y = result.x.name, result.y.name
    if isinstance(found, Points):
        frame = Frame(
            left, TOP, _span(found.x, found.x_categories), _span(found.y, found.y_categories)
        )
        yield from _axes(frame, x, y, found.x_categories, found.y_categories)
        for one, other in zip(found.x, found.y, strict=True):
            cx, cy = frame.at(one, other)
            yield f'<circle class="dot" cx="{cx:.1f}" cy="{cy:.1f}" r="2"/>'
    elif isinstance(found, Binned):
        frame = Frame(left, TOP, _ends(found.x_edges), _ends(found.y_edges))
        yield from _axes(frame, x, y)
        yield from _tiles(frame, found.x_edges, found.y_edges, found.counts)
    elif isinstance(found, Counted):
        columns, rows = (tuple(i - 0.5 for i in range(len(n) + 1)) for n in (found.x, found.y))
        frame = Frame(left, TOP, _ends(columns), _ends(rows))
        yield from _axes(frame, x, y, found.x, found.y)
        yield from _tiles(frame, columns, rows, found.counts)


def _span(values: Sequence[float], categories: Sequence[str]) -> tuple[float, float]:
    if categories:
        return -0.5, len(categories) - 0.5
    low, high = min(values, default=0.0), max(values, default=1.0)
    edge = 0.04 * (high - low) or 0.5
    return low - edge, high + edge


def _ends(edges: Sequence[float]) -> tuple[float, float]:
    return edges[0], edges[-1]


def _tiles(
    frame: Frame, xs: Sequence[float], ys: Sequence[float], counts: Sequence[Sequence[int]]
) -> Iterator[str]:
    most = max((max(row) for row in counts), default=0) or 1
    for i, row in enumerate(counts):
        for j, count in enumerate(row):
            if count:
                left, top = frame.at(xs[i], ys[j + 1])
                right, bottom = frame.at(xs[i + 1], ys[j])
                yield (
                    f'<rect class="tile" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
                    f'height="{bottom - top:.1f}" fill-opacity="{0.1 + 0.9 * count / most:.2f}">'
                    f"<title>{count:,}</title></rect>"
                )


def _axes(
    frame: Frame,
    x: str,
    y: str,
    x_names: Sequence[str] = (),
    y_names: Sequence[str] = (),
) -> Iterator[str]:
    left, bottom = frame.left, frame.top + HEIGHT
    yield f'<path class="axis" d="M{left:g} {frame.top:g}V{bottom:g}H{left + WIDTH:g}"/>'
    for at, said in _ticks(frame.x, x_names):
        place, _ = frame.at(at, frame.y[0])
        yield text(place, bottom + 16, said, "middle")
    for at, said in _ticks(frame.y, y_names):
        _, place = frame.at(frame.x[0], at)
        yield text(left - 6, place + 4, said, "end")
    yield text(left + WIDTH / 2, bottom + 36, clip(visible(x), 40), "middle", "name")
    yield text(left, frame.top - 8, clip(visible(y), 40), "middle", "name")


def _ticks(span: tuple[float, float], names: Sequence[str]) -> Iterator[tuple[float, str]]:
    if names:
        step = -(-len(names) // 6)
        yield from ((float(i), clip(visible(names[i]), 9)) for i in range(0, len(names), step))
        return
    width = (span[1] - span[0]) or 1.0
    digits = 1 - math.floor(math.log10(width)) if math.isfinite(width) else 0
    for share in (0.0, 0.5, 1.0):
        value = round(span[0] + share * width, digits)
        yield value, hsic.number(value or 0.0)


# ── the null distribution ─────────────────────────────────────────────────────────────────────


def _null(found: Histogram, observed: float, left: float) -> Iterator[str]:
    low, high = min(found.edges[0], observed), max(found.edges[-1], observed)
    edge = 0.04 * (high - low) or 0.5
    most = max(found.counts, default=0) or 1
    frame = Frame(left, TOP, (low - edge, high + edge), (0.0, 1.05 * most))
    yield from _axes(frame, "HSIC permuted; line: observed", "permutations")
    for start, end, count in zip(found.edges, found.edges[1:], found.counts, strict=False):
        x, top = frame.at(start, count)
        right, bottom = frame.at(end, 0)
        yield (
            f'<rect class="bar" x="{x:.1f}" y="{top:.1f}" width="{max(right - x, 0.5):.1f}" '
            f'height="{bottom - top:.1f}"/>'
        )
    x, bottom = frame.at(observed, 0)
    yield f'<path class="observed" d="M{x:.1f} {TOP:g}V{bottom:.1f}"/>'


# ── all pairs ─────────────────────────────────────────────────────────────────────────────────


def _matrix(result: PairMatrix) -> str:
    names = [clip(visible(column.name), 16) for column in result.columns]
    side = len(names) * CELL
    left, top = 130.0, TOP + 100.0
    body: list[str] = []
    for i, name in enumerate(names):
        middle = (i + 0.5) * CELL
        body.append(text(left - 6, top + middle + 4, name, "end"))
        body.append(
            f'<text class="tick" transform="translate({left + middle + 4:g} {top - 6:g}) '
            f'rotate(-90)">{escape(name)}</text>'
        )
    for pair in result.pairs:
        said = f"{names[pair.i]}, {names[pair.j]}: normalised {hsic.number(pair.normalised)}, "
        said = f"{said}{pairs.least('p', pair.p)}, {pairs.least('q', pair.q)}"
        for i, j in ((pair.i, pair.j), (pair.j, pair.i)):
            x, y = left + i * CELL, top + j * CELL
            body.append(_cell(x, y, min(max(pair.normalised or 0.0, 0.0), 1.0), said))
            if pair.significant:
                body.append(text(x + CELL / 2, y + CELL / 2 + 6, "*", "middle", "star"))
    width = max(left + side + GAP, 640.0)
    return _page(
        width, top + side + 20, pairs.headline(result), pairs.spoken(result), body
    )  # fmt: skip


def _cell(x: float, y: float, strength: float, said: str) -> str:
    return (
        f'<rect class="warm" x="{x:g}" y="{y:g}" width="{CELL - 1:g}" height="{CELL - 1:g}" '
        f'fill-opacity="{0.04 + 0.9 * strength:.2f}"><title>{escape(said)}</title></rect>'
    )


_STYLE = (
    ".paper{fill:#fff}.head{fill:#222;font-weight:600}.tick{fill:#555}.name{fill:#222}"
    ".star{fill:#000;font-size:16px}.axis{fill:none;stroke:#777}"
    f".dot{{fill:{css(AWAY)};fill-opacity:.45}}.tile{{fill:{css(AWAY)}}}.bar{{fill:{css(AWAY)}}}"
    f".observed{{stroke:{css(TOWARDS)};stroke-width:3}}.warm{{fill:{css(TOWARDS)}}}"
    "@media (prefers-color-scheme:dark){.paper{fill:#1e1e1e}.head,.name{fill:#ddd}"
    ".tick{fill:#aaa}.star{fill:#fff}}"
)
