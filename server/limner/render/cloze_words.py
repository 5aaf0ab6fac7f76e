"""Numbers, names and bars of the cloze methods' answers: one wording for every picture.

Labels, patterns and texts come from files that nobody vouches for: `cell` makes them visible.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import PurePath

from limner.render.runs import clip, columns, one_line

BAR = 12
"""Width of a bar, in characters."""
NAME = 24
"""Width of a label or a word, in columns of a terminal."""

CALIBRATIONS = {
    "none": "no calibration",
    "contextual": "calibrated on texts without content",
    "pmi": "calibrated on the patterns without a text",
    "batch": "calibrated on the texts' own mean",
}

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_UNSEEN = str.maketrans(dict.fromkeys("\u2028\u2029\u200e\u200f\u061c", "\ufffd"))
"""Line ends and marks of direction that `runs.visible` leaves."""


def cell(text: str, limit: int = NAME) -> str:
    """One visible line of at most so many columns; what is blank, in quotation marks."""
    said = one_line(text).translate(_UNSEEN)
    return clip(said if said.strip() else f"“{said}”", limit)


def sentence(text: str) -> str:
    """A note or a name in full, on one visible line."""
    return one_line(text).translate(_UNSEEN)


def percent(share: float) -> str:
    """`63.2 %`; what is nearly nothing or nearly all says so."""
    if not math.isfinite(share):
        return "–"
    if 0 < share < 0.0005:
        return "< 0.1 %"
    if 0.9995 <= share < 1:
        return "> 99.9 %"
    return f"{100 * share:.1f} %".replace("-", "−")


def points(change: float) -> str:
    """A difference of shares: `+3.2 points`."""
    if not math.isfinite(change):
        return "–"
    return f"{round(100 * change, 1) or 0.0:+.1f} points".replace("-", "−")


def number(value: float) -> str:
    """Three decimals with a real minus sign: F1, nats."""
    return f"{value:.3f}".replace("-", "−") if math.isfinite(value) else "–"


def several(count: int, noun: str) -> str:
    """`1,200 texts`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def time(ms: float) -> str:
    """Milliseconds, or seconds where there are many."""
    return f"{ms:.0f} ms" if ms < 10_000 else f"{ms / 1000:.1f} s"


def model(name: str, head: int | None = None) -> str:
    """A model, and which trained weights lie on it; of their path, the last part."""
    base, _, path = name.partition("::")
    if head:
        return f"{sentence(base)}, head {head}"
    return f"{sentence(base)} with {sentence(PurePath(path).name)}" if path else sentence(base)


def undecided(entropy: float) -> str:
    """An entropy in nats as a number of equally likely choices."""
    if not math.isfinite(entropy):
        return "–"
    if entropy < 0.1:
        return "nearly certain"
    many = math.exp(min(entropy, 50.0))
    said = f"{many:.1f}" if many < 10 else f"{many:,.0f}"
    return f"as undecided as among {said} equally likely ones"


def bar(value: float, largest: float, width: int = BAR) -> str:
    """In eighths of a character."""
    if not (math.isfinite(value) and largest > 0):
        return ""
    eighths = round(8 * width * min(max(value / largest, 0.0), 1.0))
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).strip()


def aligned(head: Sequence[str], align: str, rows: Sequence[Sequence[str]]) -> str:
    """A table as lines, for a chart's twin; wide characters count twice."""
    lines = [head, *rows]
    widths = [max(columns(line[i]) for line in lines) for i in range(len(head))]

    def padded(said: str, width: int, side: str) -> str:
        space = " " * (width - columns(said))
        return space + said if side == "r" else said + space

    return "\n".join("  ".join(map(padded, line, widths, align)).rstrip() for line in lines)
