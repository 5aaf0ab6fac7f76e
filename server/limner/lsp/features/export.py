"""`limner/export`: a pinned probe's result as a document of its own.

HTML is a fragment without scripts or links, JSON is that of json.md, text is a terminal's table.
Only a finished result is given; a rough one would be taken for the answer once it is in a file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from limner.lsp.messages import ExportAnswer, ExportParams
from limner.lsp.reading import request
from limner.protocol import BadInput, Result

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer

METHOD = "limner/export"


async def handle(ls: LimnerServer, params: Any) -> dict[str, Any]:
    """Draw what the probe has; nothing is computed."""
    asked = request(METHOD, params, ExportParams)
    probe = ls.probes.get(asked.uri, asked.probe)
    if probe is None:
        raise BadInput("Nothing is pinned here.")
    if probe.error:
        raise BadInput(f"There is no result: {probe.error}")
    if probe.result is None:
        raise BadInput("There is no result yet: wait until it is computed, or run it again.")
    text = await asyncio.to_thread(_writer(probe.result, asked.format))
    return msgspec.to_builtins(ExportAnswer(text=text))


def _writer(result: Result, format: str) -> Callable[[], str]:
    writer = getattr(result, f"to_{format}", None)
    if writer is None:
        raise BadInput(f"This result cannot be written as {format}: choose html or text.")
    return writer
