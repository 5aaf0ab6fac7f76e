"""What a method is: reading this explains all eight.

A method is a *plan*, a generator that says what has to be computed next, and an *evaluate*, which
computes a batch of it. The plan yields `Rows` and is resumed with their values; it never calls
the model in a loop of its own. So whoever drives the plan decides how rows of many inputs are
packed into batches, may stop between two batches, and shows the partial results that the plan
yields on the way:

    plan ──Rows──► driver ──batches──► evaluate(model, rows)
         ◄─values─

The plainest driver is `run` below: one input, batches in order. The engine's scheduler packs rows
of different jobs together.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from limner.protocol import ArrayFacts

if TYPE_CHECKING:
    import numpy as np


class Row(Protocol):
    """One sequence at one quadrature node, or one masked sequence, …: the unit of batching."""

    @property
    def length(self) -> int:
        """What the row costs, in tokens."""
        ...

    @property
    def group(self) -> Hashable:
        """Rows of equal group (and model and method) may share a batch."""
        ...


@dataclass(frozen=True)
class Rows:
    """Compute these and resume me with their values, in this order."""

    rows: Sequence[Row]


@dataclass(frozen=True)
class Partial:
    """A rough result to show while a finer one is computed; resume me with None."""

    result: Any


@dataclass(frozen=True)
class Progress:
    """How far a long job is; resume me with None. Also where a job may be stopped."""

    done: int
    total: int


@dataclass(frozen=True)
class Given:
    """An array that a method is given; a method of arrays has a tuple of them as its input."""

    facts: ArrayFacts
    values: np.ndarray[Any, Any]
    """Read-only, in the CPU's memory, of `facts.shape`."""


Work = Generator[Rows | Partial | Progress, Any, Any]


@dataclass(frozen=True)
class Method:
    """One analysis: names, parameters and the two functions above."""

    id: str
    title: str
    version: int
    """Enters the cache key: raise it whenever results change."""
    Params: type
    """A frozen msgspec.Struct; unit, range, default and reason beside each field."""
    plan: Callable[[Any, Any, Any], Work]
    """(model, input, params) → Work."""
    evaluate: Callable[[Any, Sequence[Any]], list[Any]]
    """(model, rows of one group) → one value a row."""


def run(
    method: Method,
    model: Any,
    input: Any,
    params: Any,
    *,
    batch: int = 8,
    told: Callable[[int, int], None] | None = None,
) -> Any:
    """Drive one plan to its result with at most `batch` rows at a time.

    `told` hears how far it is: what the plan says, else the rows of the step that are done.
    """
    work = method.plan(model, input, params)
    values: list[Any] | None = None
    while True:
        try:
            step = work.send(values)
        except StopIteration as stop:
            return stop.value
        values = None
        if isinstance(step, Rows):
            values = []
            for rows in _batches(step.rows, batch):
                values += method.evaluate(model, rows)
                if told is not None:
                    told(len(values), len(step.rows))
        elif isinstance(step, Progress) and told is not None:
            told(step.done, step.total)


def _batches(rows: Sequence[Row], most: int) -> Generator[Sequence[Row]]:
    """Rows in order, at most so many at a time, none with rows of another group."""
    start = 0
    for i in range(1, len(rows) + 1):
        if i == len(rows) or i - start == most or rows[i].group != rows[start].group:
            yield rows[start:i]
            start = i
