"""The accelerator gives what the CPU gives; memory is bounded, models come and go."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
import torch

import limner
from limner.config import Config, EngineSettings
from limner.engine.local import LocalEngine
from limner.protocol import Attribution, Job, TextInput
from tests.methods import tiny

pytestmark = pytest.mark.gpu
TEXT = "房间很差，但是早餐不错，服务员也很热情"
NODES = {"min_nodes": 17, "max_nodes": 17}


async def on(device: str, **params: object) -> Attribution:
    engine = LocalEngine(Config(engine=EngineSettings(device=device)))
    job = Job(
        method="integrated_gradients",
        model="mini-sentiment",
        input=TextInput(text=TEXT),
        params={"target": "positive", **NODES, **params},
    )
    try:
        return await engine.run(job)
    finally:
        await engine.close()


def scores(result: Attribution) -> list[float]:
    return [token.score for token in result.tokens]


async def test_scores_on_the_device_are_those_of_the_cpu(device: str) -> None:
    here, there = await asyncio.gather(on("cpu"), on(device))
    assert there.device.startswith(device)
    np.testing.assert_allclose(scores(there), scores(here), atol=2e-3)


async def test_bf16_keeps_end_points_exact_and_scores_close(device: str) -> None:
    exact, rough = await on(device), await on(device, precision="bf16")
    assert rough.value == pytest.approx(exact.value, abs=1e-4)
    assert rough.baseline_value == pytest.approx(exact.baseline_value, abs=1e-4)
    l1 = sum(map(abs, scores(exact)))
    assert sum(abs(a - b) for a, b in zip(scores(rough), scores(exact), strict=True)) < 0.1 * l1


def test_a_users_module_stays_on_its_device(device: str) -> None:
    module = tiny.bert().to(device)
    result = limner.attribute(list(tiny.TEXTS), module, tiny.word_pieces(), target=0)
    assert {p.device.type for p in module.parameters()} == {device}
    assert all(one.device.startswith(device) for one in result)


async def test_a_model_comes_to_the_device_and_leaves_it(device: str) -> None:
    engine = LocalEngine(Config(engine=EngineSettings(device=device)))
    try:
        await engine.load("mini-sentiment")
        states = {m.name: m.state for m in (await engine.status()).models}
        assert states["mini-sentiment"] == "on-device"
        await engine.unload("mini-sentiment")
        assert (await engine.status()).resident_bytes == 0
    finally:
        await engine.close()


def test_memory_does_not_grow_with_the_number_of_nodes(device: str) -> None:
    if device != "cuda":
        pytest.skip("only CUDA measures the peak of allocated memory")
    module, tok = tiny.bert().to(device), tiny.word_pieces()

    def peak(nodes: int) -> int:
        torch.cuda.reset_peak_memory_stats()
        limner.attribute(TEXT, module, tok, target=0, min_nodes=nodes, max_nodes=nodes)
        return torch.cuda.max_memory_allocated()

    peak(5)
    assert peak(129) <= 2 * peak(17)
