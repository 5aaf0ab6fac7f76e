"""`limner/probe`: a one-shot probe, cancelled by `$/cancelRequest`.

A range that is not empty is read as it stands, else the passage around the position is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
from lsprotocol import types as lsp

from limner.lsp.asks import Ask
from limner.lsp.convert import drawing
from limner.lsp.documents import Document
from limner.lsp.messages import Drawing, Position, ProbeAnswer, ProbeParams, ProbePartial, Range
from limner.lsp.reading import request
from limner.protocol import BadInput, Overlay, TextRefused
from limner.text.passages import Passage, Run
from limner.text.positions import to_offset

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer

METHOD = "limner/probe"


async def handle(ls: LimnerServer, params: Any) -> dict[str, Any]:
    """Compute and answer; cancelled, the job stops at its next batch."""
    asked = request(METHOD, params, ProbeParams)
    document = ls.document(asked.uri)
    if document is None:
        raise BadInput(f"{asked.uri} is not open.")
    passage = find(ls, document, asked.range, asked.position)
    if passage is None:
        raise TextRefused("There is no text here: put the caret into a string or paragraph.")
    task = asyncio.current_task()
    if task:
        ls.asking.add(task)
    try:
        partial = _partial(ls, asked.partial_result_token)
        ask = Ask(asked.method, asked.options)
        answer = await ls.probes.ask(document, passage, ask, partial)
    finally:
        if task:
            ls.asking.discard(task)
    overlay, version = _drawn(ls, answer.overlay, answer.document)
    result = msgspec.to_builtins(answer.result)
    return msgspec.to_builtins(ProbeAnswer(result=result, overlay=overlay, version=version))


def find(
    ls: LimnerServer, document: Document, span: Range | None, place: Position | None
) -> Passage | None:
    """The selected text as a passage of its own, or the passage around the caret."""
    encoding, lines = ls.client.encoding, document.lines
    if span and span.start != span.end:
        start = to_offset(lines, span.start.line, span.start.character, encoding)
        end = to_offset(lines, span.end.line, span.end.character, encoding)
        return selection(document, min(start, end), max(start, end))
    place = place or (span.start if span else None)
    if place is None:
        return None
    return document.passage_at(to_offset(lines, place.line, place.character, encoding))


def selection(document: Document, start: int, end: int) -> Passage | None:
    """A selection read as it stands; the whole passage where it selects exactly that."""
    text = document.text[start:end]
    if not text.strip():
        return None
    passage = document.passage_at(start)
    if passage and passage.start <= start and end <= passage.end and _covers(passage, start, end):
        return passage
    return Passage("selection", start, end, text, (), (Run(0, len(text), start, end),))


def _covers(passage: Passage, start: int, end: int) -> bool:
    """Whether the selection has all of the passage's text, quotes or not."""
    return passage.text_offset(start) == 0 and passage.text_offset(end) == len(passage.text)


def _partial(
    ls: LimnerServer, token: str | int | None
) -> Callable[[Overlay, Document], None] | None:
    if token is None:
        return None

    def send(overlay: Overlay, document: Document) -> None:
        drawn, version = _drawn(ls, overlay, document)
        value = msgspec.to_builtins(ProbePartial(overlay=drawn, version=version))
        ls.progress(lsp.ProgressParams(token=token, value=value))

    return send


def _drawn(
    ls: LimnerServer, overlay: Overlay | None, document: Document | None
) -> tuple[Drawing | None, int | None]:
    if overlay is None or document is None:
        return None, None
    return drawing(document.lines, overlay, ls.client.encoding), document.version
