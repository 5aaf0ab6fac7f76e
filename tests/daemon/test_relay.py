"""`limner lsp`: bytes in, bytes out, and the right end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from daemon.conftest import COMMAND
from limner.daemon import client
from limner.daemon.hello import READY, greeting
from limner.daemon.paths import Paths
from limner.daemon.relay import Seen, relay

CODE = (
    "import os; from daemon.conftest import COMMAND; from limner.daemon.relay import relay;"
    "os._exit(relay(COMMAND))"
)


def message(method: str, id: int | None = None, **params: object) -> bytes:
    body: dict[str, object] = {"jsonrpc": "2.0", "method": method, "params": params}
    if id is not None:
        body["id"] = id
    data = json.dumps(body).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(data), data)


INITIALIZE = message("initialize", 1, capabilities={}, processId=None, rootUri=None)


@pytest.fixture
def editor(world) -> Iterator[subprocess.Popen[bytes]]:
    """A relay that has answered `initialize`."""
    process = subprocess.Popen(
        [sys.executable, "-c", CODE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        assert process.stdin and process.stdout
        process.stdin.write(INITIALIZE)
        process.stdin.flush()
        length = int(process.stdout.readline().split(b":")[1])
        while process.stdout.readline() != b"\r\n":
            pass
        assert json.loads(process.stdout.read(length))["id"] == 1
        yield process
        process.kill()


@pytest.mark.process
def test_shutdown_and_exit_end_it_with_0(editor):
    editor.stdin.write(message("shutdown", 2) + message("exit"))
    editor.stdin.flush()
    assert editor.wait(20) == 0


@pytest.mark.process
def test_exit_without_shutdown_ends_it_with_1(editor):
    editor.stdin.write(message("exit"))
    editor.stdin.flush()
    assert editor.wait(20) == 1


@pytest.mark.process
def test_the_editors_end_of_file_ends_it_with_0(editor):
    editor.stdin.close()
    assert editor.wait(20) == 0
    assert client.running_pid()  # the daemon stays for the next one


@pytest.mark.process
def test_a_killed_daemon_ends_it_with_an_error_and_one_sentence(editor):
    pid = client.running_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert editor.wait(20) == 3
    said = editor.stderr.read().decode()
    assert said.startswith("limner: the daemon ended;")
    assert said.count("\n") == 1


@pytest.mark.process
def test_a_daemon_that_does_not_start_is_one_sentence(world: Paths, configure, capfd):
    configure.write_text("nonsense")
    assert relay(COMMAND) == 3
    said = capfd.readouterr().err
    assert said.startswith("limner: The daemon does not start; its log is")
    assert said.count("\n") == 1


@pytest.fixture
def echo(world: Paths) -> Iterator[None]:
    """A daemon that sends everything back."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(world.socket))
        server.listen()
        thread = threading.Thread(target=_echo, args=(server,))
        thread.start()
        yield
        thread.join(10)


def _echo(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection, connection.makefile("rb") as lines:
        assert lines.readline() == greeting("lsp")
        connection.sendall(READY)
        while chunk := lines.read1(1 << 16):
            connection.sendall(chunk)


def test_large_messages_pass_unchanged_and_the_half_close_too(echo):
    data = os.urandom(8 << 20)
    inside, into = os.pipe()
    out, outside = os.pipe()
    received: list[bytes] = []

    def write() -> None:
        with os.fdopen(into, "wb") as file:
            file.write(data)

    def read() -> None:
        with os.fdopen(out, "rb") as file:
            received.append(file.read())

    threads = [threading.Thread(target=write), threading.Thread(target=read)]
    for thread in threads:
        thread.start()
    assert relay(inward=inside, outward=outside) == 0
    os.close(outside)
    os.close(inside)
    for thread in threads:
        thread.join(10)
    assert received == [data]


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_methods_are_seen_however_the_stream_is_cut(size):
    stream = message("shutdown", 2) + message("exit")
    seen = Seen()
    for start in range(0, len(stream), size):
        seen.look(stream[start : start + size])
    assert (seen.shutdown, seen.exit, seen.status()) == (True, True, 0)


def test_a_documents_text_is_not_taken_for_a_method():
    seen = Seen()
    seen.look(message("textDocument/didOpen", text='{"method": "exit"} "method":"shutdown"'))
    assert (seen.shutdown, seen.exit, seen.status()) == (False, False, 3)
