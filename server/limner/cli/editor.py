"""The smallest editor: enough of the protocol to open one file in the real language server.

`limner demo` uses it to show that the path an editor takes works on this machine.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from limner.protocol import DaemonUnreachable

BUSY = {"queued", "loading", "computing", "preliminary"}
"""States of a probe that still has something to come."""
CAPABILITIES: dict[str, Any] = {
    "workspace": {"inlayHint": {"refreshSupport": True}},
    "textDocument": {"inlayHint": {}},
}


@dataclass(frozen=True)
class Hint:
    """What the server drew after a line."""

    line: int
    """From 1."""
    label: str
    source: str
    """The line itself."""


@dataclass
class Editor:
    """One connection to `limner lsp`."""

    process: asyncio.subprocess.Process
    refreshed: asyncio.Event = field(default_factory=asyncio.Event)
    _ids: int = 0
    _answers: dict[int, asyncio.Future[Any]] = field(default_factory=dict[int, Any])

    async def hints(self, file: Path) -> list[Hint]:
        """Open a file, wait until its probes are done, and give what is drawn in it."""
        text, uri = file.read_text("utf-8"), file.absolute().as_uri()
        language = {".py": "python", ".md": "markdown"}.get(file.suffix, "plaintext")
        document = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})
        lines = text.split("\n")
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": len(lines), "character": 0}}
        asked = {"textDocument": {"uri": uri}, "range": whole}
        while True:
            self.refreshed.clear()
            drawn: list[dict[str, Any]] = await self.request("textDocument/inlayHint", asked) or []
            status: dict[str, Any] = await self.request("limner/status", {})
            if drawn and not BUSY & set(status["probes"]):
                break
            await self.refreshed.wait()
        places: list[tuple[int, str]] = [(h["position"]["line"], h["label"]) for h in drawn]
        return [Hint(line + 1, label, lines[line]) for line, label in places]

    async def request(self, method: str, params: Any) -> Any:
        """Ask and wait for the answer."""
        self._ids += 1
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._answers[self._ids] = answer
        self._send({"id": self._ids, "method": method, "params": params})
        return await answer

    async def read(self) -> None:
        """Take messages until the server leaves; then whoever waits is told."""
        try:
            while message := await self._message():
                self._take(message)
        finally:
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(DaemonUnreachable("The language server went away."))

    async def leave(self) -> None:
        """Say goodbye as the protocol wants it."""
        await self.request("shutdown", None)
        self.notify("exit", None)

    def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            answer = self._answers.pop(message["id"])
            if "error" in message:
                answer.set_exception(DaemonUnreachable(str(message["error"]["message"])))
            else:
                answer.set_result(message.get("result"))
            return
        if message["method"] == "workspace/inlayHint/refresh":
            self.refreshed.set()
        if "id" in message:
            self._send({"id": message["id"], "result": None})

    def notify(self, method: str, params: Any) -> None:
        """Say something that is not answered."""
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    async def _message(self) -> dict[str, Any] | None:
        assert self.process.stdout
        length = 0
        while line := (await self.process.stdout.readline()).strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            return None
        return json.loads(await self.process.stdout.readexactly(length))


@asynccontextmanager
async def editor() -> AsyncGenerator[Editor]:
    """Start `limner lsp` and shake hands."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "limner", "lsp"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    client = Editor(process)
    reading = asyncio.create_task(client.read())
    try:
        await client.request(
            "initialize", {"processId": None, "rootUri": None, "capabilities": CAPABILITIES}
        )
        client.notify("initialized", {})
        yield client
        await client.leave()
        await process.wait()
    finally:
        reading.cancel()
        if process.returncode is None:
            process.terminate()
            await process.wait()
