"""Rows that captum computes, and how it is asked.

captum sees F as a function of one tensor and nothing of texts: for gradients the embedding or the
coordinates s (one per token, see `_path`), for methods that take parts out a vector z with one
number per *unit* (a word, an entry, a square of an image), 1 as it is and 0 as in the baseline. A
row is one gradient, or a handful of units, so that a long text gives way between rows.
"""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

from limner.methods._masked import Array
from limner.methods._path import Path
from limner.methods._target import Selector, select
from limner.models.model import Model
from limner.protocol import UnsupportedModel

Technique = Literal["saliency", "input_x_gradient", "deeplift", "occlusion", "shapley_sampling"]

CHUNK = 8
"""Units that one row takes out: as many forward passes in one batch."""


@dataclass(frozen=True, eq=False)
class Ask:
    """One question to captum."""

    technique: Technique
    path: Path
    selector: Selector
    output: str
    units: Sequence[Sequence[int]] = ()
    """Coordinates that this row takes out (occlusion) or puts in, in order (Shapley)."""
    start: Array | None = None
    """s (n,) to which Shapley's units are added; None: all 1."""

    @property
    def length(self) -> int:
        """Tokens of all its passes."""
        return self.path.length * (len(self.units) + 1)

    @property
    def group(self) -> Hashable:
        """Of one technique; captum is called for each row."""
        return ("captum", self.technique)


class F(nn.Module):
    """F of coordinates s (B, n) as a module, so that DeepLIFT finds the layers."""

    def __init__(self, model: Model, ask: Ask) -> None:
        super().__init__()
        self.module = model.module
        self._model, self._ask = model, ask

    def forward(self, s: Tensor) -> Tensor:
        path = self._ask.path
        return self.of(path.at(self._model, [path] * len(s), s))

    def of(self, logits: Tensor) -> Tensor:
        """(B, C) → (B,)."""
        return torch.stack([select(row, self._ask.selector, self._ask.output) for row in logits])


def evaluate(model: Model, rows: Sequence[Ask]) -> list[Array]:
    """Scores of each row: (n,) of the coordinates, or (m,) of its units."""
    with model.as_found(), torch.enable_grad():
        return [_TECHNIQUES[row.technique](model, row).double().cpu().numpy() for row in rows]


def _saliency(model: Model, ask: Ask) -> Tensor:
    """|∂F/∂x| on the embedding, summed over its width."""
    from captum.attr import Saliency

    f = F(model, ask)

    def of_nudge(e: Tensor) -> Tensor:
        return f.of(ask.path.nudged(model, e))

    e = torch.zeros(1, *ask.path.shape, dtype=_dtype(model, ask), device=model.device)
    found = Saliency(of_nudge).attribute(e.requires_grad_())[0].detach()
    return found.reshape(ask.path.size, -1).sum(1)


def _input_x_gradient(model: Model, ask: Ask) -> Tensor:
    """The product s · ∂F/∂s at s = 1, which is (x − x̄) · ∂F/∂x."""
    from captum.attr import InputXGradient

    s = _ones(model, ask, ask.path.size)
    return InputXGradient(F(model, ask)).attribute(s.requires_grad_())[0].detach()


def _deeplift(model: Model, ask: Ask) -> Tensor:
    from captum.attr import DeepLift

    before = {id(m): {*vars(m)} for m in model.module.modules()}
    s = _ones(model, ask, ask.path.size)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it announces the hooks that it removes again
            found = DeepLift(F(model, ask)).attribute(s.requires_grad_(), torch.zeros_like(s))
    except (RuntimeError, AssertionError) as error:
        if isinstance(error, torch.OutOfMemoryError):
            raise
        raise UnsupportedModel(
            f"captum's DeepLIFT cannot follow {model.name} ({_first_sentence(error)}): "
            "choose integrated_gradients."
        ) from error
    finally:
        for module in model.module.modules():  # what an interrupted backward pass leaves behind
            for name in {*vars(module)} - before[id(module)]:
                delattr(module, name)
    return found[0].detach()


def _occlusion(model: Model, ask: Ask) -> Tensor:
    """F(x) − F(x without the unit), for each unit of the row."""
    from captum.attr import FeatureAblation

    z, of_z = _units(model, ask)
    many = len(ask.units)
    with torch.no_grad():
        return FeatureAblation(of_z).attribute(z, 0.0, perturbations_per_eval=many)[0]


def _shapley(model: Model, ask: Ask) -> Tensor:
    """A stretch of one permutation: F after each unit minus F before it."""
    from captum.attr import ShapleyValueSampling

    z, of_z = _units(model, ask)
    sampling = ShapleyValueSampling(of_z)
    # the permutation is the plan's: this row is a stretch of it, in order
    sampling.permutation_generator = _in_order
    return sampling.attribute(z, 0.0, n_samples=1, perturbations_per_eval=len(ask.units))[0]


def _in_order(num_features: int, num_samples: int) -> list[list[int]]:
    """The one order that a row has; captum names the arguments."""
    return [list(range(num_features))] * num_samples


def _units(model: Model, ask: Ask) -> tuple[Tensor, Any]:
    """Z (1, m) of ones, and F of z: a unit's coordinates are what its z says."""
    f, n = F(model, ask), ask.path.size
    spread = np.zeros((len(ask.units), n))
    for i, unit in enumerate(ask.units):
        spread[i, list(unit)] = 1
    start = 1 - spread.sum(0) if ask.start is None else ask.start
    z = _ones(model, ask, len(ask.units))
    across, rest = torch.from_numpy(spread).to(z), torch.from_numpy(start).to(z)

    def of_z(z: Tensor) -> Tensor:
        return f(rest + z @ across)

    return z, of_z


def _ones(model: Model, ask: Ask, count: int) -> Tensor:
    return torch.ones(1, count, dtype=_dtype(model, ask), device=model.device)


def _dtype(model: Model, ask: Ask) -> torch.dtype:
    """The parameters', so that a model in double precision is asked in it."""
    for parameter in model.module.parameters():
        return parameter.dtype
    return getattr(getattr(ask.path, "x", None), "dtype", torch.float32)


def _first_sentence(error: Exception) -> str:
    said = " ".join(str(error).split()) or type(error).__name__
    return said.split(". ")[0].split("This can")[0].strip().rstrip(".")[:160]


_TECHNIQUES = {
    "saliency": _saliency,
    "input_x_gradient": _input_x_gradient,
    "deeplift": _deeplift,
    "occlusion": _occlusion,
    "shapley_sampling": _shapley,
}
