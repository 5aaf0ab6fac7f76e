"""Hover: the word under the pointer first, then the table of its probe.

Where there is none, a term says why it is one, and a path to a data file what is in it.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from limner.lsp.convert import offset, range_of
from limner.lsp.data_files import explain, file_of, mention_at
from limner.lsp.documents import Document
from limner.lsp.features.cloze import task_file
from limner.lsp.features.cloze.gaps import hover as of_gap
from limner.lsp.features.cloze.notes import hover as of_row
from limner.lsp.features.terms.hover import of_term
from limner.lsp.probe import Probe, State
from limner.protocol import Mark

if TYPE_CHECKING:
    from limner.files.look import Look
    from limner.lsp.server import LimnerServer

PATIENCE = 2.0
"""Seconds that a file may take to show its header."""


async def handle(ls: LimnerServer, params: lsp.HoverParams) -> lsp.Hover | None:
    """What the probes here say, or the header of a file; nothing is computed for a hover."""
    document = ls.document(params.text_document.uri)
    if document is None:
        return None
    at = offset(document, params.position, ls.client.encoding)
    found = ls.probes.at(document.uri, at)
    texts = [text for probe in found if (text := _text(ls, probe, at))]
    if not texts:
        return (
            await of_gap(ls, document, at)
            or await task_file.hover(ls, document, at)
            or of_row(ls, document, at)
            or await of_term(ls, document, at)
            or await _of_file(ls, document, at)
        )
    probe = found[0]
    marks = [mark for probe in found if (mark := mark_at(probe, at))]
    place = (marks[0].start, marks[0].end) if marks else probe.span or probe.anchor
    kind = lsp.MarkupKind.Markdown if ls.client.markdown else lsp.MarkupKind.PlainText
    return lsp.Hover(
        contents=lsp.MarkupContent(kind, "\n\n---\n\n".join(texts)),
        range=range_of(document.lines, *place, ls.client.encoding),
    )


async def _of_file(ls: LimnerServer, document: Document, at: int) -> lsp.Hover | None:
    """The columns of the data file that is named here, unless the workspace is not trusted."""
    if not ls.client.trusted:
        return None
    await document.read()
    mention = mention_at(document, at)
    if mention is None:
        return None
    path = file_of(mention, document, [*ls.workspace.folders])
    try:
        async with asyncio.timeout(PATIENCE):
            found = await asyncio.to_thread(_look, path) if path else None
    except TimeoutError:  # a disk somewhere else that does not answer
        return None
    if path is None or found is None:
        return None
    markdown = ls.client.markdown
    kind = lsp.MarkupKind.Markdown if markdown else lsp.MarkupKind.PlainText
    return lsp.Hover(
        contents=lsp.MarkupContent(kind, explain(path, found, markdown=markdown)),
        range=range_of(document.lines, mention.start, mention.end, ls.client.encoding),
    )


def _look(path: Path) -> Look | None:
    from limner.files.look import look  # brings numpy, which a session without data files spares

    return look(path)


def mark_at(probe: Probe, at: int) -> Mark | None:
    """The mark on the character after `at`, else the one that ends there."""
    marks = [mark for mark in probe.shown.marks if mark.start <= at <= mark.end]
    return max(marks, key=lambda mark: mark.start, default=None)


def _text(ls: LimnerServer, probe: Probe, at: int) -> str:
    shown = probe.shown
    if not ls.client.markdown:
        return _plain(probe)
    parts = [mark.hover] if (mark := mark_at(probe, at)) else []
    parts += [note.tooltip or note.text for note in shown.notes]
    if probe.state is State.PRELIMINARY:
        parts.append("… a finer result follows")
    return "\n\n".join(parts)


def _plain(probe: Probe) -> str:
    if probe.error:
        return str(probe.error)
    panel = probe.shown.panel
    return panel.text if panel else "\n".join(note.text for note in probe.shown.notes)
