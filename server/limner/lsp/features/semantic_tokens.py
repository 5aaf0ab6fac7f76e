"""Semantic tokens: attribution in strength steps, for clients without overlays.

Two types say the sign, three modifiers the strength; the weakest marks get no token. A theme or the
user gives them colours (docs/editors.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from limner.lsp.features.inlay_hints import settled
from limner.protocol import Mark
from limner.text.lines import Lines
from limner.text.positions import Encoding, to_position

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer

TYPES = ("limnerPositive", "limnerNegative")
MODIFIERS = ("weak", "medium", "strong")
STEPS = (0.1, 0.35, 0.7)
"""Least |value| of each modifier; below the first: no token."""

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
    marks = [mark for probe in ls.probes.of(uri) for mark in probe.shown.marks]
    return lsp.SemanticTokens(data=encode(document.lines, marks, ls.client.encoding))


def encode(lines: Lines, marks: Iterable[Mark], encoding: Encoding) -> list[int]:
    """The protocol's five numbers a token, each relative to the token before."""
    data: list[int] = []
    last_line = last_character = 0
    for start, end, value in _pieces(lines, marks):
        line, character = to_position(lines, start, encoding)
        _, stop = to_position(lines, end, encoding)
        if line != last_line:
            last_character = 0
        step = sum(abs(value) >= least for least in STEPS) - 1
        data += [line - last_line, character - last_character, stop - character]
        data += [0 if value > 0 else 1, 1 << step]
        last_line, last_character = line, character
    return data


def _pieces(lines: Lines, marks: Iterable[Mark]) -> Iterator[tuple[int, int, float]]:
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
                yield start, end, mark.value
        free = mark.end
