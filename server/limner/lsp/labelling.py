"""Labels of data files in one session: read after edits, predicted in the background.

A data file is bound to a task by a `*.cloze.toml` that names it. Its rows are read some
milliseconds after an edit; texts that no model was asked about are asked about, those in view
first. Predictions belong to texts, so rows may move, come and go.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path

from limner.engine.interface import Engine
from limner.lsp.activity import Activity
from limner.lsp.catalog import Catalog
from limner.lsp.data_files import path_of
from limner.lsp.documents import Document, Documents
from limner.lsp.later import Later
from limner.lsp.sheet import (
    Prediction,
    Predictions,
    Sheet,
    read_sheet,
    stamp,
    task_file_of,
)
from limner.protocol import (
    BadInput,
    Cancelled,
    ClozeLabels,
    Failure,
    Job,
    LimnerError,
    Partial,
    Priority,
    Progress,
)
from limner.text.edits import Edit

log = logging.getLogger(__name__)

WAIT = 0.15
"""Seconds from an edit to the next reading; more where reading takes long."""
WATCH = 2.0
"""Seconds between two looks at whether a task's files have changed."""
CHUNK = 64
"""Texts that are asked about at once."""
SAMPLE = 256
"""Texts that the labels' prior is estimated on, spread over the file."""
TOLD = 0.4
"""Seconds between two drawings while predictions come in."""

TASK = ".cloze.toml"
DATA = (".tsv", ".tab", ".csv", ".jsonl", ".ndjson")


