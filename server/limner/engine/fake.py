"""An engine without a model, for the tests of everything that asks one.

It answers with a plausible `Attribution` of the job's text (scores depend on the text alone),
counts its steps, and can be held so that a test sees jobs waiting without sleeping::

    engine = FakeEngine(partials=True)
    engine.hold()
    task = asyncio.create_task(engine.run(job))
    await engine.wait_for(1)          # one job has arrived
    engine.release()
    result = await task
"""

from __future__ import annotations

import asyncio
import math
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from limner.engine.interface import Listener
from limner.protocol import (
    ArraysInput,
    Attribution,
    Candidate,
    Candidates,
    ClozeLabels,
    Description,
    EngineStatus,
    Job,
    ModelStatus,
    Partial,
    Piece,
    Priority,
    Progress,
    Result,
    TextInput,
    TextsInput,
)

Answer = Callable[[Job], Result]
State = Literal["waiting", "computing", "done", "cancelled", "failed"]

_PIECES = re.compile(r"[A-Za-z0-9_]+|[^\sA-Za-z0-9_]")


@dataclass
class Asked:
    """One job as the engine saw it."""

    job: Job
    priority: Priority
    state: State = "waiting"
    steps: int = 0
    """Micro-batches computed for this job; stands still once it is cancelled."""
    task: asyncio.Task[object] | None = field(default=None, repr=False)


class FakeEngine:
    """Implements `interface.Engine`; every knob is for tests."""

    def __init__(
        self,
        *,
        answer: Answer | None = None,
        steps: int = 2,
        partials: bool = False,
        models: tuple[str, ...] = ("mini-sentiment",),
    ) -> None:
        """`answer` replaces the computed result; `steps` is how many micro-batches a job takes."""
        self.answer = answer or plausible
        self.steps_per_job = steps
        self.partials = partials
        self.asked: list[Asked] = []
        self.steps = 0
        self.pinned: set[str] = set()
        self.closed = False
        self._failures: list[BaseException] = []
        self._models = models
        self._loaded: set[str] = set()
        self._open = asyncio.Event()
        self._open.set()
        self._waiters: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []

    # ── what a test turns ─────────────────────────────────────────────────────────────────────

    def hold(self) -> None:
        """Keep every job waiting before its next step until `release`."""
        self._open.clear()

    def release(self) -> None:
        """Let held jobs go on."""
        self._open.set()

    def fail_next(self, *errors: BaseException) -> None:
        """The next jobs raise these, one each."""
        self._failures.extend(errors)

    @property
    def jobs(self) -> list[Job]:
        """All jobs that ever came, in order."""
        return [asked.job for asked in self.asked]

    @property
    def priorities(self) -> list[Priority]:
        """Their priorities, in order."""
        return [asked.priority for asked in self.asked]

    def count(self, *states: State) -> int:
        """How many jobs are in one of `states`."""
        return sum(asked.state in states for asked in self.asked)

    async def until(self, condition: Callable[[], bool], *, timeout: float = 10.0) -> None:
        """Wait until `condition` holds; it is looked at after every change of a job."""
        if condition():
            return
        waiter = (condition, asyncio.get_running_loop().create_future())
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout(timeout):
                await waiter[1]
        finally:
            self._waiters.remove(waiter)

    async def wait_for(self, jobs: int, *, timeout: float = 10.0) -> None:
        """Wait until that many jobs have arrived."""
        await self.until(lambda: len(self.asked) >= jobs, timeout=timeout)

    async def finished(self, jobs: int | None = None, *, timeout: float = 10.0) -> None:
        """Wait until that many jobs (all that came, by default) are done, failed or cancelled."""
        await self.until(
            lambda: (
                self.count("done", "failed", "cancelled")
                >= (len(self.asked) if jobs is None else jobs)
            ),
            timeout=timeout,
        )

    # ── Engine ────────────────────────────────────────────────────────────────────────────────

    async def run(
        self,
        job: Job,
        *,
        priority: Priority = Priority.CARET,
        listener: Listener | None = None,
    ) -> Result:
        """Answer `job` after `steps_per_job` steps."""
        asked = Asked(job, priority, task=asyncio.current_task())
        self.asked.append(asked)
        failure = self._failures.pop(0) if self._failures else None
        self._notify()
        try:
            result = await self._compute(asked, failure, listener)
        except asyncio.CancelledError:
            asked.state = "cancelled"
            raise
        except BaseException:
            asked.state = "failed"
            raise
        else:
            asked.state = "done"
            return result
        finally:
            self._notify()

    async def load(self, model: str, *, pin: bool = False) -> None:
        """Remember `model` as loaded."""
        self._loaded.add(model)
        if pin:
            self.pinned.add(model)

    async def unload(self, model: str) -> None:
        """Forget it."""
        self._loaded.discard(model)
        self.pinned.discard(model)

    async def status(self) -> EngineStatus:
        """Counts of jobs by state."""
        return EngineStatus(
            device="fake",
            queued=self.count("waiting"),
            running=self.count("computing"),
            completed=self.count("done"),
            cancelled=self.count("cancelled"),
            models=tuple(self._model(name) for name in self._models),
        )

    async def close(self) -> None:
        """Cancel what still waits."""
        self.closed = True
        for asked in self.asked:
            if asked.task and asked.state in ("waiting", "computing"):
                asked.task.cancel()

    # ── inside ────────────────────────────────────────────────────────────────────────────────

    async def _compute(
        self, asked: Asked, failure: BaseException | None, listener: Listener | None
    ) -> Result:
        total = self.steps_per_job
        for done in range(total):
            await self._open.wait()
            asked.state = "computing"
            self.steps += 1
            asked.steps += 1
            if failure is not None:
                raise failure
            if listener:
                listener(Progress(stage="computing", done=done, total=total))
                if self.partials and done == 0:
                    listener(Partial(result=rough(self.answer(asked.job))))
            self._notify()
            await asyncio.sleep(0)
        await self._open.wait()
        if asked.job.model:
            self._loaded.add(asked.job.model)
        return self.answer(asked.job)

    def _model(self, name: str) -> ModelStatus:
        return ModelStatus(
            name=name,
            path=f"/models/{name}",
            state="on-device" if name in self._loaded else "on-disk",
            labels=("negative", "positive"),
            pinned=name in self.pinned,
        )

    def _notify(self) -> None:
        for condition, future in self._waiters:
            if not future.done() and condition():
                future.set_result(None)


