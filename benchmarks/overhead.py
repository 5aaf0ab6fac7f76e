"""What is spent beside the forward and backward passes themselves.

The bare side is a hand-written loop over batches of the same shapes that our scheduler made: embed,
scale, forward, one `autograd.grad`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import partial
from typing import Any

import torch

from benchmarks import texts
from benchmarks.peers import batch_of, ours
from benchmarks.report import Section
from benchmarks.setting import Setting, interleaved, median
from benchmarks.subjects import Subject, base_size, mini_sentiment
from limner.engine.local import LocalEngine, Sources
from limner.methods.integrated_gradients import METHOD, Row

NODES = 17


def measure(setting: Setting) -> Section:
    torch.set_num_threads(setting.threads)
    section = Section("overhead: beside the passes themselves")
    rows: list[list[object]] = []
    small = mini_sentiment()
    for tokens in (32, 128):
        rows.append(_one(setting, small, tokens, rounds=setting.few(15)))
    if not setting.quick:
        rows.append(_one(setting, base_size(), 128, rounds=1))
    section.say(
        f"{NODES} fixed nodes from text to result (tokens, words by jieba, scheduling, quadrature) "
        "against a hand-written loop of forward and backward passes in batches of the same shapes."
    )
    return section.table(
        ["", "tokens", "batches", "limner, ms", "bare, ms", "ratio", "CPU ratio"], rows
    )


def _one(setting: Setting, subject: Subject, tokens: int, rounds: int) -> list[object]:
    text = texts.cut(subject.tokenizer, subject.texts, tokens)
    shapes: list[int] = []
    engine = LocalEngine(setting.config, _watched(setting, shapes))
    fixed = partial(ours, engine, subject, [text], target=1, min_nodes=NODES, max_nodes=NODES)
    for _ in range(2):  # the size of batches settles
        shapes.clear()
        fixed()
    sizes = tuple(shapes)
    bare = partial(_bare, subject, text, sizes)
    times = interleaved({"limner": fixed, "bare": bare}, rounds)
    mine, loop = median(times["limner"]), median(times["bare"])
    name = f"{subject.name} ({subject.what})"
    return [name, tokens, f"{len(sizes)} of {min(sizes)}–{max(sizes)} rows", mine.wall * 1000,
            loop.wall * 1000, mine.wall / loop.wall, mine.cpu / loop.cpu]  # fmt: skip


def _watched(setting: Setting, shapes: list[int]) -> Sources:
    """Our method, which notes the rows of each batch."""

    def evaluate(model: Any, rows: Sequence[Row]) -> list[Any]:
        shapes.append(len(rows))
        return METHOD.evaluate(model, rows)

    method = dataclasses.replace(METHOD, evaluate=evaluate)
    real = Sources.real(setting.config)
    return dataclasses.replace(real, methods=lambda: {METHOD.id: method})


def _bare(subject: Subject, text: str, sizes: Sequence[int]) -> None:
    batch = batch_of(subject, [text])
    embed: Any = subject.module.get_input_embeddings()  # pyright: ignore[reportCallIssue]
    x = embed(batch.ids).detach()  # (1, L, D)
    for size in sizes:
        alphas = torch.linspace(0, 1, size).view(-1, 1, 1)
        leaf = (alphas * x).requires_grad_()  # (B, L, D)
        mask = batch.mask.expand(size, -1)
        logits = subject.module(inputs_embeds=leaf, attention_mask=mask).logits
        torch.autograd.grad(logits[:, 1].sum(), leaf)
