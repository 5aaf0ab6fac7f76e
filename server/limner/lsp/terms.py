"""Terms on the documents of one session: found again after edits, and when a lexicon changes.

Probes ask models; terms are looked up, so they have no job, no queue and no cache: a page is read
some milliseconds after an edit. The lexicons are shared by all sessions (`terms.shelf`), and
nothing of theirs is loaded before a document has one.
"""

from __future__ import annotations

import asyncio
import logging
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakSet

from limner.lsp.data_files import path_of
from limner.lsp.documents import Document, Documents
from limner.lsp.later import Later
from limner.protocol import LimnerError
from limner.terms.where import DECIDED, folder_of
from limner.text.edits import Edit, map_range

if TYPE_CHECKING:
    from limner.methods.terms.matching import Match
    from limner.terms.lexicon import Lexicon, Word
    from limner.terms.shelf import Shelf

log = logging.getLogger(__name__)

WAIT = 0.1
"""Seconds from an edit to the next look; more where looking takes long."""
WATCH = 2.0
"""Seconds between two looks at whether a lexicon's files have changed."""

MOST_MARKS = 20_000
"""Places that are drawn on one page."""

LANGUAGES = frozenset({"plaintext", "markdown", "latex", "restructuredtext", "python"})
"""In which terms are looked for."""


@dataclass(frozen=True)
class Page:
    """The terms of one version of a document."""

    document: Document
    lexicon: Lexicon
    running: str
    """Its running text: all else is blank."""
    matches: Sequence[Match]

    @cached_property
    def marked(self) -> Sequence[Match]:
        """Those that are drawn: all, or of a page with very many the strongest terms'."""
        if len(self.matches) <= MOST_MARKS:
            return self.matches
        strengths = sorted((self._strength(match) for match in self.matches), reverse=True)
        least = strengths[MOST_MARKS]
        return [match for match in self.matches if self._strength(match) > least]

    def _strength(self, match: Match) -> float:
        word = self.lexicon.words[match.term]
        return 2.0 if word.status == "accepted" else word.strength

    @cached_property
    def counts(self) -> dict[int, int]:
        """Occurrences of each row."""
        found: dict[int, int] = {}
        for match in self.matches:
            found[match.term] = found.get(match.term, 0) + 1
        return found

    def at(self, offset: int) -> Match | None:
        """The occurrence around a place, its end included."""
        k = bisect_right(self.matches, offset, key=lambda match: match.start) - 1
        return self.matches[k] if k >= 0 and offset <= self.matches[k].end else None

    def word(self, match: Match) -> Word:
        """What is found there."""
        return self.lexicon.words[match.term]


