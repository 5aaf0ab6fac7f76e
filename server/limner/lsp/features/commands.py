"""Commands, for code lenses, code actions and plain clients: each returns at once.

All but `limner.stop` take one object: `probe` is the id of a pinned probe, else the place says
which is meant. What a command starts belongs to the server: its progress can be cancelled, the
command itself cannot.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from limner.lsp.asks import Ask, resolve
from limner.lsp.documents import Document
from limner.lsp.editing import change
from limner.lsp.messages import CommandArgument
from limner.lsp.pinning import options_edit, pin_edit, unpin_edit
from limner.lsp.probe import Origin, Probe
from limner.lsp.reading import argument
from limner.protocol import BadInput, TextRefused
from limner.text.directives import Directive
from limner.text.edits import Edit
from limner.text.passages import Passage
from limner.text.positions import to_offset

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer


async def attribute(ls: LimnerServer, raw: Any) -> None:
    """Pin an attribution to the passage at the place, for this session.

    Where a comment has pinned one, that is computed again; options or `beside` add another.
    """
    given, document = await _read(ls, raw)
    passage = _passage(ls, given, document)
    if not given.options and not given.beside and (commented := _commented(ls, document, passage)):
        ls.probes.rerun(commented)  # a second one would draw the same words twice
        return
    ls.probes.pin(document, passage, Ask("attribute", given.options), beside=given.beside)


def _commented(ls: LimnerServer, document: Document, passage: Passage) -> Probe | None:
    """The attribution that a comment has pinned to the passage already."""
    for probe in ls.probes.of(document.uri):
        same = probe.span == (passage.start, passage.end) and probe.ask.method == "attribute"
        if same and probe.origin is Origin.DIRECTIVE:
            return probe
    return None


async def pin(ls: LimnerServer, raw: Any) -> None:
    """Write the attribution into the document, as a comment above the passage."""
    given, document = await _read(ls, raw)
    passage = _passage(ls, given, document)
    options = pinned_options(ls, given.options)
    edit = await document.off_loop(lambda: pin_edit(document, passage, "attribute", options))
    if edit is None:
        raise BadInput("No comment can mean this text alone: put it on a line of its own first.")
    _change(ls, document, edit, "Limner: pin")


async def unpin(ls: LimnerServer, raw: Any) -> None:
    """Let go of a probe; one of a directive goes with its comment."""
    given, document = await _read(ls, raw)
    probe = _probe(ls, given, document)
    if probe.directive is None:
        ls.probes.unpin(probe)
        return
    edit = unpin_edit(document, _directive(document, probe))
    _change(ls, document, edit, "Limner: unpin")


async def rerun(ls: LimnerServer, raw: Any) -> None:
    """Compute a probe again."""
    given, document = await _read(ls, raw)
    ls.probes.rerun(_probe(ls, given, document))


async def configure(ls: LimnerServer, raw: Any) -> None:
    """Change options of a probe ("" takes one out); a directive's comment is written anew."""
    given, document = await _read(ls, raw)
    probe = _probe(ls, given, document)
    if probe.passage is None:
        raise TextRefused("There is no text here: put the comment above a string or paragraph.")
    merged = {**probe.ask.options, **given.options}
    options = {name: value for name, value in merged.items() if value}
    ask = Ask(probe.ask.method, options, probe.ask.arrays)
    resolve(ask, probe.passage, ls.settings, ls.catalog)  # refused, nothing has changed
    if probe.directive is None:
        ls.probes.configure(probe, ask)
    elif edit := options_edit(document, _directive(document, probe), given.options):
        _change(ls, document, edit, "Limner: change options")


async def stop(ls: LimnerServer, raw: Any) -> None:
    """Stop all that runs in this session."""
    ls.probes.stop()
    ls.labelling.stop()
    for task in [*ls.mining.values(), *ls.training.values()]:
        task.cancel()


def pinned_options(ls: LimnerServer, options: Mapping[str, str]) -> dict[str, str]:
    """What a comment says: the model always, so that it means the same to a colleague."""
    return {"model": ls.settings.model, **options}


async def _read(ls: LimnerServer, raw: Any) -> tuple[CommandArgument, Document]:
    given = argument(raw, CommandArgument)
    document = ls.document(given.uri)
    if document is None:
        raise BadInput(f"{given.uri} is not open.")
    await document.read()
    return given, document


def _offset(ls: LimnerServer, given: CommandArgument, document: Document) -> int:
    place = given.position or (given.range.start if given.range else None)
    if place is None:
        raise BadInput("Say where: position or range is missing.")
    return to_offset(document.lines, place.line, place.character, ls.client.encoding)


def _passage(ls: LimnerServer, given: CommandArgument, document: Document) -> Passage:
    at = _offset(ls, given, document)
    if given.range:  # a passage that begins here goes before one that ends here
        starting = (passage for passage in document.passages if passage.start == at)
        passage = next(starting, None) or document.passage_at(at)
    else:
        passage = document.passage_at(at)
    if passage is None:
        raise TextRefused("There is no text here: put the caret into a string or paragraph.")
    return passage


def _probe(ls: LimnerServer, given: CommandArgument, document: Document) -> Probe:
    if given.probe:
        found = ls.probes.get(document.uri, given.probe)
    else:
        found = next(iter(ls.probes.at(document.uri, _offset(ls, given, document))), None)
    if found is None:
        raise BadInput("Nothing is pinned here.")
    return found


def _directive(document: Document, probe: Probe) -> Directive:
    """The probe's comment, where the edits have moved it to."""
    for directive in document.directives:
        if (directive.start, directive.end) == probe.anchor:
            return directive
    raise BadInput("The comment was just edited: try again.")


def _change(ls: LimnerServer, document: Document, edit: Edit, label: str) -> None:
    change(ls, document, [edit], label, instead=f"write or remove {edit.text!r} yourself")
