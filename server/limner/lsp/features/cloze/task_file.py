"""Task files in editors: what is wrong in them, what may be written, what a key means.

Nothing is loaded before a `*.cloze.toml` is shown, and no model is asked.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from limner.lsp.convert import range_of
from limner.lsp.data_files import path_of
from limner.lsp.documents import Document
from limner.lsp.task_files import TASK

if TYPE_CHECKING:
    from limner.labelling.reading import Complaint
    from limner.lsp.server import LimnerServer

LONGEST = 200_000
"""Characters of a task file that is read while it is edited."""

KINDS = {
    "key": lsp.CompletionItemKind.Property,
    "table": lsp.CompletionItemKind.Struct,
    "value": lsp.CompletionItemKind.Value,
    "hole": lsp.CompletionItemKind.Variable,
    "model": lsp.CompletionItemKind.Module,
    "file": lsp.CompletionItemKind.File,
}


async def completions(ls: LimnerServer, document: Document, at: int) -> lsp.CompletionList | None:
    """Keys and values that fit at an offset of a task file; None in other documents."""
    if not _is_task(document):
        return None
    from limner.labelling import assist
    from limner.labelling.where import files_beside

    path = path_of(document.uri)
    files = await asyncio.to_thread(files_beside, path) if path else []
    masked = [model.name for model in ls.catalog.models if model.masked and not model.error]
    items = [
        lsp.CompletionItem(
            label=offer.label,
            detail=offer.detail or None,
            kind=KINDS[offer.kind],
            filter_text=offer.label.strip("[]") if offer.kind == "table" else None,
            sort_text=f"{rank:03}",
            text_edit=lsp.TextEdit(
                range_of(document.lines, offer.start, offer.end, ls.client.encoding), offer.insert
            ),
        )
        for rank, offer in enumerate(assist.completions(document.text, at, masked, files))
    ]
    return lsp.CompletionList(is_incomplete=False, items=items)


async def hover(ls: LimnerServer, document: Document, at: int) -> lsp.Hover | None:
    """What the key or the pattern at an offset of a task file means."""
    if not _is_task(document):
        return None
    from limner.labelling.assist import explain

    found = explain(document.text, at)
    if found is None:
        return None
    markdown = ls.client.markdown
    kind = lsp.MarkupKind.Markdown if markdown else lsp.MarkupKind.PlainText
    return lsp.Hover(
        contents=lsp.MarkupContent(kind, found.markdown if markdown else found.plain),
        range=range_of(document.lines, found.start, found.end, ls.client.encoding),
    )


def diagnostics(ls: LimnerServer, document: Document) -> list[lsp.Diagnostic]:
    """What is wrong in a task file, all of it."""
    if not document.uri.endswith(TASK):
        return []
    long = len(document.text) > LONGEST
    severity = lsp.DiagnosticSeverity.Information if long else lsp.DiagnosticSeverity.Error
    return [
        lsp.Diagnostic(
            range=range_of(document.lines, start, end, ls.client.encoding),
            message=said,
            severity=severity,
            source="limner",
        )
        for start, end, said in _wrong(document)
    ]


def _wrong(document: Document) -> list[tuple[int, int, str]]:
    if len(document.text) > LONGEST:
        said = (
            f"This file has more than {LONGEST:,} characters, so it is not checked while it is "
            "edited: put texts into a data file."
        )
        return [(*document.lines.span(0), said)]
    return [(one.start, one.end, one.said) for one in _complaints(document.text)]


@lru_cache(maxsize=8)
def _complaints(text: str) -> tuple[Complaint, ...]:
    """They are asked for whenever anything of the document is drawn."""
    from limner.labelling.reading import parse

    return parse(text).complaints


def _is_task(document: Document) -> bool:
    return document.uri.endswith(TASK) and len(document.text) <= LONGEST
