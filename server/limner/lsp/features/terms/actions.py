"""Code actions on a term: accept, not a term, use as seed, merge, undo; and on a selection: add."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from limner.lsp.convert import span
from limner.lsp.documents import Document
from limner.lsp.terms import Page

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer
    from limner.terms.lexicon import Word

MERGES = 3
"""Most terms that an action offers to merge with."""


async def of_term(ls: LimnerServer, document: Document, place: lsp.Range) -> list[lsp.CodeAction]:
    """What can be decided about the term at the caret, or about the selected text."""
    page = await ls.terms.page(document.uri)
    if page is None or page.document is not document:
        return []
    start, end = span(document, place, ls.client.encoding)
    match = page.at(start)
    if match is not None and end <= match.end:
        actions = [*_decisions(page, page.word(match))]
    else:
        actions = [*_adding(page, document.text[start:end])]
    if said := ls.terms.shelf.undoable(page.lexicon.folder):
        actions.append(_action(page, f"Limner: undo “{said}”", "undo"))
    return actions


def _decisions(page: Page, word: Word) -> Iterator[lsp.CodeAction]:
    from limner.terms.similar import similar

    term = word.term
    if word.status == "accepted":
        yield _action(page, f"Limner: leave “{term}” open again", "forget", term=term)
    else:
        yield _action(page, f"Limner: accept “{term}”", "accept", term=term)
    yield _action(page, f"Limner: “{term}” is not a term", "reject", term=term)
    if not word.seed:
        yield _action(page, f"Limner: use “{term}” as seed", "seed", term=term)
    for other in similar(page.lexicon, word)[:MERGES]:
        title = f"Limner: “{term}” is a spelling of “{other.term}”"
        yield _action(page, title, "merge", term=term, into=other.term)


def _adding(page: Page, selected: str) -> Iterator[lsp.CodeAction]:
    from limner.terms.decisions import LONGEST

    term = " ".join(selected.split())
    if term and len(term) <= LONGEST and selected.count("\n") < 2:
        yield _action(page, f"Limner: add “{term}” to the terms", "accept", term=term)


def _action(page: Page, title: str, command: str, **argument: Any) -> lsp.CodeAction:
    given = {"uri": page.document.uri, **argument}
    name = f"limner.terms.{command}"
    return lsp.CodeAction(
        title=title, kind="limner", command=lsp.Command(title, name, arguments=[given])
    )
