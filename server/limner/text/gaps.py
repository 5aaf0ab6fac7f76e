"""Gaps in texts: `[MASK]`, `<mask>`, `____`, `{mask}`, and how a model is asked about them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from limner.text.passage import Passage, Run

GAP = "[MASK]"
"""How every gap is written for a model, whatever the person wrote."""

_GAP = re.compile(r"\[MASK\]|<mask>|\{mask\}|_{4,}")
_RULE = re.compile(r"[^\S\n]*_{4,}[^\S\n]*")


@dataclass(frozen=True)
class Gap:
    """A gap in a text, in code points."""

    start: int
    end: int


@dataclass(frozen=True)
class Asked:
    """A passage whose gaps are written `[MASK]`, and the gap that is asked about."""

    passage: Passage
    gap: tuple[int, int]
    """In the passage's text."""
    source: tuple[int, int]
    """In the document."""


def gaps(text: str) -> tuple[Gap, ...]:
    """The gaps of a text in order.

    Underscores that are a line of their own are a rule, and those around a word stress it.
    """
    return tuple(
        Gap(match.start(), match.end())
        for match in _GAP.finditer(text)
        if match[0][0] != "_" or not (_is_rule(text, match) or _stresses(text, match))
    )


def asked_at(passage: Passage, offset: int) -> Asked | None:
    """The gap at a place of the document, its borders included."""
    for index, gap in enumerate(gaps(passage.text)):
        ranges = passage.source_ranges(gap.start, gap.end)
        if ranges and ranges[0][0] <= offset <= ranges[-1][1]:
            return asked(passage, index)
    return None


def asked(passage: Passage, index: int = 0) -> Asked | None:
    """The `index`-th gap of a passage; None where it has not so many."""
    found = gaps(passage.text)
    if index >= len(found):
        return None
    written, places = _written(passage, found)
    ranges = passage.source_ranges(found[index].start, found[index].end)
    start = places[index]
    return Asked(written, (start, start + len(GAP)), (ranges[0][0], ranges[-1][1]))


def _is_rule(text: str, match: re.Match[str]) -> bool:
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    return bool(_RULE.fullmatch(text, start, len(text) if end < 0 else end))


def _stresses(text: str, match: re.Match[str]) -> bool:
    """Markdown's `____word____`: nothing but the word's letters touches it inside, none outside."""
    marks = re.escape(match[0])
    behind = re.compile(rf"{marks}[^\s_](?:[^_\n]*[^\s_])?{marks}(?!\w)")
    before = re.compile(rf"(?<!\w){marks}[^\s_](?:[^_\n]*[^\s_])?{marks}")
    if behind.match(text, match.start()) and not text[: match.start()][-1:].isalnum():
        return True
    line = text.rfind("\n", 0, match.start()) + 1
    found = [one for one in before.finditer(text, line, match.end()) if one.end() == match.end()]
    return bool(found) and not text[match.end() : match.end() + 1].isalnum()


def _written(passage: Passage, found: tuple[Gap, ...]) -> tuple[Passage, list[int]]:
    """The passage with every gap written alike, and where they are then."""
    pieces: list[str] = []
    runs: list[Run] = []
    holes: list[int] = []
    places: list[int] = []
    length = at = 0

    def keep(start: int, end: int) -> None:
        nonlocal length
        shift = length - start
        holes.extend(hole + shift for hole in passage.holes if start <= hole < end)
        for run in passage.runs:
            low, high = max(run.text_start, start), min(run.text_end, end)
            if low < high:
                runs.append(Run(low + shift, high + shift, *run.source(low, high)))
        pieces.append(passage.text[start:end])
        length += end - start

    for gap in found:
        keep(at, gap.start)
        ranges = passage.source_ranges(gap.start, gap.end)
        places.append(length)
        runs.append(Run(length, length + len(GAP), ranges[0][0], ranges[-1][1]))
        pieces.append(GAP)
        length += len(GAP)
        at = gap.end
    keep(at, len(passage.text))
    written = Passage(
        passage.kind, passage.start, passage.end, "".join(pieces), tuple(holes), tuple(runs)
    )
    return written, places
