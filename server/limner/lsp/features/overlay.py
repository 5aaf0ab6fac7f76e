"""`limner/overlay`: what clients draw that said they can (`experimental.limner.overlay`).

::

    {uri, version, probes: [{id, method, origin, state, range, marks: [{range, value, hover}],
     notes: [{position, text, tooltip}], panel: {title, spec, text} | null, error: str | null}]}

Each notification has all probes of the document; positions count in its `version`. A client moves
what it has drawn with its own edits, and drops a notification of a version it has left behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from limner.lsp.convert import json_overlay, json_range
from limner.lsp.documents import Document
from limner.lsp.probe import Probe

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer

METHOD = "limner/overlay"


def notify(ls: LimnerServer, uri: str) -> None:
    """Send the document's probes as they stand."""
    document = ls.document(uri)
    if document is None:
        return
    probes = [_probe(ls, document, probe) for probe in ls.probes.of(uri)]
    if not probes and uri not in ls.drawn:
        return
    ls.drawn.add(uri)
    params = {"uri": uri, "version": document.version, "probes": probes}
    ls.wire.notify(METHOD, params)


def _probe(ls: LimnerServer, document: Document, probe: Probe) -> dict[str, Any]:
    encoding, settings = ls.client.encoding, ls.settings
    drawn = json_overlay(document.lines, probe.shown, encoding)
    if not settings.highlight:
        drawn["marks"] = []
    if not settings.hints:
        drawn["notes"] = []
    return {
        "id": probe.id,
        "method": probe.job.method if probe.job else probe.ask.method,
        "origin": probe.origin.value,
        "state": probe.state.value,
        "range": json_range(document.lines, *(probe.span or probe.anchor), encoding),
        "error": str(probe.error) if probe.error else None,
        **drawn,
    }
