"""An editor's end of `limner lsp`: JSON-RPC over the pipes of a real process."""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

COMMAND = (sys.executable, "-m", "limner", "lsp")
URI = "file:///bench/review.py"
TIMEOUT = 120.0

CAPABILITIES: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {"configuration": True},
    "experimental": {"limner": {"overlay": {"version": 1}}},
}


class Client:
    """One `limner lsp` process; `received` holds (when, params) of its overlays."""

    def __init__(self, process: asyncio.subprocess.Process, settings: Mapping[str, Any]) -> None:
        """Use `start`."""
        self.pid = process.pid
        self.version = 1
        self.received: list[tuple[float, dict[str, Any]]] = []
        self._process = process
        self._settings = settings
        self._ids = itertools.count(1)
        self._replies: dict[int, asyncio.Future[Any]] = {}
        self._news = asyncio.Condition()
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, **settings: Any) -> tuple[Client, float]:
        """An initialized client, and the seconds from spawn to the reply."""
        began = time.perf_counter()
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*COMMAND, stdin=pipe, stdout=pipe)
        client = cls(process, settings)
        params = {"processId": None, "rootUri": None, "capabilities": CAPABILITIES}
        await client.request("initialize", params)
        seconds = time.perf_counter() - began
        client.notify("initialized", {})
        return client, seconds

    async def stop(self) -> None:
        """Shut down in the ordinary way."""
        await self.request("shutdown")
        self.notify("exit", None)
        await asyncio.wait_for(self._process.wait(), TIMEOUT)
        self._listening.cancel()

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    async def request(self, method: str, params: Any = None) -> Any:
        """Send a request and wait for its result."""
        id = next(self._ids)
        self._replies[id] = asyncio.get_running_loop().create_future()
        self._send({"id": id, "method": method, "params": params})
        return await asyncio.wait_for(self._replies[id], TIMEOUT)

    def open(self, text: str) -> None:
        """Show a Python document."""
        item = {"uri": URI, "languageId": "python", "version": self.version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def replace(self, line: int, character: int, text: str) -> float:
        """Type `text` over one character; the moment it was sent."""
        self.version += 1
        start = {"line": line, "character": character}
        end = {"line": line, "character": character + 1}
        change = {"range": {"start": start, "end": end}, "text": text}
        document = {"uri": URI, "version": self.version}
        now = time.perf_counter()
        params = {"textDocument": document, "contentChanges": [change]}
        self.notify("textDocument/didChange", params)
        return now

    async def overlay(self, *states: str) -> tuple[float, dict[str, Any]]:
        """When an overlay of the newest version came whose probe is in one of `states`."""

        def found() -> tuple[float, dict[str, Any]] | None:
            for when, params in self.received:
                if params["version"] == self.version and params["probes"]:
                    probe = params["probes"][0]
                    if probe["state"] == "failed":
                        raise RuntimeError(probe["error"])
                    if probe["state"] in states:
                        return when, probe
            return None

        async with asyncio.timeout(TIMEOUT), self._news:
            await self._news.wait_for(found)
        seen = found()
        assert seen is not None
        return seen

    # ── the wire ──────────────────────────────────────────────────────────────────────────────

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    async def _listen(self) -> None:
        reader = self._process.stdout
        assert reader is not None
        while header := await reader.readline():
            if header.lower().startswith(b"content-length:"):
                length = int(header.partition(b":")[2])
                await reader.readuntil(b"\r\n")
                self._hear(json.loads(await reader.readexactly(length)))
                async with self._news:
                    self._news.notify_all()

    def _hear(self, message: dict[str, Any]) -> None:
        answer: dict[str, Callable[[], Any]] = {
            "workspace/configuration": lambda: [dict(self._settings)]
        }
        if "method" not in message:
            reply = self._replies.pop(message["id"])
            if "error" in message:
                reply.set_exception(RuntimeError(message["error"]["message"]))
            else:
                reply.set_result(message.get("result"))
        elif "id" in message:
            result = answer.get(message["method"], lambda: None)()
            self._send({"id": message["id"], "result": result})
        elif message["method"] == "limner/overlay":
            self.received.append((time.perf_counter(), message["params"]))
