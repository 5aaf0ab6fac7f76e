"""The way of a completion from the session's gaps to an engine, and plain passes beside it."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import torch

from limner.config import Config, EngineSettings
from limner.engine.local import LocalEngine, Sources
from limner.lsp.activity import Activity
from limner.lsp.catalog import Catalog
from limner.lsp.gaps import Gaps
from limner.lsp.settings import Settings
from limner.methods import METHODS
from limner.models import load_model
from limner.models.model import Model, accepted
from limner.protocol import ModelStatus
from limner.text.gaps import asked
from limner.text.passages import passages


async def first_list(module: Any, count: int, threads: int) -> tuple[list[float], list[float]]:
    """Seconds of `count` plain forward passes and of as many first lists, interleaved."""
    tokenizer = load_model("mini-mlm").tokenizer
    model = Model(
        "base", module, tokenizer, owned=True, accepts=accepted(module), guesses=True
    )  # random weights would be refused, rightly
    status = ModelStatus(name="base", path="/", state="on-disk", masked=True)
    config = Config(engine=EngineSettings(device="cpu", threads=threads))
    sources = Sources(lambda: METHODS, lambda name: model, lambda name: "1", lambda: (status,))
    engine = LocalEngine(config, sources, set_threads=True)
    catalog = Catalog(config, lambda config: (status,))
    gaps = Gaps(engine, catalog, Activity(), lambda: Settings(mask_model="base"))
    passes: list[float] = []
    lists: list[float] = []
    try:
        for i in range(count + 2):
            text = f"房间很[MASK]，早餐也很丰富，服务员的态度还可以，第{i}次来住了。"
            (passage,) = passages("plaintext", text)
            question = asked(passage)
            assert question
            inputs = tokenizer(text, return_tensors="pt")
            began = time.perf_counter()
            with torch.no_grad():
                await asyncio.to_thread(lambda inputs=inputs: module(**inputs))
            between = time.perf_counter()
            found, _ = await gaps.candidates(gaps.job(question), patience=60)
            lists.append(time.perf_counter() - between)
            passes.append(between - began)
            assert found and found.candidates
            await asyncio.sleep(0)
            while engine.scheduler.running or engine.scheduler.queued:
                await asyncio.sleep(0.01)  # the longer words of this one are not the next one's
    finally:
        gaps.close()
        await engine.close()
    return passes[2:], lists[2:]
