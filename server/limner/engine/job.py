"""A job on its way through the scheduler: its plan, the rows still to compute, who is told."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from limner.engine.model import Model
from limner.methods._contract import Method, Partial, Progress, Row, Work
from limner.protocol import Priority

Told = Callable[[Partial | Progress], None]


@dataclass(eq=False)
class Ticket:
    """One job in the queue. The scheduler's thread alone changes it, but for `cancelled`."""

    method: Method
    model: Model
    input: Any
    params: Any
    priority: Priority = Priority.CARET
    told: Told = lambda event: None
    """Called with what the plan yields on the way, on the scheduler's thread."""
    ended: Callable[[Ticket], None] = lambda ticket: None
    """Called exactly once, on the scheduler's thread, when nothing more will be computed."""
    shrink: int = 0
    """How often to halve the batch budget for this job."""
    cancelled: bool = False

    result: Any = None
    error: BaseException | None = None

    work: Work | None = None
    rows: Sequence[Row] = ()
    values: list[Any] = field(default_factory=list[Any])
    pending: deque[int] = field(default_factory=deque[int])
    """Indices into `rows` that are not computed yet."""
    turn: int = -1
    """When it was served last; those not served yet come first."""
    began: float = 0.0
    """When its plan was opened, by `time.perf_counter`."""
    squeezed: bool = False
    """Memory was short while it was computed."""

    @property
    def key(self) -> tuple[int, str]:
        """Jobs of equal key may share a batch."""
        return (id(self.model), self.method.id)

    @property
    def budget_key(self) -> tuple[str, str]:
        """What a learned batch budget belongs to."""
        return (self.model.name, self.method.id)

    def expect(self, rows: Sequence[Row]) -> None:
        """Take the rows that the plan asks for."""
        self.rows = rows
        self.values = [None] * len(rows)
        self.pending = deque(range(len(rows)))

    @property
    def done(self) -> int:
        """Rows of the current step that are computed."""
        return len(self.rows) - len(self.pending)
