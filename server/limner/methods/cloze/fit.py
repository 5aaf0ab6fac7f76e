"""Training a copy of a model, a slice at a time: whoever drives it can stop between two slices."""

from __future__ import annotations

import copy
from collections.abc import Callable, Generator, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from limner.methods._contract import Rows
from limner.methods.cloze.filling import Asked, Pattern, evaluate, fill_in
from limner.methods.cloze.lesson import Example, mixed_loss
from limner.methods.cloze.spelling import Verbalizer
from limner.models.model import Model

SLICE = 4
"""Examples of a forward and backward pass on a CPU: a hover waits no longer than for these."""

WARM_UP = 10
"""Steps; Adam's first ones know nothing of the gradients' size and move every weight by as much."""


@dataclass(frozen=True, eq=False)
class Slice:
    """A part of a step, or the step itself: a row that is computed alone."""

    work: Callable[[], Any]
    length: int

    @property
    def group(self) -> Hashable:
        """Nobody's but its own."""
        return id(self)


@dataclass(frozen=True, eq=False)
class Own:
    """A row that another model than the job's is asked: the copy that is being trained."""

    row: Asked
    model: Model

    @property
    def length(self) -> int:
        """Tokens."""
        return self.row.length

    @property
    def group(self) -> Hashable:
        """Rows of the same copy."""
        return ("own", id(self.model), self.row.group)


def compute(model: Model, rows: Sequence[Any]) -> list[Any]:
    """`evaluate` of the methods that train."""
    first = rows[0]
    if isinstance(first, Slice):
        return [row.work() for row in rows]
    if isinstance(first, Own):
        return evaluate(first.model, [row.row for row in rows])
    return evaluate(model, rows)


def asking(work: Generator[Any, Any, Any], model: Model) -> Generator[Any, Any, Any]:
    """A plan whose rows are for `model`, in place of the job's."""
    values: Any = None
    while True:
        try:
            step = work.send(values)
        except StopIteration as stop:
            return stop.value
        if isinstance(step, Rows):
            step = Rows([Own(row, model) for row in step.rows])  # type: ignore[arg-type]
        values = yield step


@dataclass(frozen=True)
class Recipe:
    """How to train; the names are those of a task's `[train]`."""

    learning_rate: float
    batch: int
    mu: float
    """Weight of the masked words' loss."""
    seed: int


class Pupil:
    """A copy of a model, its optimizer and its random numbers; the model itself stays as it is."""

    def __init__(self, model: Model, recipe: Recipe, steps: int) -> None:
        """`steps` is how many there will be at most: the learning rate falls to 0 at their end."""
        module = copy.deepcopy(model.module)
        for parameter in module.parameters():
            parameter.requires_grad_(True)
        module.eval()
        self.model = replace(model, module=module, owned=True, reads=())
        self._recipe = recipe
        self._random = np.random.default_rng(recipe.seed)
        self._steps, self._step = max(1, steps), 0
        decayed = [p for p in module.parameters() if p.ndim > 1]
        plain = [p for p in module.parameters() if p.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
        self._optimizer = torch.optim.AdamW(groups, lr=recipe.learning_rate)

    def step(self, examples: Sequence[Example]) -> Generator[Any, Any, float]:
        """One step on a batch, in slices; returns the loss."""
        order = sorted(examples, key=lambda example: example.length)
        size = SLICE if self.model.device.type == "cpu" else len(order)
        parts = [order[i : i + size] for i in range(0, len(order), size)]
        total = 0.0
        for part in parts:
            share = len(part) / len(order)
            length = len(part) * max(example.length for example in part)
            (loss,) = yield Rows(
                [Slice(lambda part=part, share=share: self._slice(part, share), length)]
            )
            total += loss * share
        yield Rows([Slice(self._update, 1)])
        return total

    def state(self) -> dict[str, torch.Tensor]:
        """The weights as they are, copied to the CPU; tied ones once."""
        seen: set[int] = set()
        found: dict[str, torch.Tensor] = {}
        for name, parameter in self.model.module.named_parameters():  # lists tied ones once
            if parameter.data_ptr() not in seen:
                seen.add(parameter.data_ptr())
                found[name] = parameter.detach().to("cpu", copy=True).contiguous()
        return found

    def _slice(self, examples: Sequence[Example], share: float) -> float:
        module, devices = self.model.module, []
        if self.model.device.type == "cuda":
            devices = [self.model.device]
        with torch.random.fork_rng(devices), torch.enable_grad():
            torch.manual_seed(int(self._random.integers(1 << 31)))  # dropout's, and nobody else's
            module.train()
            try:
                loss = mixed_loss(self.model, examples, self._recipe.mu, self._random)
            finally:
                module.eval()
            if loss.requires_grad:  # else no label and no hidden word: nothing is to be learned
                (loss * share).backward()
        return float(loss.detach())

    def _update(self) -> None:
        torch.nn.utils.clip_grad_norm_(self.model.module.parameters(), 1.0)
        for group in self._optimizer.param_groups:
            group["lr"] = self._recipe.learning_rate * self._rate()
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self._step += 1

    def _rate(self) -> float:
        """Up over the first tenth of the steps, ten at least, then linearly down."""
        up = (self._step + 1) / max(WARM_UP, self._steps / 10)
        down = (self._steps - self._step) / self._steps
        return min(1.0, up, down)


def tuned(model: Model, weights: Mapping[str, torch.Tensor]) -> Model:
    """A copy of the model with other weights, frozen."""
    module = copy.deepcopy(model.module)
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.copy_(weights[name])
            parameter.requires_grad_(False)
    return replace(model, module=module.eval(), owned=True, reads=())


def examples(
    model: Model,
    patterns: Sequence[Pattern],
    words: Sequence[Verbalizer],
    texts: Sequence[str],
    targets: Sequence[tuple[float, ...] | None],
) -> list[list[Example]]:
    """For each pattern, an example of each text."""
    found: list[list[Example]] = []
    for pattern, own in zip(patterns, words, strict=True):
        sizes = [fill_in(model, pattern, texts, gaps) for gaps in own.sizes]
        rows = zip(*sizes, strict=True)
        found.append(
            [Example(tuple(row), own, target) for row, target in zip(rows, targets, strict=True)]
        )
    return found


def one_hot(index: int, labels: int) -> tuple[float, ...]:
    """A person's label as probabilities."""
    return tuple(float(i == index) for i in range(labels))


def shuffled(count: int, random: np.random.Generator) -> list[int]:
    """0 … count − 1 in random order."""
    return [int(i) for i in random.permutation(count)]
