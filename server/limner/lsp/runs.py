"""Running probes on the engine, and placing what comes back on the text of that moment."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from limner.engine.interface import Engine
from limner.lsp.activity import Activity
from limner.lsp.asks import as_read
from limner.lsp.documents import Document, Documents
from limner.lsp.probe import Probe, State, follow
from limner.overlays import draw
from limner.protocol import (
    Cancelled,
    Failure,
    Job,
    LimnerError,
    Overlay,
    Partial,
    Priority,
    Progress,
    Result,
)
from limner.text.passages import Passage

log = logging.getLogger(__name__)

_STATES = {"queued": State.QUEUED, "loading": State.LOADING, "computing": State.COMPUTING}


@dataclass(frozen=True)
class Answer:
    """A one-shot probe's result, drawn on the newest text (None: that text is gone)."""

    result: Result
    overlay: Overlay | None
    document: Document | None


class Runner:
    """Starts, follows and ends the jobs of one session."""

    def __init__(
        self,
        documents: Documents,
        engine: Engine,
        activity: Activity,
        changed: Callable[[str], None],
        lost: Callable[[str], None],
    ) -> None:
        """`changed` hears of every change of a probe, `lost` of a result that cannot be placed."""
        self._documents = documents
        self._engine = engine
        self._activity = activity
        self._changed = changed
        self._lost = lost

    def start(self, probe: Probe, document: Document, priority: Priority) -> None:
        """Run `probe.job` on `probe.passage`, which was read from `document`."""
        if probe.job is None or probe.passage is None:
            return
        probe.stop()
        probe.state, probe.error, probe.result = State.QUEUED, None, None
        probe.stopped = probe.touched = probe.asked = False
        seen = as_read(probe.job, probe.passage)
        run = self._run(probe, probe.job, seen, document, priority)
        probe.task = asyncio.create_task(run)

    async def _run(
        self, probe: Probe, job: Job, passage: Passage, document: Document, priority: Priority
    ) -> None:
        loop = asyncio.get_running_loop()
        task, begun = asyncio.current_task(), loop.time()

        def listen(update: Progress | Partial) -> None:
            if probe.task is not task:
                return  # a later run has taken over
            if isinstance(update, Partial):
                self._place(probe, update.result, passage, document, State.PRELIMINARY)
            else:
                self._activity.report(probe.id, update)
                self._advance(probe, _STATES[update.stage])

        self._activity.enter(probe.id, job.model)
        try:
            result = await self._engine.run(job, priority=priority, listener=listen)
            self._place(probe, result, passage, document, State.DONE)
        except Cancelled:
            probe.state, probe.stopped = State.IDLE, True
        except LimnerError as error:
            probe.fail(error)
        except Exception as error:  # one probe's failure, whatever it is; the session goes on
            log.exception("Probe %s failed", probe.id)
            probe.fail(Failure.of(error).error())
        finally:
            self._activity.leave(probe.id)
        probe.cost = loop.time() - begun
        self._changed(probe.uri)

    def _advance(self, probe: Probe, state: State) -> None:
        """A stage never takes back a drawn partial result."""
        if probe.state not in (state, State.PRELIMINARY):
            probe.state = state
            self._changed(probe.uri)

    def _place(
        self, probe: Probe, result: Result, passage: Passage, document: Document, state: State
    ) -> None:
        edits = self._documents.edits_since(document)
        if edits is None:
            self._lost(probe.uri)
            return
        preliminary = state is State.PRELIMINARY
        probe.overlay = follow(draw(result, passage, preliminary=preliminary), edits)
        probe.state = state
        probe.result = None if preliminary else result
        if preliminary:
            self._changed(probe.uri)

    async def ask(
        self,
        job: Job,
        passage: Passage,
        document: Document,
        partial: Callable[[Overlay, Document], None] | None = None,
    ) -> Answer:
        """Run a one-shot probe; cancel the task to stop it.

        Raises:
            LimnerError: what the engine says.
        """

        def listen(update: Progress | Partial) -> None:
            if isinstance(update, Progress):
                self._activity.report(key, update)
            elif partial:
                rough = draw(update.result, passage, preliminary=True)
                overlay, newest = self._newest(rough, document)
                if overlay and newest:
                    partial(overlay, newest)

        passage = as_read(job, passage)
        key = f"ask-{id(listen)}"
        self._activity.enter(key, job.model)
        try:
            result = await self._engine.run(job, priority=Priority.CARET, listener=listen)
        finally:
            self._activity.leave(key)
        return Answer(result, *self._newest(draw(result, passage), document))

    def _newest(
        self, overlay: Overlay, document: Document
    ) -> tuple[Overlay | None, Document | None]:
        edits = self._documents.edits_since(document)
        if edits is None:
            return None, None
        return follow(overlay, edits), self._documents.get(document.uri)
