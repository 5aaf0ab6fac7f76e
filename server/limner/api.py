"""`limner.attribute`: the methods in three lines of Python, in this process.

Models by name stay loaded for the next call; a module of your own is used as it is, where it is,
and left as it was found. Texts of a list are computed in shared batches.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any, overload

import msgspec
import torch
from torch import Tensor, nn

from limner.config import load_config
from limner.engine.local import LocalEngine
from limner.methods import METHODS
from limner.methods._contract import Method, run
from limner.methods.integrated_gradients import TensorInput
from limner.models.model import Model, wrap
from limner.pictures import picture_of
from limner.protocol import (
    ATTRIBUTIONS,
    Attribution,
    BadInput,
    Job,
    TensorAttribution,
    TextInput,
    UnsupportedModel,
)


@overload
def attribute(  # pyright: ignore[reportOverlappingOverload]  # a str is a Sequence[str] too
    text: str,
    model: str | Path | nn.Module = ...,
    tokenizer: Any = ...,
    target: str | int | None = ...,
    baseline: str = ...,
    tolerance: float = ...,
    *,
    text_pair: str | None = ...,
    labels: Sequence[str] | None = ...,
    method: str = ...,
    **options: Any,
) -> Attribution: ...
@overload
def attribute(
    text: Sequence[str],
    model: str | Path | nn.Module = ...,
    tokenizer: Any = ...,
    target: str | int | None = ...,
    baseline: str = ...,
    tolerance: float = ...,
    *,
    text_pair: Sequence[str] | None = ...,
    labels: Sequence[str] | None = ...,
    method: str = ...,
    **options: Any,
) -> list[Attribution]: ...
@overload
def attribute(
    text: Tensor,
    model: nn.Module,
    tokenizer: None = ...,
    target: str | int | None = ...,
    baseline: Tensor | float | str = ...,
    tolerance: float = ...,
    *,
    labels: Sequence[str] | None = ...,
    method: str = ...,
    **options: Any,
) -> TensorAttribution: ...
def attribute(
    text: str | Sequence[str] | Tensor,
    model: str | Path | nn.Module = "mini-sentiment",
    tokenizer: Any = None,
    target: str | int | None = None,
    baseline: str | Tensor | float = "pad",
    tolerance: float = 0.01,
    *,
    text_pair: str | Sequence[str] | None = None,
    labels: Sequence[str] | None = None,
    method: str = "integrated_gradients",
    **options: Any,
) -> Attribution | list[Attribution] | TensorAttribution:
    """What moved the model: in a text, each of a list of texts, or a plain tensor.

    Args:
        text: a text; a list of texts (a list of results comes back); or a tensor without batch
            dimension for a module that takes one.
        model: name of a bundled or configured model, a model folder, or your own module with
            logits of shape (batch, classes).
        tokenizer: for your own module; any tokenizer with offsets.
        target: label by name or index; None explains the predicted one.
        baseline: pad, mask, zero, `text:…`, several joined by + (their mean); for a tensor a
            number (default 0) or a tensor of its shape.
        tolerance: largest δ, as a share of |ΔF|.
        text_pair: second text of a pair; for a list of texts a list of the same length.
        labels: names for your own module's outputs.
        method: integrated_gradients, or to compare with: saliency, input_x_gradient, deeplift,
            occlusion, shapley_sampling (docs/methods/other_attributions.md).
        options: further fields of the method's `Params`: contrast, compare (a second baseline),
            faithfulness, output; of integrated gradients all_labels, absolute, max_nodes …

    Raises:
        BadInput: unknown model, label or baseline, empty text, unfit model; says what to do.

    Source: Sundararajan, Taly, Yan 2017, sections 3 and 5.
    """
    _check_method(method)
    params = {"target": target, "tolerance": tolerance, **options}
    if isinstance(text, Tensor):
        if not isinstance(model, nn.Module):
            raise UnsupportedModel("A tensor needs model=… of your own that takes such tensors.")
        return _of_tensor(text, wrap(model, labels=labels), baseline, METHODS[method], params)
    if not isinstance(baseline, str):
        raise BadInput("The baseline of a text is named: pad, mask, zero or text:….")
    texts, pairs = _pairs(text, text_pair)
    own = wrap(model, tokenizer, labels) if isinstance(model, nn.Module) else None
    name = own.name if own else _name(model)
    params["baseline"] = baseline
    jobs = [
        (Job(method=method, model=name, input=input, params=params), own)
        for input in (TextInput(text=t, pair=p) for t, p in zip(texts, pairs, strict=True))
    ]
    results = engine().compute(jobs)
    return results[0] if isinstance(text, str) else results


@cache
def engine() -> LocalEngine:
    """This process's engine, made on first use."""
    return LocalEngine(load_config())


def _name(model: str | Path | nn.Module) -> str:
    if isinstance(model, Path) or "/" in str(model):
        return str(Path(str(model)).expanduser().absolute())
    return str(model)


def _pairs(
    text: str | Sequence[str], pair: str | Sequence[str] | None
) -> tuple[list[str], list[str | None]]:
    texts = [text] if isinstance(text, str) else list(text)
    if pair is None:
        return texts, [None] * len(texts)
    pairs = [pair] if isinstance(pair, str) else list(pair)
    if len(pairs) != len(texts):
        raise BadInput(f"There are {len(texts)} texts but {len(pairs)} pairs: give one for each.")
    return texts, list[str | None](pairs)


def _of_tensor(
    x: Tensor,
    model: Model,
    baseline: Tensor | float | str,
    method: Method,
    params: dict[str, Any],
) -> TensorAttribution:
    if isinstance(baseline, str):
        if baseline not in ("pad", "zero"):
            raise BadInput("The baseline of a tensor is a number or a tensor of its shape.")
        baseline = 0.0
    x = x.detach()
    start = torch.as_tensor(baseline, dtype=x.dtype, device=x.device).detach()
    if start.ndim and start.shape != x.shape:
        raise BadInput(
            f"The baseline has shape {tuple(start.shape)}, the input {tuple(x.shape)}: "
            "give a baseline of the input's shape or a number."
        )
    given = TensorInput(x, start.expand_as(x))
    checked = _params(method, params)
    began = perf_counter()
    result = run(method, model, given, checked)
    ms = 1000 * (perf_counter() - began)
    return msgspec.structs.replace(result, picture=picture_of(x), ms=ms)


def _params(method: Method, params: dict[str, Any]) -> Any:
    kind: type[Any] = method.Params
    try:
        return msgspec.convert(params, kind)
    except msgspec.ValidationError as error:
        raise BadInput(f"{method.title}: {error}. Correct that parameter.") from None


def _check_method(name: str) -> None:
    if name not in ATTRIBUTIONS:
        raise BadInput(f"Unknown method {name!r}. Choose one of: {', '.join(ATTRIBUTIONS)}.")
