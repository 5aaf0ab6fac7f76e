"""The only place that converts between code-point offsets and the protocol's positions."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types as lsp

from limner.lsp import messages
from limner.lsp.documents import Document
from limner.protocol import Mark, Note, Overlay
from limner.text.edits import Edit, apply_edits, shrink
from limner.text.lines import Lines
from limner.text.positions import Encoding, to_offset, to_position, to_positions

ENCODINGS = {
    lsp.PositionEncodingKind.Utf8: Encoding.UTF8,
    lsp.PositionEncodingKind.Utf16: Encoding.UTF16,
    lsp.PositionEncodingKind.Utf32: Encoding.UTF32,
}


def choose_encoding(offered: Sequence[str] | None) -> lsp.PositionEncodingKind:
    """The client's first of UTF-8 and UTF-32, which need no surrogates; else UTF-16."""
    for kind in offered or ():
        if kind in (lsp.PositionEncodingKind.Utf8, lsp.PositionEncodingKind.Utf32):
            return lsp.PositionEncodingKind(kind)
    return lsp.PositionEncodingKind.Utf16


def position(lines: Lines, offset: int, encoding: Encoding) -> lsp.Position:
    """The client's position of an offset."""
    line, character = to_position(lines, offset, encoding)
    return lsp.Position(line, character)


def range_of(lines: Lines, start: int, end: int, encoding: Encoding) -> lsp.Range:
    """The client's range of two offsets."""
    return lsp.Range(position(lines, start, encoding), position(lines, end, encoding))


def offset(document: Document, place: lsp.Position, encoding: Encoding) -> int:
    """The offset of a client's position, clamped to the text."""
    return to_offset(document.lines, place.line, place.character, encoding)


def span(document: Document, place: lsp.Range, encoding: Encoding) -> tuple[int, int]:
    """The offsets of a client's range, in order."""
    start = offset(document, place.start, encoding)
    end = offset(document, place.end, encoding)
    return min(start, end), max(start, end)


def workspace_edit(
    document: Document, edit: Edit, encoding: Encoding, *, versioned: bool
) -> lsp.WorkspaceEdit:
    """One edit of a document, for its version where the client can check that."""
    return workspace_edits(document, (edit,), encoding, versioned=versioned)


def workspace_edits(
    document: Document, edits: Sequence[Edit], encoding: Encoding, *, versioned: bool
) -> lsp.WorkspaceEdit:
    """Several edits of a document, each of a place of its own in this very text."""
    changes = [
        lsp.TextEdit(range_of(document.lines, edit.start, edit.end, encoding), edit.text)
        for edit in edits
    ]
    if not versioned:
        return lsp.WorkspaceEdit(changes={document.uri: changes})
    identifier = lsp.OptionalVersionedTextDocumentIdentifier(
        uri=document.uri, version=document.version
    )
    return lsp.WorkspaceEdit(document_changes=[lsp.TextDocumentEdit(identifier, [*changes])])


def edits_of(
    document: Document, changes: Sequence[lsp.TextDocumentContentChangeEvent], encoding: Encoding
) -> tuple[Edit, ...]:
    """The edits of one didChange; each change counts in the text that the one before left."""
    edits: list[Edit] = []
    lines = document.lines
    for change in changes:
        if edits:
            lines = Lines(apply_edits(lines.text, edits[-1:]))
        edits.append(_edit(lines, change, encoding))
    return tuple(edits)


def _edit(lines: Lines, change: lsp.TextDocumentContentChangeEvent, encoding: Encoding) -> Edit:
    text = lines.text
    if isinstance(change, lsp.TextDocumentContentChangeWholeDocument):
        return shrink(text, Edit(0, len(text), change.text))
    start = to_offset(lines, change.range.start.line, change.range.start.character, encoding)
    end = to_offset(lines, change.range.end.line, change.range.end.character, encoding)
    return shrink(text, Edit(min(start, end), max(start, end), change.text))


def place_of(lines: Lines, at: int, encoding: Encoding) -> messages.Position:
    """A position inside our own messages."""
    return messages.Position(*to_position(lines, at, encoding))


def stretch_of(lines: Lines, start: int, end: int, encoding: Encoding) -> messages.Range:
    """A range inside our own messages."""
    return messages.Range(place_of(lines, start, encoding), place_of(lines, end, encoding))


def drawing(lines: Lines, overlay: Overlay, encoding: Encoding) -> messages.Drawing:
    """An overlay as our messages carry it."""
    return messages.Drawing(
        marks=marks_of(lines, overlay.marks, encoding),
        notes=notes_of(lines, overlay.notes, encoding),
        panel=panel_of(overlay),
        preliminary=overlay.preliminary,
    )


def marks_of(
    lines: Lines, marks: Sequence[Mark], encoding: Encoding, *, moved: int = 0
) -> tuple[messages.OverlayMark, ...]:
    """Marks whose places have all moved by as much since they were made."""
    offsets = (at + moved for mark in marks for at in (mark.start, mark.end))
    places = (messages.Position(*place) for place in to_positions(lines, offsets, encoding))
    return tuple(
        messages.OverlayMark(
            range=messages.Range(next(places), next(places)),
            value=round(mark.value, 4),
            hover=mark.hover,
        )
        for mark in marks
    )


def notes_of(
    lines: Lines, notes: Sequence[Note], encoding: Encoding, *, moved: int = 0
) -> tuple[messages.OverlayNote, ...]:
    """Notes, in the same manner."""
    return tuple(
        messages.OverlayNote(
            position=place_of(lines, note.at + moved, encoding),
            text=note.text,
            tooltip=note.tooltip,
        )
        for note in notes
    )


def panel_of(overlay: Overlay) -> messages.OverlayPanel | None:
    """The chart, where there is one."""
    panel = overlay.panel
    return panel and messages.OverlayPanel(title=panel.title, spec=panel.spec, text=panel.text)
