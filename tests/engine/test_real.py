"""The bundled classifier: one code path, whether in this process or in the worker's."""

from __future__ import annotations

import asyncio

import pytest

from limner.config import Config
from limner.engine.local import LocalEngine
from limner.engine.supervisor import Supervisor
from limner.protocol import Attribution, Job, Partial, TextInput

pytestmark = pytest.mark.process

TEXT = "这家酒店的房间很小，服务态度很差，不会再来了。"
JOB = Job(method="integrated_gradients", model="mini-sentiment", input=TextInput(text=TEXT))


async def test_the_worker_answers_what_this_process_answers():
    engine, events = Supervisor(Config()), []
    there = await engine.run(JOB, listener=events.append)
    await engine.close()
    (here,) = await asyncio.to_thread(LocalEngine(Config()).compute, [(JOB, None)])
    assert isinstance(there, Attribution)
    assert [t.text for t in there.words] == [t.text for t in here.words]
    for a, b in zip(there.words, here.words, strict=True):
        assert a.score == pytest.approx(b.score, abs=1e-3)
    assert there.target == here.target
    assert there.converged
    assert there.ms > 0
    assert any(isinstance(event, Partial) for event in events)
