"""Document and notebook synchronisation: the client's texts into ours.

A notebook's cell is a document of its own, with the uri the client gave it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from lsprotocol import types as lsp

from limner.lsp.convert import edits_of
from limner.lsp.documents import MAX_DOCUMENT, Document, Documents
from limner.text.edits import Edit, shrink
from limner.text.positions import Encoding

log = logging.getLogger(__name__)

NOTEBOOKS = lsp.NotebookDocumentSyncOptions(
    notebook_selector=[
        lsp.NotebookDocumentFilterWithCells(
            cells=[
                lsp.NotebookCellLanguage(language="python"),
                lsp.NotebookCellLanguage(language="markdown"),
                lsp.NotebookCellLanguage(language="plaintext"),
                lsp.NotebookCellLanguage(language="raw"),
            ],
            notebook=lsp.NotebookDocumentFilterNotebookType(notebook_type="*"),
        )
    ]
)


class Follower(Protocol):
    """Who hears of documents."""

    def opened(self, document: Document) -> None:
        """One is shown, or shown again."""
        ...

    def edited(self, document: Document, edits: Sequence[Edit]) -> None:
        """One has another text, to which these edits led."""
        ...

    def closed(self, uri: str) -> None:
        """One is gone."""
        ...


class Sync:
    """Applies what the client says of its documents."""

    def __init__(
        self,
        documents: Documents,
        followers: Sequence[Follower],
        encoding: Callable[[], Encoding],
        warn: Callable[[str], None],
    ) -> None:
        """`encoding` is the negotiated one; `warn` shows a sentence to the user."""
        self._documents = documents
        self._followers = followers
        self._encoding = encoding
        self._warn = warn

    def opened(self, params: lsp.DidOpenTextDocumentParams) -> None:
        """A document is shown."""
        self._open(params.text_document)

    def changed(self, params: lsp.DidChangeTextDocumentParams) -> None:
        """A document was edited."""
        self._change(params.text_document, params.content_changes)

    def closed(self, params: lsp.DidCloseTextDocumentParams) -> None:
        """A document is not shown any more."""
        self._close(params.text_document.uri)

    def notebook_opened(self, params: lsp.DidOpenNotebookDocumentParams) -> None:
        """A notebook is shown with all its cells."""
        for cell in params.cell_text_documents:
            self._open(cell)

    def notebook_changed(self, params: lsp.DidChangeNotebookDocumentParams) -> None:
        """Cells came, went or were edited; moving one changes nothing for us.

        Some clients close and open a cell that moves: what it had goes on.
        """
        cells = params.change.cells
        if cells is None:
            return
        if cells.structure:
            opened = cells.structure.did_open or ()
            moved = {cell.uri for cell in opened}
            for gone in cells.structure.did_close or ():
                if gone.uri not in moved:
                    self._close(gone.uri)
            for cell in opened:
                self._open(cell)
        for content in cells.text_content or ():
            self._change(content.document, content.changes)

    def notebook_closed(self, params: lsp.DidCloseNotebookDocumentParams) -> None:
        """A notebook is gone, with its cells."""
        for cell in params.cell_text_documents:
            self._close(cell.uri)

    def _open(self, item: lsp.TextDocumentItem) -> None:
        known = self._documents.get(item.uri)
        if known and known.language == item.language_id:
            self._replace(known, item)
            return
        document = self._documents.open(item.uri, item.language_id, item.version, item.text)
        if document.too_long and "limner:" in item.text:
            self._warn(
                f"The document has {len(item.text):,} characters; Limner reads documents of up to "
                f"{MAX_DOCUMENT:,}: split it."
            )
        for follower in self._followers:
            follower.opened(document)

    def _replace(self, known: Document, item: lsp.TextDocumentItem) -> None:
        """A document that is open is opened again: its text may be another, its probes go on."""
        edit = shrink(known.text, Edit(0, len(known.text), item.text))
        edits = (edit,) if item.text != known.text else ()
        document = self._documents.edit(item.uri, item.version, edits)
        self._tell_edited(document, edits)

    def _change(
        self,
        identifier: lsp.VersionedTextDocumentIdentifier,
        changes: Sequence[lsp.TextDocumentContentChangeEvent],
    ) -> None:
        document = self._documents.get(identifier.uri)
        if document is None:
            log.warning("A change of a document that is not open was ignored")
            return
        edits = edits_of(document, changes, self._encoding())
        document = self._documents.edit(identifier.uri, identifier.version, edits)
        self._tell_edited(document, edits)

    def _close(self, uri: str) -> None:
        if self._documents.close(uri):
            for follower in self._followers:
                follower.closed(uri)

    def _tell_edited(self, document: Document, edits: Sequence[Edit]) -> None:
        for follower in self._followers:
            follower.edited(document, edits)
