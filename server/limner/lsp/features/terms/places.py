"""References to a term across its folder, the place that explains it, and links there."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from limner.lsp.convert import offset, range_of
from limner.lsp.data_files import path_of
from limner.lsp.terms import LANGUAGES, Page
from limner.protocol import Progress
from limner.text.lines import Lines

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer
    from limner.methods.terms.matching import Match
    from limner.terms.places import Found


async def references(ls: LimnerServer, params: lsp.ReferenceParams) -> list[lsp.Location] | None:
    """Every place of the term at the caret in the documents of its folder."""
    here = await _at(ls, params)
    if here is None:
        return None
    page, match = here
    found = await search(ls, page, match.term)
    uris = {path: document.uri for document in ls.documents if (path := path_of(document.uri))}
    return [
        lsp.Location(
            uri=uris.get(file.path, file.path.as_uri()),
            range=range_of(lines, one.start, one.end, ls.client.encoding),
        )
        for file in found
        for lines in [Lines(file.text)]
        for one in file.matches
    ]


async def _at(
    ls: LimnerServer, params: lsp.ReferenceParams | lsp.DefinitionParams
) -> tuple[Page, Match] | None:
    """The term at the caret, and its page."""
    page = await ls.terms.page(params.text_document.uri)
    match = page and page.at(offset(page.document, params.position, ls.client.encoding))
    return (page, match) if page and match else None


async def search(ls: LimnerServer, page: Page, row: int) -> list[Found]:
    """The files that have a term; cancel the task to stop looking."""
    from limner.terms.places import everywhere

    opened = {
        path: (document.kind, document.text)
        for document in ls.documents
        if document.kind in LANGUAGES and (path := path_of(document.uri))
        if document.uri.startswith("file:")  # a cell's text is not its file's
    }
    stop = threading.Event()
    word = page.lexicon.words[row]
    key = f"term-{id(stop)}"
    ls.activity.enter(key, "")
    ls.activity.report(key, Progress(stage="computing", message=f"looking for {word.term}"))
    try:
        return await asyncio.to_thread(
            lambda: [*everywhere(page.lexicon.folder, word, opened, stop.is_set)]
        )
    finally:
        stop.set()
        ls.activity.leave(key)


async def definition(ls: LimnerServer, params: lsp.DefinitionParams) -> lsp.Location | None:
    """The heading that has the term at the caret for a name."""
    here = await _at(ls, params)
    if here is None:
        return None
    page, match = here
    place = (await headings(page)).get(match.term)
    return place and location(*place)


async def links(ls: LimnerServer, params: lsp.DocumentLinkParams) -> list[lsp.DocumentLink] | None:
    """From the first occurrence of each term on a page to its heading in another document."""
    page = await ls.terms.page(params.text_document.uri)
    if page is None or not page.matches:
        return None
    known = await headings(page)
    here = path_of(page.document.uri)
    found: list[lsp.DocumentLink] = []
    seen: set[int] = set()
    for match in page.matches:
        place = known.get(match.term)
        if match.term in seen or place is None or place[0] == here:
            continue
        seen.add(match.term)
        path, line = place
        found.append(
            lsp.DocumentLink(
                range=range_of(page.document.lines, match.start, match.end, ls.client.encoding),
                target=f"{path.as_uri()}#L{line + 1}",
                tooltip=f"{path.name}, line {line + 1}",
            )
        )
    return found


async def headings(page: Page) -> dict[int, tuple[Path, int]]:
    """Of the page's lexicon; found once for each."""
    from limner.terms.places import headings_of

    return await asyncio.to_thread(headings_of, page.lexicon)


def location(path: Path, line: int) -> lsp.Location:
    """The beginning of a line."""
    place = lsp.Position(line, 0)
    return lsp.Location(uri=path.as_uri(), range=lsp.Range(place, place))
