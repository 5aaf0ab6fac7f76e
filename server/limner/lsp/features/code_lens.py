"""Code lenses: "Re-run" and "Unpin" on probes, "Attribute" on other prose.

A lens above every string of every file would be noise, and the protocol does not tell a server
where the caret is. So, by default (`lenses: "auto"`), "Attribute" appears only in documents that
have a probe already, on what reads like prose; the first one comes by code action at the caret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from limner.lsp.convert import range_of
from limner.lsp.documents import Document
from limner.lsp.features.cloze.actions import lenses as of_labels
from limner.text.passages import Passage

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer

MOST = 100
"""Lenses "Attribute" of one document."""

_WORDS = re.compile(
    r"[^\W\d_]{2,}(?:\s+[^\W\d_]+){2,}"
    r"|[\u3400-\u9fff](?:[，。！？、；：…“”（）《》]*[\u3400-\u9fff]){5,}"
)


async def handle(ls: LimnerServer, params: lsp.CodeLensParams) -> list[lsp.CodeLens] | None:
    """The lenses of a document."""
    uri = params.text_document.uri
    document, which = ls.document(uri), ls.settings.lenses
    if document is None or which == "off":
        return None
    probes = ls.probes.of(uri)
    lenses = [*of_labels(ls, document)]
    lenses += [
        _lens(ls, document, probe.anchor, title, command, {"uri": uri, "probe": probe.id})
        for probe in probes
        for title, command in (("Re-run", "limner.rerun"), ("Unpin", "limner.unpin"))
    ]
    if ls.labelling.sheet(uri):
        return lenses  # rows of data are no prose
    if which == "all" or (which == "auto" and probes):
        await document.read()
        lenses += list(_unpinned(ls, document, {probe.span for probe in probes}))
    return lenses


def _unpinned(
    ls: LimnerServer, document: Document, taken: set[tuple[int, int] | None]
) -> Iterator[lsp.CodeLens]:
    count = 0
    for passage in document.passages:
        place = (passage.start, passage.end)
        if count == MOST or place in taken or not reads_like_prose(passage):
            continue
        count += 1
        start = range_of(document.lines, *place, ls.client.encoding).start
        position = {"line": start.line, "character": start.character}
        argument = {"uri": document.uri, "position": position}
        yield _lens(ls, document, place, "Attribute", "limner.attribute", argument)


def reads_like_prose(passage: Passage) -> bool:
    """Three words in a row, or six Chinese characters, commas between them: no keys or formats."""
    return bool(_WORDS.search(passage.text))


def _lens(
    ls: LimnerServer,
    document: Document,
    place: tuple[int, int],
    title: str,
    command: str,
    argument: dict[str, Any],
) -> lsp.CodeLens:
    start, _ = place
    return lsp.CodeLens(
        range=range_of(document.lines, start, start, ls.client.encoding),
        command=lsp.Command(title=title, command=command, arguments=[argument]),
    )
