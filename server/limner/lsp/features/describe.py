"""`limner.describe {uri, range, arrays: [id], names: [name]}`: what is in the array named there.

A front end that has a kernel has it send the array first (`limner.notebook.bridge`), then pins the
description at the name by this command; again, with what the kernel sent anew, to refresh it. The
probe follows edits, and is gone once the name itself is edited: another name is another array.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from limner.lsp.asks import Ask
from limner.lsp.messages import Range
from limner.lsp.settle import named
from limner.protocol import ArrayFacts, ArrayGone, BadInput
from limner.text.positions import to_offset

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer


class Arguments(msgspec.Struct, frozen=True, kw_only=True):
    """What the command is given."""

    uri: str
    range: Range
    """Of the name in the document."""
    arrays: tuple[str, ...]
    """The id that the kernel was told."""
    names: tuple[str, ...] = ()
    """What it is called, for messages."""


async def handle(ls: LimnerServer, raw: Any) -> None:
    """Pin a description of an array at its name, for this session."""
    try:
        given = msgspec.convert(raw, Arguments)
    except msgspec.ValidationError as error:
        raise BadInput(f"The command's argument is not understood: {error}.") from error
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
    ask = Ask("describe", {}, _facts(ls, given))
    ls.probes.pin(document, named(document, start, end), ask)


def _facts(ls: LimnerServer, given: Arguments) -> tuple[ArrayFacts, ...]:
    """What the daemon knows of the array.

    Raises:
        BadInput: not exactly one is named.
        ArrayGone: it is no longer kept.
    """
    if len(given.arrays) != 1:
        raise BadInput("One array at a time is described: select the name of one.")
    kept = ls.arrays.get(given.arrays[0])
    if kept is None:
        name = " ".join((*given.names, "")[0].split()) or "here"
        raise ArrayGone(f"The array {name} is no longer kept: run it again to send it anew.")
    return (kept.facts,)
