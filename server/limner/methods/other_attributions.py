r"""Five other attributions, to hold integrated gradients against; captum computes them.

**saliency** (Simonyan et al. 2013): how steep is F here? Σⱼ |∂F/∂xᵢⱼ| over the embedding's width,
on the embedding itself: the question has no baseline, so the coordinates s, which have one, would
be the wrong place to ask. No sign, no sum.

**input_x_gradient** (Shrikumar et al. 2016): (xᵢ − x̄ᵢ)·∂F/∂xᵢ at the text, ∂F/∂sᵢ at s = 1. What
the straight line through x would say; exact for linear models. With baseline zero the usual form.

**deeplift** (Shrikumar et al. 2017, rescale rule): differences from the baseline handed back
layer by layer. captum's rules know activations that are modules (ReLU, tanh, sigmoid …). Elsewhere
(attention, GELU as a function) it would give plain gradients under DeepLIFT's name; what tells is
that its contributions sum to ΔF, so we check that and refuse what does not.

**occlusion** (Zeiler, Fergus 2014): F(x) − F(x without the word), one word at a time, the
baseline's tokens in its place. Nearest to "what if it were not there"; no sum: of two words that
each suffice, neither is missed.

**shapley_sampling** (Castro et al. 2009): what a word adds to F, averaged over random orders in
which words come in. Fair to words that act together, sums to ΔF in every order, and pays for it.
Sampling stops when the standard errors are `token_tolerance` of the scores, in their L1 norms.

GradientSHAP is left out: with one baseline it is integrated gradients by Monte Carlo.

**What they do not show**: as integrated gradients, whether the model is right. A scarcely trained
reader should distrust a word on which two of them differ.

**Cost** in passes of one row: 1 forward+backward; 1; 2 at once; one forward a word; n forward
passes for each of the 8 … `samples` orders of n words.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

import msgspec
import numpy as np

from limner.methods import _captum
from limner.methods._captum import CHUNK, Ask, Technique
from limner.methods._contract import Method, Partial, Rows, Work
from limner.methods._explain import Field, Kind, explain
from limner.methods._masked import Array, Masked, MaskedValue, evaluate_masked
from limner.methods._path import Path, TensorInput
from limner.methods._target import Selector, selector
from limner.methods.integrated_gradients import Integral
from limner.models.model import Model
from limner.protocol import Frozen, TextInput, UnsupportedModel


class Params(Frozen, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to attribute; what a method has no use for it ignores."""

    target: str | int | None = None
    """Label by name or index; None: the predicted one."""
    contrast: str | int | None = None
    """Explain logit(target) − logit(contrast): why this label rather than that one."""
    continuation: str = ""
    """Of a model that writes: the output that is explained. Empty: an encoder-decoder's own, a
    causal model's next token (`target`, or the likeliest)."""
    earlier_tokens: bool = False
    """Of a causal model's output: also what its earlier tokens do to later ones."""
    baseline: str = "pad"
    """pad, mask, zero, `text:…` (a text of one's own), or several joined by + (their mean)."""
    compare: str | None = None
    """A second baseline, side by side with the first."""
    faithfulness: bool = False
    """Also whether the model follows the order of the scores: comprehensiveness, sufficiency."""
    output: Literal["logit", "probability"] = "logit"
    """What F is."""
    units: Literal["word", "token"] = "word"
    """What occlusion and Shapley sampling take out; a word's tokens share its score evenly."""
    window: Annotated[int, msgspec.Meta(ge=1)] = 1
    """Side of the squares that they take out of an image, in pixels; of a vector, entries."""
    samples: Annotated[int, msgspec.Meta(ge=2, le=4096)] = 64
    """Most orders of Shapley sampling; 8 to begin with, twice as many each time."""
    token_tolerance: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.2
    """Standard errors of Shapley scores over the scores, in L1 norms, at which sampling stops."""
    tolerance: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.01
    """Largest δ of the methods that promise a sum, as a share of |ΔF|."""
    floor: Annotated[float, msgspec.Meta(gt=0)] = 0.01
    """Under this |ΔF| (in F's unit) δ is not defined."""
    seed: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Of the random orders."""

    @property
    def absolute(self) -> bool:
        """The article's form is integrated gradients' alone."""
        return False


def evaluate(model: Model, rows: Sequence[Any]) -> list[Any]:
    """End points and masked texts in batches; captum's rows one after the other."""
    batched = isinstance(rows[0], Masked)
    return evaluate_masked(model, rows) if batched else _captum.evaluate(model, rows)


# ── plans ─────────────────────────────────────────────────────────────────────────────────────


def _ends(field: Field, params: Params) -> Generator[Rows, Any, Integral]:
    """The label that is explained, F(x) and F(x̄); no scores yet."""
    wanted = selector(params.target, params.contrast, field.model.labels)
    n = field.paths[0].size
    if wanted.target is None:
        (top,) = yield Rows([Masked(field.paths[0], np.ones(n), wanted, params.output)])
        wanted = selector(int(top.logits.argmax()), params.contrast, field.model.labels)
    masks = [(field.paths[0], np.ones(n)), *((path, np.zeros(n)) for path in field.paths)]
    found: list[MaskedValue] = yield Rows(
        [Masked(path, mask, wanted, params.output) for path, mask in masks]
    )
    if not np.isfinite(found[0].logits).all():
        raise UnsupportedModel(
            "The model's output for this text is not a finite number: check its weights."
        )
    return Integral(
        selectors=(wanted,),
        logits=found[0].logits,
        F1=np.array([found[0].F]),
        F0=np.array([float(np.mean([value.F for value in found[1:]]))]),
        IG=np.zeros((1, n)),
        token_error=np.zeros(1),
        evaluations=len(masks) + (params.target is None),
    )


