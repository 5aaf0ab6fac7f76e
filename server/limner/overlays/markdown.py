"""Text that comes from documents and models, made harmless inside Markdown."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~$&@]|:(?=//)|(?<=www)\.)")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def escape(text: str) -> str:
    """`text` inside a line of Markdown that shows exactly it: no links, emphasis, HTML, columns.

    No more is escaped than that: some editors show the backslashes. What counts only at the
    beginning of a line (#, -, 1.) stays; begin the line with something else. Control characters,
    line ends and those that turn the direction of writing become "·".
    """
    if text.isalnum():
        return text
    return _SPECIAL.sub(r"\\\1", _CONTROLS.sub("·", text))


def table(head: tuple[str, ...], align: str, rows: list[tuple[str, ...]]) -> str:
    """A Markdown table of cells that are already escaped; `align` has l or r per column."""
    rule = [{"l": ":--", "r": "--:"}[side] for side in align]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, tuple(rule), *rows))
