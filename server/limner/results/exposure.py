"""Does a decoder fall apart when it reads its own words? Plain data.

Losses are in nats: −log p of one target token. Positions count target tokens from 0.
"""

from __future__ import annotations

from typing import Literal

from limner.frozen import Frozen

Kind = Literal["seq2seq", "causal"]


class Guess(Frozen, frozen=True, kw_only=True):
    """A token and its probability."""

    text: str
    probability: float


class TargetToken(Frozen, frozen=True, kw_only=True):
    """One token y_t of a target."""

    text: str
    start: int | None
    """Code points into the target; None for the end mark, and without offsets."""
    end: int | None
    forced: float
    """−log p(y_t | x, y_<t): the model reads the target."""
    free: float | None
    """−log p(y_t | x, ŷ_<t): it reads its own words; None where it had ended."""
    kl: float | None
    """KL(p(·|x, y_<t) ‖ p(·|x, ŷ_<t)), in nats."""
    own: str | None
    """ŷ_t, the token it wrote itself; None where it had ended."""
    forced_top: tuple[Guess, ...] = ()
    free_top: tuple[Guess, ...] = ()


class Beam(Frozen, frozen=True, kw_only=True):
    """The best sequence that a beam of this width found."""

    width: int
    text: str
    score: float
    """log p of the whole sequence with its end."""
    tokens: int
    ended: bool
    """Whether it ended before it was twice as long as the target and ten tokens more."""
    above: bool
    """It ended, and its score is above the target's: searching is not what went wrong here."""


class BeamNode(Frozen, frozen=True, kw_only=True):
    """A token that a beam tried."""

    step: int
    parent: int
    """Index into the tree's nodes; −1 at the first step."""
    text: str
    score: float
    """log p up to here."""
    state: Literal["kept", "ended", "dropped"]


class PairExposure(Frozen, frozen=True, kw_only=True):
    """One pair."""

    source: str
    target: str
    own: str
    """What it writes by itself (greedy, no longer than the target)."""
    divergence: int | None
    """CurvePoint of the first token that differs from the target's; None: none does."""
    score: float
    """log p of the target with its end."""
    tokens: tuple[TargetToken, ...]
    beams: tuple[Beam, ...] = ()
    tree: tuple[BeamNode, ...] = ()
    """Of the widest beam."""


class CurvePoint(Frozen, frozen=True, kw_only=True):
    """All pairs whose target reaches this position and whose own words do too."""

    position: int
    pairs: int
    forced: float
    """Mean over the pairs."""
    free: float
    kl: float
    diverged: float
    """Share of these pairs whose own words differ from the target before here."""
    gap_low: float | None
    """95 % interval of the mean of free − forced, over pairs; None with fewer than two."""
    gap_high: float | None
    oracle_forced: float | None = None
    """KL(oracle ‖ p) after the target's words, where an oracle is known."""
    oracle_free: float | None = None
    """KL(oracle ‖ p) after the model's own words."""


class BeamWidth(Frozen, frozen=True, kw_only=True):
    """One width over all pairs."""

    width: int
    score: float
    """Mean log p of what it found."""
    above: float
    """Share of the pairs where that is above the target's log p."""
    exact: float
    """Share where it is the target."""
    empty: float
    """Share where it is nothing but the end."""
    length: float
    """Mean tokens found per target token."""


class ExposureBias(Frozen, frozen=True, kw_only=True, tag="exposure_bias"):
    """What the target costs a decoder that reads the target, and one that reads its own words."""

    method: str = "exposure_bias"
    model: str
    kind: Kind
    pairs: int
    tokens: int
    """Of all targets, ends included."""
    forced: float
    """Mean nats per target token that has both values, reading the target."""
    free: float
    """The same, reading its own words."""
    kl: float
    diverged: float
    """Share of pairs whose own words differ from the target anywhere."""
    divergence: float | None
    """Median position of the first difference among those."""
    ended: float
    """Share of target tokens behind the model's own end, which have no free value."""
    positions: tuple[CurvePoint, ...]
    beams: tuple[BeamWidth, ...] = ()
    shown: tuple[PairExposure, ...] = ()
    """The pairs that lose most under free running, worst first."""
    notes: tuple[str, ...] = ()
    device: str = "cpu"
    ms: float = 0

    def to_text(self) -> str:
        """Both curves, beams and the worst pairs as lines."""
        from limner.render import exposure

        return exposure.to_text(self)

    def to_html(self) -> str:
        """The same as a self-contained fragment."""
        from limner.render import exposure

        return exposure.to_html(self)

    def to_json(self) -> str:
        """One JSON object on one line; the keys are in docs/reference/json.md."""
        from limner.render import exposure

        return exposure.to_json(self)

    def to_svg(self) -> str:
        """Both curves, a standalone SVG picture."""
        from limner.render import exposure_svg

        return exposure_svg.to_svg(self)

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        from limner.render import exposure

        return exposure.bundle(self)
