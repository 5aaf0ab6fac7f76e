"""`limner/overlay`: what clients draw that said they can (`experimental.limner.overlay`).

Each notification has all probes of the document; positions count in its `version`. A client moves
what it has drawn with its own edits, and drops a notification of a version it has left behind:
one of the newer version follows. Nothing is sent twice.

A page of 200 probes is a megabyte: a client that declares `"changes": true` beside the version is
told only of those that changed, and puts the others in from the notification before, also from
one that it dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limner.lsp.convert import marks_of, notes_of, panel_of, stretch_of
from limner.lsp.documents import Document
from limner.lsp.drawn import Drawn, on_line
from limner.lsp.features.cloze.notes import probe as of_labels
from limner.lsp.messages import OverlayParams, OverlayProbe
from limner.lsp.probe import Probe
from limner.protocol import Attribution

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer

METHOD = "limner/overlay"


def notify(ls: LimnerServer, uri: str) -> None:
    """Send the document's probes as they stand, if they are not what the client has."""
    document = ls.document(uri)
    if document is None:
        ls.drawn.pop(uri, None)
        return
    probes = tuple(_probe(ls, document, probe) for probe in ls.probes.of(uri))
    if labels := of_labels(ls, document):
        probes = (labels, *probes)
    params = OverlayParams(uri=uri, version=document.version, probes=probes)
    drawn = ls.drawn.get(uri)
    if params == drawn or not (probes or (drawn and drawn.probes)):
        return
    ls.drawn[uri] = params
    ls.wire.tell(METHOD, _changes(params, drawn) if ls.client.overlay_changes else params)


def _changes(params: OverlayParams, drawn: OverlayParams | None) -> OverlayParams:
    """Without the probes that are as the client has them."""
    known = {probe.id: probe for probe in drawn.probes} if drawn else {}
    return OverlayParams(
        uri=params.uri,
        version=params.version,
        probes=tuple(probe for probe in params.probes if probe != known.get(probe.id)),
        order=tuple(probe.id for probe in params.probes),
    )


def _probe(ls: LimnerServer, document: Document, probe: Probe) -> OverlayProbe:
    """The probe as it stands; the message of before where nothing of it has changed."""
    lines, place = document.lines, probe.span or probe.anchor
    low, high = (at + probe.moved for at in probe.extent) if probe.base else place
    line = lines.line_of(min(place[0], low))
    start, end = lines.starts[line], max(place[1], high)
    key = (
        lines.text[start:end],
        (place[0] - start, place[1] - start, low - start),
        (probe.state, probe.stopped, probe.error, probe.job and probe.job.method),
        (probe.ask, _model(ls, probe), _labels(ls, probe)),
        (ls.client.encoding, ls.settings.highlight, ls.settings.hints),
    )
    before = probe.drawn
    if before and before.base is probe.base and before.key == key:
        told = on_line(before, line)
    else:
        told = _made(ls, document, probe)
    probe.drawn = Drawn(probe.base, key, line, told)
    return told


def _made(ls: LimnerServer, document: Document, probe: Probe) -> OverlayProbe:
    encoding, settings, lines = ls.client.encoding, ls.settings, document.lines
    overlay, moved = probe.placed
    marks, notes = overlay.marks, overlay.notes
    return OverlayProbe(
        id=probe.id,
        method=probe.job.method if probe.job else probe.ask.method,
        origin=probe.origin.value,
        state=probe.state.value,
        range=stretch_of(lines, *(probe.span or probe.anchor), encoding),
        error=str(probe.error) if probe.error else None,
        trouble=type(probe.error).__name__ if probe.error else None,
        title=_title(probe),
        model=_model(ls, probe),
        options=dict(probe.ask.options),
        labels=_labels(ls, probe),
        marks=marks_of(lines, marks, encoding, moved=moved) if settings.highlight else (),
        notes=notes_of(lines, notes, encoding, moved=moved) if settings.hints else (),
        panel=panel_of(overlay),
        preliminary=overlay.preliminary,
    )


def _title(probe: Probe) -> str:
    """What the note says, also where notes are not shown."""
    notes = probe.base.notes if probe.base else ()
    return notes[0].text if notes else ""


def _model(ls: LimnerServer, probe: Probe) -> str:
    if probe.job:
        return probe.job.model
    return probe.ask.options.get("model") or ls.settings.model


def _labels(ls: LimnerServer, probe: Probe) -> tuple[str, ...]:
    """As the model's folder names them, else as the result does."""
    known = ls.catalog.labels(_model(ls, probe))
    if not known and isinstance(probe.result, Attribution):
        return probe.result.labels
    return known
