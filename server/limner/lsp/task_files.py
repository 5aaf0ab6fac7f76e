"""Task files in one session: what is wrong in them is told when they are opened and edited."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from limner.lsp.documents import Document
from limner.text.edits import Edit

TASK = ".cloze.toml"


class TaskFiles:
    """Has the diagnostics of `*.cloze.toml` sent; they depend on nothing but the text."""

    def __init__(self, changed: Callable[[str], None]) -> None:
        """`changed` hears of documents to be looked at anew."""
        self._changed = changed

    def opened(self, document: Document) -> None:
        """A document is shown."""
        self._look(document.uri)

    def edited(self, document: Document, edits: Sequence[Edit]) -> None:
        """A document has another text."""
        self._look(document.uri)

    def closed(self, uri: str) -> None:
        """A document is gone."""
        self._look(uri)

    def _look(self, uri: str) -> None:
        if uri.endswith(TASK):
            self._changed(uri)
