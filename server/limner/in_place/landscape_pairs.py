"""`limner.landscape_pair`: does normalisation smooth the loss of this model?"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterable
from typing import Any, Literal

from torch import Tensor, nn

from limner.engine.memory import is_out_of_memory
from limner.in_place.landscapes import FACTORS, landscape, loss_of
from limner.methods._in_place import same_noise, seed_all
from limner.methods.landscape.pair import same_start, train, without_normalisation
from limner.protocol import BadInput
from limner.results.landscape import LandscapePair


def landscape_pair(
    make: Callable[[], nn.Module],
    loss: Callable[..., Tensor] | None,
    batches: Iterable[Any],
    *,
    twin: Callable[[], nn.Module] | None = None,
    mode: Literal["train", "eval"] = "train",
    steps: int = 100,
    every: int = 5,
    rate: float = 0.1,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
    **options: Any,
) -> LandscapePair:
    """Is normalisation smoothing the loss? A model and its twin without, trained side by side.

    Deleting normalisation from a trained model proves nothing, so both start from the same weights
    and each batch goes to both. They are trained in training mode.

    Args:
        make: gives a module; called once, with every generator at `seed`, and copied.
        loss: as for `landscape`.
        batches: a list of batches or a loader; gone through again and again.
        twin: gives the other module, with every generator at `seed`; None: a copy whose
            normalisation layers are identities.
        mode: in which both are measured; with `eval` batch norm uses its running statistics.
        steps: of gradient descent with momentum .9.
        every: steps between two measurements.
        rate: learning rate of both, and of the steps along the gradient.
        seed: of weights, order and noise.
        progress: is told what is going on.
        options: of `landscape`, for where each came to (`eigenvalues`, `density`, `slice` …).

    What `make` and `twin` give is left as it is, and so is random state.

    Raises:
        BadInput: no normalisation layer, too few batches, a loss that is not finite, no memory; as
            `landscape`.
    """
    began = time.perf_counter()
    tell = progress or (lambda _: None)
    if steps < 1 or every < 1 or not 0 < rate < math.inf:
        raise BadInput("Give at least 1 step, every of at least 1 and a rate above 0.")
    if mode not in ("train", "eval"):
        raise BadInput(f"mode is {mode!r}: give 'train' or 'eval'.")
    notes: list[str] = []
    with same_noise(seed):
        model = _made(make, "make")
        if twin is None:
            other, removed = without_normalisation(model)
        else:
            seed_all(seed)
            other, removed = _made(twin, "twin"), ()
            if differing := same_start(model, other):
                notes.append(
                    f"{len(differing)} of the twin's parameters start elsewhere, {differing[0]} "
                    "the first: the model has none of that name and shape."
                )
        models = {"with": model, "without": other}
        try:
            curves, first = train(
                models,
                batches,
                lambda asked, batch: loss_of(asked, loss, batch),
                steps=steps,
                rate=rate,
                every=every,
                sizes=[rate * f for f in FACTORS],
                mode=mode,
                seed=seed,
                tell=tell,
            )
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            raise BadInput(
                "Memory ran out while the twins were trained: give smaller batches, half as many "
                "rows."
            ) from error
    asked = {"rate": rate, "seed": seed, "progress": progress} | options
    ends = [landscape(one, loss, first, mode=mode, **asked) for one in models.values()]
    return LandscapePair(
        removed=removed,
        steps=steps,
        rate=rate,
        seed=seed,
        mode=mode,
        curves=(curves[0], curves[1]),
        ends=(ends[0], ends[1]),
        notes=(
            *notes,
            *dict.fromkeys(note for end in ends for note in end.notes),
            "One seed and one order of batches: repeat with others.",
        ),
        ms=round((time.perf_counter() - began) * 1000, 3),
    )


def _made(make: Callable[[], Any], name: str) -> nn.Module:
    """A copy: what the function gives may be a person's own."""
    given = make()
    if not isinstance(given, nn.Module):
        raise BadInput(f"{name}() gives no module: return an nn.Module.")
    if not any(p.requires_grad for p in given.parameters()):
        raise BadInput(f"The model of {name}() is frozen: set requires_grad on what is trained.")
    return copy.deepcopy(given)
