"""A client in the same process: real JSON over a memory pipe, and nothing left unread.

`connect` starts a session over an engine and gives a `Client`. Requests of the server (refreshes,
configuration, progress) are answered by `Client.answers` and counted in `Client.asked`;
notifications lie in `Client.inbox` until a test takes them, and the teardown fails on what is left.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from limner.config import Config
from limner.engine.fake import FakeEngine
from limner.lsp.catalog import Catalog
from limner.lsp.server import LimnerServer
from limner.lsp.session import read_message, serve
from limner.protocol import ModelStatus

TIMEOUT = 60.0  # of a test that hangs: a machine with other work takes its time
URI = "file:///work/review.py"

CAPABILITIES: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "window": {"workDoneProgress": True},
    "workspace": {
        "configuration": True,
        "applyEdit": True,
        "workspaceEdit": {"documentChanges": True},
        "inlayHint": {"refreshSupport": True},
        "semanticTokens": {"refreshSupport": True},
        "codeLens": {"refreshSupport": True},
    },
    "textDocument": {
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {"versionSupport": True},
    },
}

QUIET = ("window/logMessage", "$/progress")
"""Notifications that a test need not take."""


def models(*names: str) -> Callable[[Config], tuple[ModelStatus, ...]]:
    """What a test's catalog holds, without folders."""
    listed = tuple(
        ModelStatus(name=name, path=f"/m/{name}", state="on-disk", labels=("negative", "positive"))
        for name in names
    )
    return lambda config: listed


class MemoryWriter:
    """The server's writer: feeds the client's reader."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self.reader = reader

    def write(self, data: bytes) -> None:
        self.reader.feed_data(data)

    def close(self) -> None:
        self.reader.feed_eof()


class LspError(Exception):
    """An error reply."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.code = error["code"]
        self.data = error.get("data")


class Client:
    """The other end of a session."""

    def __init__(self, server: LimnerServer, settings: dict[str, Any] | None = None) -> None:
        self.server = server
        self.to_server = asyncio.StreamReader(limit=1 << 26)
        self.from_server = asyncio.StreamReader(limit=1 << 26)
        self.inbox: list[dict[str, Any]] = []
        self.asked: Counter[str] = Counter()
        self.requests: list[dict[str, Any]] = []
        self.answers: dict[str, Callable[[Any], Any]] = {
            "workspace/configuration": lambda _: [{"debounceMs": 0, **(settings or {})}],
        }
        self.refused: list[dict[str, Any]] = []
        """Errors of messages without an id."""
        self.expected_errors: list[str] = []
        self.encoding = ""
        self.capabilities: dict[str, Any] = {}
        self.closed = self.gone = False
        self._next = 0
        self._replies: dict[int, asyncio.Future[Any]] = {}
        self._waiters: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []

    # ── the wire ──────────────────────────────────────────────────────────────────────────────

    def send(self, message: dict[str, Any]) -> None:
        if self.gone:
            return
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.to_server.feed_data(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def disappear(self) -> None:
        """End of the stream, without a word."""
        if not self.gone:
            self.gone = True
            self.to_server.feed_eof()

    def notify(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def begin(self, method: str, params: Any) -> tuple[int, asyncio.Future[Any]]:
        """Send a request and return its id and reply to come."""
        self._next += 1
        self._replies[self._next] = asyncio.get_running_loop().create_future()
        self.send({"id": self._next, "method": method, "params": params})
        return self._next, self._replies[self._next]

    async def request(self, method: str, params: Any = None) -> Any:
        _, reply = self.begin(method, params)
        async with asyncio.timeout(TIMEOUT):
            return await reply

    async def listen(self) -> None:
        while (body := await read_message(self.from_server)) is not None:
            self._receive(json.loads(body))
            self._wake()
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        for condition, waiter in self._waiters:
            if not waiter.done() and condition():
                waiter.set_result(None)

    def _receive(self, message: dict[str, Any]) -> None:
        if "method" not in message and message.get("id") is None:
            self.refused.append(message["error"])
        elif "method" not in message:
            reply = self._replies.pop(message["id"])
            if reply.cancelled():
                return
            if "error" in message:
                reply.set_exception(LspError(message["error"]))
            else:
                reply.set_result(message.get("result"))
        elif "id" in message:
            self.asked[message["method"]] += 1
            self.requests.append(message)
            answer = self.answers.get(message["method"], lambda _: None)
            self.send({"id": message["id"], "result": answer(message.get("params"))})
        else:
            self.inbox.append(message)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition that changes with what the server sends."""
        if condition():
            return
        waiter = (condition, asyncio.get_running_loop().create_future())
        self._waiters.append(waiter)
        async with asyncio.timeout(TIMEOUT):
            await waiter[1]

    # ── what tests do ─────────────────────────────────────────────────────────────────────────

    async def initialize(self, capabilities: dict[str, Any], **more: Any) -> None:
        params = {"processId": None, "rootUri": None, "capabilities": capabilities, **more}
        result = await self.request("initialize", params)
        self.capabilities = result["capabilities"]
        self.encoding = self.capabilities["positionEncoding"]
        self.notify("initialized", {})
        if capabilities.get("workspace", {}).get("configuration"):
            await self.until(lambda: self.asked["workspace/configuration"] == 1)
        await self.request("limner/status", {})  # and the answer was read

    def open(self, text: str, *, uri: str = URI, language: str = "python") -> None:
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(
        self, version: int, *edits: tuple[tuple[int, int, int, int], str], uri: str = URI
    ) -> None:
        """Each edit is ((line, character, line, character), text) in the client's units."""
        changes = [
            {
                "range": {
                    "start": {"line": place[0], "character": place[1]},
                    "end": {"line": place[2], "character": place[3]},
                },
                "text": text,
            }
            for place, text in edits
        ]
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})

    async def idle(self, uri: str = URI) -> None:
        """Everything sent was handled, and all of the document's probes have settled."""
        await self.request("limner/status", {})
        async with asyncio.timeout(TIMEOUT):
            await self.server.probes.idle(uri)

    def take(self, method: str) -> list[Any]:
        """The parameters of the notifications of one kind that came since the last call."""
        found = [message["params"] for message in self.inbox if message["method"] == method]
        self.inbox = [message for message in self.inbox if message["method"] != method]
        return found

    async def command(self, name: str, argument: Any = None) -> Any:
        arguments = [argument] if argument is not None else []
        params = {"command": name, "arguments": arguments}
        return await self.request("workspace/executeCommand", params)

    async def hints(self, uri: str = URI) -> list[dict[str, Any]]:
        everything = {
            "start": {"line": 0, "character": 0},
            "end": {"line": 1_000_000, "character": 0},
        }
        params = {"textDocument": {"uri": uri}, "range": everything}
        return await self.request("textDocument/inlayHint", params) or []

    async def labels(self, uri: str = URI) -> list[str]:
        return [hint["label"] for hint in await self.hints(uri)]

    async def at(self, method: str, line: int, character: int, uri: str = URI) -> Any:
        place = {"line": line, "character": character}
        return await self.request(method, {"textDocument": {"uri": uri}, "position": place})


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record.getMessage().partition("\n")[0])


