"""What the cloze methods answer: labels of texts, candidates for a gap, a training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from limner.frozen import Frozen

Calibration = Literal["none", "contextual", "pmi", "batch"]
"""How the prior of the label words is taken out; see `limner.methods.cloze`."""

Decoding = Literal["joint", "confident"]
"""How label words of several tokens are scored; see `limner.methods.cloze`."""


class Drawn(Frozen, frozen=True, kw_only=True):
    """What all these answers can be drawn as; `limner.render.cloze` draws."""

    def to_json(self) -> str:
        """One JSON object; the keys are in docs/reference/json.md."""
        from limner.render import cloze

        return cloze.to_json(self)

    def to_text(self, *, color: bool = False, width: int = 80) -> str:
        """Lines for a terminal; with `color`, with escape codes."""
        from limner.render import cloze

        return cloze.to_text(self, color=color, width=width)

    def to_html(self) -> str:
        """A self-contained HTML fragment, escaped, readable in light and dark themes."""
        from limner.render import cloze

        return cloze.to_html(self)

    def to_svg(self) -> str:
        """The chart alone, a standalone SVG picture."""
        from limner.render import cloze

        return cloze.to_svg(self)

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        from limner.render import cloze

        return cloze.bundle(self)


class Candidate(Frozen, frozen=True, kw_only=True):
    """A word for a gap."""

    text: str
    probability: float
    """Of all its tokens together, given the sentence."""
    tokens: int
    label: str | None = None
    """The label whose word it is, where a task is bound."""


class Candidates(Drawn, frozen=True, kw_only=True, tag_field="kind", tag="candidates"):
    """Words for a gap, the likeliest first; a bound task's own words before all others."""

    model: str
    text: str
    gap: tuple[int, int]
    """Code points of the gap in `text`."""
    candidates: tuple[Candidate, ...]
    entropy: float
    """Of the first gap token's distribution, in nats: 0 certain, log V undecided."""
    notes: tuple[str, ...] = ()
    device: str = "cpu"
    ms: float = 0.0


class ClozeLabels(Drawn, frozen=True, kw_only=True, tag_field="kind", tag="cloze"):
    """How a masked language model labels texts, once the task is written as a sentence with a gap.

    T texts, P patterns, L labels.
    """

    model: str
    labels: tuple[str, ...]
    patterns: tuple[str, ...]
    scores: tuple[tuple[tuple[float, ...], ...], ...]
    """(T, P, L): log-probability of the label's words at the gap."""
    bias: tuple[tuple[float, ...], ...]
    """(P, L): what calibration subtracts from each score; zeros without."""
    temperature: float = 1.0
    """Calibrated scores are divided by it before the softmax."""
    probabilities: tuple[tuple[float, ...], ...]
    """(T, L): the patterns' ensemble; a row sums to 1."""
    calibration: Calibration = "none"
    decoding: Decoding = "joint"
    truncated: tuple[int, ...] = ()
    """Indices of texts that were longer than the model reads; the patterns were kept whole."""
    notes: tuple[str, ...] = ()
    device: str = "cpu"
    ms: float = 0.0

    def to_text(
        self,
        texts: Sequence[str] | None = None,
        *,
        most: int = 20,
        least_certain: bool = False,
        color: bool = False,
        width: int = 80,
    ) -> str:
        """Lines for a terminal.

        Args:
            texts: What was labelled, in the same order: the result itself does not keep it.
            most: Texts in the table.
            least_certain: List the texts with the smallest margin first.
            color: Write escape codes.
            width: Columns of the terminal.
        """
        from limner.render import cloze

        listing = cloze.Listing(texts, most, least_certain)
        return cloze.to_text(self, listing, color=color, width=width)

    def to_html(
        self,
        texts: Sequence[str] | None = None,
        *,
        most: int = 20,
        least_certain: bool = False,
    ) -> str:
        """A self-contained HTML fragment; see `to_text`."""
        from limner.render import cloze

        return cloze.to_html(self, cloze.Listing(texts, most, least_certain))


class Bin(Frozen, frozen=True):
    """A step of a reliability curve: predictions whose probability lies in [low, high)."""

    low: float
    high: float
    count: int
    confidence: float
    """Mean probability of the predicted label."""
    accuracy: float
    """Share of them that are right."""


class Quality(Frozen, frozen=True, kw_only=True):
    """How good probabilities are on texts whose labels are known."""

    count: int
    accuracy: float
    macro_f1: float
    """Mean over the labels of the harmonic mean of precision and recall."""
    log_loss: float
    """Mean −log p(right label), in nats."""
    ece: float
    """Expected calibration error: mean |confidence − accuracy| over the bins, by their counts."""
    reliability: tuple[Bin, ...] = ()


class PatternRank(Frozen, frozen=True, kw_only=True):
    """A pattern and what speaks for it; see `limner.methods.cloze.ranking`."""

    pattern: str
    information: float
    """Mutual information of text and label, in nats; needs no labels."""
    agreement: float
    """Share of texts where it says what the other patterns say together."""
    quality: Quality | None = None
    """Alone, on the texts that have a label."""


class ClozeReport(Drawn, frozen=True, kw_only=True, tag_field="kind", tag="cloze_report"):
    """How good a task is on texts whose labels are known.

    It is made where the texts are and does not travel between processes.
    """

    model: str
    head: int | None
    labels: tuple[str, ...]
    count: int
    """Texts with a label."""
    quality: Quality
    """Calibrated as the task says."""
    uncalibrated: Quality
    interval: tuple[float, float]
    """95 % interval of the accuracy (Wilson)."""
    majority: float
    """Share of the most frequent label: what saying always that would reach."""
    confusion: tuple[tuple[int, ...], ...]
    """Rows: the right label; columns: the predicted one."""
    patterns: tuple[PatternRank, ...]
    """The best first."""
    notes: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """The main figure in a line."""
        low, high = self.interval
        return (
            f"{self.quality.accuracy:.1%} right on {self.count:,} labelled texts "
            f"(95 % interval {low:.0%} to {high:.0%}; always the same label: {self.majority:.0%})"
        )


class Epoch(Frozen, frozen=True, kw_only=True):
    """A pass over the labelled texts."""

    epoch: int
    train_loss: float
    held_out: Quality


class ClozeTraining(Drawn, frozen=True, kw_only=True, tag_field="kind", tag="cloze_training"):
    """A model that was trained on a task's labelled texts."""

    model: str
    labels: tuple[str, ...]
    patterns: tuple[str, ...]
    trained_on: int
    """Labelled texts, without those held out."""
    held_out: int
    unlabelled: int
    """Texts without a label that the mixed loss read."""
    before: Quality
    """On the held-out texts, calibrated, before training."""
    after: Quality
    """On the same, after; of the epoch that was kept."""
    epochs: tuple[Epoch, ...]
    kept: int
    """Epoch whose weights were kept; 0: none was better than before."""
    temperature: float
    """Fitted on the held-out texts."""
    saved: str | None = None
    """The file of the trained weights; None when nothing was kept."""
    notes: tuple[str, ...] = ()
    device: str = "cpu"
    ms: float = 0.0
