"""One session's server: its documents, probes, settings, and the features over them.

pygls's server object serves one client, so every connection gets its own over the shared engine.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec
from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from limner._version import VERSION
from limner.config import Config
from limner.engine.arrays import Arrays
from limner.engine.interface import Engine
from limner.lsp.activity import AFTER, Activity, Indicator, Silent
from limner.lsp.catalog import Catalog
from limner.lsp.client import Client, read_client
from limner.lsp.data_files import path_of
from limner.lsp.documents import Document, Documents
from limner.lsp.features import COMMANDS, FEATURES, INLINE, TOKENS
from limner.lsp.features.configuration import adopt
from limner.lsp.features.terms import rows
from limner.lsp.gaps import Gaps
from limner.lsp.labelling import Labelling
from limner.lsp.messages import OverlayParams
from limner.lsp.outbox import Outbox
from limner.lsp.probes import Probes
from limner.lsp.progress import ServerProgress
from limner.lsp.settings import Settings
from limner.lsp.sync import NOTEBOOKS, Sync
from limner.lsp.task_files import TaskFiles
from limner.lsp.terms import Terms
from limner.lsp.wire import Wire
from limner.protocol import BadInput

if TYPE_CHECKING:
    from limner.terms.shelf import Shelf

log = logging.getLogger(__name__)


def make_shelf() -> Shelf:
    """Lexicons for sessions to share; what reads them is loaded when a document has one."""
    from limner.terms.shelf import Shelf

    return Shelf()


class LimnerServer(LanguageServer):
    """What one client talks to."""

    def __init__(
        self,
        engine: Engine,
        config: Config,
        *,
        catalog: Catalog | None = None,
        progress_after: float = AFTER,
        arrays: Arrays | None = None,
        shelf: Callable[[], Shelf] | None = None,
    ) -> None:
        """`engine`, `arrays` and what `shelf` gives are shared and outlive the session."""
        super().__init__(  # pyright: ignore[reportUnknownMemberType]
            "limner", VERSION, notebook_document_sync=NOTEBOOKS, protocol_cls=Wire
        )
        self.engine = engine
        self.arrays = arrays if arrays is not None else Arrays()
        self.catalog = catalog or Catalog(config)
        self.client = Client()
        self.documents = Documents()
        self.outbox = Outbox(self)
        self.published: dict[str, list[lsp.Diagnostic]] = {}
        self.drawn: dict[str, OverlayParams] = {}
        """What a client with overlays was told last of each document."""
        self.activity = Activity(self._indicator, after=progress_after)
        self.probes = Probes(
            self.documents, engine, self.catalog, self.activity, self.outbox.changed
        )
        self.terms = Terms(
            self.documents,
            shelf or cache(make_shelf),
            self.roots,
            self.outbox.changed,
            lambda folder: rows.changed(self, folder),
        )
        self.labelling = Labelling(
            self.documents,
            engine,
            self.catalog,
            self.activity,
            self.roots,
            self.outbox.changed,
        )
        self.gaps = Gaps(engine, self.catalog, self.activity, lambda: self.settings)
        self.highlighted: dict[str, tuple[int, list[int]]] = {}
        """Version and numbers that a client with overlays was told last of each document."""
        followers = (self.probes, self.terms, self.labelling, TaskFiles(self.outbox.changed))
        self.sync = Sync(self.documents, followers, lambda: self.client.encoding, self.warn)
        self.asking: set[asyncio.Task[Any]] = set()
        """Running one-shot requests, which the progress button cancels too."""
        self.mining: dict[str, asyncio.Task[None]] = {}
        """Folders that are mined for this session, by the token of their progress."""
        self.training: dict[str, asyncio.Task[None]] = {}
        """Data files whose task is trained for this session."""
        self.cancellable: dict[str, asyncio.Task[None]] = {}
        """What runs with a progress of its own, by its token."""
        self.remining: dict[Path, asyncio.Task[None]] = {}
        """Folders that will be mined again, because a document of theirs was saved."""
        self._progress: ServerProgress | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        for method, handler, options in FEATURES:
            self.feature(method, options)(handler)
        for name, command in COMMANDS:
            self.command(name)(command)

    @property
    def wire(self) -> Wire:
        """The protocol, as we have changed it."""
        return cast(Wire, self.protocol)

    @property
    def settings(self) -> Settings:
        """What the editor set."""
        return self.probes.settings

    def document(self, uri: str) -> Document | None:
        """The newest snapshot of an open document."""
        return self.documents.get(uri)

    def roots(self) -> tuple[Path, ...]:
        """The open folders."""
        uris = [*self.workspace.folders, self.workspace.root_uri or ""]
        return tuple(path for uri in uris if (path := path_of(uri)))

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run `work` for as long as the session lives."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    async def execute(self, params: lsp.ExecuteCommandParams) -> Any:
        """Run one of our commands, and give what it answers.

        Raises:
            BadInput: an unknown command, or its arguments are not what it takes.
        """
        command = dict(COMMANDS).get(params.command)
        if command is None:
            raise BadInput(f"Unknown command {params.command!r}.")
        answer = await command(self, params.arguments[0] if params.arguments else None)
        return msgspec.to_builtins(answer)

    def warn(self, sentence: str) -> None:
        """Tell the user, once, what is not as they wanted it."""
        log.warning("%s", sentence)
        self.window_log_message(lsp.LogMessageParams(lsp.MessageType.Warning, sentence))
        self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, sentence))

    def inform(self, sentence: str) -> None:
        """Tell the user what was done while they did something else."""
        self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, sentence))

    def progress_cancelled(self, params: lsp.WorkDoneProgressCancelParams) -> None:
        """The user pressed cancel."""
        token = str(params.token)
        if task := self.mining.get(token) or self.cancellable.get(token):
            task.cancel()
        if self._progress and params.token == self._progress.token:
            self.probes.stop()
            self.labelling.stop()
            for task in list(self.asking):
                task.cancel()

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log our own faults; a message box for each would be worse than the fault."""
        log.error("%s: %s", getattr(source, "__name__", source), error)

    def close(self) -> None:
        """End the session: cancel its jobs, send nothing more."""
        self.probes.close()
        self.terms.close()
        self.labelling.close()
        self.gaps.close()
        self.activity.close()
        self.outbox.close()
        for task in self._tasks:
            task.cancel()
        self.wire.writer = None

    def begin(self, params: lsp.InitializeParams) -> None:
        """The client introduced itself; what it can do decides what we offer."""
        self.client = read_client(params)
        if not self.client.overlay:
            method, handler, options = TOKENS
            self.feature(method, options)(handler)
        if not self.client.registers_inline:
            method, handler, options = INLINE
            self.feature(method, options)(handler)
        adopt(self, params.initialization_options)

    # ── inside ────────────────────────────────────────────────────────────────────────────────

    def _indicator(self) -> Indicator:
        if not self.client.progress:
            return Silent()
        self._progress = ServerProgress(self, self.spawn)
        return self._progress

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("A background task failed", exc_info=error)
