"""`$/progress` that the server begins, with string tokens and a cancel button."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Coroutine
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from limner.lsp.activity import Indicator, Silent

_numbers = itertools.count(1)


class ServerProgress:
    """One indicator in the client; shown once the client agreed to the token."""

    def __init__(
        self, server: LanguageServer, spawn: Callable[[Coroutine[Any, Any, None]], object]
    ) -> None:
        """`spawn` runs a coroutine for as long as the session lives."""
        self.token = f"limner-{next(_numbers)}"
        self._server = server
        self._spawn = spawn
        self._ready = self._ended = False
        self._latest = ""

    def begin(self, message: str) -> None:
        """Ask for the token, then show `message`."""
        self._latest = message
        self._spawn(self._create())

    def report(self, message: str, percentage: int | None) -> None:
        """Change the text."""
        self._latest = message
        if self._ready and not self._ended:
            report = lsp.WorkDoneProgressReport(message=message, percentage=percentage)
            self._send(report)

    def end(self) -> None:
        """Take it away."""
        if self._ready and not self._ended:
            self._send(lsp.WorkDoneProgressEnd())
        self._ended = True

    async def _create(self) -> None:
        params = lsp.WorkDoneProgressCreateParams(self.token)
        try:
            await self._server.window_work_done_progress_create_async(params)
        except JsonRpcException:
            self._ended = True  # the client would rather not
        if not self._ended:
            self._ready = True
            begin = lsp.WorkDoneProgressBegin(
                title="Limner", message=self._latest, cancellable=True
            )
            self._send(begin)

    def _send(self, value: Any) -> None:
        self._server.progress(lsp.ProgressParams(token=self.token, value=value))


__all__ = ["Indicator", "ServerProgress", "Silent"]
