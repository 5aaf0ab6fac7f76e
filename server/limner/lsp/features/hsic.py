"""`limner.hsic {uri, range, arrays: [id, …], names: [name, …], options}`: are they independent?

Two arrays are compared with each other, also when they have several columns each. Three and more,
or one with several columns, are compared pair by pair. A front end that has a DataFrame sends its
columns as arrays of their own (`bridge.send([name], columns=True)`): so labels stay labels, and
`df[["a", "b"]]` is a pair.

Options are those of `limner hsic`: kernel, bandwidth, convention, degree, estimator, test,
permutations, seed, drop, and of many pairs alpha. `limner.configure` changes them.

The answer is `{probe: id}`, the probe that was pinned or asked anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from limner.lsp.array_options import fitting, params_of
from limner.lsp.asks import Ask
from limner.lsp.features.named import Arguments, kept, place
from limner.lsp.messages import Pinned
from limner.lsp.reading import argument
from limner.protocol import ArrayFacts, BadInput

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer


async def handle(ls: LimnerServer, raw: Any) -> Pinned:
    """Pin whether arrays are independent at their names, for this session."""
    given = argument(raw, Arguments)
    document, passage = place(ls, given)
    arrays = kept(ls, given)
    method = method_of(arrays)
    options = fitting(method, given.written)
    params_of(method, options)  # refused, nothing has changed
    return Pinned(ls.probes.pin(document, passage, Ask(method, options, arrays)).id)


def method_of(arrays: Sequence[ArrayFacts]) -> str:
    """Which of the two methods answers for these arrays.

    Raises:
        BadInput: one column alone, or nothing.
    """
    if len(arrays) == 2:
        return "hsic"
    if len(arrays) > 2 or (arrays and len(arrays[0].shape) == 2 and arrays[0].shape[1] > 1):
        return "hsic_matrix"
    raise BadInput('Select two arrays, or a table: “x, y” or “df[["a", "b"]]”.')
