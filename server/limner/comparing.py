"""Arrays compared in this process: what the terminal's `limner hsic` and the magic `%hsic` ask.

The resident daemon would have to start its worker, which takes seconds for torch, and be sent the
arrays; HSIC needs neither a model nor torch, and here Ctrl-C reaches it at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from limner.arrays import Source, facts_of
from limner.methods._contract import Given, Method, run
from limner.protocol import BadInput, Independence, PairMatrix

OF_TABLES = ("alpha",)
"""Options that a pair does not have."""

Told = Callable[[int, int], None]
"""(pieces of work done, of how many), from time to time."""


def compare(
    sources: Sequence[Source],
    options: Mapping[str, Any],
    told: Told | None = None,
    *,
    pair: bool | None = None,
) -> Independence | PairMatrix:
    """Whether the arrays are independent: two as a pair, more or a table pair by pair.

    `options` are fields of the method's `Params`; None stands for the default. `pair` says which of
    the two is meant where that does not follow from how many there are.

    Raises:
        BadInput: fewer than two columns, or an option that does not fit; says what to do.
        ArrayRefused: lengths that differ, too few rows, constant columns …
    """
    from limner.methods import hsic

    pair = len(sources) == 2 if pair is None else pair
    method = hsic.HSIC if pair else hsic.MATRIX
    if not pair and (not sources or (len(sources) == 1 and not _wide(sources[0]))):
        raise BadInput("One column alone has nothing to depend on: name two.")
    params = _params(method, options, pair=pair)
    began = time.perf_counter()
    given = tuple(_given(source) for source in sources)
    result = run(method, None, given, params, told=told)
    ms = round((time.perf_counter() - began) * 1000, 3)
    return msgspec.structs.replace(result, ms=ms)


def _params(method: Method, options: Mapping[str, Any], *, pair: bool) -> Any:
    said = {name: value for name, value in options.items() if value is not None}
    if pair:
        said = {name: value for name, value in said.items() if name not in OF_TABLES}
    if "permutations" in said and "test" not in said:
        said["test"] = "permutation"  # whoever says how many wants them
    kind: type[Any] = method.Params
    unknown = sorted(set(said) - set(kind.__struct_fields__))
    if unknown:
        names = ", ".join(kind.__struct_fields__)
        raise BadInput(f"{method.title} has no option {unknown[0]!r}. Choose among: {names}.")
    try:
        return msgspec.convert(said, kind)
    except msgspec.ValidationError as error:
        raise BadInput(f"{method.title}: {error}. Correct that parameter.") from None


def _wide(source: Source) -> bool:
    return len(source.shape) == 2 and source.shape[1] > 1


def _given(source: Source) -> Given:
    values = source.fetch(None)
    return Given(facts_of(source, values), values)
