"""Drives the plans of several jobs: which goes next, in which batch, and when one stops.

One thread calls `step` until nothing is left; `submit`, `cancel` and `hurry` may come from any.
A step is short: it starts a plan, or computes one micro-batch and resumes the plans whose rows are
all in. Whoever is most urgent is served next, among equals the one that waited longest; so a new
hover waits for one step at most, and a page of probes gets its first paints before it gets its
last digits. Rows of the others that fit fill the batch.

Pull when idle: nothing ever waits for a batch to fill.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from limner.engine.budget import Budgets
from limner.engine.job import Ticket
from limner.engine.memory import is_out_of_memory
from limner.engine.model import Model
from limner.engine.packing import Pick, pack, padded
from limner.methods._contract import Partial, Progress, Rows
from limner.protocol import Cancelled, OutOfMemory, Priority

WINDOW = 64
"""Plans open at a time per urgency: enough to fill batches, few enough to keep memory flat."""

SHORT_OF_MEMORY = "Memory was short: computed in smaller batches."


@dataclass
class Counters:
    """What happened so far."""

    batches: int = 0
    rows: int = 0
    completed: int = 0
    cancelled: int = 0
    failed: int = 0


@dataclass
class Hooks:
    """What the device wants to be told."""

    before_batch: Callable[[Model, int], None] = lambda model, tokens: None
    """About to compute that many padded tokens."""
    free_memory: Callable[[], None] = lambda: None
    """Give cached memory back; it ran out."""


class Scheduler:
    """See the module."""

    def __init__(self, budgets: Budgets, hooks: Hooks | None = None) -> None:
        self.budgets = budgets
        self.counters = Counters()
        self._hooks = hooks or Hooks()
        self._order = itertools.count()
        self._turns = itertools.count()
        self._wake = threading.Condition()
        self._waiting: list[tuple[Priority, int, Ticket]] = []
        self._open: list[Ticket] = []
        self._idle = True
        self._stopped = False
        self._some_cancelled = False

    # ── from any thread ───────────────────────────────────────────────────────────────────────

    def submit(self, ticket: Ticket) -> None:
        """Queue a job; after `stop` it ends at once."""
        with self._wake:
            if not self._stopped:
                heapq.heappush(self._waiting, (ticket.priority, next(self._order), ticket))
                self._idle = False
                self._wake.notify_all()
                return
        self._end(ticket, error=Cancelled("The engine was stopped."))

    def cancel(self, ticket: Ticket) -> None:
        """Stop a job before its next micro-batch; `ticket.ended` says when it has stopped."""
        with self._wake:
            ticket.cancelled = self._some_cancelled = True
            self._wake.notify_all()

    def hurry(self, ticket: Ticket, priority: Priority) -> None:
        """Make a job more urgent."""
        with self._wake:
            if priority >= ticket.priority:
                return
            ticket.priority = priority
            self._waiting = [(t.priority, order, t) for _, order, t in self._waiting]
            heapq.heapify(self._waiting)

    def stop(self) -> None:
        """Make `serve` return after the current step; whatever is left is cancelled."""
        with self._wake:
            self._stopped = True
            self._wake.notify_all()

    @property
    def queued(self) -> int:
        """Jobs not begun."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """Jobs begun and not ended."""
        return len(self._open)

    def wait_idle(self, timeout: float | None = None) -> bool:
        """Wait until no job is left and nothing is being computed."""
        with self._wake:
            return self._wake.wait_for(lambda: self._idle, timeout)

    # ── the driving thread ────────────────────────────────────────────────────────────────────

    def serve(self) -> None:
        """Step until `stop`; sleep while there is nothing to do."""
        try:
            while not self._stopped:
                if not self.step():
                    self._sleep()
        finally:
            self._abandon([*self._open, *(t for _, _, t in self._waiting)])

    def run_until_done(self, tickets: Iterable[Ticket]) -> None:
        """Drive these to their ends on the calling thread; an interrupt leaves nothing behind."""
        tickets = list(tickets)
        for ticket in tickets:
            self.submit(ticket)
        try:
            while self.step():
                pass
        finally:
            self._abandon(tickets)

    def step(self) -> bool:
        """One plan started or one micro-batch computed; False when there was nothing to do."""
        self._admit()
        if not self._open:
            return False
        ticket = min(self._open, key=_urgency)
        if ticket.pending:
            self._compute(self._pack(ticket))
        else:
            ticket.turn = next(self._turns)
            self._advance(ticket, None)
        return True

    # ── inside ────────────────────────────────────────────────────────────────────────────────

    def _sleep(self) -> None:
        with self._wake:
            if self._waiting or self._stopped:
                return
            self._idle = True
            self._wake.notify_all()
            self._wake.wait_for(lambda: self._waiting or self._stopped)

    def _admit(self) -> None:
        """Drop the cancelled, and open plans while the window has room."""
        if self._some_cancelled:
            self._drop_cancelled()
        while ticket := self._take():
            self._open.append(ticket)

    def _drop_cancelled(self) -> None:
        with self._wake:
            self._some_cancelled = False
            gone = [t for t in self._open if t.cancelled]
            gone += [t for _, _, t in self._waiting if t.cancelled]
            self._waiting = [entry for entry in self._waiting if not entry[2].cancelled]
            heapq.heapify(self._waiting)
        for ticket in gone:
            self._end(ticket, error=Cancelled("The job was cancelled."))

    def _take(self) -> Ticket | None:
        """The most urgent waiting job, if the window has room for one of its urgency."""
        with self._wake:
            if not self._waiting:
                return None
            top = self._waiting[0][2]
            ahead = sum(t.priority <= top.priority for t in self._open)
            if ahead >= WINDOW:
                return None
            return heapq.heappop(self._waiting)[2]

    def _pack(self, first: Ticket) -> list[Pick]:
        limit = max(1, self.budgets.limit(first.budget_key) >> first.shrink)
        others = sorted((t for t in self._open if t is not first and t.pending), key=_urgency)
        return pack([first, *others], limit)

    def _compute(self, picks: Sequence[Pick]) -> None:
        """Evaluate one batch, hand the values back, resume the plans that have all of theirs."""
        tickets = list(dict.fromkeys(pick.ticket for pick in picks))
        turn = next(self._turns)
        for ticket in tickets:
            ticket.turn = turn
        try:
            values = self._evaluate(picks)
        except Exception as error:  # a method or the user's own module may raise anything
            self._failed(picks, tickets, error)
            return
        _put(picks, values)
        self.counters.rows += len(picks)
        for ticket in tickets:
            if ticket.pending:
                self._tell(ticket, Progress(ticket.done, len(ticket.rows)))
            elif not ticket.cancelled:
                self._advance(ticket, ticket.values)

    def _evaluate(self, picks: Sequence[Pick]) -> list[Any]:
        first, tokens = picks[0].ticket, padded(picks)
        self._hooks.before_batch(first.model, tokens)
        self.counters.batches += 1
        started = time.perf_counter()
        values = first.method.evaluate(first.model, [pick.row for pick in picks])
        self.budgets.took(first.budget_key, tokens, time.perf_counter() - started)
        if len(values) != len(picks):
            raise ValueError(f"{first.method.id} gave {len(values)} values for {len(picks)} rows")
        return values

    def _failed(self, picks: Sequence[Pick], tickets: Sequence[Ticket], error: Exception) -> None:
        """A batch failed: smaller if memory was short, each job alone if several were in it."""
        if is_out_of_memory(error):
            error.with_traceback(None)  # its frames would keep the batch's tensors alive
            self._squeeze(picks, tickets)
        elif len(tickets) == 1:
            self._end(tickets[0], error=error)
        else:
            for ticket in tickets:
                if not ticket.cancelled:
                    self._compute([pick for pick in picks if pick.ticket is ticket])

    def _squeeze(self, picks: Sequence[Pick], tickets: Sequence[Ticket]) -> None:
        """Halve the budget; the rows are still pending, so the next step takes fewer of them."""
        self._hooks.free_memory()
        self.budgets.halve(tickets[0].budget_key, padded(picks))
        for ticket in tickets:
            ticket.squeezed = True
        if len(picks) == 1:
            length = picks[0].row.length
            sentence = (
                f"{tickets[0].model.name} ran out of memory on one sequence of {length} tokens. "
                "Shorten the text, choose a smaller model, or set engine.device to cpu."
            )
            self._end(tickets[0], error=OutOfMemory(sentence))

    def _advance(self, ticket: Ticket, values: list[Any] | None) -> None:
        """Resume a plan until it wants rows, says Progress, or ends."""
        ticket.rows, ticket.values = (), []
        try:
            if ticket.work is None:
                ticket.began = time.perf_counter()
                self._tell(ticket, Progress(0, 0))
                ticket.work = ticket.method.plan(ticket.model, ticket.input, ticket.params)
            while True:
                step, values = ticket.work.send(values), None
                if isinstance(step, Rows):
                    if not step.rows:
                        values = []
                        continue
                    ticket.expect(step.rows)
                    return
                self._tell(ticket, step)
                if isinstance(step, Progress):
                    return  # others may be more urgent
        except StopIteration as stop:
            self._end(ticket, result=_stamped(ticket, stop.value))
        except Exception as error:  # a plan may raise anything; it is this job's failure
            self._end(ticket, error=_clear(error))

    def _tell(self, ticket: Ticket, event: Any) -> None:
        if ticket.cancelled:
            return
        if isinstance(event, Partial):
            event = Partial(_stamped(ticket, event.result))
        ticket.told(event)

    def _abandon(self, tickets: Iterable[Ticket]) -> None:
        for ticket in tickets:
            if ticket in self._open or any(t is ticket for _, _, t in self._waiting):
                self._end(ticket, error=Cancelled("The engine was stopped."))
        with self._wake:
            self._waiting = [entry for entry in self._waiting if entry[2].error is None]
            self._idle = not self._waiting and not self._open
            self._wake.notify_all()

    def _end(self, ticket: Ticket, result: Any = None, error: BaseException | None = None) -> None:
        """Close the plan, count, and tell whoever waits."""
        if ticket.work is not None:
            ticket.work.close()
        if ticket in self._open:
            self._open.remove(ticket)
        ticket.result, ticket.error = result, error
        ticket.rows, ticket.values, ticket.work = (), [], None
        ticket.pending.clear()
        self.counters.completed += error is None
        self.counters.cancelled += isinstance(error, Cancelled)
        self.counters.failed += error is not None and not isinstance(error, Cancelled)
        ticket.ended(ticket)


def _urgency(ticket: Ticket) -> tuple[Priority, int]:
    return (ticket.priority, ticket.turn)


def _put(picks: Sequence[Pick], values: Sequence[Any]) -> None:
    """Store the values where their plans expect them."""
    taken: dict[Ticket, set[int]] = {}
    for pick, value in zip(picks, values, strict=True):
        pick.ticket.values[pick.index] = value
        taken.setdefault(pick.ticket, set()).add(pick.index)
    for ticket, indices in taken.items():
        ticket.pending = type(ticket.pending)(i for i in ticket.pending if i not in indices)


def _clear(error: Exception) -> Exception:
    if not is_out_of_memory(error):
        return error
    return OutOfMemory("Memory ran out while a text was prepared. Shorten it, or free memory.")


def _stamped(ticket: Ticket, result: Any) -> Any:
    """The result with what only the engine knows of it: device, time, whether memory was short."""
    if not isinstance(result, msgspec.Struct) or not hasattr(result, "notes"):
        return result
    notes: tuple[str, ...] = getattr(result, "notes", ())
    if ticket.squeezed or ticket.shrink:
        notes = (*notes, SHORT_OF_MEMORY)
    ms = (time.perf_counter() - ticket.began) * 1000
    return msgspec.structs.replace(
        result, notes=notes, ms=round(ms, 3), device=str(ticket.model.device)
    )
