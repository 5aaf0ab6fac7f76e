"""The engine that computes in this process: a thread for the scheduler, a thread for loading.

The worker runs one. In Python, `compute` needs neither thread nor event loop: it drives the same
scheduler on the caller's thread, on resident models or on the user's own module.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from limner.config import Config
from limner.engine.arrays import gone
from limner.engine.budget import Budgets
from limner.engine.cache import Cache, cache_key
from limner.engine.devices import Device, choose, free_cached_memory, memory_used
from limner.engine.interface import Listener
from limner.engine.job import Ticket
from limner.engine.model import Model
from limner.engine.residency import Load, Place, Residency, Resident, nobody
from limner.engine.scheduler import Hooks, Scheduler
from limner.engine.threads import Threads
from limner.engine.wire import Array
from limner.methods import _contract
from limner.methods._contract import Given, Method
from limner.protocol import (
    ArraysInput,
    BadInput,
    EngineStatus,
    Job,
    LimnerError,
    ModelStatus,
    Partial,
    Priority,
    Progress,
    Result,
)

PATIENT = 1.0
"""Seconds of a micro-batch where nobody but the caller waits: short ones cost up to twice as much,
because a model of six layers and one row of 24 tokens is mostly overhead."""


NOTHING: Mapping[str, Array] = {}


@dataclass(frozen=True)
class Sources:
    """Where methods and models come from; tests bring their own."""

    methods: Callable[[], Mapping[str, Method]]
    load: Load
    revision_of: Callable[[str], str]
    available: Callable[[], tuple[ModelStatus, ...]]

    @classmethod
    def real(cls, config: Config) -> Sources:
        """Limner's methods and the models that `config` allows; torch comes with the first job."""
        from limner.models import load_model, specs

        def methods() -> Mapping[str, Method]:
            from limner.methods import METHODS

            return METHODS

        return cls(
            methods=methods,
            load=lambda name: load_model(name, "cpu", config),
            revision_of=lambda name: specs.revision_of(name, config),
            available=lambda: specs.available(config),
        )


@dataclass(eq=False)
class _Flight:
    """A job that somebody awaits."""

    future: asyncio.Future[Result]
    loop: asyncio.AbstractEventLoop
    listener: Listener | None
    urgency: Priority
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    ticket: Ticket | None = None

    def tell(self, event: Progress | Partial) -> None:
        """From any thread: call the listener on its loop, unless it is over."""
        self._call(lambda: self.listener and not self.future.done() and self.listener(event))

    def end(self, ticket: Ticket) -> None:
        """From the scheduler's thread: the job has stopped."""
        self._call(lambda: self._end(ticket))

    def _end(self, ticket: Ticket) -> None:
        self.stopped.set()
        if self.future.done():
            return
        if ticket.error is not None:
            self.future.set_exception(_settable(ticket.error))
        else:
            self.future.set_result(ticket.result)

    def _call(self, callback: Callable[[], object]) -> None:
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(callback)


