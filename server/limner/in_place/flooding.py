"""Flooding for a person's own loop: `flooded`, `flood`, `flood_tune`, `two_rate_step`."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from limner.engine.memory import is_out_of_memory
from limner.methods._in_place import left_as_found
from limner.methods.flooding import flooded, held_out_level, two_rate_step
from limner.methods.flooding.fitting import Data, Make, Parts
from limner.methods.flooding.tune import Plan, compare
from limner.methods.flooding.watch import Flood, of
from limner.protocol import BadInput
from limner.results.flood import FloodComparison

__all__ = ["flood", "flood_tune", "flooded", "held_out_level", "trainer_hooks", "two_rate_step"]


@contextmanager
def flood(
    model: Any = None, level: float | Tensor | None = None, *, every: int = 10
) -> Generator[Flood]:
    """A plain loop, flooded and watched: `with limner.flood(model, 0.1) as flood: …`.

    In the loop `loss = flood(loss)`, and `flood.validate(value)` where there is one; afterwards
    `flood.run()` is what happened, with its chart.

    Args:
        model: a module or parameters, for ‖∇L‖²; None: it is not computed.
        level: one number, or one for each row of the data, with `flood(losses, rows)`; None: off,
            the loop runs as without.
        every: steps between two values of ‖∇L‖², each of which costs a backward pass.
    """
    yield of(model, level, every=every)


def trainer_hooks(watched: Flood) -> tuple[Callable[..., Tensor], Any]:
    """What transformers' `Trainer` takes: `compute_loss_func=` and a callback.

    The loss is the model's own, or cross entropy of its logits; the callback notes `eval_loss`.
    """
    from transformers import TrainerCallback

    class Callback(TrainerCallback):
        """Notes the validation loss."""

        def on_evaluate(self, args: Any, state: Any, control: Any, **given: Any) -> None:
            metrics = given.get("metrics") or {}
            if "eval_loss" in metrics:
                watched.validate(metrics["eval_loss"])

    def loss_of(outputs: Any, labels: Tensor, num_items_in_batch: Any = None) -> Tensor:
        given = outputs["loss"] if "loss" in outputs else None
        if given is None:
            logits = outputs["logits"]
            given = torch.nn.functional.cross_entropy(
                logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
            )
        return watched(given) if torch.is_grad_enabled() else given

    return loss_of, Callback()


def flood_tune(
    make: Make,
    train: Data,
    validation: Data,
    *,
    progress: Callable[[str], None] | None = None,
    **options: Any,
) -> FloodComparison:
    """Does flooding help here? Against none: constants, per-sample, held-out levels, seed by seed.

    Args:
        make: gives a fresh (model, optimizer); the model maps x to logits (n, classes).
        train: (x, y) with labels y (n,) int64.
        validation: the same; what is reported is measured there.
        progress: is told what is going on.
        options: fields of `limner.methods.flooding.tune.Plan`: constants, per_sample, gamma, folds,
            epochs, held_out_epochs, batch, seeds, budget (seconds), suspects.

    Random state is left as it was found; objects that `make` gives are ours. Where memory runs out,
    batches go through the model in halves with the same gradient, which a note says.

    Raises:
        BadInput: data without a label for each row, an unknown option, a loss that is not finite,
            memory that runs out with a single row.
    """
    try:
        plan = Plan(**options)
    except TypeError:
        names = ", ".join(Plan.__dataclass_fields__)
        raise BadInput(f"There is an unknown option: choose of {names}.") from None
    with left_as_found(()):
        parts = Parts(is_out_of_memory)
        return compare(make, train, validation, plan, parts, progress or (lambda _: None))
