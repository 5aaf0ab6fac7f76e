"""`limner.landscape`: how rough a loss is, on a person's own model."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from limner.engine.memory import is_out_of_memory
from limner.in_place.batches import half, rows
from limner.methods._in_place import (
    leaves,
    left_as_found,
    one_thread,
    same_noise,
    same_random_state,
)
from limner.methods.landscape.broken import where_it_began
from limner.methods.landscape.density import spectrum
from limner.methods.landscape.gradient import (
    along_gradient,
    checked,
    loss_and_gradient,
    norm,
    same_buffers,
)
from limner.methods.landscape.hessian import Hessian, leading
from limner.methods.landscape.layers import layer_moments
from limner.methods.landscape.slice import loss_slice
from limner.protocol import BadInput
from limner.results.landscape import Landscape

Tell = Callable[[str], None]
Mode = Literal["train", "eval"] | None

FACTORS = (0.5, 1.0, 2.0, 4.0)
"""Sizes of steps along the gradient, in learning rates (Santurkar 2018, section 3.2)."""
BASIS = 1 << 31
"""Most bytes of Lanczos's basis."""
FEW = 20_000
"""Parameters below which threads only get in each other's way."""


def landscape(
    model: nn.Module,
    loss: Callable[..., Tensor] | None,
    batch: Any,
    *,
    mode: Mode = None,
    rate: float = 0.1,
    eigenvalues: int = 5,
    most: int = 100,
    density: int = 0,
    slice: int = 0,
    side: float = 1.0,
    seed: int = 0,
    progress: Tell | None = None,
) -> Landscape:
    """How rough is the loss where this model stands, and which layers' inputs make it so?

    Args:
        model: any module with parameters that are trained.
        loss: of (outputs, targets); None: `model(**batch).loss`, for models of transformers.
        batch: (inputs, targets), or a dict for models of transformers.
        mode: `train` or `eval` for all modules while they are asked; None: each as it is. It
            decides whether batch norm uses the batch's statistics.
        rate: learning rate; steps of ½, 1, 2 and 4 times this size are looked along.
        eigenvalues: how many leading ones of the Hessian; 0: none.
        most: Hessian-vector products at most.
        density: random vectors for the density of eigenvalues; 0: none.
        slice: points of the 2-D slice along each direction; 0: none.
        side: how far it reaches, in lengths of the filters.
        seed: of random vectors and directions.
        progress: is told what is going on.

    Model, gradients, buffers, modes and random state are left as they were found, bit for bit.

    Raises:
        BadInput: a frozen model, a loss that is no number or has no gradient or is not finite,
            batch norm with a batch of one; says what to do.
    """
    began = time.perf_counter()
    tell = progress or (lambda _: None)
    parameters = _parameters(model)
    if mode not in ("train", "eval", None):
        raise BadInput(f"mode is {mode!r}: give 'train', 'eval' or None, as it is.")
    _numbers(rate, eigenvalues, most, density, slice, side)
    notes: list[str] = []
    few = sum(p.numel() for p in parameters) <= FEW
    with left_as_found([model]), one_thread() if few else same_random_state():
        if mode is not None:
            model.train(mode == "train")
        while True:
            try:
                found = _found(
                    model, loss, batch, parameters, rate, eigenvalues, most, density, slice, side,
                    seed, tell, notes,
                )  # fmt: skip
                break
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                fewer = half(batch)
                if fewer is None:
                    raise BadInput(
                        "Memory ran out with a single row: ask for eigenvalues=0 and density=0, "
                        "or move to a larger device."
                    ) from None
            batch = fewer
            torch.cuda.empty_cache()
            notes.append(f"Memory ran out: the batch was halved to {rows(batch)} rows.")
        which = _mode(model)
    return Landscape(
        model=type(model).__name__,
        mode=which,
        rows=rows(batch),
        parameters=sum(p.numel() for p in parameters),
        **found,
        notes=tuple(dict.fromkeys(notes)),
        device=str(parameters[0].device),
        ms=round((time.perf_counter() - began) * 1000, 3),
    )


# ── inside ────────────────────────────────────────────────────────────────────────────────────


