"""What all attributions have in common: one input, its units, baselines side by side, faithfulness.

A method brings a *kind*: its name, whether it promises completeness, and a plan from a `Field`
(what the model reads, on its way from each baseline) to an `Integral`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec
import torch

from limner.methods._attribution import tensor_result, text_result, word_positions
from limner.methods._contract import Partial, Work
from limner.methods._faithful import faithfulness
from limner.methods._gap import OPEN, choose
from limner.methods._path import Path, TensorInput, TensorPath, text_paths
from limner.methods._written import Written, behind, joined, written
from limner.models.encode import Encoded, encode
from limner.models.model import Model
from limner.protocol import (
    Attribution,
    BadInput,
    BaselineScores,
    TextInput,
    UnknownBaseline,
    UnsupportedModel,
)

if TYPE_CHECKING:
    from limner.methods.integrated_gradients import Integral


@dataclass(frozen=True)
class Field:
    """A model on an input: F of the coordinates s, once per baseline."""

    model: Model
    paths: Sequence[Path]
    units: Sequence[Sequence[int]]
    """Coordinates that belong together: a word's tokens."""
    output: Written | None = None
    """What is explained of a model that writes."""


@dataclass(frozen=True)
class Kind:
    """One attribution method."""

    id: str
    complete: bool
    compute: Callable[[Field, Any, Callable[[Integral], Any]], Work]


def explain(model: Model, input: TextInput | TensorInput, params: Any, kind: Kind) -> Work:
    """Attribute one text, pair of texts, or tensor."""
    if isinstance(input, TensorInput):
        return _tensor(model, input, params, kind)
    return _text(model, input, params, kind)


def _tensor(model: Model, input: TensorInput, params: Any, kind: Kind) -> Work:
    if params.compare is not None or params.faithfulness:
        raise BadInput("compare and faithfulness are for texts: leave them out for a tensor.")
    units = blocks(tuple(input.x.shape), getattr(params, "window", 1))
    field = Field(model, (TensorPath(input.x, input.baseline),), units)

    def show(integral: Integral) -> Any:
        return tensor_result(model, input.x, params, integral, kind)

    return show((yield from kind.compute(field, params, show)))


def _text(model: Model, input: TextInput, params: Any, kind: Kind) -> Work:
    if params.compare == params.baseline:
        raise UnknownBaseline(
            f"Both baselines are {params.baseline}: name another one to compare it with."
        )
    if params.continuation and not model.writes:
        raise UnsupportedModel(
            f"{model.name} writes nothing, so there is no output to explain: leave continuation= "
            "out, or choose an encoder-decoder or a causal language model."
        )
    if params.earlier_tokens and not (model.writes and params.continuation):
        raise BadInput("earlier_tokens is about a given output: name it with continuation=.")
    choice = None
    encoded = encode(model, input)
    if input.gap is not None:
        open_path = text_paths(model, encoded, params.baseline.partition("+")[0], OPEN)[0]
        choice = yield from choose(model, input, params.target, params.contrast, open_path)
        encoded = encode(model, input, gaps=choice.gaps)
        named = params.target if params.target is not None else choice.words[0]
        params = msgspec.structs.replace(params, target=str(named))
    elif model.writes:
        encoded = behind(model, encoded)
        plain = text_paths(model, encoded, params.baseline.partition("+")[0])[0]
        choice = yield from written(model, encoded, params, input, plain)
        if isinstance(choice, Written) and choice.joined:
            input, encoded = joined(model, input, encoded, params.continuation)
        against = None if params.contrast is None else 1
        params = msgspec.structs.replace(params, target=0, contrast=against)
    words = word_positions(input, encoded)
    tokens = [[token.position] for token in encoded.tokens]
    units = tokens if getattr(params, "units", "word") == "token" else words
    paths = text_paths(model, encoded, params.baseline, choice)
    if choice is not None:
        model = replace(model, labels=choice.labels)
    output = choice if isinstance(choice, Written) else None
    field = Field(model, paths, units, output)

    def show(integral: Integral) -> Attribution:
        return text_result(model, input, encoded, params, integral, kind, output)

    integral: Integral = yield from kind.compute(field, params, show)
    result = show(integral)
    if params.compare is not None:
        yield Partial(result)
        others = text_paths(model, encoded, params.compare, choice)
        other = yield from _compared(
            Field(model, others, units, output), input, encoded, params, kind, integral
        )
        result = _beside(result, other)
    if params.faithfulness:
        yield Partial(result)
        scores = [word.score for word in result.words]
        found = yield from faithfulness(field.paths, words, scores, integral.selectors[0], params)
        result = msgspec.structs.replace(result, faithfulness=found)
    return result


def _compared(
    field: Field,
    input: TextInput,
    encoded: Encoded,
    params: Any,
    kind: Kind,
    integral: Integral,
) -> Generator[Any, Any, Attribution]:
    """The same question with the second baseline."""
    second = msgspec.structs.replace(
        params, baseline=params.compare, target=integral.selectors[0].target
    )
    found = yield from _quietly(kind.compute(field, second, lambda _: None))
    return text_result(field.model, input, encoded, second, found, kind, field.output)


def _quietly(work: Work) -> Work:
    """The same work without its partial results."""
    values: Any = None
    while True:
        try:
            step = work.send(values)
        except StopIteration as stop:
            return stop.value
        values = None if isinstance(step, Partial) else (yield step)


def _beside(first: Attribution, other: Attribution) -> Attribution:
    scores = BaselineScores(
        baseline=other.baseline,
        value=other.value,
        baseline_value=other.baseline_value,
        difference=other.difference,
        delta=other.delta,
        error=other.error,
        converged=other.converged,
        token_scores=tuple(token.score for token in other.tokens),
        word_scores=tuple(word.score for word in other.words),
    )
    said = {*first.notes}
    return msgspec.structs.replace(
        first,
        compared=(scores,),
        evaluations=first.evaluations + other.evaluations,
        notes=(
            *first.notes,
            *(f"baseline {other.baseline}: {note}" for note in other.notes if note not in said),
        ),
    )


def blocks(shape: tuple[int, ...], window: int) -> list[list[int]]:
    """Flat indices of the squares of `window` entries a side (of a vector: stretches).

    Leading axes, the channels of an image, belong to the same square.
    """
    index = torch.arange(int(torch.tensor(shape).prod()) if shape else 1)
    if not shape:
        return [[0]]
    width = shape[-1]
    height = shape[-2] if len(shape) > 1 else 1
    if window == 1:
        return [[i] for i in index.tolist()]
    down = (index % (height * width)) // width // window
    across = index % width // window
    found: dict[tuple[int, int], list[int]] = {}
    for i, place in enumerate(zip(down.tolist(), across.tolist(), strict=True)):
        found.setdefault(place, []).append(i)
    return list(found.values())
