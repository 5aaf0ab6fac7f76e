r"""The documents of one session: immutable snapshots and the edits that lead from one to the next.

A handler takes a snapshot at its entry and passes only that on, so nothing it computes is ever
mixed with a later text. Lines end at \r\n, \r and \n only, as the protocol says: pygls's own
documents also split at U+2028 and other characters that pasted web text contains, and then apply
edits to the wrong line.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from limner.text.directives import Directive, directives
from limner.text.edits import Edit, apply_edits
from limner.text.lines import Lines
from limner.text.passages import Passage, passage_at, passages

T = TypeVar("T")

MAX_DOCUMENT = 2_000_000
"""Longest document whose passages are looked for, in code points."""

LARGE = 2_000
"""Documents of more code points are read in a thread: reading takes some microseconds each."""

HISTORY = 256
"""Edits kept per document; a result older than that is dropped instead of mapped."""

_LANGUAGES = {
    "plaintext": "plaintext",
    "text": "plaintext",
    "raw": "plaintext",
    "mail": "plaintext",
    "gitcommit": "plaintext",
    "quarto": "markdown",
    "rmd": "markdown",
    "tex": "latex",
    "plaintex": "latex",
    "rst": "restructuredtext",
}


@dataclass(frozen=True)
class Document:
    """One version of one document (or notebook cell)."""

    uri: str
    language: str
    version: int
    """The client's number, sent back with what is drawn on this text."""
    text: str
    serial: int = 0
    """Counts changes since the document was opened; finds the edits since this snapshot."""

    @cached_property
    def lines(self) -> Lines:
        """The line table of this version."""
        return Lines(self.text)

    @property
    def kind(self) -> str:
        """The language as `limner.text` knows it."""
        return _LANGUAGES.get(self.language, self.language)

    @property
    def too_long(self) -> bool:
        """Whether passages are not looked for."""
        return len(self.text) > MAX_DOCUMENT

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The passages a method may be applied to."""
        if self.too_long:
            return ()
        return passages(self.kind, self.text)

    @cached_property
    def directives(self) -> tuple[Directive, ...]:
        """The directive comments; without the word "limner:" nothing is parsed."""
        if self.too_long or "limner:" not in self.text:
            return ()
        return directives(self.kind, self.text, self.passages)

    def passage_at(self, offset: int) -> Passage | None:
        """The passage around `offset`."""
        return passage_at(self.passages, offset)

    async def read(self) -> None:
        """Have passages and directives ready, without keeping the loop waiting."""
        await self.off_loop(lambda: (self.directives, self.passages))

    async def off_loop(self, work: Callable[[], T]) -> T:
        """Do `work`, which takes a time that grows with the text, in a thread if it is long."""
        return await asyncio.to_thread(work) if len(self.text) > LARGE else work()

    def line_text(self, line: int) -> str:
        """The text of a line without its end."""
        start, end = self.lines.span(line)
        return self.text[start:end]


@dataclass
class _Open:
    document: Document
    edits: deque[tuple[int, Edit]] = field(default_factory=lambda: deque(maxlen=HISTORY))
    """(serial after it, edit)."""


class Documents:
    """What the client has open."""

    def __init__(self) -> None:
        """Nothing is open yet."""
        self._open: dict[str, _Open] = {}

    def __iter__(self) -> Iterator[Document]:
        """All open documents."""
        return (entry.document for entry in list(self._open.values()))

    def get(self, uri: str) -> Document | None:
        """The newest snapshot of `uri`, or None when it is not open."""
        entry = self._open.get(uri)
        return entry.document if entry else None

    def open(self, uri: str, language: str, version: int, text: str) -> Document:
        """Begin (or begin again) with `text`."""
        document = Document(uri, language, version, text)
        self._open[uri] = _Open(document)
        return document

    def close(self, uri: str) -> bool:
        """Forget `uri`; False when it was not open."""
        return self._open.pop(uri, None) is not None

    def edit(self, uri: str, version: int, edits: Sequence[Edit]) -> Document:
        """Apply `edits`, each to the result of the one before; `uri` must be open."""
        entry = self._open[uri]
        old = entry.document
        serial = old.serial + len(edits)
        entry.edits.extend(zip(range(old.serial + 1, serial + 1), edits, strict=True))
        text = apply_edits(old.text, edits)
        entry.document = Document(uri, old.language, version, text, serial)
        return entry.document

    def edits_since(self, document: Document) -> tuple[Edit, ...] | None:
        """The edits from `document` to the newest snapshot.

        None when they are not known any more: closed, opened again, or too many.
        """
        entry = self._open.get(document.uri)
        if entry is None:
            return None
        since = tuple(edit for serial, edit in entry.edits if serial > document.serial)
        if len(since) != entry.document.serial - document.serial:
            return None
        return since
