"""Commands, for code lenses, code actions and plain clients: each returns at once.

All take one object ``{uri, position? | range?, options?, beside?, probe?}``: `probe` is the id of a
pinned probe, else the place says which is meant. What a command starts belongs to the server: its
progress can be cancelled, the command itself cannot.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from limner.lsp.asks import Ask
from limner.lsp.convert import workspace_edit
from limner.lsp.documents import Document
from limner.lsp.features.probe import Place, Span
from limner.lsp.pinning import pin_edit, unpin_edit
from limner.lsp.probe import Probe
from limner.protocol import BadInput, TextRefused
from limner.text.edits import Edit
from limner.text.passages import Passage
from limner.text.positions import to_offset

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer


class Arguments(msgspec.Struct, frozen=True, kw_only=True):
    """What a command is given."""

    uri: str
    position: Place | None = None
    range: Span | None = None
    options: Mapping[str, str] = {}
    beside: bool = False
    """Keep the probe that is there, to compare."""
    probe: str | None = None


async def attribute(ls: LimnerServer, raw: Any) -> None:
    """Pin an attribution to the passage at the place, for this session."""
    given, document = await _read(ls, raw)
    passage = _passage(ls, given, document)
    ls.probes.pin(document, passage, Ask("attribute", given.options), beside=given.beside)


async def pin(ls: LimnerServer, raw: Any) -> None:
    """Write the attribution into the document, as a comment above the passage."""
    given, document = await _read(ls, raw)
    passage = _passage(ls, given, document)
    options = pinned_options(ls, given.options)
    edit = await document.off_loop(lambda: pin_edit(document, passage, "attribute", options))
    if edit is None:
        raise BadInput("No comment can mean this text alone: put it on a line of its own first.")
    _send_edit(ls, document, edit, "Limner: pin")


async def unpin(ls: LimnerServer, raw: Any) -> None:
    """Let go of a probe; one of a directive goes with its comment."""
    given, document = await _read(ls, raw)
    probe = _probe(ls, given, document)
    if probe.directive is None:
        ls.probes.unpin(probe)
        return
    start, end = probe.anchor  # where the edits have moved the comment to
    directive = next((d for d in document.directives if (d.start, d.end) == (start, end)), None)
    if directive is None:
        raise BadInput("The comment was just edited: try again.")
    _send_edit(ls, document, unpin_edit(document, directive), "Limner: unpin")


async def rerun(ls: LimnerServer, raw: Any) -> None:
    """Compute a probe again."""
    given, document = await _read(ls, raw)
    ls.probes.rerun(_probe(ls, given, document))


async def stop(ls: LimnerServer, raw: Any) -> None:
    """Stop all that runs in this session."""
    ls.probes.stop()


def pinned_options(ls: LimnerServer, options: Mapping[str, str]) -> dict[str, str]:
    """What a comment says: the model always, so that it means the same to a colleague."""
    return {"model": ls.settings.model, **options}


async def _read(ls: LimnerServer, raw: Any) -> tuple[Arguments, Document]:
    try:
        given = msgspec.convert(raw, Arguments)
    except msgspec.ValidationError as error:
        raise BadInput(f"The command's argument is not understood: {error}.") from error
    document = ls.document(given.uri)
    if document is None:
        raise BadInput(f"{given.uri} is not open.")
    await document.read()
    return given, document


def _offset(ls: LimnerServer, given: Arguments, document: Document) -> int:
    place = given.position or (given.range.start if given.range else None)
    if place is None:
        raise BadInput("Say where: position or range is missing.")
    return to_offset(document.lines, place.line, place.character, ls.client.encoding)


def _passage(ls: LimnerServer, given: Arguments, document: Document) -> Passage:
    passage = document.passage_at(_offset(ls, given, document))
    if passage is None:
        raise TextRefused("There is no text here: put the caret into a string or paragraph.")
    return passage


def _probe(ls: LimnerServer, given: Arguments, document: Document) -> Probe:
    if given.probe:
        found = ls.probes.get(document.uri, given.probe)
    else:
        found = next(iter(ls.probes.at(document.uri, _offset(ls, given, document))), None)
    if found is None:
        raise BadInput("Nothing is pinned here.")
    return found


def _send_edit(ls: LimnerServer, document: Document, edit: Edit, label: str) -> None:
    if not ls.client.apply_edit:
        raise BadInput(f"This editor lets no server edit: write or remove {edit.text!r} yourself.")
    change = workspace_edit(document, edit, ls.client.encoding, versioned=ls.client.versioned_edits)
    ls.spawn(_apply(ls, lsp.ApplyWorkspaceEditParams(edit=change, label=label)))


async def _apply(ls: LimnerServer, params: lsp.ApplyWorkspaceEditParams) -> None:
    try:
        reply = await ls.workspace_apply_edit_async(params)
    except JsonRpcException as error:
        ls.warn(f"The editor refused the edit: {error}.")
        return
    if not reply.applied:
        ls.warn(f"The editor did not apply the edit: {reply.failure_reason or 'no reason given'}.")
