"""Code actions at the caret: attribute, towards a label, compare, pin, unpin, re-run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from limner.lsp.convert import offset, workspace_edit
from limner.lsp.documents import Document
from limner.lsp.features.cloze.actions import actions as of_row
from limner.lsp.features.cloze.gaps import actions as of_gap
from limner.lsp.features.commands import pinned_options
from limner.lsp.features.terms.actions import of_term
from limner.lsp.pinning import pin_edit, unpin_edit
from limner.lsp.probe import Origin, Probe
from limner.text.edits import Edit
from limner.text.passages import Passage

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer

KIND = "limner"
"""Our own kind: none of these is a fix or a refactoring."""

OPTIONS = lsp.CodeActionOptions(code_action_kinds=[KIND])

LABELS = 6
"""Most labels that get an action of their own."""


async def handle(ls: LimnerServer, params: lsp.CodeActionParams) -> list[lsp.CodeAction] | None:
    """What can be done where the caret is."""
    only = params.context.only
    if only and not any(KIND == kind or KIND.startswith(f"{kind}.") for kind in only):
        return None
    document = ls.document(params.text_document.uri)
    if document is None:
        return None
    await document.read()
    at = offset(document, params.range.start, ls.client.encoding)
    probes = ls.probes.at(document.uri, at)
    actions = [action for probe in probes for action in _of_probe(ls, document, probe)]
    if passage := document.passage_at(at):
        here = [probe for probe in probes if probe.span == (passage.start, passage.end)]
        actions += _of_passage(ls, document, here, params.range.start)
        actions += await _pin(ls, document, passage, here)
    actions += of_row(ls, document, at)
    actions += await of_gap(ls, document, at)
    return [*actions, *await of_term(ls, document, params.range)]


async def _pin(
    ls: LimnerServer, document: Document, passage: Passage, here: list[Probe]
) -> list[lsp.CodeAction]:
    if any(probe.origin is Origin.DIRECTIVE for probe in here):
        return []
    options = pinned_options(ls, here[0].ask.options if here else {})
    edit = await document.off_loop(lambda: pin_edit(document, passage, "attribute", options))
    return [_editing(ls, document, "Limner: pin (insert comment)", edit)] if edit else []


def _of_probe(ls: LimnerServer, document: Document, probe: Probe) -> Iterator[lsp.CodeAction]:
    argument = {"uri": document.uri, "probe": probe.id}
    name = "" if probe.origin is Origin.DIRECTIVE else " (this session)"
    directive = probe.directive
    if directive and (directive.start, directive.end) == probe.anchor:
        edit = unpin_edit(document, directive)
        yield _editing(ls, document, "Limner: unpin (remove comment)", edit)
    else:
        yield _command(f"Limner: unpin{name}", "limner.unpin", argument)
    yield _command("Limner: re-run", "limner.rerun", argument)


def _of_passage(
    ls: LimnerServer,
    document: Document,
    here: list[Probe],
    place: lsp.Position,
) -> Iterator[lsp.CodeAction]:
    where = {
        "uri": document.uri,
        "position": {"line": place.line, "character": place.character},
    }
    options = dict(here[0].ask.options) if here else {}
    if not here:
        yield _command("Limner: attribute this text", "limner.attribute", where)
    for label in ls.catalog.labels(options.get("model") or ls.settings.model)[:LABELS]:
        towards = {**where, "options": {**options, "target": label}}
        yield _command(f"Limner: attribute towards {label}", "limner.attribute", towards)
    if here and not any(probe.ask.options.get("baseline") == "mask" for probe in here):
        beside = {**where, "options": {**options, "baseline": "mask"}, "beside": True}
        yield _command("Limner: compare baseline mask", "limner.attribute", beside)


def _command(title: str, name: str, argument: Mapping[str, Any]) -> lsp.CodeAction:
    command = lsp.Command(title=title, command=name, arguments=[argument])
    return lsp.CodeAction(title=title, kind=KIND, command=command)


def _editing(ls: LimnerServer, document: Document, title: str, edit: Edit) -> lsp.CodeAction:
    change = workspace_edit(document, edit, ls.client.encoding, versioned=ls.client.versioned_edits)
    return lsp.CodeAction(title=title, kind=KIND, edit=change)
