"""Completion of terms in running text: by prefix, and Chinese ones by pinyin."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types as lsp

from limner.lsp.convert import range_of
from limner.lsp.documents import Document
from limner.lsp.features.cloze.gaps import resolve as of_gap

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer
    from limner.terms.completing import Offer


async def of_terms(ls: LimnerServer, document: Document, at: int) -> lsp.CompletionList | None:
    """Terms that may be meant at an offset; None outside of running text."""
    page = await ls.terms.page(document.uri)
    if page is None or page.document is not document:
        return None
    begin, _ = document.lines.span(document.lines.line_of(at))
    before = page.running[begin:at]
    if not before.strip() or before[-1] != document.text[at - 1]:
        return None
    from limner.terms.completing import MOST, complete

    offers = await asyncio.to_thread(complete, page.lexicon, before)
    if not offers:
        return None
    items = [_item(ls, document, at, rank, offer) for rank, offer in enumerate(offers)]
    # more letters may begin elsewhere, and mean pinyin no more
    return lsp.CompletionList(is_incomplete=len(offers) <= MOST, items=items)


def _item(
    ls: LimnerServer, document: Document, at: int, rank: int, offer: Offer
) -> lsp.CompletionItem:
    word, start = offer.word, at - offer.typed
    typed = document.text[start:at]
    count = f"{word.mined.count:,} ×" if word.mined else "added"
    detail = " · ".join(part for part in (offer.reading, count) if part)
    return lsp.CompletionItem(
        label=offer.text,
        detail=f"term · {detail}",
        kind=lsp.CompletionItemKind.Text,
        sort_text=f"{rank:04}",
        # clients compare it with what the edit replaces: letters stand for Han characters here
        filter_text=f"{typed} {offer.text}" if offer.reading else offer.text,
        text_edit=lsp.TextEdit(range_of(document.lines, start, at, ls.client.encoding), offer.text),
        data={"uri": document.uri, "term": word.term},
    )


async def resolve(ls: LimnerServer, item: lsp.CompletionItem) -> lsp.CompletionItem:
    """An offered term with its explanation, which is made when it is looked at."""
    data: Any = item.data
    if explained := of_gap(item):
        return explained
    if not isinstance(data, dict) or "term" not in data:
        return item
    given = cast("dict[str, Any]", data)
    page = await ls.terms.page(str(given.get("uri", "")))
    word = page.lexicon.get(str(given["term"])) if page else None
    if page is not None and word is not None:
        from limner.overlays.terms import explain

        markdown = explain(page.lexicon, word, page.counts.get(page.lexicon.row(word), 0))
        item.documentation = lsp.MarkupContent(lsp.MarkupKind.Markdown, markdown)
    return item
