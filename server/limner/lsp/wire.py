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
from asyncio import Future
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol, lsp_method

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

    _server: LimnerServer
    exited = False
    """The client sent `exit`."""

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
        if why := self._out_of_order(data):
            self._refuse(data.get("id"), *why)
            return
        try:
            # not as an object_hook: that would also look into the parameters
            message = self.structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._refuse(data["id"], error.code, f"{data['method']}: malformed parameters.")
            return
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
        self.writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(
        self, params: lsp.InitializeParams
    ) -> Generator[Any, Any, lsp.InitializeResult]:
        """As pygls, with our choice of the position encoding."""
        self._server.begin(params)
        result = yield from super().lsp_initialize(params)
        general = params.capabilities.general
        offered = general.position_encodings if general else None
        result.capabilities.position_encoding = choose_encoding(offered)
        return result

    @lsp_method(lsp.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> Generator[Any, Any, None]:
        """Stop this session's jobs; pygls cancels its requests."""
        self._server.probes.close()
        yield from super().lsp_shutdown(*args)

    @lsp_method(lsp.EXIT)
    def lsp_exit(self, *args: Any) -> None:
        """End this session; the process serves others."""
        self.exited = True

    @lsp_method(lsp.WINDOW_WORK_DONE_PROGRESS_CANCEL)
    def lsp_work_done_progress_cancel(self, params: lsp.WorkDoneProgressCancelParams) -> None:
        """The user cancelled what we showed progress for."""
        self._server.progress_cancelled(params.token)

    @lsp_method(lsp.WORKSPACE_EXECUTE_COMMAND)
    async def lsp_workspace__execute_command(self, params: lsp.ExecuteCommandParams) -> Any:
        """Run a command; pygls would go on with one that was cancelled."""
        return await self._server.execute(params.command, params.arguments or [])

    # documents: changed here, synchronously, so that whatever comes next sees them

    @lsp_method(lsp.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: lsp.DidOpenTextDocumentParams) -> None:
        """A document is shown."""
        self._server.sync.opened(params.text_document)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: lsp.DidChangeTextDocumentParams) -> None:
        """A document was edited."""
        self._server.sync.changed(params.text_document, params.content_changes)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: lsp.DidCloseTextDocumentParams) -> None:
        """A document is not shown any more."""
        self._server.sync.closed(params.text_document.uri)

    @lsp_method(lsp.NOTEBOOK_DOCUMENT_DID_OPEN)
    def lsp_notebook_document__did_open(self, params: lsp.DidOpenNotebookDocumentParams) -> None:
        """A notebook is shown."""
        self._server.sync.notebook_opened(params)

    @lsp_method(lsp.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def lsp_notebook_document__did_change(
        self, params: lsp.DidChangeNotebookDocumentParams
    ) -> None:
        """Cells came, went or were edited."""
        self._server.sync.notebook_changed(params)

    @lsp_method(lsp.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def lsp_notebook_document__did_close(self, params: lsp.DidCloseNotebookDocumentParams) -> None:
        """A notebook is not shown any more."""
        self._server.sync.notebook_closed(params)
