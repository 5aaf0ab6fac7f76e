"""What the commands of arrays have in common: a place with names, and arrays that were sent.

A front end that has a kernel has it send the arrays first (`limner.notebook.bridge`), then pins a
probe at their names by a command; again, with what the kernel sent anew, to refresh it. The probe
follows edits, and is gone once the names themselves are edited: other names are other arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from limner.lsp.documents import Document
from limner.lsp.messages import Range
from limner.lsp.settle import named
from limner.protocol import ArrayFacts, ArrayGone, BadInput
from limner.text.passages import Passage
from limner.text.positions import to_offset

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer


class Arguments(msgspec.Struct, frozen=True, kw_only=True):
    """What the command is given."""

    uri: str
    range: Range
    """Of the names in the document; the note stands at its end."""
    arrays: tuple[str, ...]
    """The ids that the kernel was told."""
    names: tuple[str, ...] = ()
    """What they are called, for messages."""
    options: Mapping[str, str | int | float | bool] = {}
    """Of the method, as in a terminal; `limner/status` lists them."""

    @property
    def written(self) -> dict[str, str]:
        """The options as words."""
        return {name: _word(value) for name, value in self.options.items()}


def place(ls: LimnerServer, given: Arguments) -> tuple[Document, Passage]:
    """The document, and where the names stand in it.

    Raises:
        BadInput: it is not open, or the range is empty.
    """
    document = ls.document(given.uri)
    if document is None:
        raise BadInput(f"{given.uri} is not open.")
    lines, encoding = document.lines, ls.client.encoding
    start, end = (
        to_offset(lines, place.line, place.character, encoding)
        for place in (given.range.start, given.range.end)
    )
    if start >= end:
        raise BadInput("Select the name of an array first.")
    return document, named(document, start, end)


def kept(ls: LimnerServer, given: Arguments) -> tuple[ArrayFacts, ...]:
    """What the daemon knows of the arrays.

    Raises:
        ArrayGone: one is no longer kept.
    """
    found: list[ArrayFacts] = []
    for index, id in enumerate(given.arrays):
        one = ls.arrays.get(id)
        if one is None:
            name = given.names[index] if index < len(given.names) else "here"
            said = " ".join(name.split())
            raise ArrayGone(f"The array {said} is no longer kept: run it again to send it anew.")
        found.append(one.facts)
    return tuple(found)


def _word(value: str | int | float | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
