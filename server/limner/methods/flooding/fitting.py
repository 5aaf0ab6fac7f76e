"""One model trained with a level, and what it then says of rows; in parts where memory runs out.

A batch's level is of its mean loss L, so its parts need the sign of L − b before any of them goes
back: a first pass without gradients finds it, with the same noise as the second. The gradient is
that of the whole batch; only batch normalisation sees the parts.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import repeat
from typing import Any, TypeVar

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from limner.methods._in_place import same_random_state, seed_all
from limner.methods.flooding import flooded
from limner.protocol import BadInput

Make = Callable[[], tuple[Any, Any]]
Data = tuple[Tensor, Tensor]
T = TypeVar("T")


class Parts:
    """How many rows go through a model at a time; halved for good whenever memory runs out."""

    def __init__(self, is_out_of_memory: Callable[[BaseException], bool]) -> None:
        self.rows = sys.maxsize
        self.halved = False
        self._is_out_of_memory = is_out_of_memory

    def fitting(self, rows: int, work: Callable[[int], T]) -> T:
        """The answer of `work`, which is told how many of `rows` it may take at a time.

        Raises:
            BadInput: memory runs out with a single row.
        """
        while True:
            size = min(self.rows, rows)
            try:
                return work(size)
            except (RuntimeError, MemoryError) as error:
                if not self._is_out_of_memory(error):
                    raise
            if size == 1:
                raise BadInput(
                    "Memory ran out with a single row: give a smaller model, or shorter rows."
                )
            torch.cuda.empty_cache()
            self.rows, self.halved = size // 2, True

    @property
    def notes(self) -> tuple[str, ...]:
        """What happened."""
        said = f"Memory ran out: at most {self.rows} rows went through the model at a time."
        return (said,) if self.halved else ()


@dataclass(frozen=True)
class Fit:
    """How long one model is trained, by which seed, and what it is called when it fails."""

    epochs: int
    batch: int
    seed: int
    name: str


def fit(
    make: Make,
    data: Data,
    level: float | Tensor | None,
    how: Fit,
    parts: Parts,
    *,
    rows: bool = False,
) -> tuple[Any, float]:
    """Train a fresh model; the seed decides weights, order and noise, whatever the level.

    `level` is of the batch's mean loss, of each row's with `rows`, or one for each row (n,). Gives
    the model, and the share of losses that were under their level.

    Raises:
        BadInput: a loss that is not finite, with its place; memory ran out with a single row.
    """
    seed_all(how.seed)
    model, optimizer = make()
    model.train()
    x, y = data
    order = torch.Generator().manual_seed(how.seed)
    step = under = seen = 0
    with torch.enable_grad():
        for epoch in range(how.epochs):
            for batch in torch.randperm(len(x), generator=order).split(how.batch):
                step += 1
                b = level[batch] if isinstance(level, Tensor) else level
                each = rows or isinstance(level, Tensor)
                loss = _gradient(model, optimizer, (x[batch], y[batch]), b, parts, each=each)
                if not torch.isfinite(loss).all():
                    raise BadInput(
                        f"The loss is not finite from step {step} on ({how.name}, epoch "
                        f"{epoch + 1}): lower the learning rate."
                    )
                if b is not None:
                    found = loss if each else loss.mean()
                    below = found < torch.as_tensor(b, device=loss.device)
                    under, seen = under + int(below.sum()), seen + below.numel()
                optimizer.step()
    return model.eval(), under / max(seen, 1)


def _gradient(
    model: Any, optimizer: Any, data: Data, b: float | Tensor | None, parts: Parts, *, each: bool
) -> Tensor:
    """Put the gradient of the flooded loss into the parameters; gives each row's loss (n,)."""
    x, y = data
    count = len(x)

    def whole(size: int) -> Tensor:
        optimizer.zero_grad()
        if size == count:
            loss = cross_entropy(model(x), y, reduction="none")
            if torch.isfinite(loss).all():
                flooded(loss if each else loss.mean(), b).backward()
            return loss.detach()
        up = b is not None and not each and float(_noticed(model, data, size)) < float(b)
        levels = b.split(size) if isinstance(b, Tensor) else repeat(b if each else None)
        found = []
        for some, labels, level in zip(x.split(size), y.split(size), levels, strict=False):
            loss = cross_entropy(model(some), labels, reduction="none")
            found.append(loss.detach())
            if not torch.isfinite(loss).all():
                break
            share = flooded(loss, level) * (len(loss) / count)
            (-share if up else share).backward()
        return torch.cat(found)

    return parts.fitting(count, whole)


def _noticed(model: Any, data: Data, size: int) -> Tensor:
    """The batch's mean loss, with the noise that its second pass will have."""
    with same_random_state():
        return _judge(model, data, size)[0].mean()


def judged(model: Any, data: Data, parts: Parts) -> tuple[Tensor, Tensor]:
    """Cross entropy of each row (n,), and whether its label is the likeliest (n,)."""
    return parts.fitting(len(data[0]), lambda size: _judge(model, data, size))


@torch.no_grad()
def _judge(model: Any, data: Data, size: int) -> tuple[Tensor, Tensor]:
    loss, right = [], []
    for some, labels in zip(*(one.split(size) for one in data), strict=True):
        logits = model(some)
        loss.append(cross_entropy(logits, labels, reduction="none"))
        right.append(logits.argmax(1) == labels)
    return torch.cat(loss), torch.cat(right)
