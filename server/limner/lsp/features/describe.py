"""`limner.describe {uri, range, arrays: [id], names: [name]}`: what is in the array named there.

The answer is `{probe: id}`, the probe that was pinned or asked anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from limner.lsp.asks import Ask
from limner.lsp.features.named import Arguments, kept, place
from limner.lsp.messages import Pinned
from limner.lsp.reading import argument
from limner.protocol import BadInput

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer


async def handle(ls: LimnerServer, raw: Any) -> Pinned:
    """Pin a description of an array at its name, for this session."""
    given = argument(raw, Arguments)
    document, passage = place(ls, given)
    if len(given.arrays) != 1:
        raise BadInput("One array at a time is described: select the name of one.")
    ask = Ask("describe", given.written, kept(ls, given))
    return Pinned(ls.probes.pin(document, passage, ask).id)
