"""A training loop that is flooded and looked at; nothing is hooked, the loop calls us."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

from limner.methods.flooding import flooded, level_for
from limner.protocol import BadInput
from limner.results.flood import FloodRun, FloodStep, Suspect

KEPT = 400
"""Most steps that are kept; then every second one is dropped."""
SUSPECTS = 20
"""Most rows that are listed."""
ENOUGH = 20
"""Steps after which a level is said to be outside the loss's range."""


class Flood:
    """`loss = flood(loss)` in a loop: floods it and keeps what a chart needs.

    Reading ‖∇L‖² costs one more backward pass on every `every`-th step; `.grad` is not touched.
    """

    def __init__(
        self,
        parameters: Iterable[Tensor] = (),
        level: float | Tensor | None = None,
        *,
        every: int = 10,
        seen: Callable[[Flood], None] | None = None,
    ) -> None:
        self.level = level
        self._parameters = [p for p in parameters if p.requires_grad]
        self._every = max(1, every)
        self._seen = seen
        self._steps: list[FloodStep] = []
        self._stride = 1
        self._last: FloodStep | None = None
        self.count = self.below = 0
        self._some = self._all = 0
        self._rows: dict[int, float] = {}
        self._validation: list[tuple[int, float]] = []

    def __call__(self, loss: Tensor, rows: Tensor | None = None) -> Tensor:
        """The flooded loss.

        Args:
            loss: one number, or one for each row of the batch.
            rows: which rows these are, (n,): their levels are taken from `level`, if that has one
                for each row, and rows whose loss stays high are listed.
        """
        self._finite(loss, rows)
        level = self.level
        if isinstance(level, Tensor) and level.ndim and rows is not None:
            level = level.to(rows.device)[rows]
        found = flooded(loss, level)
        self._note(loss.detach(), level, rows, self._gradient(loss))
        if self._seen is not None:
            self._seen(self)
        return found

    def validate(self, loss: float | Tensor) -> None:
        """Note the validation loss at this step."""
        value = float(loss)
        self._validation.append((self.count, value))
        last = self._last
        self._steps.append(
            FloodStep(
                step=self.count,
                loss=last.loss if last else value,
                level=last.level if last else None,
                validation=value,
            )
        )

    def run(self) -> FloodRun:
        """What happened so far."""
        steps = list(self._steps)
        if self._last is not None and (not steps or steps[-1].step < self._last.step):
            steps.append(self._last)
        rows = sorted(self._rows.items(), key=lambda item: -item[1])[:SUSPECTS]
        return FloodRun(
            steps=tuple(steps),
            count=self.count,
            below=self.below,
            turned=_turned(self._validation),
            suspects=tuple(Suspect(row=row, loss=loss) for row, loss in rows),
            notes=self._outside(),
        )

    def _outside(self) -> tuple[str, ...]:
        """Whether the level is within the range of the loss, once enough steps were taken."""
        if self._last is None or self._last.level is None or self.count < ENOUGH:
            return ()
        if not self._some:
            return ("The loss was never under the level: so far nothing was flooded.",)
        if self._all == self.count:
            return ("The loss was always under the level, so training only goes up: lower it.",)
        return ()

    def _finite(self, loss: Any, rows: Tensor | None) -> None:
        """Refuse a loss that is not finite, with the step and the row where that begins."""
        if not isinstance(loss, Tensor) or bool(torch.isfinite(loss).all()):
            return
        where = f"at step {self.count + 1}"
        if rows is not None and loss.ndim == 1 and len(rows) == len(loss):
            where += f", first in row {int(rows[~torch.isfinite(loss.detach())][0])}"
        raise BadInput(f"The loss is not finite {where}: lower the learning rate.")

    def _gradient(self, loss: Tensor) -> float | None:
        if not self._parameters or self.count % self._every or not loss.requires_grad:
            return None
        found = torch.autograd.grad(
            loss.mean(), self._parameters, retain_graph=True, allow_unused=True
        )
        return float(sum(g.detach().double().square().sum() for g in found if g is not None))

    def _note(self, loss: Tensor, level: Any, rows: Tensor | None, gradient: float | None) -> None:
        value = float(loss.mean())
        at = None
        if level is not None:
            levels = level_for(loss, level)
            at, under = float(levels.mean()), loss < levels
            self._some += bool(under.any())
            self._all += bool(under.all())
        self.count += 1
        self.below += at is not None and value < at
        self._last = FloodStep(step=self.count, loss=value, level=at, gradient=gradient)
        if self.count % self._stride == 0 or gradient is not None:
            self._steps.append(self._last)
            if len(self._steps) > KEPT:
                self._steps = [
                    s for i, s in enumerate(self._steps) if i % 2 or s.validation is not None
                ]
                self._stride *= 2
        if rows is not None and loss.ndim:
            for row, one in zip(rows.tolist(), loss.tolist(), strict=True):
                before = self._rows.get(row)
                self._rows[row] = one if before is None else (before + one) / 2


def of(model: Any, level: float | Tensor | None, **options: Any) -> Flood:
    """A `Flood` over a module's parameters, or over parameters."""
    parameters = model.parameters() if isinstance(model, nn.Module) else model or ()
    return Flood(parameters, level, **options)


def _turned(seen: list[tuple[int, float]]) -> int | None:
    """Where validation was best, if it has got worse by more than 1 % since."""
    if not seen:
        return None
    step, best = min(seen, key=lambda one: one[1])
    return step if seen[-1][1] > 1.01 * best else None
