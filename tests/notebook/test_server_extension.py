"""A real Jupyter server, a real daemon, and clients of their websocket."""

from __future__ import annotations

import asyncio
import gc
import http.client
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from limner.cli.lab import free_port
from limner.notebook import server_extension
from limner.notebook.framing import MAX_MESSAGE

pytestmark = [
    pytest.mark.process,
    # a client that is refused leaves its socket to the garbage collector (tornado's, not ours)
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

TOKEN = "for-the-tests"
BASE = "/user/me/"
DENYING = """
from jupyter_server.auth.authorizer import Authorizer

class Denying(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        asked = (action, resource) == ("execute", "limner")
        return not (asked and handler.request.headers.get("X-Role") == "reader")

c.ServerApp.authorizer_class = Denying
"""
"""The server's configuration: who comes as a reader may not run code."""


@dataclass(frozen=True)
class Server:
    """A running Jupyter server."""

    port: int
    root: Path
    runtime: Path
    environment: dict[str, str]

    @property
    def address(self) -> str:
        return f"ws://127.0.0.1:{self.port}{BASE}limner/ws"

    def get(self, path: str) -> Any:
        url = f"http://127.0.0.1:{self.port}{BASE}{path}?token={TOKEN}"
        with urllib.request.urlopen(url, timeout=30) as reply:
            return json.load(reply)

    def login(self) -> str:
        """The cookie that a browser has after the first page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", f"{BASE}lab?token={TOKEN}")
        headers = connection.getresponse().headers.get_all("Set-Cookie") or []
        connection.close()
        return "; ".join(header.partition(";")[0] for header in headers)

    def limner(self, *words: str) -> str:
        command = [sys.executable, "-m", "limner", *words]
        ran = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=60
        )
        return ran.stdout

    def sessions(self) -> list[dict[str, Any]]:
        status = json.loads(self.limner("daemon", "status", "--json"))
        return [s for s in status["sessions"] if s["kind"] == "lsp"]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    home = Path(tempfile.mkdtemp(prefix="lj-", dir="/tmp"))
    for name in ("root", "run", "config", "cache"):
        (home / name).mkdir(mode=0o700)
    environment = os.environ | {
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home / "run"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "run"),
        "JUPYTER_TOKEN": TOKEN,
    }
    (home / "config" / "jupyter_server_config.py").write_text(DENYING)
    started = Server(free_port(), home / "root", home / "run", environment)
    arguments = [
        f"--port={started.port}",
        f"--ServerApp.base_url={BASE}",
        f"--ServerApp.root_dir={started.root}",
        *("--ip=127.0.0.1", "--no-browser", "--allow-root", "--ServerApp.port_retries=0"),
    ]
    log = (home / "log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", *arguments],
        env=environment,
        stdout=log,
        stderr=log,
    )
    try:
        wait_for(lambda: started.get("api"), process)
        yield started
    finally:
        process.terminate()
        process.wait(30)
        gc.collect()  # here, where what tornado leaves behind is no failure
        started.limner("daemon", "stop")
        log.close()
        shutil.rmtree(home)


def wait_for(answers: Any, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            answers()
            return
        except OSError:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)


@asynccontextmanager
async def connected(
    server: Server, *, token: str = TOKEN, **headers: str
) -> AsyncIterator[WebSocketClientConnection]:
    request = HTTPRequest(f"{server.address}?token={token}", headers=headers)
    socket = await websocket_connect(request)
    try:
        yield socket
    finally:
        socket.close()


async def read(socket: WebSocketClientConnection) -> dict[str, Any] | None:
    message = await asyncio.wait_for(socket.read_message(), 60)
    return None if message is None else json.loads(message)


async def ask(socket: WebSocketClientConnection, id: int, method: str, params: Any) -> Any:
    """A request's answer; what comes before it is skipped."""
    message = {"jsonrpc": "2.0", "id": id, "method": method, "params": params}
    await socket.write_message(json.dumps(message))
    while True:
        reply = await read(socket)
        assert reply is not None
        if reply.get("id") == id and "method" not in reply:
            return reply.get("result", reply.get("error"))


async def initialize(socket: WebSocketClientConnection) -> Any:
    return await ask(socket, 1, "initialize", {"processId": None, "capabilities": {}})


async def test_the_relays_word_comes_first_then_the_languages_server(server: Server):
    async with connected(server) as socket:
        welcome = await read(socket)
        assert welcome is not None and welcome["method"] == "limner/welcome"
        assert welcome["params"]["root"] == server.root.as_uri()
        assert (server.runtime / "limner" / welcome["params"]["daemon"]).exists()
        answer = await initialize(socket)
        assert answer["serverInfo"]["name"] == "limner"


@pytest.mark.parametrize("token", ["", "wrong"])
async def test_without_login_there_is_no_socket(server: Server, token: str):
    with pytest.raises(HTTPClientError) as refused:
        async with connected(server, token=token):
            pass
    assert refused.value.code == 403


async def test_who_may_not_run_code_gets_no_socket(server: Server):
    with pytest.raises(HTTPClientError) as refused:
        async with connected(server, **{"X-Role": "reader"}):
            pass
    assert refused.value.code == 403


async def test_a_foreign_page_in_a_browser_that_is_logged_in_gets_no_socket(server: Server):
    cookie = await asyncio.to_thread(server.login)
    host = f"127.0.0.1:{server.port}"
    async with connected(server, token="", Cookie=cookie, Origin=f"http://{host}") as socket:
        assert await read(socket) is not None
    with pytest.raises(HTTPClientError) as refused:
        async with connected(server, token="", Cookie=cookie, Origin="https://elsewhere.example"):
            pass
    assert refused.value.code == 403


async def test_two_tabs_get_their_own_answers(server: Server):
    async with connected(server) as one, connected(server) as other:
        for socket in (one, other):
            await read(socket)
            await initialize(socket)
        uris = {"file:///one.py": one, "file:///other.py": other}
        for uri, socket in uris.items():
            text = f'# limner: attribute model=nowhere-{uri[8]}\nx = "a b c"\n'
            item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
            opened = {"method": "textDocument/didOpen", "params": {"textDocument": item}}
            await socket.write_message(json.dumps({"jsonrpc": "2.0", **opened}))
        for uri, socket in uris.items():
            while (message := await read(socket)) is not None:
                if message.get("method") == "textDocument/publishDiagnostics":
                    assert message["params"]["uri"] == uri
                    assert f"nowhere-{uri[8]}" in message["params"]["diagnostics"][0]["message"]
                    break


async def test_a_message_of_megabytes_goes_through(server: Server):
    async with connected(server) as socket:
        await read(socket)
        await initialize(socket)
        text = "房间很差 but fine\n" * 400_000
        item = {"uri": "file:///a.txt", "languageId": "plaintext", "version": 1, "text": text}
        opened = {"method": "textDocument/didOpen", "params": {"textDocument": item}}
        await socket.write_message(json.dumps({"jsonrpc": "2.0", **opened}))
        answer = await ask(socket, 2, "limner/status", None)
        assert "engine" in answer


async def test_a_message_above_the_limit_is_skipped_with_a_sentence(server: Server):
    async with connected(server) as socket:
        await read(socket)
        await initialize(socket)
        await socket.write_message(b'"' + b"a" * MAX_MESSAGE + b'"', binary=True)
        told = await read(socket)
        assert told is not None and told["method"] == "window/showMessage"
        assert "close or split the document" in told["params"]["message"]
        assert "engine" in await ask(socket, 2, "limner/status", None)


async def test_a_closed_tab_ends_its_session(server: Server):
    async with connected(server) as socket:
        await read(socket)
        before = await asyncio.to_thread(server.sessions)
    deadline = time.monotonic() + 30
    while len(await asyncio.to_thread(server.sessions)) >= len(before):
        assert time.monotonic() < deadline


async def test_when_the_daemon_dies_the_tab_is_told_to_come_again(server: Server):
    async with connected(server) as socket:
        await read(socket)
        await initialize(socket)
        status = json.loads(await asyncio.to_thread(server.limner, "daemon", "status", "--json"))
        os.kill(status["pid"], signal.SIGKILL)
        while await read(socket) is not None:
            pass
        assert socket.close_code == 4002
    async with connected(server) as socket:
        welcome = await read(socket)
        assert welcome is not None and welcome["method"] == "limner/welcome"


async def test_a_daemon_that_cannot_start_is_said_in_a_sentence(server: Server):
    await asyncio.to_thread(server.limner, "daemon", "stop")
    folder = server.runtime / "limner"
    shutil.rmtree(folder)
    folder.write_text("in the way")
    try:
        async with connected(server) as socket:
            told = await read(socket)
            assert told is not None and told["method"] == "limner/unavailable"
            assert "not a folder of yours" in told["params"]["message"]
            assert await read(socket) is None
            assert socket.close_code == 4001
    finally:
        folder.unlink()


def test_other_language_servers_are_left_alone(server: Server):
    status = server.get("lsp/status")
    assert "pylsp" in status["specs"] if "specs" in status else "pylsp" in status["sessions"]
    assert not [name for name in status["sessions"] if "limner" in name]


def test_without_unix_sockets_the_servers_log_has_one_sentence(monkeypatch, caplog):
    monkeypatch.delattr("socket.AF_UNIX")
    server = SimpleNamespace(log=logging.getLogger("jupyter"))
    server_extension._load_jupyter_server_extension(server)
    assert [r.levelname for r in caplog.records] == ["WARNING"]
    assert caplog.messages == ["Limner needs Unix sockets, which are not here: run Jupyter in WSL."]
