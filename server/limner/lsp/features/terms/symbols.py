"""Document symbols: a page's terms, each where it stands first, with the number of its places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from limner.lsp.convert import range_of

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer
    from limner.methods.terms.matching import Match

MOST = 1000


async def handle(
    ls: LimnerServer, params: lsp.DocumentSymbolParams
) -> list[lsp.DocumentSymbol] | None:
    """The terms of the page, in the order of their first places."""
    page = await ls.terms.page(params.text_document.uri)
    if page is None or not page.matches:
        return None
    first: dict[int, Match] = {}
    for match in page.matches:
        first.setdefault(match.term, match)
    found: list[lsp.DocumentSymbol] = []
    for row, match in [*first.items()][:MOST]:
        place = range_of(page.document.lines, match.start, match.end, ls.client.encoding)
        word = page.lexicon.words[row]
        status = "" if word.status == "candidate" else f" · {word.status}"
        found.append(
            lsp.DocumentSymbol(
                name=word.term,
                detail=f"{page.counts[row]} ×{status}",
                kind=lsp.SymbolKind.Key,
                range=place,
                selection_range=place,
            )
        )
    return found
