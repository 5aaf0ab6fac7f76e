r"""Integrated gradients: which parts of this input moved the model from there to here?

Sundararajan, Taly, Yan, "Axiomatic Attribution for Deep Networks" (2017), sections 3 and 5; 苏剑林,
科学空间 7533. With a baseline x̄ (the same text without its content) and F a logit,

    IGᵢ = (xᵢ − x̄ᵢ) ∫₀¹ ∂F(x̄ + α(x − x̄)) / ∂xᵢ dα,        Σᵢ IGᵢ = F(x) − F(x̄)  (completeness)

for text in the space of word embeddings: positions, segments and [CLS]/[SEP] stay as they are.

**In the code's letters.** The path is written in coordinates s, one per token: the model sees
x̄ᵢ + sᵢ(xᵢ − x̄ᵢ), and on the path every sᵢ = α. By the chain rule ∂F/∂sᵢ = (xᵢ − x̄ᵢ)·∂F/∂xᵢ, the
integrand summed over the embedding. So one leaf of shape (B, L) gives all we need, whatever the
embedding's width, however often the model reads it (BART's decoder reads the same text again: the
chain rule adds both), and for plain tensors alike. The article's absolute form needs |·| per
coordinate, so there the leaf is (B, L, D).

**The integral.** Nested Clenshaw–Curtis (`quadrature`), 5-9-17-33-65-129 nodes; each rule reuses
the gradients of the one before, α = 0 and 1 are nodes, so F(x) and F(x̄) are exact and cost
nothing more. Refinement stops when *both* hold

    δ = |ΣIG − ΔF| / |ΔF| ≤ tolerance          (tokens' errors may cancel in this sum, therefore:)
    ‖IG_k − IG_{k−1}‖₁ / ‖IG_k‖₁ ≤ token_tolerance

Where |ΔF| < floor, δ is undefined and |ΣIG − ΔF| ≤ tolerance · max(‖IG‖₁, floor) takes its place.

**What it does not show.** Interactions (a negation and its verb share their effect in a way that
depends on the path); what the model would do without a word (that is occlusion); whether the model
is right. Another baseline asks another question.

**Cost.** `evaluations` forward+backward passes of one row, 9 to 129, usually 17; memory is that of
one micro-batch, whatever the number of nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Literal, Protocol

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from limner.methods._contract import Method, Partial, Rows, Work
from limner.methods._explain import Field, Kind, explain
from limner.methods._masked import Masked, evaluate_masked
from limner.methods._path import Path
from limner.methods._path import TensorInput as TensorInput
from limner.methods._target import Selector, select, selector
from limner.methods.quadrature import LEVELS, alpha, nodes, weights
from limner.models.model import Model
from limner.protocol import Frozen, TextInput, UnsupportedModel

Array = NDArray[np.float64]


class Params(Frozen, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to attribute; the defaults suit a classifier of sentences."""

    target: str | int | None = None
    """Label by name or index; None: the predicted one."""
    contrast: str | int | None = None
    """Explain logit(target) − logit(contrast): why this label rather than that one."""
    continuation: str = ""
    """Of a model that writes: the output that is explained. Empty: an encoder-decoder's own, a
    causal model's next token (`target`, or the likeliest)."""
    earlier_tokens: bool = False
    """Of a causal model's output: also what its earlier tokens do to later ones."""
    all_labels: bool = False
    """Also every label's scores, from the same forward passes."""
    baseline: str = "pad"
    """pad, mask, zero, `text:…` (a text of one's own), or several joined by + (their mean)."""
    compare: str | None = None
    """A second baseline, side by side with the first."""
    faithfulness: bool = False
    """Also whether the model follows the order of the scores: comprehensiveness, sufficiency."""
    seed: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Of the random orders that faithfulness is held against."""
    output: Literal["logit", "probability"] = "logit"
    """What F is. A probability saturates: near 1 its gradient says little."""
    absolute: bool = False
    """Σ|·| over the embedding instead of the signed sum (the article's form); not complete."""
    tolerance: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.01
    """Largest δ, as a share of |ΔF|."""
    token_tolerance: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.2
    """Largest change of the scores between the last two rules, as a share of their L1 norm. That is
    about the coarser rule's error; the finer rule's, whose scores are taken, is far smaller."""
    floor: Annotated[float, msgspec.Meta(gt=0)] = 0.01
    """Under this |ΔF| (in F's unit) δ is not defined."""
    max_nodes: Literal[5, 9, 17, 33, 65, 129] = 129
    """Give up refining here and say so."""
    min_nodes: Literal[5, 9, 17, 33, 65, 129] = 9
    """Do not stop before; equal to max_nodes: a fixed rule."""
    precision: Literal["fp32", "bf16"] = "fp32"
    """bf16: interior nodes under autocast (good for 1 %), end points always in fp32."""


@dataclass(frozen=True)
class Row:
    """One input at one node of its path."""

    path: Path
    alpha: float
    selectors: tuple[Selector, ...]
    params: Params

    @property
    def length(self) -> int:
        """Tokens."""
        return self.path.length

    @property
    def bf16(self) -> bool:
        """Whether this node is computed under autocast."""
        return self.params.precision == "bf16" and 0 < self.alpha < 1

    @property
    def group(self) -> Hashable:
        """What the rows of a batch have in common."""
        alone = self.alpha if self.path.shares == "none" else None
        return (self.path.group, alone, len(self.selectors), self.params.absolute, self.bf16)


@dataclass(frozen=True)
class Value:
    """F and the integrand at one node, for each of T selectors."""

    logits: Array  # (C,)
    F: Array  # (T,)
    integrand: Array  # (T, L), elementwise (T, L, D), tensors (T, *shape)


def evaluate(model: Model, rows: Sequence[Any]) -> list[Any]:
    """One forward pass, and one backward pass per selector, over a batch of rows."""
    first = rows[0]
    return evaluate_masked(model, rows) if isinstance(first, Masked) else _gradients(model, rows)


def _gradients(model: Model, rows: Sequence[Row]) -> list[Value]:
    first = rows[0]
    with model.as_found(), torch.enable_grad():
        s, logits = first.path.forward(model, rows, first.params.absolute, first.bf16)
        F = torch.stack(
            [
                torch.stack([select(logits[b], one, row.params.output) for one in row.selectors])
                for b, row in enumerate(rows)
            ]
        )  # (B, T)
        T = F.shape[1]
        # parameters are frozen, so the leaf s is all that autograd works for
        g = [torch.autograd.grad(F[:, t].sum(), s, retain_graph=t + 1 < T)[0] for t in range(T)]
    integrand = torch.stack(g, 1).double().cpu().numpy()  # (B, T, …)
    logits, F = logits.detach().double().cpu().numpy(), F.detach().double().cpu().numpy()
    return [Value(logits[b], F[b], row.path.crop(integrand[b])) for b, row in enumerate(rows)]


class Tolerances(Protocol):
    """What a result is held against; see `Params`."""

    @property
    def tolerance(self) -> float:
        """Largest δ."""
        ...

    @property
    def token_tolerance(self) -> float:
        """Largest change of the scores."""
        ...

    @property
    def floor(self) -> float:
        """Smallest |ΔF| that δ is defined for."""
        ...


@dataclass(frozen=True)
class Integral:
    """Integrated gradients after a rule of n intervals, for each of T selectors."""

    selectors: tuple[Selector, ...]
    logits: Array  # (C,) at x
    F1: Array  # (T,)
    F0: Array  # (T,)
    IG: Array  # (T, …) as the integrand
    token_error: Array  # (T,) relative change since the rule before
    evaluations: int

    @property
    def difference(self) -> Array:
        """ΔF (T,)."""
        return self.F1 - self.F0

    @property
    def error(self) -> Array:
        """|ΣIG − ΔF| (T,)."""
        return np.abs(self.IG.reshape(len(self.IG), -1).sum(1) - self.difference)

    def delta(self, floor: float) -> list[float | None]:
        """δ per selector, None under the floor."""
        sizes = np.abs(self.difference)
        return [
            float(e / size) if size >= floor else None
            for e, size in zip(self.error, sizes, strict=True)
        ]

    def converged(self, params: Tolerances) -> list[bool]:
        """Both stopping rules, per selector."""
        size = np.abs(self.difference)
        l1 = np.abs(self.IG).reshape(len(self.IG), -1).sum(1)
        scale = np.where(size >= params.floor, size, np.maximum(l1, params.floor))
        complete = self.error <= params.tolerance * scale
        return list(complete & (self.token_error <= params.token_tolerance))


def refine(
    paths: Sequence[Path],
    params: Params,
    labels: Sequence[str],
    show: Callable[[Integral], Any],
) -> Work:
    """Rule after rule until both stopping rules hold; a `Partial` after each but the last."""
    known: list[dict[Fraction, Value]] = [{} for _ in paths]
    selectors = (selector(params.target, params.contrast, labels),)
    evaluations = 0
    if params.target is None or params.all_labels:
        # which label is predicted, and how many there are, is known only at x
        (top,) = yield Rows([Row(paths[0], 1.0, selectors, params)])
        evaluations, predicted = 1, int(top.logits.argmax())
        if params.all_labels:
            selectors = _every_label(selectors[0], predicted, len(top.logits))
        else:
            selectors = (selector(predicted, params.contrast, labels),)
            known[0][Fraction(1)] = top
    last: Integral | None = None
    for n in (n for n in LEVELS if n < params.max_nodes):
        wanted = [
            (i, node) for i, path in enumerate(known) for node in nodes(n) if node not in path
        ]
        rows = [Row(paths[i], alpha(node), selectors, params) for i, node in wanted]
        for (i, node), value in zip(wanted, (yield Rows(rows)), strict=True):
            known[i][node] = value
        evaluations += len(rows)
        last = _integral(n, known, selectors, last, evaluations)
        if n + 1 >= params.min_nodes and all(last.converged(params)):
            break
        if n + 1 < params.max_nodes:
            yield Partial(show(last))
    return last


def _every_label(main: Selector, predicted: int, count: int) -> tuple[Selector, ...]:
    """The explained label first, then all of them in order."""
    target = predicted if main.target is None else main.target
    return (Selector(target, main.contrast), *(Selector(index) for index in range(count)))


def _integral(
    n: int,
    known: Sequence[dict[Fraction, Value]],
    selectors: tuple[Selector, ...],
    last: Integral | None,
    evaluations: int,
) -> Integral:
    """Σ w_k · integrand(α_k), averaged over the paths (one per baseline)."""
    w = weights(n)
    IG = np.mean(
        [
            np.tensordot(w, np.stack([path[node].integrand for node in nodes(n)]), axes=1)
            for path in known
        ],
        axis=0,
    )
    flat = IG.reshape(len(IG), -1)
    change = np.full(len(IG), np.inf)
    if last is not None:
        size = np.maximum(np.abs(flat).sum(1), np.finfo(np.float64).tiny)
        change = np.abs(flat - last.IG.reshape(len(IG), -1)).sum(1) / size
    top = known[0][Fraction(1)]
    if not np.isfinite(top.logits).all():
        raise UnsupportedModel(
            "The model's output for this text is not a finite number: check its weights."
        )
    return Integral(
        selectors=selectors,
        logits=top.logits,
        F1=top.F,
        F0=np.mean([path[Fraction(0)].F for path in known], axis=0),
        IG=IG,
        token_error=change,
        evaluations=evaluations,
    )


def _integrate(field: Field, params: Params, show: Callable[[Integral], Any]) -> Work:
    return (yield from refine(field.paths, params, field.model.labels, show))


def plan(model: Model, input: TextInput | TensorInput, params: Params) -> Work:
    """Attribute one text, pair of texts, or tensor.

    Raises:
        TextRefused, UnknownTarget, UnknownBaseline, UnsupportedModel: see `limner.protocol`.
    """
    return explain(model, input, params, Kind("integrated_gradients", True, _integrate))


METHOD = Method("integrated_gradients", "Integrated gradients", 2, Params, plan, evaluate)
