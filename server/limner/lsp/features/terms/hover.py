"""Hover: why the word under the pointer is a term."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from limner.lsp.convert import range_of
from limner.lsp.documents import Document

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer


async def of_term(ls: LimnerServer, document: Document, at: int) -> lsp.Hover | None:
    """What is known of the term at an offset."""
    page = await ls.terms.page(document.uri)
    match = page.at(at) if page else None
    if page is None or match is None:
        return None
    from limner.overlays.terms import explain, explain_plainly

    word, here = page.word(match), page.counts[match.term]
    if ls.client.markdown:
        kind, text = lsp.MarkupKind.Markdown, explain(page.lexicon, word, here)
    else:
        kind, text = lsp.MarkupKind.PlainText, explain_plainly(page.lexicon, word, here)
    return lsp.Hover(
        contents=lsp.MarkupContent(kind, text),
        range=range_of(page.document.lines, match.start, match.end, ls.client.encoding),
    )
