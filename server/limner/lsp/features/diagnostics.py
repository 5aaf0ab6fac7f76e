"""Diagnostics: only for what is wrong in the document.

A directive that cannot be followed, or a line of a `*.terms.toml` that says nothing.

A worker that died or a memory that is too small is no fault of the text; the note says it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from limner.lsp.convert import range_of
from limner.lsp.documents import Document
from limner.lsp.features.cloze import task_file
from limner.lsp.features.cloze.notes import diagnostics as of_labels
from limner.lsp.probe import Origin, Probe, State
from limner.protocol import BadInput
from limner.terms.where import DECIDED

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer


def publish(ls: LimnerServer, uri: str) -> None:
    """Send the document's diagnostics if they are not what the client has."""
    document = ls.document(uri)
    found: list[lsp.Diagnostic] = []
    if document:
        found = [
            lsp.Diagnostic(
                range=range_of(document.lines, *probe.anchor, ls.client.encoding),
                message=sentence,
                severity=lsp.DiagnosticSeverity.Error,
                source="limner",
            )
            for probe in ls.probes.of(uri)
            for sentence in sentences(probe)
        ]
        found += _of_decisions(ls, document)
        found += task_file.diagnostics(ls, document)
        found += of_labels(ls, document)
    if found == ls.published.get(uri, []):
        return
    ls.published[uri] = found
    version = document.version if document and ls.client.diagnostic_versions else None
    ls.text_document_publish_diagnostics(
        lsp.PublishDiagnosticsParams(uri=uri, diagnostics=found, version=version)
    )


def _of_decisions(ls: LimnerServer, document: Document) -> list[lsp.Diagnostic]:
    if not document.uri.endswith(DECIDED):
        return []
    from limner.terms.decisions import parse

    lines = document.lines
    return [
        lsp.Diagnostic(
            range=range_of(lines, *lines.span(min(one.line, len(lines)) - 1), ls.client.encoding),
            message=one.said,
            severity=lsp.DiagnosticSeverity.Error,
            source="limner",
        )
        for one in parse(document.text).complaints
    ]


def sentences(probe: Probe) -> tuple[str, ...]:
    """What is wrong with a probe's directive."""
    if probe.origin is not Origin.DIRECTIVE or probe.state is not State.FAILED:
        return ()
    if probe.directive and probe.directive.errors:
        return probe.directive.errors
    return (str(probe.error),) if isinstance(probe.error, BadInput) else ()
