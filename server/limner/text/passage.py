"""One stretch of text that a model can read, and how it maps to the source around it.

The decoded text of a passage differs from its source: escapes are resolved, quotes and markers are
gone, lines are joined. A passage keeps the mapping as *runs*. A run of equal length on both sides
maps character by character; any other run (an escape, a hole, a joined line end) is atomic: its
characters map to the whole source sequence. Source between runs (quotes, block-quote markers)
belongs to no character of the text.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

HOLE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands in a decoded text for what is not known yet, such as the {expression} of an f-string."""

_SURROGATE = re.compile("[\ud800-\udfff]")


class Run(NamedTuple):
    """A stretch of decoded text and the source it came from, in code points."""

    text_start: int
    text_end: int
    start: int
    end: int

    @property
    def atomic(self) -> bool:
        """Whether the run maps as a whole only."""
        return self.text_end - self.text_start != self.end - self.start

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The source of the part of this run that lies within decoded ``start:end``."""
        if self.atomic:
            return self.start, self.end
        shift = self.start - self.text_start
        return max(start, self.text_start) + shift, min(end, self.text_end) + shift


_text_start = attrgetter("text_start")
_text_end = attrgetter("text_end")
_start = attrgetter("start")


@dataclass(frozen=True)
class Passage:
    """A text to read, and its place in the source; offsets are code points."""

    kind: str
    """``"string"`` or ``"paragraph"``."""
    start: int
    end: int
    """The range in the source, quotes and prefix of a string included."""
    text: str
    """What a model should read. A lone surrogate, which no tokenizer takes, is U+FFFD here."""
    holes: tuple[int, ...] = ()
    """Offsets of the holes in `text`."""
    runs: tuple[Run, ...] = field(default=(), repr=False)
    """The mapping, in order, without gaps in `text`."""

    def source_ranges(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """The source of decoded ``start:end``: several ranges where source lies between them.

        An escape maps to its whole sequence, a hole to its whole ``{...}``, an empty range to
        nothing.
        """
        if start >= end:
            return ()
        first = bisect_right(self.runs, start, key=_text_end)
        last = bisect_left(self.runs, end, key=_text_start)
        found: list[tuple[int, int]] = []
        for run in self.runs[first:last]:
            begin, stop = run.source(start, end)
            if found and found[-1][1] == begin:
                begin = found.pop()[0]
            found.append((begin, stop))
        return tuple(found)

    def text_offset(self, source_offset: int) -> int | None:
        """The nearest offset in `text` of a source offset; None outside the passage.

        Inside an escape or a hole it is the place before it; on quotes and markers, the place
        between the characters that they separate.
        """
        if not self.start <= source_offset <= self.end:
            return None
        at = bisect_right(self.runs, source_offset, key=_start) - 1
        if at < 0:
            return 0
        run = self.runs[at]
        if source_offset >= run.end:
            return run.text_end
        return run.text_start + (0 if run.atomic else source_offset - run.start)


class Builder:
    """Collects the pieces of one passage in reading order."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._pieces: list[str] = []
        self._runs: list[Run] = []
        self._holes: list[int] = []
        self.length = 0

    def copy(self, start: int, end: int) -> None:
        """Add source as it stands."""
        if start < end:
            self.add(self._source[start:end], start, end)

    def add(self, text: str, start: int, end: int) -> None:
        """Add decoded text that stands for ``source[start:end]``."""
        if text:
            self._runs.append(Run(self.length, self.length + len(text), start, end))
            self._pieces.append(text)
            self.length += len(text)

    def hole(self, start: int, end: int) -> None:
        """Add a hole that stands for ``source[start:end]``."""
        self._holes.append(self.length)
        self.add(HOLE, start, end)

    def build(self, kind: str, start: int, end: int) -> Passage | None:
        """The passage; None where it has nothing to read but white space and holes."""
        text = "".join(self._pieces)
        if not text.replace(HOLE, "").strip() and not self._literal_hole(text):
            return None
        clean = text if text.isascii() else _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
        return Passage(kind, start, end, clean, tuple(self._holes), tuple(self._runs))

    def _literal_hole(self, text: str) -> bool:
        return text.count(HOLE) > len(self._holes)
