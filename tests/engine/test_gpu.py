"""The CUDA path with a real model: the same answer, a stage on the CPU, flat memory."""

from __future__ import annotations

import asyncio

import pytest

from limner.config import Config, EngineSettings
from limner.engine.local import LocalEngine
from limner.protocol import Job, TextInput

pytestmark = pytest.mark.gpu

TEXT = TextInput(text="这家酒店的房间很小，服务态度很差，不会再来了。")
JOB = Job(method="integrated_gradients", model="mini-sentiment", input=TEXT)


@pytest.fixture(scope="module")
def cuda() -> str:
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device on this machine")
    return "cuda"


def engine(device: str, **given: int) -> LocalEngine:
    return LocalEngine(Config(engine=EngineSettings(device=device, **given)))


def test_a_gpu_gives_what_the_cpu_gives(cuda):
    ((there,), (here,)) = (engine(device).compute([(JOB, None)]) for device in (cuda, "cpu"))
    assert there.device == "cuda:0"
    assert [t.text for t in there.tokens] == [t.text for t in here.tokens]
    for a, b in zip(there.tokens, here.tokens, strict=True):
        assert a.score == pytest.approx(b.score, abs=1e-3)


def test_a_model_that_leaves_the_gpu_waits_on_the_cpu_and_comes_back(cuda):
    one = engine(cuda)
    one.compute([(JOB, None)])
    one.residency._evict(lambda: True)
    (model,) = [m for m in asyncio.run(one.status()).models if m.name == "mini-sentiment"]
    assert model.state == "on-cpu"
    assert one.compute([(JOB, None)])[0].device == "cuda:0"


def test_memory_is_flat_in_the_number_of_nodes(cuda):
    import torch

    peaks = []
    one = engine(cuda, batch_tokens=512)
    one.compute([(JOB, None)])
    for nodes in (17, 129):
        torch.cuda.reset_peak_memory_stats()
        params = {"min_nodes": nodes, "max_nodes": nodes}
        one.compute([(Job(method=JOB.method, model=JOB.model, input=TEXT, params=params), None)])
        peaks.append(torch.cuda.max_memory_allocated())
    assert peaks[1] <= 1.1 * peaks[0]
