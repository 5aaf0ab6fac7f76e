"""Edits of a text, and where marks are after them.

A result is drawn on the text it was computed from. When the text has changed meanwhile, its marks
are mapped through the edits; a mark whose own characters changed is dropped, never painted on
other words.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """One replacement of ``text[start:end]``, in code points."""

    start: int
    end: int
    text: str

    @property
    def growth(self) -> int:
        """How many code points longer the text becomes."""
        return len(self.text) - (self.end - self.start)

    @property
    def changes(self) -> bool:
        """Whether it takes or gives any character."""
        return self.start < self.end or bool(self.text)


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """The text after the edits, each on the result of the one before."""
    for edit in edits:
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def shrink(text: str, edit: Edit) -> Edit:
    """The same edit without the characters that it replaces by themselves.

    Some clients send the whole document on each change; shrunk, the marks outside survive.
    """
    old = text[edit.start : edit.end]
    shorter = min(len(old), len(edit.text))
    head = _common_prefix(old, edit.text, shorter)
    tail = _common_prefix(old[head:][::-1], edit.text[head:][::-1], shorter - head)
    return Edit(edit.start + head, edit.end - tail, edit.text[head : len(edit.text) - tail])


def map_range(start: int, end: int, edits: Sequence[Edit]) -> tuple[int, int] | None:
    """Where the mark ``start:end`` is after the edits; None when one of them changed it.

    Edits outside move it; an insertion exactly at its border leaves its characters as they were,
    so the mark stays on them. An edit that changes characters inside it, or swallows it, ends it.
    """
    for edit in edits:
        if edit.end <= start:
            start, end = start + edit.growth, end + edit.growth
        elif edit.start < end and edit.changes:
            return None
    return start, end


def map_offset(offset: int, edits: Sequence[Edit], *, right: bool = False) -> int:
    """Where a place is after the edits.

    At an insertion, and inside a replaced range, it goes to the left end of the new text, or with
    `right` to its right end.
    """
    for edit in edits:
        offset = _map_one(offset, edit, right)
    return offset


def _map_one(offset: int, edit: Edit, right: bool) -> int:
    after = edit.start + len(edit.text)
    if offset < edit.start:
        return offset
    if offset > edit.end:
        return offset + edit.growth
    if edit.start == edit.end:
        return after if right else edit.start
    if offset == edit.start:
        return offset
    return after if right or offset == edit.end else edit.start


def _common_prefix(one: str, other: str, limit: int) -> int:
    """Length of the common prefix, at most `limit`, by halving (slices compare in C)."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
