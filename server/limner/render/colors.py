"""The one palette: orange pushes towards the target, blue away from it, in four strengths.

Orange and blue stay apart in every common colour blindness, and the sign is also drawn as an
underline (towards: solid, away: double or dashed), so that no reader depends on colour. Tints are
translucent over whatever the host paints, which keeps one palette right in light, dark and
high-contrast themes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

Rgb = tuple[int, int, int]

TOWARDS: Rgb = (230, 120, 20)
"""Orange: the piece raised F."""
AWAY: Rgb = (50, 125, 215)
"""Blue: the piece lowered F."""
TOWARDS_LINE: Rgb = (198, 93, 0)
AWAY_LINE: Rgb = (47, 120, 190)
"""Underlines, dark enough for white paper and light enough for a black one."""

PURPLE: Rgb = (150, 80, 200)
"""Towards, in the palette that front ends offer beside orange and blue."""
GREEN: Rgb = (50, 150, 75)
"""Away, in that palette."""
PURPLE_LINE: Rgb = (150, 84, 196)
GREEN_LINE: Rgb = (40, 135, 70)
"""Underlines of that palette."""

EDGES = (0.05, 0.25, 0.5, 0.75)
"""Least |value| of the strengths 1, 2, 3, 4; below the first nothing is drawn."""
ALPHA = (0.0, 0.14, 0.26, 0.38, 0.5)
"""Opacity of the tint at each strength."""


def step(value: float) -> int:
    """−4 … 4 for a value in −1 … 1; 0 is not drawn, and neither is what is not a number."""
    strength = sum(abs(value) >= edge for edge in EDGES)
    return -strength if value < 0 else strength


def scale(scores: Iterable[float]) -> float:
    """max|score|, or 1 when there is nothing to compare with."""
    return max((abs(score) for score in scores if math.isfinite(score)), default=0.0) or 1.0


def mix(tint: Rgb, alpha: float, paper: Rgb) -> Rgb:
    """What a translucent tint looks like on paper of a colour."""
    red, green, blue = (
        round(t * alpha + p * (1 - alpha)) for t, p in zip(tint, paper, strict=True)
    )
    return red, green, blue


def contrast(one: Rgb, other: Rgb) -> float:
    """WCAG contrast of two colours, 1 … 21; text wants 4.5, lines want 3."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def css(color: Rgb, alpha: float = 1.0) -> str:
    """The colour as CSS writes it."""
    red, green, blue = color
    return f"rgb({red},{green},{blue})" if alpha == 1 else f"rgba({red},{green},{blue},{alpha})"


def _luminance(color: Rgb) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (part / 255 for part in color)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
