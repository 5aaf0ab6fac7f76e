"""JSON-RPC for one session: pygls's protocol, where it has to differ.

- `exit` ends this session, not the process that serves others too.
- Documents are ours (`documents`); pygls's split lines at U+2028.
- The first of UTF-8 and UTF-32 that a client offers is taken (pygls would take UTF-16 first).
- A `LimnerError` is an ordinary error reply with its sentence, without a traceback in the log.
- What cannot be read is answered; a malformed request would else wait for ever.
- Non-ASCII is not escaped (Chinese would double in size); the length is counted in bytes.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, cast

import msgspec
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.protocol.json_rpc import JsonRPCNotification, JsonRPCRequestMessage

from limner.lsp.convert import choose_encoding
from limner.protocol import Cancelled, Failure, LimnerError

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer

log = logging.getLogger(__name__)

# pygls logs every message whole at INFO: the user's text does not belong into a log
logging.getLogger("pygls").setLevel(logging.WARNING)

MAX_MESSAGE = 64 * 1024 * 1024
"""Longest message in bytes."""

_NOT_INITIALIZED, _INVALID_REQUEST, _PARSE_ERROR = -32002, -32600, -32700
_REQUEST_FAILED, _REQUEST_CANCELLED = -32803, -32800


class Wire(LanguageServerProtocol):
    """One session's end of the protocol."""

    exited = False
    """The client sent `exit`."""

    @property
    def session(self) -> LimnerServer:
        """Whose protocol this is."""
        return cast("LimnerServer", self._server)

    def receive(self, body: bytes) -> None:
        """Handle one message."""
        try:
            data = json.loads(body)
        except ValueError as error:
            self._refuse(None, _PARSE_ERROR, f"The message is not JSON: {error}.")
            return
        if not isinstance(data, dict):
            self._refuse(None, _INVALID_REQUEST, "A message is one JSON object.")
            return
        data = cast("dict[str, Any]", data)
        if why := self._out_of_order(data):
            self._refuse(data.get("id"), *why)
            return
        params = data.setdefault("params", None) if "method" in data else None
        try:
            # not as an object_hook: that would also look into the parameters
            message: Any = self.structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._refuse(data["id"], error.code, f"{data['method']}: malformed parameters.")
            return
        if isinstance(message, JsonRPCRequestMessage | JsonRPCNotification):
            message.params = params  # a method of our own: pygls makes a named tuple of these
        self.handle_message(message)

    def _out_of_order(self, data: dict[str, Any]) -> tuple[int, str] | None:
        method = data.get("method")
        if method in (None, lsp.EXIT):
            return None
        if self._shutdown:
            return _INVALID_REQUEST, "The session was shut down."
        if method != lsp.INITIALIZE and self._workspace is None:
            return _NOT_INITIALIZED, "Send initialize first."
        return None

    def _refuse(self, id: str | int | None, code: int, message: str) -> None:
        error = lsp.ResponseError(code=code, message=message)
        self._send_data(lsp.ResponseErrorMessage(id=id, error=error))

    def _send_handler_result(self, future: Future[Any], *, msg_id: str | int) -> None:
        error = None if future.cancelled() else future.exception()
        if not isinstance(error, LimnerError):
            super()._send_handler_result(future, msg_id=msg_id)
            return
        self._request_futures.pop(msg_id, None)
        code = _REQUEST_CANCELLED if isinstance(error, Cancelled) else _REQUEST_FAILED
        data = {"kind": Failure.of(error).kind}
        response = lsp.ResponseError(code=code, message=str(error), data=data)
        self._send_response(msg_id, error=response)

    def _send_data(self, data: Any) -> None:
        if self.writer is None:
            return
        text = json.dumps(data, default=self._serialize_message, ensure_ascii=False)
        try:
            body = text.encode()
        except UnicodeEncodeError:  # a lone surrogate, which only an escape can carry
            body = json.dumps(data, default=self._serialize_message).encode()
        self._write(body)

    def tell(self, method: str, params: msgspec.Struct) -> None:
        """Send a notification of our own, which may be long: ten times faster than pygls's way."""
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        try:
            body = msgspec.json.encode(message)
        except UnicodeEncodeError:  # a lone surrogate, as above
            body = json.dumps(msgspec.to_builtins(message)).encode()
        self._write(body)

    def _write(self, body: bytes) -> None:
        if self.writer is not None:
            self.writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(
        self, params: lsp.InitializeParams
    ) -> Generator[Any, Any, lsp.InitializeResult]:
        """As pygls, with our choice of the position encoding."""
        self.session.begin(params)
        result = yield from super().lsp_initialize(params)
        general = params.capabilities.general
        offered = general.position_encodings if general else None
        result.capabilities.position_encoding = choose_encoding(offered)
        return result

    def _get_handler(self, feature_name: str) -> Callable[[Any], Any]:
        return self._ours().get(feature_name) or super()._get_handler(feature_name)

    def _ours(self) -> dict[str, Callable[[Any], Any]]:
        """In place of pygls's own. Documents change synchronously: what comes next sees them."""
        session, sync = self.session, self.session.sync
        return {
            lsp.EXIT: self._exit,
            lsp.SHUTDOWN: self._shut_down,
            lsp.WORKSPACE_EXECUTE_COMMAND: session.execute,
            lsp.WINDOW_WORK_DONE_PROGRESS_CANCEL: session.progress_cancelled,
            lsp.TEXT_DOCUMENT_DID_OPEN: sync.opened,
            lsp.TEXT_DOCUMENT_DID_CHANGE: sync.changed,
            lsp.TEXT_DOCUMENT_DID_CLOSE: sync.closed,
            lsp.NOTEBOOK_DOCUMENT_DID_OPEN: sync.notebook_opened,
            lsp.NOTEBOOK_DOCUMENT_DID_CHANGE: sync.notebook_changed,
            lsp.NOTEBOOK_DOCUMENT_DID_CLOSE: sync.notebook_closed,
        }

    def _exit(self, params: Any) -> None:
        """End this session; the process serves others."""
        self.exited = True

    def _shut_down(self, params: Any) -> Generator[Any, Any, None]:
        """Stop this session's jobs; pygls cancels its requests."""
        self.session.probes.close()
        pygls: Generator[Any, Any, None] = super().lsp_shutdown(params)  # pyright: ignore[reportUnknownMemberType]
        yield from pygls
