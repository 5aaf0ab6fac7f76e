"""Real daemons: found, started, shared, left, killed."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable

import pytest

from daemon.conftest import COMMAND
from engine.toy import job
from limner.daemon import client
from limner.daemon.client import RemoteEngine
from limner.daemon.connect import NoDaemon, connect
from limner.daemon.paths import Paths
from limner.engine.interface import Listener
from limner.protocol import BadInput, DaemonUnreachable, Partial, Progress

pytestmark = pytest.mark.process


def engine() -> RemoteEngine:
    return RemoteEngine(command=COMMAND)


async def until(condition: Callable[[], bool]) -> None:
    """Look again until it holds."""
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)


def sets(begun: asyncio.Event) -> Listener:
    """A listener that sets `begun` when the compute begins."""

    def listen(event: Progress | Partial) -> None:
        if isinstance(event, Progress) and event.stage == "computing":
            begun.set()

    return listen


def kill(number: signal.Signals = signal.SIGKILL) -> int:
    """Kill the running daemon and wait until it has gone."""
    pid = client.running_pid()
    assert pid is not None
    os.kill(pid, number)
    assert client._gone(20)
    return pid


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# ── finding and starting ──────────────────────────────────────────────────────────────────────


def test_without_a_daemon_nothing_is_found(world):
    assert connect("rpc", start=False) is None
    assert client.status() is None
    assert client.stop() is False
    assert client.logs() == []


async def test_the_first_client_starts_it_and_the_second_finds_it(world: Paths):
    one, two = engine(), engine()
    assert (await one.daemon()).pid == (await two.daemon()).pid
    status = await one.daemon()
    assert [session.kind for session in status.sessions] == ["rpc", "rpc"]
    assert {session.pid for session in status.sessions} == {os.getpid()}
    assert status.engine.state == "stopped"  # no job, no worker
    await one.close()
    await two.close()


async def test_its_files_are_the_users_alone(world: Paths):
    one = engine()
    await one.daemon()
    assert mode(world.folder) == 0o700
    assert mode(world.socket) == 0o600
    assert mode(world.log) == 0o600
    await one.close()


def test_racing_starters_give_one_daemon(world):
    code = (
        "import asyncio; from daemon.test_daemon import engine\n"
        "print(asyncio.run(engine().daemon()).pid)"
    )
    starters = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) for _ in range(4)
    ]
    pids = {starter.communicate()[0] for starter in starters}
    assert pids == {f"{client.running_pid()}\n".encode()}


def test_stale_files_of_a_killed_daemon_are_no_obstacle(world: Paths):
    connect("rpc", command=COMMAND).close()
    killed = kill()
    assert world.socket.exists()
    assert world.alive.exists()
    connect("rpc", command=COMMAND).close()
    assert client.running_pid() != killed


def test_a_file_in_the_sockets_place_is_no_obstacle(world: Paths):
    world.socket.touch()
    world.starting.touch()
    world.alive.write_text("1")
    connect("rpc", command=COMMAND).close()
    assert client.running_pid()


def test_one_that_does_not_start_is_told_with_its_last_words(world: Paths, configure):
    configure.write_text("[engine]\ndevice = 3")
    with pytest.raises(NoDaemon, match=r"does not start; its log is .*Expected `str`"):
        connect("rpc", command=COMMAND)
    configure.unlink()
    connect("rpc", command=COMMAND).close()


async def test_the_python_client_gets_the_same_as_an_error_of_the_tree(world, configure):
    configure.write_text("nonsense")
    with pytest.raises(DaemonUnreachable, match="does not start"):
        await engine().status()


def test_a_client_of_another_protocol_is_refused(world: Paths):
    connect("rpc", command=COMMAND).close()
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(str(world.socket))
        stranger.sendall(b"GET / HTTP/1.1\n")
        assert stranger.recv(100).startswith(b"LIMNER refused: this daemon speaks")
        assert stranger.recv(100) == b""


# ── serving ───────────────────────────────────────────────────────────────────────────────────


async def test_two_clients_at_once_get_their_own_answers(world):
    one, two = engine(), engine()
    texts = [f"text {i}" for i in range(20)]
    jobs = [(one if i % 2 else two).run(job(text)) for i, text in enumerate(texts)]
    results = await asyncio.gather(*jobs, one.run(job("bad")), return_exceptions=True)
    assert [result.text for result in results[:-1]] == texts
    assert "the row is bad" in str(results[-1])
    await one.close()
    await two.close()


async def test_a_client_that_disappears_cancels_its_jobs(world):
    staying, leaving = engine(), engine()
    begun = asyncio.Event()
    running = asyncio.create_task(leaving.run(job("endless"), listener=sets(begun)))
    await begun.wait()
    await leaving.close()
    with pytest.raises(DaemonUnreachable):
        await running
    while (await staying.status()).running:
        pass
    assert (await staying.status()).cancelled == 1
    await staying.close()


async def test_equal_jobs_of_two_clients_run_once(world):
    one, two = engine(), engine()
    begun = asyncio.Event()
    first = asyncio.create_task(one.run(job("endless"), listener=sets(begun)))
    await begun.wait()
    begun.clear()
    second = asyncio.create_task(two.run(job("endless"), listener=sets(begun)))
    await begun.wait()
    assert (await one.status()).running == 1
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    assert (await one.status()).running == 1
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    while (await one.status()).running:
        pass
    await one.close()
    await two.close()


async def test_a_fault_in_one_session_does_not_touch_another(world: Paths):
    good = engine()
    await good.status()
    reader, writer = await asyncio.open_unix_connection(world.socket)
    writer.write(b"LIMNER rpc 1\n" + b"\x07 this is not a frame")
    assert await reader.read() == b"LIMNER ready\n"
    writer.close()
    assert (await good.run(job("a"))).text == "a"
    await good.close()


async def test_bad_input_is_bad_input_on_this_side_too(world):
    one = engine()
    with pytest.raises(BadInput, match="no method 'rune'"):
        await one.run(type(job("a"))(method="rune", model="toy", input=job("a").input))
    await one.close()


async def test_the_log_has_ids_but_no_text(world: Paths):
    one = engine()
    await one.run(job("a secret text"))
    with pytest.raises(Exception, match="row is bad"):
        await one.run(job("bad secret text"))
    await one.close()
    text = "\n".join(client.logs(500))
    assert "session 1: rpc from process" in text
    assert "secret" not in text


# ── leaving ───────────────────────────────────────────────────────────────────────────────────


async def test_it_leaves_some_time_after_its_last_client(world: Paths, configure):
    configure.write_text("[daemon]\nidle_minutes = 0.001")
    one = engine()
    pid = (await one.daemon()).pid
    await one.run(job("a"))
    assert client.running_pid() == pid
    await one.close()
    await until(lambda: client.running_pid() is None)
    assert not world.socket.exists()
    assert "nobody is here" in "\n".join(client.logs())


def test_stop_makes_it_leave_and_its_worker_too(world):
    async def worker() -> int:
        one = engine()
        await one.run(job("a"))
        pid = (await one.status()).pid
        await one.close()
        return pid

    pid = asyncio.run(worker())
    assert client.stop() is True
    assert client.status() is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_sigterm_is_a_clean_stop(world: Paths):
    connect("rpc", command=COMMAND).close()
    kill(signal.SIGTERM)
    assert not world.socket.exists()
    assert client.logs()[-1].endswith("leaves")


async def test_a_daemon_that_is_killed_is_one_clear_sentence_and_the_next_call_works(world):
    one = engine()
    begun = asyncio.Event()
    running = asyncio.create_task(one.run(job("endless"), listener=lambda event: begun.set()))
    await begun.wait()
    await asyncio.to_thread(kill)
    with pytest.raises(DaemonUnreachable, match="ended before it answered"):
        await running
    assert (await one.run(job("a"))).text == "a"
    await one.close()
