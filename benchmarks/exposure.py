"""Exposure bias on interface strings: the bundled translator, and remedies trained side by side.

Strings come from a Debian package (`python -m training.build --stage data` fetches it). The
trainings are in `benchmarks/exposure_runs.py`, whose file this reads: what is missing there is left
out here and counted.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import exposure_runs
from benchmarks.exposure_runs import ARMS, HELD_OUT, RECIPE
from benchmarks.report import Section
from benchmarks.setting import Setting

RUNS = Path("training/work/exposure/runs.jsonl")
SEEDS = 3

ARTICLE = (
    ("plain", 63.81, 64.44, 64.75, 45.52),
    ("replacement", 64.44, 65.04, 65.15, 46.10),
    ("gradient penalty", 65.41, 65.94, 66.10, 47.37),
)
"""科学空间 7259, titles of CSL: Rouge-L with beams of 1, 2, 3, and BLEU with one."""


def measure(setting: Setting) -> Section:
    import torch
    from training import strings, translate

    import limner

    torch.set_num_threads(setting.threads)
    section = Section("Exposure bias (interface strings, English to Chinese)")
    pairs = [(one.source, one.target) for one in strings.select("test")]
    pairs = pairs[: 20 if setting.quick else len(pairs)]
    model, tokens = limner.models.load("mini-seq2seq")
    found = translate.measure(model, tokens, pairs)
    section.say(
        f"`mini-seq2seq` on {len(pairs):,} held-out strings: a target token costs "
        f"{found['forced']:.2f} nats after the target's words and {found['free']:.2f} after its "
        f"own; {100 * found['diverged']:.0f} % of its outputs differ from the target somewhere, "
        f"{100 * found['ended']:.1f} % of the target's tokens lie behind its own end."
    )
    section.table(
        ("beam", "chrF", "BLEU (characters)", "above the target", "is the target"),
        [
            (
                str(beam["width"]),
                beam["chrf"],
                beam["bleu"],
                f"{100 * beam['above']:.0f} %",
                f"{100 * beam['exact']:.0f} %",
            )
            for beam in found["beams"]
        ],
    )
    runs = exposure_runs.done(RUNS)
    section.say(
        f"Remedies: `mini-seq2seq` goes on for {RECIPE.epochs} epochs from the same weights on the "
        f"same batches, strings of at most {exposure_runs.LONGEST} tokens, measured on {HELD_OUT} "
        "held-out ones: mean over seeds and, after ±, their standard deviation. Nats per target "
        "token; chrF and BLEU with beams of 1 and 3; CPU time of the training beside plain."
    )
    rows: list[Sequence[object]] = []
    plain = _of(runs, ARMS[0].name)
    for arm in ARMS:
        if not (here := _of(runs, arm.name)):
            continue
        time = statistics.mean(one["cpu_seconds"] for one in here)
        base = statistics.mean(one["cpu_seconds"] for one in plain)
        rows.append(
            (
                arm.name,
                str(len(here)),
                _mean([one["forced"] for one in here]),
                _mean([one["free"] for one in here]),
                _mean([one["free"] - one["forced"] for one in here]),
                _mean([one["kl"] for one in here]),
                _mean([one["beams"][0]["chrf"] for one in here], 1),
                _mean([one["beams"][-1]["chrf"] for one in here], 1),
                _mean([one["beams"][0]["bleu"] for one in here], 1),
                _mean([one["beams"][-1]["bleu"] for one in here], 1),
                f"{time / base:.2f} ×",
            )
        )
    section.table(
        (
            "trained with", "seeds", "target read", "own words read", "difference", "KL",
            "chrF, 1", "chrF, 3", "BLEU, 1", "BLEU, 3", "time",
        ),
        rows,
    )  # fmt: skip
    section.say("The article, on titles of Chinese abstracts with a pretrained model:")
    section.table(("trained with", "Rouge-L, 1", "Rouge-L, 2", "Rouge-L, 3", "BLEU, 1"), ARTICLE)
    section.say(
        f"Wanted: {len(ARMS)} ways × {SEEDS} seeds; there: {len(runs)} runs. More by "
        f"`python -m benchmarks.exposure_runs {RUNS} --seeds {SEEDS}`."
    )
    return section


def _of(runs: dict[str, dict[str, Any]], arm: str) -> list[dict[str, Any]]:
    return [one for name, one in runs.items() if name.rpartition(" | ")[0] == arm]


def _mean(values: Sequence[float], digits: int = 2) -> str:
    spread = f" ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.{digits}f}{spread}"