class LocalEngine:
    """Implements `interface.Engine` in this process."""

    def __init__(
        self,
        config: Config,
        sources: Sources | None = None,
        *,
        device: Device | None = None,
        set_threads: bool = False,
    ) -> None:
        """`set_threads`: this process is ours, so `run` too may set torch's threads."""
        settings = config.engine
        self.sources = sources or Sources.real(config)
        self.device = device or choose(settings.device)
        tokens = settings.batch_tokens or self.device.batch_tokens()
        self.budgets, self._patient = Budgets(tokens), Budgets(tokens, PATIENT)
        self.threads = Threads(settings.threads)
        self._hooks = Hooks(self.threads.before_batch, free_cached_memory)
        self.scheduler = Scheduler(
            self.budgets, self._hooks if set_threads else Hooks(free_memory=free_cached_memory)
        )
        self.cache = Cache(settings.cache_mb << 20)
        self.residency = Residency(
            _place(self.device, settings.memory_budget_mb << 20),
            self.sources.load,
            self.sources.revision_of,
            free_cached_memory,
        )
        self._loader = ThreadPoolExecutor(1, "limner-load")
        self._thread: threading.Thread | None = None
        self._flights: dict[bytes, list[_Flight]] = {}

    # ── Engine ────────────────────────────────────────────────────────────────────────────────

    async def run(
        self,
        job: Job,
        *,
        priority: Priority = Priority.CARET,
        listener: Listener | None = None,
        shrink: int = 0,
        arrays: Mapping[str, Array] = NOTHING,
    ) -> Result:
        """Compute `job`; when this raises CancelledError, the compute has stopped.

        `shrink` halves the batch budget for this job that often; `arrays` holds by id what the job
        refers to.
        """
        method, params = self._method(job)
        input = _input(job, arrays)
        loop = asyncio.get_running_loop()
        flight = _Flight(loop.create_future(), loop, listener, priority)
        with self._known(job, flight):
            resident = await self._acquire(job.model, flight)
            key = cache_key(resident.model, method, params, job.input)
            if not shrink and (known := self.cache.get(key)) is not None:
                self.residency.release(resident)
                return known
            flight.ticket = self._ticket(flight, resident, method, input, params)
            flight.ticket.shrink = shrink
            result = await self._drive(flight, flight.ticket)
        if not shrink:
            self.cache.put(key, result)
        return result

    def hurry(self, job: Job, priority: Priority) -> None:
        """Make the jobs equal to `job` more urgent."""
        for flight in self._flights.get(_identity(job), ()):
            flight.urgency = min(flight.urgency, priority)
            if flight.ticket is not None:
                self.scheduler.hurry(flight.ticket, priority)

    async def load(self, model: str, *, pin: bool = False) -> None:
        """Make `model` resident; a pinned one is not evicted."""
        loop = asyncio.get_running_loop()
        resident = await loop.run_in_executor(self._loader, self.residency.acquire, model)
        if pin:
            self.residency.pin(model)
        self.residency.release(resident)

    async def unload(self, model: str) -> None:
        """Let go of `model`'s memory."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._loader, self.residency.unload, model)

    async def status(self) -> EngineStatus:
        """Models, bytes, queue, device."""
        counters = self.scheduler.counters
        return EngineStatus(
            device=f"{self.device.name} ({self.device.description})",
            pid=os.getpid(),
            queued=self.scheduler.queued,
            running=self.scheduler.running,
            completed=counters.completed + self.cache.hits,
            cancelled=counters.cancelled,
            budget_bytes=self.residency.place.budget,
            resident_bytes=self.residency.resident_bytes,
            cache_entries=len(self.cache),
            cache_hits=self.cache.hits,
            models=self.residency.status(self.sources.available()),
            threads=self.threads.now,
            memory_bytes=memory_used(),
        )

    async def close(self) -> None:
        """Stop after the micro-batch in progress; the other jobs are cancelled."""
        self.scheduler.stop()
        self._loader.shutdown(wait=False, cancel_futures=True)
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    # ── without an event loop ─────────────────────────────────────────────────────────────────

    def compute(
        self,
        jobs: Sequence[tuple[Job, Model | None]],
        *,
        told: Callable[[int, _contract.Partial | _contract.Progress], None] | None = None,
    ) -> list[Any]:
        """Results of several jobs in shared batches, on the calling thread.

        A job with a model of its own is computed on that very object, without the cache. `told`
        hears of partial results and progress with the job's index. The first error is raised; an
        interrupt leaves nothing behind.
        """
        scheduler = Scheduler(self._patient, self._hooks)
        residents: list[Resident] = []
        tickets: list[Ticket] = []

        def ended(ticket: Ticket) -> None:
            if ticket.error is not None:
                for other in tickets:
                    scheduler.cancel(other)

        try:
            for index, (job, model) in enumerate(jobs):
                method, params = self._method(job)
                if model is None:
                    residents.append(self.residency.acquire(job.model))
                    model = residents[-1].model
                tell = _at(index, told)
                tickets.append(Ticket(method, model, job.input, params, told=tell, ended=ended))
            with self.threads.restored():
                scheduler.run_until_done(tickets)
        finally:
            for resident in residents:
                self.residency.release(resident)
        return _results(tickets)

    # ── inside ────────────────────────────────────────────────────────────────────────────────

    def _method(self, job: Job) -> tuple[Method, Any]:
        """The method and its checked parameters.

        Raises:
            BadInput: no such method, or a parameter that it does not take.
        """
        methods = self.sources.methods()
        method = methods.get(job.method)
        if method is None:
            names = ", ".join(methods)
            raise BadInput(f"There is no method {job.method!r}; choose one of: {names}.")
        try:
            kind: type[Any] = method.Params
            params = msgspec.convert(dict(job.params), kind)
        except msgspec.ValidationError as error:
            raise BadInput(f"{method.title}: {error}. Correct that parameter.") from None
        return method, params

    async def _acquire(self, name: str, flight: _Flight) -> Resident:
        """The model, announced before it is loaded. A cancel leaves the load to finish alone."""
        if not name:
            return nobody()
        if self.residency.is_ready(name):
            return self.residency.acquire(name)
        flight.tell(Progress(stage="loading", message=f"loading model {name} …"))
        loading = flight.loop.run_in_executor(self._loader, self.residency.acquire, name)
        try:
            return await asyncio.shield(loading)
        except asyncio.CancelledError:
            loading.add_done_callback(self._abandoned)
            raise

    def _abandoned(self, loading: asyncio.Future[Resident]) -> None:
        if not loading.cancelled() and loading.exception() is None:
            self.residency.release(loading.result())

    def _ticket(
        self, flight: _Flight, resident: Resident, method: Method, input: Any, params: Any
    ) -> Ticket:
        def told(event: _contract.Partial | _contract.Progress) -> None:
            if isinstance(event, _contract.Partial):
                flight.tell(Partial(result=event.result))
            else:
                flight.tell(Progress(stage="computing", done=event.done, total=event.total))

        def ended(ticket: Ticket) -> None:
            self.residency.release(resident)
            flight.end(ticket)

        return Ticket(method, resident.model, input, params, flight.urgency, told=told, ended=ended)

    async def _drive(self, flight: _Flight, ticket: Ticket) -> Result:
        """Submit, wait, and on a cancel wait until the compute has really stopped."""
        self._start()
        self.scheduler.submit(ticket)
        try:
            return await flight.future
        except asyncio.CancelledError:
            self.scheduler.cancel(ticket)
            await flight.stopped.wait()
            raise

    @contextmanager
    def _known(self, job: Job, flight: _Flight) -> Generator[None]:
        """Let `hurry` find the job."""
        flights = self._flights.setdefault(_identity(job), [])
        flights.append(flight)
        try:
            yield
        finally:
            flights.remove(flight)
            if not flights:
                self._flights.pop(_identity(job), None)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(
                target=self.scheduler.serve, name="limner-compute", daemon=True
            )
            self._thread.start()


def _settable(error: BaseException) -> BaseException:
    """A future refuses StopIteration, which a careless module may raise."""
    return RuntimeError(repr(error)) if isinstance(error, StopIteration) else error


def _input(job: Job, arrays: Mapping[str, Array]) -> Any:
    """What the method is given: the text, or arrays with what is known of them.

    Raises:
        ArrayGone: one that the job refers to is not there.
    """
    if not isinstance(job.input, ArraysInput):
        return job.input
    missing = [facts for facts in job.input.arrays if facts.id not in arrays]
    if missing:
        raise gone(missing)
    return tuple(Given(facts, arrays[facts.id].numpy()) for facts in job.input.arrays)


def _identity(job: Job) -> bytes:
    return msgspec.msgpack.encode(job, order="deterministic")


def _place(device: Device, budget: int) -> Place:
    budget = budget or device.memory_budget()
    return Place(device.name, budget, 0 if device.is_cpu else budget)


def _at(
    index: int, told: Callable[[int, Any], None] | None
) -> Callable[[_contract.Partial | _contract.Progress], None]:
    return (lambda event: told(index, event)) if told else (lambda event: None)


def _results(tickets: Sequence[Ticket]) -> list[Any]:
    """All results, or the first job's error that is its own (not a neighbour's cancel)."""
    errors = [ticket.error for ticket in tickets if ticket.error is not None]
    if errors:
        own = [error for error in errors if not _is_cancel(error)]
        raise (own or errors)[0]
    return [ticket.result for ticket in tickets]


def _is_cancel(error: BaseException) -> bool:
    return isinstance(error, LimnerError) and type(error).__name__ == "Cancelled"
