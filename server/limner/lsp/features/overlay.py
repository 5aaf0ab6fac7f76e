"""`limner/overlay`: what clients draw that said they can (`experimental.limner.overlay`).

Each notification has all probes of the document; positions count in its `version`. A client moves
what it has drawn with its own edits, and drops a notification of a version it has left behind:
one of the newer version follows. Nothing is sent twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from limner.lsp.convert import drawing, stretch_of
from limner.lsp.documents import Document
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
    params = OverlayParams(uri=uri, version=document.version, probes=probes)
    drawn = ls.drawn.get(uri)
    if params == drawn or not (probes or (drawn and drawn.probes)):
        return
    ls.drawn[uri] = params
    ls.wire.tell(METHOD, params)


def _probe(ls: LimnerServer, document: Document, probe: Probe) -> OverlayProbe:
    encoding, settings, lines = ls.client.encoding, ls.settings, document.lines
    shown = drawing(lines, probe.shown, encoding, marks=settings.highlight, notes=settings.hints)
    return OverlayProbe(
        id=probe.id,
        method=probe.job.method if probe.job else probe.ask.method,
        origin=probe.origin.value,
        state=probe.state.value,
        range=stretch_of(lines, *(probe.span or probe.anchor), encoding),
        error=str(probe.error) if probe.error else None,
        title=_title(probe),
        model=_model(ls, probe),
        options=dict(probe.ask.options),
        labels=_labels(ls, probe),
        **msgspec.structs.asdict(shown),
    )


def _title(probe: Probe) -> str:
    """What the note says, also where notes are not shown."""
    notes = probe.overlay.notes if probe.overlay else ()
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
