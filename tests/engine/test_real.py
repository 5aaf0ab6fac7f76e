"""The bundled classifier: one code path, whether in this process or in the worker's."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from limner.config import Config
from limner.engine.local import LocalEngine
from limner.engine.supervisor import Supervisor
from limner.protocol import Attribution, Job, Partial, TextInput

pytestmark = pytest.mark.process

TEXT = "这家酒店的房间很小，服务态度很差，不会再来了。"
JOB = Job(method="integrated_gradients", model="mini-sentiment", input=TextInput(text=TEXT))


def rounded(result: Attribution) -> Attribution:
    """Scores to five digits, and without what differs from run to run."""
    pieces = tuple(msgspec.structs.replace(p, score=round(p.score, 5)) for p in result.tokens)
    kept = {"tokens": pieces, "target": result.target, "evaluations": result.evaluations}
    return msgspec.structs.replace(
        result,
        **kept,
        words=(),
        ms=0,
        value=0,
        baseline_value=0,
        difference=0,
        delta=0,
        error=0,
        token_error=0,
        logit=0,
        probability=0,
        probabilities=(),
    )


async def test_the_worker_answers_what_this_process_answers():
    engine, events = Supervisor(Config()), []
    there = await engine.run(JOB, listener=events.append)
    await engine.close()
    (here,) = await asyncio.to_thread(LocalEngine(Config()).compute, [(JOB, None)])
    assert isinstance(there, Attribution)
    assert rounded(there) == rounded(here)
    assert there.converged
    assert there.ms > 0
    assert any(isinstance(event, Partial) for event in events)
