import math
import xml.etree.ElementTree as ET

import pytest

from limner.protocol import TensorAttribution
from limner.render.tensor import CELLS, grid, to_html, to_svg, to_text

RECT = "{http://www.w3.org/2000/svg}rect"


def result(*shape: int, score=lambda index: (-1.0) ** index * (index + 1)) -> TensorAttribution:
    scores = tuple(score(index) for index in range(math.prod(shape)))
    return TensorAttribution(
        model="mine <b>",
        target="7",
        logit=1.0,
        probability=0.9,
        value=1.0,
        baseline_value=0.0,
        difference=sum(scores) or 1.0,
        delta=0.002,
        error=0.0,
        token_error=0.0,
        evaluations=9,
        converged=True,
        shape=shape,
        scores=scores,
    )


@pytest.mark.parametrize("shape", [(5,), (3, 4), (3, 28, 28), (1, 200, 130), (1000,)])
def test_what_is_drawn_still_adds_up(shape):
    explained = result(*shape)
    cells = grid(explained)
    assert len(cells) <= CELLS and len(cells[0]) <= CELLS
    assert sum(map(sum, cells)) == pytest.approx(sum(explained.scores))


def test_channels_are_summed():
    assert grid(result(2, 1, 2, score=float)) == [[2.0, 4.0]]


@pytest.mark.parametrize("shape", [(5,), (3, 4), (3, 28, 28)])
def test_the_map_is_well_formed_and_hatches_what_is_negative(shape):
    rects = [*ET.fromstring(to_svg(result(*shape))).iter(RECT)]
    assert any("limner-away" in rect.get("fill", "") for rect in rects)


def test_places_are_those_of_the_tensor():
    assert "[1, 2]     +8.00" in to_text(result(3, 4, score=lambda i: 8.0 if i == 6 else 0.1))


def test_the_headline_and_table_say_it_in_numbers():
    html = to_html(result(3, 4))
    assert "7 0.90 · δ 0.2 % · 9 nodes" in html
    assert '<th scope="row">[2, 3]</th><td>−12.00</td>' in html
