"""An authenticated websocket to the daemon, one connection a tab.

It relays whole JSON-RPC messages, a frame each, and reads none of them. Its own word comes first:
`limner/welcome`, or `limner/unavailable` with a sentence and close code 4001; when the daemon ends
later the code is 4002, and the browser's client comes again. While one side is slow, nothing more
is read from the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.web import HTTPError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from limner._version import PROTOCOL, VERSION
from limner.daemon.connect import NoDaemon, connect
from limner.daemon.paths import daemon_paths
from limner.notebook.framing import MAX_MESSAGE, TooLong, framed, read_body, too_long

UNAVAILABLE, LOST = 4001, 4002
"""Close codes: no daemon; the daemon ended."""

WARNING = 2
"""`MessageType` of the language server protocol."""


class Relay(  # pyright: ignore[reportIncompatibleMethodOverride]  # as jupyter_server's own
    WebSocketMixin, WebSocketHandler, JupyterHandler
):
    """One tab's connection to the daemon."""

    auth_resource = "limner"

    def initialize(self, root: str = "") -> None:
        """`root` is the folder that JupyterLab shows."""
        self._root = root
        self._writer: asyncio.StreamWriter | None = None
        self._talk: asyncio.Task[None] | None = None

    @ws_authenticated
    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Upgrade, for who is logged in and may run code here."""
        allowed = await ensure_async(
            self.authorizer.is_authorized(self, self.current_user, "execute", self.auth_resource)
        )
        if not allowed:
            raise HTTPError(403)
        await super().get(*args, **kwargs)

    @property
    def max_message_size(self) -> int:
        """Tornado's limit, in bytes, where it hangs up; ours is lower, and answers."""
        return 4 * MAX_MESSAGE

    def get_compression_options(self) -> dict[str, Any] | None:
        """None: the other side is mostly this machine."""
        return None

    async def open(self, *args: Any, **kwargs: Any) -> None:
        """Find or start the daemon, then relay until either side ends."""
        super().open(*args, **kwargs)
        try:
            connection = await asyncio.to_thread(connect, "lsp")
        except NoDaemon as error:
            await self._say("limner/unavailable", message=str(error))
            self.close(UNAVAILABLE, "no daemon")
            return
        assert connection is not None
        connection.setblocking(False)
        reader, self._writer = await asyncio.open_unix_connection(sock=connection)
        if self.ws_connection is None:  # the tab is gone meanwhile
            self._writer.close()
            return
        await self._say(
            "limner/welcome",
            version=VERSION,
            protocol=PROTOCOL,
            root=Path(self._root).as_uri(),
            daemon=daemon_paths().socket.name,
        )
        self._talk = asyncio.create_task(self._outward(reader))

    async def on_message(self, message: str | bytes) -> None:
        """Browser → daemon; nothing comes in before `open` is done."""
        if self._writer is None or self._writer.is_closing():
            return
        body = message if isinstance(message, bytes) else message.encode()
        if len(body) > MAX_MESSAGE:  # hanging up would have the same message sent for ever
            await self._say("window/showMessage", type=WARNING, message=too_long(len(body)))
            return
        self._writer.write(framed(body))
        try:
            await self._writer.drain()
        except ConnectionError:
            return  # the daemon's end; the other direction says so

    def on_close(self) -> None:
        """The tab is gone: so is its session with the daemon."""
        if self._talk:
            self._talk.cancel()
        if self._writer:
            self._writer.close()

    async def _outward(self, reader: asyncio.StreamReader) -> None:
        """Daemon → browser."""
        try:
            while (body := await read_body(reader)) is not None:
                await self.write_message(body)
        except WebSocketClosedError:
            return  # `on_close` knows
        except (ConnectionError, asyncio.IncompleteReadError, TooLong) as error:
            self.log.warning("Limner's daemon: %s", error)
        finally:
            self.close(LOST, "the daemon ended")

    async def _say(self, method: str, **params: Any) -> None:
        """The relay's own word, if the tab is still there."""
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        with contextlib.suppress(WebSocketClosedError):
            await self.write_message(json.dumps(message, ensure_ascii=False))