class Labelling:
    """The data files of a session."""

    def __init__(
        self,
        documents: Documents,
        engine: Engine,
        catalog: Catalog,
        activity: Activity,
        roots: Callable[[], Iterable[Path]],
        changed: Callable[[str], None],
    ) -> None:
        """`roots` are the open folders; `changed` hears of documents to be drawn anew."""
        self._documents = documents
        self._engine = engine
        self._catalog = catalog
        self._activity = activity
        self._roots = roots
        self._changed = changed
        self._sheets: dict[str, Sheet] = {}
        self._known: dict[str, Predictions] = {}
        self._reading = Later(documents, self._read_and_ask)
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._views: dict[str, tuple[int, int]] = {}
        self._costs: dict[str, float] = {}
        self._stamps: dict[str, object] = {}
        self._watch: asyncio.Task[None] | None = None
        self.automatic = True

    # ── documents come, change and go ─────────────────────────────────────────────────────────

    def opened(self, document: Document) -> None:
        """A document is shown."""
        if document.uri.endswith(TASK):
            self._task_changed(document.uri)
        elif document.uri.lower().endswith(DATA):
            self._reading.ask(document.uri, 0.0)
            if self._watch is None:
                self._watch = asyncio.create_task(self._watching())

    def edited(self, document: Document, edits: Sequence[Edit]) -> None:
        """A document has another text."""
        if document.uri.endswith(TASK):
            self._task_changed(document.uri)
        elif document.uri.lower().endswith(DATA):
            self._reading.ask(document.uri, max(WAIT, 2 * self._costs.get(document.uri, 0.0)))

    def closed(self, uri: str) -> None:
        """A document is gone."""
        self._reading.drop(uri)
        if task := self._asking.pop(uri, None):
            task.cancel()
        for kept in (self._sheets, self._known, self._views, self._costs, self._stamps):
            kept.pop(uri, None)
        if uri.endswith(TASK):
            self._task_changed(uri)

    def close(self) -> None:
        """Stop everything."""
        self._reading.close()
        for task in (*self._asking.values(), *([self._watch] if self._watch else [])):
            task.cancel()

    def configured(self, *, automatic: bool) -> None:
        """Whether texts are asked about unasked."""
        before, self.automatic = self.automatic, automatic
        if automatic and not before:
            for uri in self._sheets:
                self._ask(uri)

    def refresh(self, uri: str | None = None) -> None:
        """Read data files again: their task has changed."""
        for one in [uri] if uri else [*self._sheets]:
            self._reading.ask(one, 0.0)

    def sees(self, uri: str, start: int, end: int) -> None:
        """What a client shows of a document."""
        self._views[uri] = (start, end)

    def view(self, uri: str) -> tuple[int, int]:
        """What a client said last that it shows."""
        return self._views.get(uri, (0, 0))

    def stop(self) -> None:
        """The user wants no more of it for now."""
        for uri, task in [*self._asking.items()]:
            if known := self._known.get(uri):
                known.stopped = True
            task.cancel()

    def again(self, uri: str) -> None:
        """Ask about all texts of a file anew."""
        self._known.pop(uri, None)
        self._start(uri)

    # ── what is known ─────────────────────────────────────────────────────────────────────────

    def sheet(self, uri: str) -> Sheet | None:
        """A data file as it was read last, which may be some edits ago."""
        return self._sheets.get(uri)

    async def current(self, uri: str) -> Sheet:
        """A data file as it is now.

        Raises:
            BadInput: no task is bound to it, or it cannot be read; says what to do.
        """
        document = self._documents.get(uri)
        if document is not None:
            sheet = self._sheets.get(uri)
            if sheet is None or sheet.document is not document:
                await self._read(document)
        sheet = self._sheets.get(uri)
        if sheet is None:
            raise BadInput(
                "No task names this file: make one with “Limner: New Labelling Task”, or add the "
                "file under [data] of a *.cloze.toml beside it."
            )
        if sheet.error:
            raise sheet.error
        return sheet

    def known(self, uri: str) -> Mapping[str, Prediction]:
        """Predictions by text."""
        sheet, found = self._sheets.get(uri), self._known.get(uri)
        return found.by_text if sheet and found and found.key == sheet.key else {}

    def error(self, uri: str) -> LimnerError | None:
        """Why there are no predictions."""
        sheet, found = self._sheets.get(uri), self._known.get(uri)
        if sheet and sheet.error:
            return sheet.error
        return found.error if found else None

    def busy(self, uri: str) -> bool:
        """Whether texts are being asked about."""
        return uri in self._asking

    def edits(self, sheet: Sheet) -> Sequence[Edit] | None:
        """What was edited since it was read; None where that is not known any more."""
        return self._documents.edits_since(sheet.document)

    def bound_to(self, task_file: Path) -> list[Sheet]:
        """Open data files of a task."""
        return [sheet for sheet in self._sheets.values() if sheet.task_file == task_file]

    async def idle(self, uri: str) -> None:
        """Wait until a file is read and its texts are asked about."""
        while tasks := [t for ts in (self._reading, self._asking) if (t := ts.get(uri))]:
            await asyncio.wait(tasks)

    # ── inside: reading ───────────────────────────────────────────────────────────────────────

    def _task_changed(self, uri: str) -> None:
        """Data files are read again, and new ones may be bound."""
        for document in self._documents:
            if document.uri.lower().endswith(DATA):
                self._reading.ask(document.uri, WAIT)

    async def _read_and_ask(self, document: Document) -> None:
        await self._read(document)
        self._ask(document.uri)

    async def _read(self, document: Document) -> None:
        path = path_of(document.uri)
        if path is None:
            return
        loop = asyncio.get_running_loop()
        begun = loop.time()
        written = {
            own: other.text
            for other in self._documents
            if other.uri.endswith(TASK) and (own := path_of(other.uri))
        }
        roots = tuple(self._roots())
        sheet = await asyncio.to_thread(read_sheet, document, path, roots, written)
        self._costs[document.uri] = loop.time() - begun
        if self._documents.get(document.uri) is None:
            return
        before = self._sheets.pop(document.uri, None)
        if sheet is not None:
            self._sheets[document.uri] = sheet
            self._stamps[document.uri] = stamp(sheet.task_file)
        if sheet is not None or before is not None:
            self._changed(document.uri)

    async def _watching(self) -> None:
        """Read again the files whose task has come, changed or gone on disk."""
        while True:
            await asyncio.sleep(WATCH)
            for document in [*self._documents]:
                if not document.uri.lower().endswith(DATA) or document.uri in self._reading:
                    continue
                sheet = self._sheets.get(document.uri)
                if sheet is None:
                    path = path_of(document.uri)
                    if path and await asyncio.to_thread(task_file_of, path, tuple(self._roots())):
                        self._reading.ask(document.uri, 0.0)
                elif self._stamps.get(document.uri) != stamp(sheet.task_file):
                    self._reading.ask(document.uri, 0.0)

    # ── inside: asking ────────────────────────────────────────────────────────────────────────

    def _ask(self, uri: str) -> None:
        known = self._known.get(uri)
        sheet = self._sheets.get(uri)
        if sheet is None or sheet.task is None or sheet.table is None:
            return
        if known is None or known.key != sheet.key:
            if known is not None or self.automatic:
                self._start(uri)
        elif not known.stopped and not known.error and self.automatic:
            self._start(uri, keep=True)

    def _start(self, uri: str, *, keep: bool = False) -> None:
        sheet = self._sheets.get(uri)
        if sheet is None or sheet.task is None:
            return
        if keep and uri in self._asking:
            return  # it looks for new texts by itself
        if task := self._asking.pop(uri, None):
            task.cancel()
        if not keep:
            self._known[uri] = Predictions(sheet.key)
        self._asking[uri] = asyncio.create_task(self._predict(uri, self._known[uri]))

    async def _predict(self, uri: str, known: Predictions) -> None:
        """Ask until every text has its answer."""
        name = f"labels-{uri}"
        told = 0.0
        loop = asyncio.get_running_loop()
        entered = False
        try:
            while (texts := self._next(uri, known)) is not None:
                sheet = self._sheets[uri]
                if not entered and sheet.task:
                    self._activity.enter(name, sheet.task.model)
                    entered = True
                chosen, priority = texts
                result = await self._run(name, sheet, chosen, known, priority)
                self._take(known, chosen, result)
                done, total = self._share(uri, known)
                message = f"labelled {done:,} of {total:,}"
                self._activity.report(
                    name, Progress(stage="computing", done=done, total=total, message=message)
                )
                if loop.time() - told > TOLD:
                    told = loop.time()
                    self._changed(uri)
        except (Cancelled, asyncio.CancelledError):
            known.stopped = True
        except LimnerError as error:
            known.error = error
        except Exception as error:  # one file's failure, whatever it is; the session goes on
            log.exception("Labels of a data file failed")
            known.error = Failure.of(error).error()
        finally:
            if entered:
                self._activity.leave(name)
            if self._asking.get(uri) is asyncio.current_task():
                del self._asking[uri]
                self._changed(uri)

    def _next(self, uri: str, known: Predictions) -> tuple[list[str], Priority] | None:
        """The texts to ask about now, those in view first; None when all are known."""
        sheet = self._sheets.get(uri)
        if sheet is None or sheet.key != known.key:
            return None
        missing = self._missing(sheet, known)
        if not missing:
            return None
        if known.bias is None and sheet.task and not sheet.task.head:
            texts = sheet.texts
            return texts[:: max(1, -(-len(texts) // SAMPLE))], Priority.VISIBLE
        if view := self._views.get(uri):
            seen = (row.text for row in sheet.between(*view))
            near = [text for text in dict.fromkeys(seen) if text not in known.by_text]
            if near:
                return near[:CHUNK], Priority.VISIBLE
        return missing[:CHUNK], Priority.CORPUS

    def _missing(self, sheet: Sheet, known: Predictions) -> list[str]:
        """Texts that are not known yet; the list is looked through once for each sheet."""
        if known.of is not sheet:
            known.of, known.missing = sheet, deque(sheet.texts)
        while known.missing and known.missing[0] in known.by_text:
            known.missing.popleft()
        return [text for text in islice(known.missing, CHUNK) if text not in known.by_text]

    async def _run(
        self,
        name: str,
        sheet: Sheet,
        texts: Sequence[str],
        known: Predictions,
        priority: Priority,
    ) -> ClozeLabels:
        def listen(update: Progress | Partial) -> None:
            if isinstance(update, Progress) and update.stage == "loading":
                self._activity.report(name, update)

        job = await asyncio.to_thread(self._job, sheet, texts, known)
        result = await self._engine.run(job, priority=priority, listener=listen)
        assert isinstance(result, ClozeLabels)
        return result

    def _job(self, sheet: Sheet, texts: Sequence[str], known: Predictions) -> Job:
        from limner.labelling.jobs import label_job
        from limner.lsp.asks import allowed

        assert sheet.task
        allowed(sheet.task.model, self._catalog)
        return label_job(sheet.task, sheet.task_file, texts, bias=known.bias)

    def _take(self, known: Predictions, texts: Sequence[str], result: ClozeLabels) -> None:
        from limner.labelling.jobs import by_pattern

        if known.bias is None:
            known.bias = result.bias
            known.notes = tuple(note for note in result.notes if "calibration" in note)
        cut = set(result.truncated)
        alone = by_pattern(result)
        for i, text in enumerate(texts):
            known.by_text[text] = Prediction(result.probabilities[i], alone[i], i in cut)

    def _share(self, uri: str, known: Predictions) -> tuple[int, int]:
        sheet = self._sheets.get(uri)
        total = len(sheet.texts) if sheet else 0
        return min(len(known.by_text), total), total
