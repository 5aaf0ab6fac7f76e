"""A tensor's attribution: bars for a vector, a heat map for what has rows and columns.

Leading axes (channels) are summed, and a large map is summed in blocks, so that what is drawn
still adds up to ΔF. Negative cells are hatched: the sign does not depend on colour.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

import msgspec

from limner.protocol import TensorAttribution
from limner.render import colors, facts
from limner.render.runs import visible

CELLS = 64
"""Most rows and columns that are drawn."""
BARS = 24
"""Strongest entries of a table."""
_SIDE = 480.0
_BAR = 24

Grid = list[list[float]]


def to_dict(result: TensorAttribution) -> dict[str, Any]:
    """Plain data; `scores` row-major over `shape`, without the picture."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(result))
    del plain["kind"], plain["picture"]
    return plain


def to_text(result: TensorAttribution) -> str:
    """The headline and the strongest entries."""
    lines = [facts.headline(result), *(visible(note) for note in result.notes)]
    largest = colors.scale(result.scores)
    for place, score in strongest(result):
        bar = ("▒" if score < 0 else "█") * round(abs(score) / largest * _BAR)
        share = facts.part(score, result)
        lines.append(f"{list(place)!s:>14}  {facts.signed(score):>8}  {share:>7}  {bar}".rstrip())
    return "\n".join(lines)


def to_html(result: TensorAttribution) -> str:
    """Map and table, self-contained; the text inherits the host's colour."""
    rows = "".join(
        f'<tr><th scope="row">{list(place)}</th><td>{facts.signed(score)}</td>'
        f"<td>{facts.part(score, result)}</td></tr>"
        for place, score in strongest(result)
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("index", "score", "of ΔF"))
    headline = escape(visible(facts.headline(result)))
    notes = "".join(f"<p>{escape(visible(note))}</p>" for note in result.notes)
    return (
        f'<section aria-label="{headline}" style="color:inherit"><p>{headline}</p>{notes}'
        f"{_picture(result)}<details><summary>Table of the strongest</summary><table><thead><tr>"
        f"{head}</tr></thead><tbody>{rows}</tbody></table></details></section>"
    )


def to_svg(result: TensorAttribution) -> str:
    """The map alone, on paper of its own."""
    return _picture(result, paper='<rect width="100%" height="100%" fill="#fff"/>') + "\n"


def grid(result: TensorAttribution, most: int = CELLS) -> Grid:
    """Scores by row and column, summed over leading axes and over blocks of a large map.

    There are at most `most` rows and columns.
    """
    height = result.shape[-2] if len(result.shape) > 1 else 1
    width = result.shape[-1] if result.shape else 1
    down, across = math.ceil(height / most), math.ceil(width / most)
    cells = [[0.0] * math.ceil(width / across) for _ in range(math.ceil(height / down))]
    for index, score in enumerate(result.scores):
        row, column = divmod(index % (height * width), width)
        cells[row // down][column // across] += score
    return cells


def _picture(result: TensorAttribution, paper: str = "") -> str:
    cells = grid(result)
    if len(result.shape) < 2:
        width, height, drawn = _SIDE, 120.0, _bars(cells[0])
    else:
        side = _SIDE / max(len(cells), len(cells[0]))
        width, height = side * len(cells[0]), side * len(cells)
        drawn = [*_under(result, width, height), *_map(cells, side, result.picture is not None)]
    hatch = (
        '<defs><pattern id="limner-away" width="4" height="4" patternUnits="userSpaceOnUse">'
        '<path d="M0 4L4 0" stroke="#0b2f5c"/></pattern></defs>'
    )
    title = escape(visible(facts.headline(result)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img"><title>{title}</title>'
        f"{hatch}{paper}{''.join(drawn)}</svg>"
    )


def _under(result: TensorAttribution, width: float, height: float) -> Iterator[str]:
    """The picture that the model was given."""
    if uri := picture_uri(result):
        yield (
            f'<image href="{uri}" width="{width:g}" height="{height:g}" '
            'preserveAspectRatio="none" style="image-rendering:pixelated"/>'
        )


def picture_uri(result: TensorAttribution) -> str | None:
    """The input's picture as a data URI, or None where it is no image."""
    if result.picture is None:
        return None
    return f"data:image/png;base64,{base64.b64encode(result.picture.png).decode()}"


def _map(cells: Grid, side: float, over_picture: bool) -> Iterator[str]:
    """The cells; over a picture they let it shine through."""
    largest = colors.scale(score for row in cells for score in row)
    for y, row in enumerate(cells):
        for x, score in enumerate(row):
            step = colors.step(score / largest)
            if step:
                place = (x * side, y * side, side, side)
                opacity = colors.ALPHA[abs(step)] * (1 if over_picture else 2)
                yield _rect(place, step, opacity, f"[{y}, {x}] {facts.signed(score)}")


def _bars(scores: Sequence[float]) -> Iterator[str]:
    largest, width = colors.scale(scores), _SIDE / len(scores)
    yield f'<path d="M0 60h{_SIDE:g}" stroke="currentColor" stroke-opacity=".4"/>'
    for x, score in enumerate(scores):
        value = score / largest
        height = 56 * abs(value)
        top = 60 - height if value > 0 else 60
        strength = 4 if value > 0 else -4
        place = (x * width, top, width, height)
        yield _rect(place, strength, 1, f"[{x}] {facts.signed(score)}")


def _rect(box: tuple[float, float, float, float], step: int, opacity: float, title: str) -> str:
    x, y, width, height = box
    place = f'x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}"'
    tint = colors.css(colors.TOWARDS if step > 0 else colors.AWAY)
    hatch = f'<rect {place} fill="url(#limner-away)"/>' if step < 0 else ""
    cell = f'<rect {place} fill="{tint}" fill-opacity="{opacity:g}"/>'
    return f"<g><title>{title}</title>{cell}{hatch}</g>"


def strongest(result: TensorAttribution) -> list[tuple[tuple[int, ...], float]]:
    """The entries with the largest |score| and their indices, strongest first."""
    finite = [index for index, score in enumerate(result.scores) if math.isfinite(score)]
    top = sorted(finite, key=lambda index: -abs(result.scores[index]))[:BARS]
    return [(_place(index, result.shape), result.scores[index]) for index in top]


def _place(index: int, shape: Sequence[int]) -> tuple[int, ...]:
    place: list[int] = []
    for size in reversed(shape):
        index, inside = divmod(index, size)
        place.insert(0, inside)
    return tuple(place)
