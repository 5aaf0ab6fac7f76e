"""Attributions: which parts of an input moved the model, and how much of it each carries."""

from __future__ import annotations

from typing import Literal

from limner.frozen import Frozen


class Piece(Frozen, frozen=True, kw_only=True):
    """A token or a word with its score."""

    text: str
    start: int
    """Code point into the text (of its `segment`) where the piece begins."""
    end: int
    score: float
    """Share of F(x) − F(x̄) that the piece carries, in the unit of F; pieces sum to ΔF."""
    segment: int = 0
    """0: the text, 1: its pair."""


class LabelScores(Frozen, frozen=True, kw_only=True):
    """One label's attribution when all labels were asked for in one graph."""

    label: str
    logit: float
    probability: float
    difference: float
    delta: float | None
    converged: bool
    token_scores: tuple[float, ...]
    word_scores: tuple[float, ...]


class BaselineScores(Frozen, frozen=True, kw_only=True):
    """The same text against another baseline, computed in the same job."""

    baseline: str
    value: float
    """F(x)."""
    baseline_value: float
    """F(x̄)."""
    difference: float
    delta: float | None
    error: float
    converged: bool
    token_scores: tuple[float, ...]
    """In the order of the attribution's tokens."""
    word_scores: tuple[float, ...]
    """In the order of the attribution's words."""


class Faithfulness(Frozen, frozen=True, kw_only=True):
    """Does the model follow the order of the scores? DeYoung et al. 2020 (ERASER), section 4.

    To remove a word is to put the baseline's tokens in its place; values are in the unit of F.
    """

    baseline: str
    shares: tuple[float, ...]
    """Of the words, strongest towards the label first: how many are taken at each bin."""
    comprehensiveness: float
    """Mean over the bins of F(x) − F(x without them): high when the model needs them."""
    sufficiency: float
    """Mean over the bins of F(x) − F(only them): low when they are enough."""
    comprehensiveness_at: tuple[float, ...]
    sufficiency_at: tuple[float, ...]
    random_comprehensiveness: float
    """The same for random orders of the words, on average …"""
    random_comprehensiveness_spread: float
    """… and their standard deviation."""
    random_sufficiency: float
    random_sufficiency_spread: float
    orders: int
    """How many random orders."""
    seed: int
    evaluations: int
    """Forward passes."""


class Truncation(Frozen, frozen=True, kw_only=True):
    """The model reads only the beginning of the text."""

    characters_read: int
    characters: int
    tokens_read: int
    tokens: int


class Explained(Frozen, frozen=True, kw_only=True):
    """What the attributions of a text and of a tensor have in common."""

    method: str = "integrated_gradients"
    """Which attribution: one of `ATTRIBUTIONS`."""
    complete: bool = True
    """Whether the method promises that scores sum to ΔF; if not, `delta` is None."""
    model: str
    target: str
    """Name of the explained label."""
    contrast: str | None = None
    """With a contrast, F is logit(target) − logit(contrast)."""
    labels: tuple[str, ...] = ()
    probabilities: tuple[float, ...] = ()
    """Softmax over `labels`."""
    logit: float
    """The target's logit at the input."""
    probability: float
    output: Literal["logit", "probability"] = "logit"
    """What F is."""
    value: float
    """F(x)."""
    baseline_value: float
    """F(x̄)."""
    difference: float
    """ΔF = F(x) − F(x̄)."""
    delta: float | None
    """|Σ scores − ΔF| / |ΔF|, or None when |ΔF| is under the floor or no sum is promised."""
    error: float
    """|Σ scores − ΔF|, in the unit of F."""
    token_error: float | None
    """‖IG_k − IG_{k−1}‖₁ / ‖IG_k‖₁ between the last two rules, None after the first."""
    evaluations: int
    """Passes of this input: forward+backward, or forward for methods without gradients."""
    converged: bool
    notes: tuple[str, ...] = ()
    """Sentences a reader must see (truncated, not converged, smaller batches …)."""
    device: str = "cpu"
    ms: float = 0.0


class Attribution(Explained, frozen=True, kw_only=True, tag_field="kind", tag="attribution"):
    """Which parts of the input moved the model from the baseline's output to this one.

    `sum(t.score for t in tokens)` is F(x) − F(x̄) = `difference` up to `error`.
    """

    absolute: bool = False
    """Scores are Σ|·| over the embedding (the article's form): no completeness, `delta` is of
    the signed sum."""
    baseline: str = "pad"
    tokens: tuple[Piece, ...]
    words: tuple[Piece, ...]
    by_label: tuple[LabelScores, ...] = ()
    """Every label; of an output the whole of it (where it has several tokens), then each token."""
    written: str | None = None
    """The output, of a model that writes: F is its log-probability, and so is each `logit`."""
    compared: tuple[BaselineScores, ...] = ()
    """Other baselines side by side, when they were asked for."""
    faithfulness: Faithfulness | None = None
    truncated: Truncation | None = None
    text: str = ""
    pair: str | None = None

    def to_json(self) -> str:
        """One JSON object; the schema is in docs/reference/json.md."""
        from limner.render.json import to_json

        return to_json(self)

    def to_html(self) -> str:
        """A self-contained HTML fragment, escaped, readable in light and dark themes."""
        from limner.render.html import to_html

        return to_html(self)

    def to_svg(self) -> str:
        """A standalone SVG picture of the coloured words."""
        from limner.render.svg import to_svg

        return to_svg(self)

    def to_text(self, *, color: bool = False, width: int = 80) -> str:
        """A table for a terminal; with `color`, the words in ANSI colours above it."""
        from limner.render.terminal import to_text

        return to_text(self, color=color, width=width)

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        from limner.render.mime import bundle

        return bundle(self)


class InputPicture(Frozen, frozen=True, kw_only=True):
    """The image that a model was given, to lay under its heat map."""

    png: bytes
    """At most 256 pixels a side; in JSON base64."""
    low: float
    """The value that is drawn black."""
    high: float
    """The value that is drawn white."""


class TensorAttribution(
    Explained, frozen=True, kw_only=True, tag_field="kind", tag="tensor_attribution"
):
    """Which entries of a plain tensor moved the model."""

    shape: tuple[int, ...]
    scores: tuple[float, ...]
    """Row-major over `shape`; they sum to `difference` up to `error`."""
    picture: InputPicture | None = None
    """The input, where it is an image."""

    def to_html(self) -> str:
        """A heat map (a vector: bars) and a table, self-contained."""
        from limner.render.tensor import to_html

        return to_html(self)

    def to_svg(self) -> str:
        """The heat map or the bars alone."""
        from limner.render.tensor import to_svg

        return to_svg(self)

    def to_text(self) -> str:
        """The strongest entries."""
        from limner.render.tensor import to_text

        return to_text(self)

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        from limner.render.mime import bundle

        return bundle(self)