def _found(
    model: nn.Module,
    loss: Callable[..., Tensor] | None,
    batch: Any,
    parameters: Sequence[Tensor],
    rate: float,
    eigenvalues: int,
    most: int,
    density: int,
    points: int,
    side: float,
    seed: int,
    tell: Tell,
    notes: list[str],
) -> dict[str, Any]:
    _refuse_batch_of_one(model, batch)

    here, _ = same_buffers(model, lambda: loss_of(model, loss, batch))

    tell("gradient …")
    value, gradient = loss_and_gradient(here, parameters)
    length = norm(gradient)
    if not (math.isfinite(value) and math.isfinite(length)):
        raise BadInput(where_it_began(model, here, leaves(batch), parameters, gradient, value))
    along = along_gradient(here, parameters, gradient, [rate * f for f in FACTORS])
    steep = [x for x in (*along.loss, *along.beta) if not math.isfinite(x)]
    beta = max(along.beta)
    if steep:
        notes.append("A step along the gradient ends where the loss is not finite: lower rate=.")
    with same_noise():
        layers = layer_moments(model, here)
    found: dict[str, Any] = {
        "loss": value,
        "gradient": length,
        "along": along,
        "loss_range": None if steep else (min(along.loss), max(along.loss)),
        "predictiveness": None if steep else max(along.turned),
        "beta": None if steep else beta,
        "step_bound": None if steep or not beta else 2 / beta,
        "layers": layers,
    }
    if any(p.dtype in (torch.float16, torch.bfloat16) for p in parameters):
        notes.append("Parameters are in half precision: rounding is part of β and predictiveness.")
    if eigenvalues or density:
        found |= _curvature(here, parameters, eigenvalues, most, density, seed, tell, notes)
    if points:
        found["slice"] = loss_slice(here, parameters, points, side, seed, tell)
    return found


def _curvature(
    here: Callable[[], Tensor],
    parameters: Sequence[Tensor],
    eigenvalues: int,
    most: int,
    density: int,
    seed: int,
    tell: Tell,
    notes: list[str],
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    with _twice():
        hessian = Hessian(here, parameters)
        room = max(10, BASIS // (4 * hessian.size))
        if room < most:
            notes.append(f"At most {room} Hessian-vector products: the basis has no more room.")
        most = min(most, room)
        if eigenvalues:
            told = leading(hessian, eigenvalues, most, seed, tell)
            found["eigenvalues"] = told.eigenvalues
            if not all(one.converged for one in told.eigenvalues):
                notes.append("Eigenvalues marked ~ have not converged: give a larger most=.")
            elif not told.complete:
                notes.append(
                    "An eigenvalue may be there more often than it is listed: give a larger most=."
                )
        if density:
            found["density"] = spectrum(
                hessian,
                density,
                min(most, 40),
                seed,
                lambda i: tell(f"density: vector {i + 1} of {density} …"),
            )
        found["products"] = hessian.count
    return found


@contextmanager
def _twice() -> Generator[None]:
    """What torch says of a loss that has no second derivatives, in a sentence."""
    try:
        yield
    except RuntimeError as error:
        if is_out_of_memory(error):
            raise
        said = (str(error).splitlines() or ["no more is said"])[0].rstrip(".")
        raise BadInput(
            f"The loss cannot be differentiated twice ({said}): pass eigenvalues=0, density=0."
        ) from error


def loss_of(model: nn.Module, loss: Callable[..., Tensor] | None, batch: Any) -> Tensor:
    """The loss of a module on a batch, in either of the forms of `landscape`.

    Raises:
        BadInput: a batch of another form, no loss, a loss that is no number.
    """
    if loss is None:
        if not isinstance(batch, Mapping):
            raise BadInput("Without a loss the batch is a dict for the model: give loss=….")
        said = model(**batch)
        found = said.get("loss") if isinstance(said, Mapping) else getattr(said, "loss", None)
        if found is None:
            raise BadInput("The model gives no loss: put labels into the batch, or give loss=….")
    elif not isinstance(batch, tuple | list) or len(batch) != 2:
        raise BadInput("The batch is no pair: give (inputs, targets), or a dict without a loss.")
    else:
        found = loss(model(batch[0]), batch[1])
    return checked(found) if torch.is_grad_enabled() else found


def _parameters(model: Any) -> list[Tensor]:
    if not isinstance(model, nn.Module):
        raise BadInput("The model is no nn.Module: pass the module itself.")
    found: list[Tensor] = [p for p in model.parameters() if p.requires_grad]
    if not found:
        raise BadInput("The model is frozen: set requires_grad on what is trained.")
    return found


def _numbers(
    rate: float, eigenvalues: int, most: int, density: int, points: int, side: float
) -> None:
    if not 0 < rate < math.inf or not 0 < side < math.inf:
        raise BadInput("rate and side are numbers above 0: give a learning rate, such as 0.1.")
    if not 0 <= eigenvalues <= 100 or most <= eigenvalues or density < 0:
        raise BadInput("Give 0 to 100 eigenvalues, and a larger most=; density is 0 or more.")
    if points and not 2 <= points <= 201:
        raise BadInput(f"slice is {points}: give 0, or 2 to 201 points.")


def _refuse_batch_of_one(model: nn.Module, batch: Any) -> None:
    if rows(batch) == 1 and any(isinstance(m, _BatchNorm) and m.training for m in model.modules()):
        raise BadInput(
            "Batch norm in training mode has no statistics of a single row: give a larger batch, "
            "or mode='eval'."
        )


def _mode(model: nn.Module) -> Literal["train", "eval", "mixed"]:
    """Of the modules that behave otherwise in training."""
    told = {m.training for m in model.modules()}
    return "mixed" if len(told) > 1 else "train" if told.pop() else "eval"