def _scored(ends: Integral, scores: Array, passes: int, field: Field) -> Integral:
    return Integral(
        selectors=ends.selectors,
        logits=ends.logits,
        F1=ends.F1,
        F0=ends.F0,
        IG=scores.reshape(1, *_form(field.paths[0])),
        token_error=ends.token_error,
        evaluations=ends.evaluations + passes,
    )


def _form(path: Path) -> tuple[int, ...]:
    return path.shape if hasattr(path, "x") else (path.size,)


def _gradient(technique: Technique) -> Callable[[Field, Any, Callable[[Integral], Any]], Work]:
    """One row per baseline, their mean."""

    def compute(field: Field, params: Params, show: Callable[[Integral], Any]) -> Work:
        ends = yield from _ends(field, params)
        (main,) = ends.selectors
        rows = [Ask(technique, path, main, params.output) for path in field.paths]
        scores = np.mean((yield Rows(rows)), axis=0)
        # DeepLIFT reads the text and its baseline together
        passes = len(rows) * (2 if technique == "deeplift" else 1)
        found = _scored(ends, scores, passes, field)
        if technique == "deeplift" and not found.converged(params)[0]:
            raise UnsupportedModel(
                f"captum's DeepLIFT does not know all functions of {field.model.name}: its "
                f"contributions sum to {scores.sum():.3g} where ΔF is {found.difference[0]:.3g}. "
                "Choose integrated_gradients."
            )
        return found

    return compute


def _occlude(field: Field, params: Params, show: Callable[[Integral], Any]) -> Work:
    ends = yield from _ends(field, params)
    (main,) = ends.selectors
    chunks = [field.units[i : i + CHUNK] for i in range(0, len(field.units), CHUNK)]
    rows = [
        Ask("occlusion", path, main, params.output, chunk)
        for path in field.paths
        for chunk in chunks
    ]
    values: list[Array] = yield Rows(rows)
    drops = np.concatenate(values).reshape(len(field.paths), -1).mean(0)  # (units,)
    # each row also reads the whole text, to compare with
    passes = len(field.units) * len(field.paths) + len(rows)
    return _scored(ends, _spread(drops, field), passes, field)


def _sample(field: Field, params: Params, show: Callable[[Integral], Any]) -> Work:
    """Orders in rounds of 8, 8, 16, 32 …; a partial result after each."""
    ends = yield from _ends(field, params)
    random = np.random.default_rng(params.seed)
    found: list[Array] = []  # (units,) per order
    done, size = 0, min(8, params.samples)
    while True:
        orders = [random.permutation(len(field.units)) for _ in range(size - len(found))]
        found += yield from _rounds(field, params, ends.selectors[0], orders)
        chunks = -(-len(field.units) // CHUNK)  # each begins with one pass more
        done = len(found) * (len(field.units) + chunks) * len(field.paths)
        mean = np.mean(found, axis=0)
        error = np.std(found, axis=0, ddof=1) / np.sqrt(len(found))
        share = float(np.abs(error).sum() / max(np.abs(mean).sum(), np.finfo(float).tiny))
        result = _scored(ends, _spread(mean, field), done, field)
        result = _with_error(result, share)
        if share <= params.token_tolerance or size >= params.samples:
            return result
        yield Partial(show(result))
        size = min(2 * size, params.samples)


def _with_error(result: Integral, share: float) -> Integral:
    return replace(result, token_error=np.array([share]))


def _rounds(
    field: Field, params: Params, main: Selector, orders: Sequence[Array]
) -> Generator[Rows, Any, list[Array]]:
    """What each unit added in each order."""
    rows: list[Ask] = []
    for order in orders:
        for path in field.paths:
            start = np.ones(path.size)
            start[[i for unit in field.units for i in unit]] = 0
            for at in range(0, len(order), CHUNK):
                chunk = [field.units[int(i)] for i in order[at : at + CHUNK]]
                rows.append(Ask("shapley_sampling", path, main, params.output, chunk, start.copy()))
                start[[i for unit in chunk for i in unit]] = 1
    values: list[Array] = yield Rows(rows)
    steps = np.concatenate(values).reshape(len(orders), len(field.paths), -1).mean(1)
    added = np.zeros_like(steps)
    for row, (order, step) in enumerate(zip(orders, steps, strict=True)):
        added[row, order] = step
    return list(added)


def _spread(scores: Array, field: Field) -> Array:
    """A unit's score, evenly over its coordinates."""
    spread = np.zeros(field.paths[0].size)
    for unit, score in zip(field.units, scores, strict=True):
        spread[list(unit)] = score / len(unit)
    return spread


# ── methods ───────────────────────────────────────────────────────────────────────────────────


def _method(title: str, kind: Kind) -> Method:
    def plan(model: Model, input: TextInput | TensorInput, params: Params) -> Work:
        return explain(model, input, params, kind)

    return Method(kind.id, title, 1, Params, plan, evaluate)


METHODS = (
    _method("Saliency", Kind("saliency", False, _gradient("saliency"))),
    _method("Input × gradient", Kind("input_x_gradient", False, _gradient("input_x_gradient"))),
    _method("DeepLIFT", Kind("deeplift", True, _gradient("deeplift"))),
    _method("Occlusion", Kind("occlusion", False, _occlude)),
    _method("Shapley sampling", Kind("shapley_sampling", True, _sample)),
)
