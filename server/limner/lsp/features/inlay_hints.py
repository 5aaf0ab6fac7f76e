"""Inlay hints: the probes' notes after the text they look at."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from limner.lsp.convert import position, span
from limner.lsp.features.cloze.notes import notes as of_labels
from limner.protocol import Note

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer

WAIT = 2.0
"""Seconds that a client is kept waiting that cannot be told later to look again."""


async def handle(ls: LimnerServer, params: lsp.InlayHintParams) -> list[lsp.InlayHint] | None:
    """The notes inside the range; the range tells which probes are seen."""
    uri = params.text_document.uri
    document = ls.document(uri)
    if document is None or not ls.settings.hints:
        return None
    ls.probes.sees(uri, *span(document, params.range, ls.client.encoding))
    ls.labelling.sees(uri, *span(document, params.range, ls.client.encoding))
    if not ls.client.refresh_hints:
        await settled(ls, uri)
    document = ls.document(uri)
    if document is None:
        return None
    start, end = span(document, params.range, ls.client.encoding)
    found = [note for probe in ls.probes.of(uri) for note in probe.shown.notes]
    found = [note for note in found if start <= note.at <= end]
    found += of_labels(ls, uri, start, end)
    return [_hint(note, position(document.lines, note.at, ls.client.encoding)) for note in found]


async def settled(ls: LimnerServer, uri: str) -> None:
    """Wait a moment for what is being computed."""
    try:
        async with asyncio.timeout(WAIT):
            await ls.probes.idle(uri)
            await ls.labelling.idle(uri)
    except TimeoutError:
        return


def _hint(note: Note, place: lsp.Position) -> lsp.InlayHint:
    tooltip = lsp.MarkupContent(lsp.MarkupKind.Markdown, note.tooltip) if note.tooltip else None
    return lsp.InlayHint(position=place, label=note.text, tooltip=tooltip, padding_left=True)
