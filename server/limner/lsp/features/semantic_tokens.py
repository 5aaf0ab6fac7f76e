"""Semantic tokens: attribution and terms in strength steps, for clients without overlays.

Two types say the sign of a score, two whether a person accepted a term, three modifiers the
strength; the weakest marks get no token. Where a probe has coloured a word, it is no term. A theme
or the user gives them colours (docs/editors.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from limner.lsp.features.inlay_hints import settled
from limner.lsp.features.terms.highlights import Stretch, encode, stretches
from limner.protocol import Mark
from limner.text.lines import Lines

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer

TYPES = ("limnerPositive", "limnerNegative", "limnerTerm", "limnerAcceptedTerm")
MODIFIERS = ("weak", "medium", "strong")
STEPS = (0.1, 0.35, 0.7)
"""Least |value| of each modifier; below the first: no token."""

TERMS = 2
"""Type of a candidate; that of an accepted term follows."""

LEGEND = lsp.SemanticTokensLegend(token_types=list(TYPES), token_modifiers=list(MODIFIERS))


async def handle(ls: LimnerServer, params: lsp.SemanticTokensParams) -> lsp.SemanticTokens | None:
    """The marks of all probes of the document."""
    uri = params.text_document.uri
    if ls.document(uri) is None or not ls.settings.semantic_tokens:
        return None
    if not ls.client.refresh_tokens:
        await settled(ls, uri)
    document = ls.document(uri)
    if document is None:
        return None
    page = await ls.terms.page(uri)
    document = ls.document(uri)
    if document is None:
        return None
    marks = [mark for probe in ls.probes.of(uri) for mark in probe.shown.marks]
    pieces = [*_pieces(document.lines, marks)]
    if page is not None and page.document is document:
        terms = (
            (start, end, TERMS + kind, 1 << (strength - 1))
            for start, end, kind, strength in stretches(document.lines, page)
        )
        pieces = sorted([*pieces, *_beside(terms, pieces)])
    return lsp.SemanticTokens(data=encode(document.lines, pieces, ls.client.encoding))


def _beside(found: Iterable[Stretch], taken: list[Stretch]) -> Iterator[Stretch]:
    """Those that overlap none of the others; both in order."""
    at = 0
    for one in found:
        while at < len(taken) and taken[at][1] <= one[0]:
            at += 1
        if at == len(taken) or one[1] <= taken[at][0]:
            yield one


def _pieces(lines: Lines, marks: Iterable[Mark]) -> Iterator[Stretch]:
    """Strong enough marks in order, cut at line ends; of two that overlap, the first."""
    free = 0
    strong = (mark for mark in marks if abs(mark.value) >= STEPS[0])
    for mark in sorted(strong, key=lambda mark: (mark.start, mark.end)):
        if mark.start < free:
            continue
        for line in range(lines.line_of(mark.start), lines.line_of(mark.end) + 1):
            start, end = lines.span(line)
            start, end = max(start, mark.start), min(end, mark.end)
            if start < end:
                step = sum(abs(mark.value) >= least for least in STEPS) - 1
                yield start, end, 0 if mark.value > 0 else 1, 1 << step
        free = mark.end
