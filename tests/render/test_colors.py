import math

import pytest

from limner.render import colors

WHITE, BLACK = (255, 255, 255), (0, 0, 0)
PAPERS = {
    "light": (WHITE, BLACK),
    "dark": ((17, 17, 17), (224, 224, 224)),
    "lab": ((30, 30, 30), (212, 212, 212)),
}


@pytest.mark.parametrize(("paper", "ink"), PAPERS.values(), ids=PAPERS)
@pytest.mark.parametrize("tint", [colors.TOWARDS, colors.AWAY, colors.PURPLE, colors.GREEN])
@pytest.mark.parametrize("alpha", colors.ALPHA)
def test_text_stays_readable_on_every_tint_in_light_and_dark(tint, alpha, paper, ink):
    assert colors.contrast(colors.mix(tint, alpha, paper), ink) >= 4.5


@pytest.mark.parametrize(("paper", "ink"), PAPERS.values(), ids=PAPERS)
@pytest.mark.parametrize(
    "line", [colors.TOWARDS_LINE, colors.AWAY_LINE, colors.PURPLE_LINE, colors.GREEN_LINE]
)
def test_underlines_stand_out_from_the_paper(line, paper, ink):
    assert colors.contrast(line, paper) >= 3


def test_the_two_signs_differ_for_a_reader_without_red_cones():
    # Viénot's protanopia: red is seen through the other two cones, so look at green and blue only.
    pairs = (
        (colors.TOWARDS, colors.AWAY),
        (colors.TOWARDS_LINE, colors.AWAY_LINE),
        (colors.PURPLE, colors.GREEN),
        (colors.PURPLE_LINE, colors.GREEN_LINE),
    )
    for one, other in pairs:
        assert abs(one[2] - other[2]) > 100


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, 0), (0.049, 0), (0.05, 1), (-0.3, -2), (0.5, 3), (-1, -4), (1, 4), (math.nan, 0)],
)
def test_strength_goes_in_steps_and_keeps_the_sign(value, expected):
    assert colors.step(value) == expected


def test_the_scale_of_nothing_is_one():
    assert colors.scale([]) == colors.scale([0.0, math.nan]) == 1.0


def test_contrast_is_that_of_the_accessibility_guidelines():
    assert colors.contrast(WHITE, BLACK) == pytest.approx(21)
