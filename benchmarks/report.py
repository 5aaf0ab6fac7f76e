"""Sections of `RESULTS.md`: tables, targets, and rewriting one section without the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"

HEAD = """# Results

Written by `make bench` (`python -m benchmarks NAME` rewrites one section). Ratios compare both
sides within one run, interleaved; a ratio above 1 says that Limner is faster. A node is one forward
and backward pass of one text.
"""


class Section:
    """What one benchmark has to say."""

    def __init__(self, title: str) -> None:
        """Nothing said yet."""
        self._title = title
        self._parts: list[str] = []
        self._targets: list[Sequence[str]] = []

    def say(self, text: str) -> Section:
        """Add a paragraph."""
        self._parts.append(text)
        return self

    def table(self, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Section:
        """Add a table; numbers as `figure` writes them."""
        lines = [header, ["---"] + ["---:"] * (len(header) - 1)]
        lines += [[figure(cell) for cell in row] for row in rows]
        self._parts.append("\n".join("| " + " | ".join(line) + " |" for line in lines))
        return self

    def target(self, what: str, wanted: str, measured: str, met: bool) -> Section:
        """Add a row to the targets, which stand first."""
        self._targets.append((what, wanted, measured, "met" if met else "**missed**"))
        return self

    def text(self) -> str:
        """As Markdown."""
        head = Section("").table(("target", "wanted", "measured", ""), self._targets)._parts
        parts = [f"## {self._title}", *(head if self._targets else []), *self._parts]
        return "\n\n".join(parts)


def figure(value: object) -> str:
    """Three significant digits, and words as they are."""
    if value is None:
        return "–"
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    if value == 0 or 0.01 <= abs(value) < 1000:
        digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
        return f"{value:.{digits + (abs(value) < 1)}f}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1e}"


def write(name: str, section: Section) -> None:
    """Put `section` in its place in RESULTS.md."""
    old = RESULTS.read_text("utf-8") if RESULTS.exists() else HEAD
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    new = f"{begin}\n{section.text()}\n{end}\n"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end) + "\n", re.DOTALL)
    if pattern.search(old):
        text = pattern.sub(lambda _: new, old)
    else:
        text = f"{old.rstrip()}\n\n{new}"
    RESULTS.write_text(text, "utf-8")
