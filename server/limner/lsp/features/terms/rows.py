"""Requests `limner/lexicon` and `limner/term`: what side panels show of a lexicon.

`limner/lexicon` answers rows, filtered and sorted here, so that a panel never holds 20,000 of them;
`limner/term` all about one. The notification `limner/lexiconChanged` says that the answers may be
others now; it goes to clients that draw overlays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from limner.lsp.data_files import path_of
from limner.lsp.messages import (
    LexiconAnswer,
    LexiconChanged,
    LexiconParams,
    LexiconTerm,
    TermAnswer,
    TermParams,
    TermPlace,
)
from limner.lsp.reading import request
from limner.lsp.terms import Page
from limner.protocol import BadInput
from limner.text.positions import utf16_offset

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer
    from limner.methods.terms.results import Sentence
    from limner.terms.lexicon import Lexicon, Word

LEXICON = "limner/lexicon"
TERM = "limner/term"
CHANGED = "limner/lexiconChanged"

MOST_ROWS = 1000
NOTES = 20


def changed(ls: LimnerServer, folder: Path) -> None:
    """Tell a client that shows lexicons."""
    if ls.client.overlay:
        ls.wire.tell(CHANGED, LexiconChanged(folder=folder.as_uri()))


async def lexicon(ls: LimnerServer, params: Any) -> dict[str, Any]:
    """Rows of the lexicon of a document or folder."""
    given = request(LEXICON, params, LexiconParams)
    path = path_of(given.uri)
    found = await ls.terms.lexicon(path) if path and ls.terms.on else None
    if found is None:
        busy = any(ls.terms.shelf.mines.busy(root) for root in ls.roots())
        return msgspec.to_builtins(_nothing(busy))
    page = await ls.terms.page(given.uri)
    counts = page.counts if page and page.lexicon is found else {}
    shown = await asyncio.to_thread(_select, found, given, counts)
    rows = shown[given.offset : given.offset + min(max(given.limit, 0), MOST_ROWS)]
    answer = LexiconAnswer(
        folder=found.folder.as_uri(),
        title=found.title,
        mining=ls.terms.shelf.mines.busy(found.folder),
        notes=(*_crowded(page), *found.notes[:NOTES]),
        total=len(shown),
        all=len(found.words),
        undo=ls.terms.shelf.undoable(found.folder),
        terms=tuple(_row(found.words[row], counts.get(row, 0)) for row in rows),
    )
    return msgspec.to_builtins(answer)


def _nothing(busy: bool) -> LexiconAnswer:
    return LexiconAnswer(
        folder=None, title="", mining=busy, notes=(), total=0, all=0, undo=None, terms=()
    )


def _crowded(page: Page | None) -> tuple[str, ...]:
    if page is None or len(page.matches) == len(page.marked):
        return ()
    return (
        f"This page has {len(page.matches):,} places of terms: those of the strongest terms are "
        f"marked ({len(page.marked):,}).",
    )


def _select(lexicon: Lexicon, given: LexiconParams, counts: dict[int, int]) -> list[int]:
    from limner.methods.terms.matching import fold
    from limner.terms.completing import has_reading

    query = fold(given.query)
    letters = query if query.isascii() and query.isalpha() else ""

    def fits(row: int, word: Word) -> bool:
        if given.status == "page" and row not in counts:
            return False
        if given.status not in ("all", "page") and word.status != given.status:
            return False
        texts = (fold(text) for text in (word.term, *word.variants))
        return any(query in text for text in texts) or bool(letters and has_reading(word, letters))

    rows = [row for row, word in enumerate(lexicon.words) if fits(row, word)]
    return _sorted(lexicon, rows, given, counts)


def _sorted(
    lexicon: Lexicon, rows: Sequence[int], given: LexiconParams, counts: dict[int, int]
) -> list[int]:
    """What has no figure comes last, whichever the direction."""

    def figure(row: int) -> Any:
        word = lexicon.words[row]
        if given.sort == "term":
            return word.term.lower()
        if given.sort == "page":
            return counts.get(row, 0)
        if given.sort == "score" and word.mined is None:
            return float("inf")
        return getattr(word.mined, given.sort, None) if word.mined else None

    known = [row for row in rows if figure(row) is not None]
    return sorted(known, key=figure, reverse=given.descending) + [
        row for row in rows if figure(row) is None
    ]


def _row(word: Word, here: int) -> LexiconTerm:
    mined = word.mined
    return LexiconTerm(
        term=word.term,
        status=word.status,
        seed=word.seed,
        variants=word.variants,
        count=mined.count if mined else None,
        background=mined.background if mined else None,
        score=mined.score if mined else None,
        ratio=mined.ratio if mined else None,
        z=mined.z if mined else None,
        pmi=mined.pmi if mined else None,
        here=here,
        strength=word.strength,
    )


async def term(ls: LimnerServer, params: Any) -> dict[str, Any]:
    """All that is known of a term.

    Raises:
        BadInput: the lexicon has no such term.
    """
    given = request(TERM, params, TermParams)
    path = path_of(given.uri)
    lexicon = await ls.terms.lexicon(path) if path else None
    word = lexicon.get(given.term) if lexicon else None
    if lexicon is None or word is None:
        raise BadInput(f"{given.term} is not in this lexicon.")
    page = await ls.terms.page(given.uri)
    row = lexicon.row(word)
    here = page.counts.get(row, 0) if page and page.lexicon is lexicon else None
    return msgspec.to_builtins(await asyncio.to_thread(_explained, lexicon, word, here))


def _explained(lexicon: Lexicon, word: Word, here: int | None) -> TermAnswer:
    from limner.overlays.terms import explain
    from limner.terms.similar import similar

    sentences = word.mined.sentences if word.mined else ()
    return TermAnswer(
        term=word.term,
        status=word.status,
        seed=word.seed,
        markdown=explain(lexicon, word, here),
        places=tuple(_place(lexicon, one) for one in sentences),
        similar=tuple(other.term for other in similar(lexicon, word)[:10]),
    )


def _place(lexicon: Lexicon, sentence: Sentence) -> TermPlace:
    from limner.overlays.terms import place_of

    text = sentence.text
    return TermPlace(
        uri=Path(sentence.path).as_uri(),
        line=sentence.line - 1 if sentence.unit == "line" else -1,
        where=place_of(lexicon.folder, sentence),
        text=text,
        start=utf16_offset(text, sentence.start),
        end=utf16_offset(text, sentence.end),
    )
