"""The pinned probes of one session: found, moved with the text, run again, let go.

Edits are followed at once (overlays and anchors move, a job whose text changed is cancelled). Then,
after a wait that grows with what the last result cost, the document is read again and probes whose
text or options changed are run. Reading and running never block the loop.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence

from limner.engine.interface import Engine
from limner.lsp.activity import Activity
from limner.lsp.asks import Ask, resolve
from limner.lsp.catalog import Catalog
from limner.lsp.documents import Document, Documents
from limner.lsp.later import Later
from limner.lsp.probe import Origin, Probe, State
from limner.lsp.runs import Answer, Runner
from limner.lsp.settings import Settings
from limner.lsp.settle import bring_up, settle
from limner.protocol import Job, Overlay, Priority
from limner.text.edits import Edit
from limner.text.passages import Passage

FIRST_WAIT, LEAST_WAIT, MOST_WAIT = 0.02, 0.05, 0.5
"""Seconds from an edit to the next run: before any cost is known, and the bounds of the cost
(clangd's rule)."""


class Probes:
    """All pinned probes, and the way to a one-shot one."""

    def __init__(
        self,
        documents: Documents,
        engine: Engine,
        catalog: Catalog,
        activity: Activity | None = None,
        changed: Callable[[str], None] = lambda uri: None,
    ) -> None:
        """`changed` is called with the uri of a document whose probes changed."""
        self.settings = Settings()
        self._documents = documents
        self._catalog = catalog
        self._tell = changed
        self._reading = Later(documents, self._read, self._changed)
        self._runner = Runner(
            documents, engine, activity or Activity(), self._changed, self._reading.ask
        )
        self._of: dict[str, list[Probe]] = {}
        self._threads: dict[str, asyncio.Future[None]] = {}
        """The last reading of each document."""
        self._read_costs: dict[str, float] = {}
        """Seconds that it took."""
        self._visible: dict[str, tuple[int, int]] = {}
        self._ids = itertools.count(1)
        self._change: asyncio.Future[None] | None = None

    # ── looking ───────────────────────────────────────────────────────────────────────────────

    def of(self, uri: str) -> tuple[Probe, ...]:
        """The probes of a document in the order of the text."""
        return tuple(sorted(self._of.get(uri, ()), key=lambda probe: probe.anchor))

    def get(self, uri: str, id: str) -> Probe | None:
        """The probe of that id."""
        return next((probe for probe in self._of.get(uri, ()) if probe.id == id), None)

    def at(self, uri: str, offset: int) -> tuple[Probe, ...]:
        """The probes that look at `offset`, or whose directive is there."""
        return tuple(
            probe
            for probe in self.of(uri)
            if any(
                start <= offset <= end for start, end in (probe.anchor, probe.span or probe.anchor)
            )
        )

    def busy(self, uri: str) -> bool:
        """Whether something is still to come for this document by itself."""
        return uri in self._reading or any(probe.state.busy for probe in self._of.get(uri, ()))

    async def idle(self, uri: str) -> None:
        """Wait until everything of this document is computed, or failed."""
        while self.busy(uri):
            if self._change is None or self._change.done():
                self._change = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._change)

    # ── the document changes ──────────────────────────────────────────────────────────────────

    def opened(self, document: Document) -> None:
        """Read a document that was opened, or opened again."""
        self._forget(document.uri)
        self._reading.ask(document.uri)

    def edited(self, document: Document, edits: Sequence[Edit]) -> None:
        """Follow edits that led to `document`, and read it after the wait."""
        touched = [probe for probe in self._of.get(document.uri, ()) if probe.edited(edits)]
        for probe in touched:
            probe.stop()
            probe.stopped = False
            if probe.passage:
                probe.state = State.QUEUED
        cost = min(self._read_costs.get(document.uri, 0.0), MOST_WAIT)
        self._reading.ask(document.uri, max(self.wait_after(touched), cost))
        if touched:
            self._changed(document.uri)

    def closed(self, uri: str) -> None:
        """Let go of a document."""
        self._forget(uri)
        for known in (self._visible, self._threads, self._read_costs):
            known.pop(uri, None)
        self._changed(uri)

    def configured(self, settings: Settings) -> None:
        """Take new settings and read all documents again."""
        self.settings = settings
        for document in self._documents:
            self._reading.ask(document.uri)

    def sees(self, uri: str, start: int, end: int) -> None:
        """The client shows this range: its probes go first."""
        self._visible[uri] = (start, end)

    def close(self) -> None:
        """Stop everything."""
        for uri in [*self._of, *self._reading]:
            self._forget(uri)

    # ── a person asks ─────────────────────────────────────────────────────────────────────────

    def pin(self, document: Document, passage: Passage, ask: Ask, *, beside: bool = False) -> Probe:
        """Pin a probe by command; it replaces the one on that passage unless `beside`."""
        span = (passage.start, passage.end)
        probes = self._of.setdefault(document.uri, [])
        same = [
            p
            for p in probes
            if p.origin is Origin.COMMAND and p.span == span
            if _family(p.ask) == _family(ask)
        ]
        if beside:  # a client that restores what it knows may say the same twice
            same = [p for p in same if p.ask == ask]
        if same:
            probe = same[0]
            probe.ask = ask
            if probe.state is State.FAILED:
                probe.job = None  # the same question, and this time there may be an answer
        else:
            probe = Probe(self._new_id(), document.uri, Origin.COMMAND, ask, span)
            probes.append(probe)
        probe.touched = True
        if bring_up(probe, passage, None, self._job_of):
            self._runner.start(probe, document, Priority.CARET)
        if edits := self._documents.edits_since(document):
            probe.edited(edits)  # made while the document was read
            self._reading.ask(document.uri)
        self._changed(document.uri)
        return probe

    def unpin(self, probe: Probe) -> None:
        """Let go of one probe."""
        probe.stop()
        self._of[probe.uri].remove(probe)
        self._changed(probe.uri)

    def configure(self, probe: Probe, ask: Ask) -> None:
        """Ask something else of a command's probe."""
        probe.ask = ask
        self.rerun(probe)

    def rerun(self, probe: Probe) -> None:
        """Compute one probe again, also one that was stopped or failed."""
        probe.stop()
        probe.job, probe.stopped, probe.touched, probe.asked = None, False, True, True
        self._reading.ask(probe.uri)

    def stop(self) -> None:
        """The user cancelled: nothing pinned runs until an edit or a request."""
        for uri, probes in self._of.items():
            for probe in probes:
                if probe.state.busy:
                    probe.stop()
                    probe.state, probe.stopped = State.IDLE, True
            self._changed(uri)

    async def ask(
        self,
        document: Document,
        passage: Passage,
        ask: Ask,
        partial: Callable[[Overlay, Document], None] | None = None,
    ) -> Answer:
        """Run a one-shot probe; cancel the task to stop it.

        Raises:
            LimnerError: a bad option, or what the engine says.
        """
        job = resolve(ask, passage, self.settings, self._catalog)
        return await self._runner.ask(job, passage, document, partial)

    # ── inside ────────────────────────────────────────────────────────────────────────────────

    def _changed(self, uri: str) -> None:
        if self._change and not self._change.done():
            self._change.set_result(None)
        self._tell(uri)

    def _forget(self, uri: str) -> None:
        self._reading.drop(uri)
        for probe in self._of.pop(uri, ()):
            probe.stop()

    def wait_after(self, touched: Sequence[Probe]) -> float:
        """Seconds from an edit of these probes' texts to their next run."""
        if self.settings.debounce_ms is not None:
            return self.settings.debounce_ms / 1000
        costs = [probe.cost for probe in touched if probe.cost is not None]
        return min(max(max(costs), LEAST_WAIT), MOST_WAIT) if costs else FIRST_WAIT

    async def _read(self, document: Document) -> None:
        """Read it when the last reading has ended: a thread cannot be stopped, only waited for."""
        if not self._worth_reading(document):
            return
        if (last := self._threads.get(document.uri)) and not last.done():
            await asyncio.wait((last,))
        begun = asyncio.get_running_loop().time()
        self._threads[document.uri] = thread = asyncio.ensure_future(document.read())
        await asyncio.shield(thread)
        self._read_costs[document.uri] = asyncio.get_running_loop().time() - begun
        self._settle(document)

    def _worth_reading(self, document: Document) -> bool:
        """Most documents have no probe and no directive; they are not even parsed."""
        return bool(self._of.get(document.uri)) or "limner:" in document.text

    def _settle(self, document: Document) -> None:
        """Give every directive its probe, and run what has to run."""
        kept, run = settle(document, self._of.get(document.uri, ()), self._new_id, self._job_of)
        self._of[document.uri] = kept
        for probe in run:
            if self.settings.automatic or probe.asked:
                self._runner.start(probe, document, self._priority(probe))
            else:
                probe.stop()
                probe.state, probe.stopped = State.IDLE, True

    def _new_id(self) -> str:
        return f"p{next(self._ids)}"

    def _job_of(self, ask: Ask, passage: Passage) -> Job:
        return resolve(ask, passage, self.settings, self._catalog)

    def _priority(self, probe: Probe) -> Priority:
        """An edit or a command says where the caret is; the protocol has no other word for it."""
        if probe.touched:
            return Priority.CARET
        if probe.span is None or probe.uri not in self._visible:
            return Priority.PINNED
        start, end = self._visible[probe.uri]
        inside = probe.span[0] <= end and probe.span[1] >= start
        return Priority.VISIBLE if inside else Priority.PINNED


def _family(ask: Ask) -> str:
    """Probes of one family on one place replace each other.

    A name may be described and compared side by side, while a text has one attribution.
    """
    return ask.method.partition("_")[0] if ask.arrays else ""
