"""What flooding did: a watched loop, and a comparison with training that does not flood."""

from __future__ import annotations

from typing import Literal

from limner.frozen import Frozen

Kind = Literal["none", "constant", "per-sample", "held-out"]
"""No flooding; one level of the batch's loss; the same of each row's; a level for each row."""


class Drawn(Frozen, frozen=True, kw_only=True):
    """What both answers can be drawn as; `limner.render.flood` draws."""

    def to_text(self) -> str:
        """What happened as lines."""
        from limner.render import flood, sheet

        return sheet.to_text(flood.card(self))

    def to_html(self) -> str:
        """The same as a self-contained fragment."""
        from limner.render import flood, sheet

        return sheet.to_html(flood.card(self))

    def to_json(self) -> str:
        """One JSON object on one line; the keys are in docs/reference/json.md."""
        from limner.render import flood

        return flood.to_json(self)

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        from limner.render import flood, sheet

        return sheet.bundle(flood.card(self))


class FloodStep(Frozen, frozen=True, kw_only=True):
    """One step that was looked at."""

    step: int
    loss: float
    """Before flooding."""
    level: float | None
    """b; the mean of the rows' levels where each has its own; None: off."""
    gradient: float | None = None
    """‖∇L‖² of the loss before flooding; None where it was not computed."""
    validation: float | None = None


class Suspect(Frozen, frozen=True, kw_only=True):
    """A row that models trained on other rows, or this one so far, do not believe."""

    row: int
    loss: float
    """Mean loss of the row: held out in a comparison, of the latest steps in a watched loop."""


class FloodRun(Drawn, frozen=True, kw_only=True, tag="flood"):
    """A loop that was watched."""

    method: str = "flooding"
    steps: tuple[FloodStep, ...]
    """Thinned: the last one is always there."""
    count: int
    """Steps taken."""
    below: int
    """How many of them went up, because the loss was under the level."""
    turned: int | None = None
    """Step of the lowest validation loss, where it rose afterwards by more than 1 %."""
    suspects: tuple[Suspect, ...] = ()
    notes: tuple[str, ...] = ()


class FloodArm(Frozen, frozen=True, kw_only=True):
    """One way to train, over all seeds."""

    name: str
    kind: Kind
    loss: tuple[float, ...]
    """Validation loss of each seed, at the end."""
    accuracy: tuple[float, ...]
    """Validation accuracy of each seed, at the end."""
    gain: float
    """Mean of (baseline's loss − this one's), seed by seed."""
    low: float
    high: float
    """95 % interval of `gain`, by Student's t over seeds, wider for having tried several ways."""


class FloodComparison(Drawn, frozen=True, kw_only=True, tag="flood-tune"):
    """Does flooding help here?"""

    method: str = "flood_tune"
    advice: str
    """The arm to use; `none`: do not flood."""
    arms: tuple[FloodArm, ...]
    seeds: int
    """Seeds that all arms finished."""
    fits: int
    seconds: float
    budget: float | None = None
    """Seconds that were allowed."""
    suspects: tuple[Suspect, ...] = ()
    """Rows whose held-out loss is highest, of those whose label is not predicted."""
    notes: tuple[str, ...] = ()