def capabilities_with(changes: dict[str, Any]) -> dict[str, Any]:
    """The usual capabilities with some replaced, group by group."""
    return {**CAPABILITIES, **changes}


@contextlib.asynccontextmanager
async def connect(
    engine: FakeEngine | None = None,
    *,
    capabilities: dict[str, Any] | None = None,
    settings: dict[str, Any] | None = None,
    names: tuple[str, ...] = ("mini-sentiment", "sentiment"),
    progress_after: float = 60.0,
    initialize: bool = True,
    **more: Any,
) -> AsyncIterator[Client]:
    """A session; on the way out nothing may be left unread and no error may have been logged."""
    config = Config()
    server = LimnerServer(
        engine or FakeEngine(),
        config,
        catalog=Catalog(config, models(*names)),
        progress_after=progress_after,
    )
    client = Client(server, settings)
    errors = _Errors()
    logging.getLogger().addHandler(errors)
    writer: Any = MemoryWriter(client.from_server)
    session = asyncio.create_task(serve(server, client.to_server, writer))
    listening = asyncio.create_task(client.listen())
    try:
        if initialize:
            await client.initialize(capabilities or CAPABILITIES, **more)
        yield client
        if not client.gone and not session.done() and initialize:
            await client.request("shutdown")
            client.notify("exit", None)
        client.disappear()
        async with asyncio.timeout(TIMEOUT):
            await asyncio.gather(session, listening)
        left = [message for message in client.inbox if message["method"] not in QUIET]
        assert left == [], "messages that no test took"
        unexpected = [text for text in errors.records if text not in client.expected_errors]
        assert unexpected == [], "errors were logged"
    finally:
        logging.getLogger().removeHandler(errors)
        session.cancel()
        listening.cancel()
        await asyncio.gather(session, listening, return_exceptions=True)


CASES = Path(__file__).parent / "cases"
