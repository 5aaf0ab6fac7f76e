"""Time to 1 %: one long text, and eight texts of various lengths in one call."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import psutil

from benchmarks.peers import Batch, batch_of, captum, ours, smallest
from benchmarks.report import Section
from benchmarks.setting import interleaved, median
from benchmarks.subjects import Subject
from limner.engine.local import LocalEngine

DEFAULT = "captum, 50 nodes (its default)"


def single(
    section: Section, engine: LocalEngine, subject: Subject, pool: list[str], rounds: int
) -> None:
    """One long text at a time."""
    sums: dict[str, list[float]] = {}
    used: list[int] = []
    tokens = 0
    for text in pool:
        batch = batch_of(subject, [text])
        (mine,) = ours(engine, subject, [text])
        target = [mine.labels.index(mine.target)]
        n = smallest(subject, batch, target, mine.evaluations)
        tokens = batch.ids.shape[1]
        used += [mine.evaluations, n]
        calls = _calls(engine, subject, [text], batch, target, n)
        _add(sums, calls, rounds)
    section.say(
        f"One long text at a time ({len(pool)} texts of {tokens} tokens, {rounds} rounds; "
        f"our nodes {used[::2]}, captum's smallest {used[1::2]}):"
    )
    ratio = _ratios(section, sums)
    section.target(
        f"{subject.name}: one 128-token text, to 1 %",
        "≥ 3.5 × captum's default",
        f"{ratio:.1f} ×",
        ratio >= 3.5,
    )


def eight(
    section: Section, engine: LocalEngine, subject: Subject, pool: list[str], rounds: int
) -> None:
    """Eight texts of various lengths in one call."""
    batch = batch_of(subject, pool)
    mine = ours(engine, subject, pool)
    target = [m.labels.index(m.target) for m in mine]
    n = max(
        smallest(subject, batch_of(subject, [text]), [label], one.evaluations)
        for text, label, one in zip(pool, target, mine, strict=True)
    )
    calls = _calls(engine, subject, pool, batch, target, n)
    note = ""
    if subject.name != "mini-sentiment" and psutil.virtual_memory().available < 12 << 30:
        del calls[DEFAULT]
        note = " captum's default was skipped: less than 12 GiB free for its 400 rows."
    sums: dict[str, list[float]] = {}
    _add(sums, calls, rounds)
    lengths = [int(length) for length in batch.mask.sum(1)]
    section.say(
        f"Eight texts of {min(lengths)}–{max(lengths)} tokens in one call ({rounds} rounds; our "
        f"nodes {[m.evaluations for m in mine]}, captum's smallest for all {n}; captum's batch is "
        f"padded, {sum(lengths)} of {batch.ids.numel()} tokens are text).{note}"
    )
    ratio = _ratios(section, sums)
    section.target(
        f"{subject.name}: 8 texts of 18–128 tokens, to 1 %",
        "≥ 10 × captum's default",
        f"{ratio:.1f} ×" if DEFAULT in sums else "not measured",
        ratio >= 10,
    )


def _calls(
    engine: LocalEngine,
    subject: Subject,
    pool: list[str],
    batch: Batch,
    target: list[int],
    n: int,
) -> dict[str, Callable[[], object]]:
    peer = partial(captum, subject.module, batch, target)
    return {
        "limner": partial(ours, engine, subject, pool),
        DEFAULT: partial(peer, 50),
        "captum, 50 nodes, internal_batch_size=8": partial(peer, 50, at_once=8),
        "captum, smallest sufficient": partial(peer, n),
        "captum, smallest sufficient, internal_batch_size=8": partial(peer, n, at_once=8),
    }


def _add(sums: dict[str, list[float]], calls: dict[str, Callable[[], object]], rounds: int) -> None:
    """Medians of the rounds, summed over texts: wall and CPU."""
    for name, times in interleaved(calls, rounds).items():
        time = median(times)
        wall, cpu = sums.get(name, [0.0, 0.0])
        sums[name] = [wall + time.wall, cpu + time.cpu]


def _ratios(section: Section, sums: dict[str, list[float]]) -> float:
    mine = sums["limner"]
    section.table(
        ["", "s", "ratio to limner", "CPU s", "ratio of CPU"],
        [[name, w, w / mine[0], c, c / mine[1]] for name, (w, c) in sums.items()],
    )
    return sums.get(DEFAULT, [0.0])[0] / mine[0]
