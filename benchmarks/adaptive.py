"""Nodes and time until the error of completeness is at most 1 %, on trained models.

Ours stops by itself; captum computes the number it is told: its default 50, or the smallest that
suffices, which is searched for beforehand and which nobody knows who has not searched.
"""

from __future__ import annotations

import copy
import statistics
import subprocess
from dataclasses import dataclass
from functools import partial

import torch

from benchmarks import texts
from benchmarks.adaptive_time import DEFAULT, eight, single
from benchmarks.peers import FLOOR, TOLERANCE, batch_of, captum, difference, ours, smallest
from benchmarks.report import Section
from benchmarks.setting import Setting, Time, percentile, timed
from benchmarks.subjects import Subject, mini_sentiment, minilm
from limner.engine.local import LocalEngine

LENGTHS = (18, 34, 49, 65, 81, 97, 112, 128)
SMALLEST = "captum, smallest sufficient"
TRAPEZOID = "captum, riemann_trapezoid, 50"


def measure(setting: Setting) -> Section:
    torch.set_num_threads(setting.threads)
    section = Section("adaptive: nodes and time to 1 %, bundled classifier")
    _one(section, setting, mini_sentiment(), count=40, long=4, rounds=3)
    return section


def pretrained(setting: Setting) -> Section:
    torch.set_num_threads(setting.threads)
    section = Section("pretrained: nodes and time to 1 %, all-MiniLM-L6-v2")
    try:
        subject = minilm()
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return section.say(f"Skipped: all-MiniLM-L6-v2 cannot be had ({type(error).__name__}).")
    _one(section, setting, subject, count=10, long=2, rounds=2)
    return section


def _one(
    section: Section, setting: Setting, subject: Subject, *, count: int, long: int, rounds: int
) -> None:
    engine = LocalEngine(setting.config)
    ours(engine, subject, subject.texts[:2])  # jieba's dictionary, kernels
    section.say(f"### {subject.name} ({subject.what})")
    pool = [text for text in subject.texts if text.strip()]
    cut = partial(texts.cut, subject.tokenizer)
    longest = setting.few(128, 24)
    various = [cut([text], min(longest, _length(subject, text))) for text in pool]
    various = various[: setting.few(count, 3)]
    _accuracy(section, engine, subject, various)
    if subject.name == "mini-sentiment":
        _tokens(section, engine, subject, sorted(various, key=len)[len(various) // 3 :][:3])
    singles = [cut(pool[8 * i :], longest) for i in range(setting.few(long))]
    single(section, engine, subject, singles, setting.few(rounds))
    lengths = [min(length, longest) for length in LENGTHS]
    group = [cut(pool[i * 5 :], length) for i, length in enumerate(lengths)]
    eight(section, engine, subject, group, setting.few(rounds if rounds > 2 else 1))


def _length(subject: Subject, text: str) -> int:
    return len(subject.tokenizer(text)["input_ids"])


@dataclass(frozen=True)
class Answer:
    """One side's attribution of one text."""

    nodes: int
    delta: float
    time: Time


def _accuracy(section: Section, engine: LocalEngine, subject: Subject, pool: list[str]) -> None:
    """Share of texts within 1 %, nodes, and time over all of them."""
    answers = [found for text in pool if (found := _answers(engine, subject, text))]
    section.say(
        f"{len(answers)} texts ({subject.of}) of up to 128 tokens, one by one, target the "
        f"predicted label, baseline pad; {len(pool) - len(answers)} more have |ΔF| < {FLOOR} and "
        "count for neither side."
    )
    mine = _total([answer["limner"] for answer in answers])
    rows: list[list[object]] = []
    for side in ("limner", DEFAULT, SMALLEST, TRAPEZOID):
        of = [answer[side] for answer in answers]
        deltas, time = [one.delta for one in of], _total(of)
        rows.append(
            [
                side,
                f"{sum(delta <= TOLERANCE for delta in deltas)}/{len(of)}",
                statistics.mean(one.nodes for one in of),
                int(percentile([one.nodes for one in of], 0.9)),
                f"{statistics.median(deltas):.1e}",
                f"{percentile(deltas, 0.9):.1e}",
                time.wall,
                time.wall / mine.wall,
                time.cpu / mine.cpu,
            ]
        )
    header = ["", "within 1 %", "nodes mean", "p90", "δ median", "δ p90", "s", "ratio", "CPU ratio"]
    section.table(header, rows)


def _answers(engine: LocalEngine, subject: Subject, text: str) -> dict[str, Answer] | None:
    """Every side's; None where the text hardly moves the model."""
    batch = batch_of(subject, [text])
    (mine,), time = timed(partial(ours, engine, subject, [text]))
    target = [mine.labels.index(mine.target)]
    size = abs(float(difference(subject.module, batch, target)))
    if size < FLOOR:
        return None
    peer = partial(captum, subject.module, batch, target)
    calls = {DEFAULT: (50, partial(peer, 50))}
    n = smallest(subject, batch, target, mine.evaluations)
    calls[SMALLEST] = (n, partial(peer, n))
    calls[TRAPEZOID] = (50, partial(peer, 50, rule="riemann_trapezoid"))
    found = {"limner": Answer(mine.evaluations, mine.error / size, time)}
    for side, (nodes, call) in calls.items():
        (_, error), spent = timed(call)
        found[side] = Answer(nodes, float(error) / size, spent)
    return found


def _total(answers: list[Answer]) -> Time:
    return Time(
        sum(answer.time.wall for answer in answers), sum(answer.time.cpu for answer in answers)
    )


def _tokens(section: Section, engine: LocalEngine, subject: Subject, pool: list[str]) -> None:
    """Scores against captum's at 512 nodes in fp64."""
    exact = copy.deepcopy(subject.module).double()
    rows: list[list[object]] = []
    for text in pool:
        batch = batch_of(subject, [text])
        (mine,) = ours(engine, subject, [text])
        target = [mine.labels.index(mine.target)]
        places = list(batch.places[0])
        truth = captum(exact, batch, target, 512, at_once=16)[0][0, places]
        peer = captum(subject.module, batch, target, at_once=16)[0][0, places]
        scores = torch.tensor([token.score for token in mine.tokens])
        size = truth.abs().sum()
        error, peers = ((found - truth).abs().sum() / size for found in (scores, peer))
        rows.append(
            [f"{len(places)} tokens", mine.evaluations, f"{mine.delta:.1e}", f"{error:.1e}",
             f"{peers:.1e}"]
        )  # fmt: skip
    section.say("Scores against captum's at 512 nodes in fp64, ‖error‖₁ / ‖scores‖₁:")
    section.table(["", "our nodes", "our δ", "our error", "error of captum's 50"], rows)
