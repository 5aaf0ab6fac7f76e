"""What SVG charts have in common: a frame with its scales, axes, words, and the page around them.

A page is light and dark by `prefers-color-scheme`. Its rules reach no farther than the picture,
which may stand inside a page of somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from limner.render.runs import clip

WIDTH, HEIGHT = 300.0, 220.0
"""Of one chart between its axes."""
LEFT, TOP, BOTTOM, GAP = 70.0, 44.0, 46.0, 40.0

LIGHT = (
    ".paper{fill:#fff}.head{fill:#222;font-weight:600}.tick{fill:#555}.name{fill:#222}"
    ".axis{fill:none;stroke:#777}.rule{fill:none;stroke:#777;stroke-dasharray:5 4}"
)
DARK = ".paper{fill:#1e1e1e}.head,.name{fill:#ddd}.tick{fill:#aaa}"


@dataclass(frozen=True)
class Frame:
    """A chart's place and its scales, from data to the picture."""

    left: float
    top: float
    x: tuple[float, float]
    y: tuple[float, float]
    width: float = WIDTH
    height: float = HEIGHT

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a value is drawn."""
        return (
            self.left + self.width * (x - self.x[0]) / ((self.x[1] - self.x[0]) or 1.0),
            self.top + self.height * (1 - (y - self.y[0]) / ((self.y[1] - self.y[0]) or 1.0)),
        )


def axes(
    frame: Frame, xs: Sequence[tuple[float, str]], ys: Sequence[tuple[float, str]]
) -> Iterator[str]:
    """Two lines, with words at places of the data."""
    left, bottom = frame.left, frame.top + frame.height
    yield f'<path class="axis" d="M{left:g} {frame.top:g}V{bottom:g}H{left + frame.width:g}"/>'
    for at, said in xs:
        yield text(frame.at(at, frame.y[0])[0], bottom + 16, said, "middle")
    for at, said in ys:
        yield text(left - 6, frame.at(frame.x[0], at)[1] + 4, said, "end")


def names(frame: Frame, x: str, y: str) -> Iterator[str]:
    """What the axes are."""
    yield text(
        frame.left + frame.width / 2, frame.top + frame.height + 36, x, "middle", "name"
    )  # fmt: skip
    yield text(frame.left, frame.top - 8, y, "middle", "name")


def text(x: float, y: float, said: str, anchor: str, kind: str = "tick") -> str:
    """Words at a place."""
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(said)}</text>'
    )


def page(
    kind: str,
    width: float,
    height: float,
    title: str,
    about: str,
    body: Iterable[str],
    *,
    light: str,
    dark: str = "",
) -> str:
    """The picture: `light` and `dark` are rules beside the common ones; `kind` its CSS class."""
    wide = max(width, 600.0)
    style = scoped(kind, LIGHT + light)
    style += f"@media (prefers-color-scheme:dark){{{scoped(kind, DARK + dark)}}}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{kind}" '
        f'viewBox="0 0 {wide:g} {height:g}" width="{wide:g}" height="{height:g}" role="img" '
        'style="max-width:100%;height:auto" font-family="system-ui, sans-serif" font-size="12">'
        f"<title>{escape(title)}</title><desc>{escape(about or title)}</desc>"
        f"<style>{style}</style>"
        '<rect class="paper" width="100%" height="100%" rx="8"/>'
        f'<text class="head" x="14" y="20">{escape(clip(title, int(wide / 7.4)))}</text>\n'
        + "\n".join(body)
        + "\n</svg>\n"
    )


def scoped(kind: str, rules: str) -> str:
    """The same rules, only inside our own picture."""
    parts = [one.split("{") for one in rules.split("}") if one]
    return "".join(
        ",".join(f".{kind} {name}" for name in named.split(",")) + f"{{{said}}}"
        for named, said in parts
    )