def plausible(job: Job) -> Result:
    """An attribution whose scores follow from the text alone and sum to `difference`.

    Of arrays, a description of what is known of the first.
    """
    if isinstance(job.input, ArraysInput):
        return Description(array=job.input.arrays[0])
    if isinstance(job.input, TextsInput):
        return labelled(job, job.input.texts)
    if job.method == "fill":
        return filled(job, job.input)
    text = job.input.text
    pieces = tuple(
        Piece(text=m.group(), start=m.start(), end=m.end(), score=_score(m.group()))
        for m in _PIECES.finditer(text)
    )
    total = math.fsum(piece.score for piece in pieces)
    probability = 1 / (1 + math.exp(-total))
    labels = ("negative", "positive")
    return Attribution(
        model=job.model,
        target=labels[probability >= 0.5],
        labels=labels,
        probabilities=(1 - probability, probability),
        logit=total,
        probability=max(probability, 1 - probability),
        value=total,
        baseline_value=0.0,
        difference=total,
        delta=0.004 if abs(total) > 0.05 else None,
        error=0.004 * abs(total),
        token_error=0.01,
        evaluations=17,
        converged=True,
        tokens=pieces,
        words=pieces,
        device="fake",
        ms=1.0,
        text=text,
        pair=job.input.pair,
    )


def filled(job: Job, input: TextInput) -> Candidates:
    """Three words for a gap, a bound task's own before them."""
    assert input.gap is not None
    words = dict(job.params.get("words", {}))
    own = [
        Candidate(text=word, probability=0.2, tokens=1, label=label)
        for label, of_label in words.items()
        for word in of_label
    ]
    found = [("好", 0.6, 1), ("不错", 0.25, 2), ("差", 0.1, 1)]
    return Candidates(
        model=job.model,
        text=input.text,
        gap=input.gap,
        candidates=(
            *own,
            *(Candidate(text=word, probability=p, tokens=n) for word, p, n in found),
        ),
        entropy=1.5,
    )


def labelled(job: Job, texts: Sequence[str]) -> ClozeLabels:
    """Labels by how often a text has the labels' words; equal for all patterns."""
    labels, patterns = dict(job.params["labels"]), tuple(job.params["patterns"])
    scores = tuple(
        tuple(
            tuple(2.0 * sum(text.count(word) for word in words) for words in labels.values())
            for _ in patterns
        )
        for text in texts
    )
    return ClozeLabels(
        model=job.model,
        labels=tuple(labels),
        patterns=patterns,
        scores=scores,
        bias=((0.0,) * len(labels),) * len(patterns),
        probabilities=tuple(_softmax(of_text[0]) for of_text in scores),
    )


def _softmax(values: Sequence[float]) -> tuple[float, ...]:
    e = [math.exp(value) for value in values]
    return tuple(value / sum(e) for value in e)


def rough(result: Result) -> Result:
    """What a first partial of `result` looks like: the same pieces, not converged."""
    if not isinstance(result, Attribution):
        return result
    return msgspec.structs.replace(result, converged=False, evaluations=5, delta=0.08)


def _score(piece: str) -> float:
    """Between −1 and 1, the same for the same piece in every process."""
    return (zlib.crc32(piece.encode()) % 201 - 100) / 100
