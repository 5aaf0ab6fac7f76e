"""Remedies of exposure bias in transformers' `Trainer`; plain loops call them as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from limner.methods.exposure.perturbing import fgm, gradient_penalty
from limner.methods.exposure.replacing import ReplaceCollator, scheduled_sampling

__all__ = ["ReplaceCollator", "fgm", "gradient_penalty", "scheduled_sampling", "trainer_with"]


def trainer_with(trainer: type, remedy: Callable[..., Tensor], amount: float) -> type:
    """A subclass of `Trainer` whose training loss goes through a remedy.

    Args:
        trainer: `transformers.Trainer` or a subclass; its own loss is what the remedy gets.
        remedy: `scheduled_sampling`, `gradient_penalty` or `fgm`.
        amount: the remedy's rate, weight or ε; 0: trains as `trainer` does, bit for bit.

    Evaluation is the trainer's own.
    """

    class Remedied(trainer):
        """The trainer, with a remedy in its training loss."""

        def compute_loss(
            self,
            model: Any,
            inputs: dict[str, Any],
            return_outputs: bool = False,
            num_items_in_batch: Any = None,
        ) -> Any:
            """The remedy's loss in training; what the trainer computes elsewhere."""
            plain = super().compute_loss
            if not amount or return_outputs or not model.training:
                return plain(model, inputs, return_outputs, num_items_in_batch)

            def loss(asked: Any, batch: Any) -> Any:
                return plain(asked, dict(batch), False, num_items_in_batch)

            return remedy(model, inputs, amount, loss=loss)

    Remedied.__name__ = f"{trainer.__name__}With{remedy.__name__.title().replace('_', '')}"
    return Remedied
