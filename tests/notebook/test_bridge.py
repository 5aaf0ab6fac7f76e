"""Kernel → daemon → worker, with all processes real."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading

import numpy as np
import psutil
import pytest
from jupyter_client.manager import start_new_kernel

from daemon.conftest import world as world
from limner.daemon.client import RemoteEngine, status
from limner.daemon.paths import identity
from limner.notebook import bridge
from limner.protocol import ArrayFacts, ArrayGone, ArraysInput, Description, Job

pytestmark = pytest.mark.process


def data(sent):
    return sent._repr_mimebundle_()[bridge.MIME]


async def describe(engine: RemoteEngine, facts: ArrayFacts) -> Description:
    result = await engine.run(Job(method="describe", model="", input=ArraysInput(arrays=(facts,))))
    assert isinstance(result, Description)
    return result


@pytest.fixture
async def engine(world):
    engine = RemoteEngine()
    yield engine
    await engine.close()


def worker_of(daemon: int) -> psutil.Process:
    (worker,) = psutil.Process(daemon).children()
    return worker


def test_a_front_end_asks_a_kernel_and_the_daemon_has_the_array(world, monkeypatch):
    assert bridge.send("x", namespace={"x": [1]}).error is None  # the daemon is up
    manager, client = start_new_kernel(kernel_name="python3", env={**os.environ})
    try:
        client.execute_interactive("import numpy as np; x = np.arange(12.).reshape(4, 3)")
        client.execute_interactive("y = 'a text'")
        code = (
            "__import__('limner.notebook.bridge', fromlist=['send'])"
            f".send(%s, daemon='{identity()}.sock')"
        )

        def ask(names):
            expressions = {"limner": code % names}
            reply = client.execute(
                "",
                silent=True,
                store_history=False,
                user_expressions=expressions,
                reply=True,
                timeout=120,
            )
            assert reply["content"]["status"] == "ok"
            return reply["content"]["user_expressions"]["limner"]["data"][bridge.MIME]

        found = ask('["x[:, 1:]"]')
        (array,) = found["arrays"]
        assert found["error"] is None
        assert (array["name"], array["dtype"]) == ("x[:, 1:]", "float64")
        assert (array["shape"], array["rows"], array["of"]) == ([4, 2], 4, 4)
        assert ask('["y"]')["error"]["kind"] == "not-an-array"
        assert ask('["nothing"]')["error"]["kind"] == "no-such-name"
        assert ask('["exit()"]')["error"]["kind"] == "bad-name"
        drawn = client.execute_interactive("1")  # the kernel lives, and nothing was counted
        assert drawn["content"]["execution_count"] == 3
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    kept = status()
    assert kept is not None
    assert [one.name for one in kept.arrays] == ["x", "x[:, 1:]"]


async def test_a_job_finds_the_array_and_finds_it_again_after_the_worker_died(engine):
    x = np.random.default_rng(0).normal(size=(1000, 3))
    (facts,) = (await asyncio.to_thread(bridge.send, ["x"], namespace={"x": x})).arrays
    found = await describe(engine, facts)
    assert found.overall is not None
    assert found.overall.mean == pytest.approx(x.mean())
    assert found.ms > 0
    daemon = await engine.daemon()
    assert daemon.engine.models == () or all(m.name for m in daemon.engine.models)
    os.kill(daemon.engine.pid, signal.SIGKILL)
    again = await describe(engine, facts)
    assert again.overall == found.overall
    assert (await engine.daemon()).engine.restarts == 1


async def test_an_equal_array_is_recognised_and_costs_nothing(engine):
    x = np.arange(1000.0)
    (first,) = (await asyncio.to_thread(bridge.send, "x", namespace={"x": x})).arrays
    (second,) = (await asyncio.to_thread(bridge.send, "x", namespace={"x": x.copy()})).arrays
    (other,) = (await asyncio.to_thread(bridge.send, "x", namespace={"x": x + 1})).arrays
    assert first.id == second.id != other.id
    await describe(engine, first)
    await describe(engine, second)
    assert (await engine.daemon()).engine.cache_hits == 1
    assert sum(one.bytes for one in (await engine.daemon()).arrays) == 16_000


async def test_an_array_that_is_not_kept_is_said(engine):
    (facts,) = (await asyncio.to_thread(bridge.send, "x", namespace={"x": [1]})).arrays
    await engine.forget()
    with pytest.raises(ArrayGone, match="run it again"):
        await describe(engine, facts)


async def test_two_kernels_send_at_once(engine):
    await engine.status()
    sent = await asyncio.gather(
        *(
            asyncio.to_thread(bridge.send, "x", namespace={"x": np.full(2_000_000, float(i))})
            for i in range(4)
        )
    )
    found = [await describe(engine, one.arrays[0]) for one in sent]
    assert [one.overall.mean for one in found] == [0, 1, 2, 3]


def test_a_connection_that_ends_in_the_middle_leaves_nothing(world):
    from limner.daemon.messages import Keep
    from limner.engine.blocking import read_message, send_message
    from limner.engine.messages import Give, encode
    from limner.engine.wire import Array, array_frame
    from limner.notebook.bridge.client import dial

    client = dial(start=True)
    assert client is not None
    facts = ArrayFacts(name="x", dtype="float64", shape=(1000,), of=1000)
    connection = client._connection
    send_message(connection, encode(Keep(id=1, array=facts)))
    read_message(connection)
    send_message(connection, encode(Give(id=1, array="")))
    head, body = array_frame(Array.of(np.zeros(1000)))
    connection.sendall(bytes(head) + bytes(body)[:500])
    connection.close()
    found = status()
    assert found is not None
    assert found.arrays == ()


def test_a_kernel_of_another_environment_is_told_so(world):
    found = data(bridge.send("x", daemon="000000000000.sock", namespace={"x": [1]}))
    assert found["error"]["kind"] == "remote-kernel"
    assert sys.prefix in found["error"]["message"]
    assert found["arrays"] == []


def test_a_kernel_that_cannot_reach_the_daemon_is_told_so(world):
    found = data(bridge.send("x", daemon=identity(), namespace={"x": [1]}))
    assert found["error"]["kind"] == "remote-kernel"
    assert status() is None  # and none was started


def test_a_sample_is_sent_of_what_is_too_large(world):
    sent = bridge.send("x", limit=8000, namespace={"x": np.arange(5000.0)})
    (array,) = data(sent)["arrays"]
    assert (array["rows"], array["of"]) == (1000, 5000)
    assert "1,000 of 5,000 rows" in array["note"]
    found = data(bridge.send("x", limit=8, namespace={"x": np.zeros((1, 100))}))
    assert found["error"]["kind"] == "too-large"


def test_beside_a_running_cell_the_note_says_so(world):
    sent = []
    thread = threading.Thread(
        target=lambda: sent.append(bridge.send("x", namespace={"x": [1.0, 2.0]}))
    )
    thread.start()
    thread.join(60)
    assert "while a cell was running" in data(sent[0])["arrays"][0]["note"]


def test_an_object_that_misbehaves_never_raises_into_the_kernel(world):
    class Sulky:
        def __array__(self, dtype=None, copy=None):
            raise RuntimeError("not today")

    found = data(bridge.send("x", namespace={"x": Sulky()}))
    assert found["error"]["kind"] == "not-an-array"
    assert "not today" in found["error"]["message"]
    assert data(bridge.send([], namespace={}))["error"]["kind"] == "bad-name"