class Terms:
    """The pages of a session."""

    def __init__(
        self,
        documents: Documents,
        shelf: Callable[[], Shelf],
        roots: Callable[[], Iterable[Path]],
        changed: Callable[[str], None],
        renewed: Callable[[Path], None],
    ) -> None:
        """`shelf` has the lexicons; `roots` are the open folders.

        `changed` hears of new pages, `renewed` of folders whose lexicon somebody else has changed.
        """
        self._documents = documents
        self._shelf = shelf
        self._roots = roots
        self._changed = changed
        self._renewed = renewed
        self._pages: dict[str, Page] = {}
        self._looking = Later(documents, self._look)
        self._costs: dict[str, float] = {}
        self._watch: asyncio.Task[None] | None = None
        self._prepared: WeakSet[Lexicon] = WeakSet()
        self._preparing: asyncio.Task[None] | None = None
        self.on = True
        self.segmented = False

    @property
    def shelf(self) -> Shelf:
        """The lexicons of the user."""
        return self._shelf()

    # ── documents come, change and go ─────────────────────────────────────────────────────────

    def opened(self, document: Document) -> None:
        """A document is shown."""
        self._looking.ask(document.uri, 0.0)
        if document.uri.endswith(DECIDED):
            self._changed(document.uri)
        if self._watch is None:
            self._watch = asyncio.create_task(self._watching())

    def edited(self, document: Document, edits: Sequence[Edit]) -> None:
        """A document has another text."""
        if document.uri.endswith(DECIDED):
            self._changed(document.uri)
        if edits:
            self._looking.ask(document.uri, max(WAIT, 2 * self._costs.get(document.uri, 0.0)))

    def closed(self, uri: str) -> None:
        """A document is gone."""
        self._looking.drop(uri)
        self._pages.pop(uri, None)
        self._costs.pop(uri, None)

    def configured(self, *, on: bool, segmented: bool) -> None:
        """Whether terms are looked for, and whether words are respected."""
        if (on, segmented) == (self.on, self.segmented):
            return
        self.on, self.segmented = on, segmented
        self.refresh()

    def refresh(self) -> None:
        """Look at all documents again."""
        for document in self._documents:
            self._pages.pop(document.uri, None)
            self._looking.ask(document.uri, 0.0)

    def close(self) -> None:
        """Stop everything."""
        self._looking.close()
        if self._watch:
            self._watch.cancel()

    # ── what is known ─────────────────────────────────────────────────────────────────────────

    def drawn(self, document: Document) -> Page | None:
        """What was found last, moved to the present text."""
        page = self._pages.get(document.uri)
        if page is None or page.document is document:
            return page
        edits = self._documents.edits_since(page.document)
        if edits is None:
            return None
        moved = ((match, map_range(match.start, match.end, edits)) for match in page.matches)
        matches = [match._replace(start=at[0], end=at[1]) for match, at in moved if at]
        return Page(document, page.lexicon, "", matches)

    async def page(self, uri: str) -> Page | None:
        """The terms of a document as it is now; None where it has no lexicon or no running text."""
        document = self._documents.get(uri)
        if document is None or not self.on:
            return None
        page = self._pages.get(uri)
        if page is None or page.document is not document:
            await self._look(document)
            page = self._pages.get(uri)
        return page

    async def lexicon(self, path: Path) -> Lexicon | None:
        """The lexicon of a file or folder."""
        roots = tuple(self._roots())
        return await asyncio.to_thread(self._lexicon, path, roots)

    # ── inside ────────────────────────────────────────────────────────────────────────────────

    async def _look(self, document: Document) -> None:
        """Find the document's terms, off the loop: a lexicon may have to be loaded."""
        path = path_of(document.uri)
        before = self._pages.get(document.uri)
        page = None
        if path is not None and self._reads(document):
            loop = asyncio.get_running_loop()
            begun = loop.time()
            roots, segmented = tuple(self._roots()), self.segmented
            try:
                page = await asyncio.to_thread(self._read, document, path, roots, segmented)
            except LimnerError as error:  # a lexicon that is too large; requests say it
                log.warning("%s", error)
            self._costs[document.uri] = loop.time() - begun
        if self._documents.get(document.uri) is None:
            return
        if page is not None:
            self._pages[document.uri] = page
            if page.lexicon not in self._prepared:
                self._prepared.add(page.lexicon)
                self._preparing = asyncio.create_task(asyncio.to_thread(_prepare, page.lexicon))
        else:
            self._pages.pop(document.uri, None)
        if page is not None or before is not None:
            self._changed(document.uri)

    def _reads(self, document: Document) -> bool:
        return self.on and not document.too_long and document.kind in LANGUAGES

    def _read(
        self, document: Document, path: Path, roots: tuple[Path, ...], segmented: bool
    ) -> Page | None:
        lexicon = self._lexicon(path, roots)
        if lexicon is None:
            return None
        from limner.terms.prose import prose

        running = prose(document.kind, document.text)
        if running is None:
            return None
        return Page(document, lexicon, running, lexicon.find(running, segmented=segmented))

    def _lexicon(self, path: Path, roots: tuple[Path, ...]) -> Lexicon | None:
        folder = folder_of(path, roots)
        return self.shelf.lexicon(folder) if folder is not None else None

    async def _watching(self) -> None:
        """Look again at the documents whose lexicon has come, changed or gone."""
        while True:
            await asyncio.sleep(WATCH)
            renewed: set[Path] = set()
            for document in [*self._documents]:
                path = path_of(document.uri)
                if path is None or not self._reads(document) or document.uri in self._looking:
                    continue
                page = self._pages.get(document.uri)
                before = page.lexicon if page else None
                try:
                    now = await self.lexicon(path)
                except LimnerError:
                    continue
                if now is not before:
                    self._looking.ask(document.uri, 0.0)
                    renewed |= {one.folder for one in (before, now) if one}
            for folder in renewed:
                self._renewed(folder)


def _prepare(lexicon: Lexicon) -> None:
    """Some clients wait for a completion no longer than a second."""
    from limner.terms.completing import prepare

    prepare(lexicon)
