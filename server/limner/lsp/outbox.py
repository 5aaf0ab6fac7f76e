"""What the server sends of its own accord when probes change: at most once per turn of the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from pygls.exceptions import JsonRpcException

from limner.lsp.features import diagnostics, overlay
from limner.lsp.features.terms import highlights

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer


class Outbox:
    """Collects changes, then sends overlays and diagnostics and asks the client to look again."""

    def __init__(self, server: LimnerServer) -> None:
        """Nothing is due yet."""
        self._server = server
        self._changed: dict[str, None] = {}
        self._planned: asyncio.Handle | None = None
        self._asking: set[str] = set()
        self._ask_again: set[str] = set()

    def changed(self, uri: str) -> None:
        """The probes of `uri` changed."""
        self._changed[uri] = None
        if self._planned is None:
            self._planned = asyncio.get_running_loop().call_soon(self._send)

    def refresh(self) -> None:
        """Ask the client to fetch hints, tokens and lenses again, as far as it can."""
        client, server = self._server.client, self._server
        if client.refresh_hints:
            self._ask("hints", server.workspace_inlay_hint_refresh_async)
        if client.refresh_tokens and not client.overlay:
            self._ask("tokens", server.workspace_semantic_tokens_refresh_async)
        if client.refresh_lenses:
            self._ask("lenses", server.workspace_code_lens_refresh_async)

    def close(self) -> None:
        """Send nothing more."""
        if self._planned:
            self._planned.cancel()

    def _send(self) -> None:
        self._planned = None
        changed, self._changed = self._changed, {}
        for uri in changed:
            diagnostics.publish(self._server, uri)
            if self._server.client.overlay:
                overlay.notify(self._server, uri)
                highlights.notify(self._server, uri)
        self.refresh()

    def _ask(self, what: str, request: Callable[[None], Awaitable[None]]) -> None:
        """One request of a kind at a time; what changes meanwhile makes one more."""
        if what in self._asking:
            self._ask_again.add(what)
            return
        self._asking.add(what)
        self._server.spawn(self._refresh(what, request))

    async def _refresh(self, what: str, request: Callable[[None], Awaitable[None]]) -> None:
        try:
            await request(None)
        except JsonRpcException:
            pass  # the client would rather not
        finally:
            self._asking.discard(what)
        if what in self._ask_again:
            self._ask_again.discard(what)
            self._ask(what, request)
