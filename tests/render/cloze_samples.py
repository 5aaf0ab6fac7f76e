"""Answers of the cloze methods, as they could be."""

from __future__ import annotations

from typing import Any

from limner.protocol import Candidate, Candidates, ClozeLabels, ClozeTraining
from limner.results.cloze import Bin, ClozeReport, Epoch, PatternRank, Quality

BINS = (Bin(0.5, 0.6, 12, 0.553, 0.583), Bin(0.9, 1.0, 28, 0.964, 0.857))
OTHERS = (Bin(0.9, 1.0, 40, 0.99, 0.775),)


def quality(**given: Any) -> Quality:
    found: dict[str, Any] = dict(
        count=40, accuracy=0.775, macro_f1=0.7612, log_loss=0.51, ece=0.084, reliability=BINS
    )
    return Quality(**(found | given))


def candidates(**given: Any) -> Candidates:
    found: dict[str, Any] = dict(
        model="mini-mlm",
        text="😀[MASK]满意。房间很差",
        gap=(1, 7),
        candidates=(
            Candidate(text="不", probability=0.201, tokens=1, label="negative"),
            Candidate(text="很", probability=0.632, tokens=1),
            Candidate(text="非常", probability=0.0001, tokens=2),
        ),
        entropy=2.48,
        ms=12.34,
    )
    return Candidates(**(found | given))


def labels(**given: Any) -> ClozeLabels:
    found: dict[str, Any] = dict(
        model="mini-mlm",
        labels=("positive", "negative"),
        patterns=("{mask}满意。{text}", "{text} {mask}好"),
        scores=(((-1.0, -2.0), (-1.0, -3.0)),) * 3,
        bias=((0.0, 0.0), (0.0, 0.0)),
        probabilities=((0.9, 0.1), (0.45, 0.55), (0.7, 0.3)),
        calibration="contextual",
        truncated=(2,),
        notes=("1 text was longer than the model reads and cut at the end",),
    )
    return ClozeLabels(**(found | given))


def report(**given: Any) -> ClozeReport:
    found: dict[str, Any] = dict(
        model="mini-mlm::/home/me/reviews.heads/003.safetensors",
        head=3,
        labels=("positive", "negative"),
        count=40,
        quality=quality(),
        uncalibrated=quality(accuracy=0.7, ece=0.215, reliability=OTHERS),
        interval=(0.625, 0.877),
        majority=0.55,
        confusion=((18, 4), (5, 13)),
        patterns=(
            PatternRank(
                pattern="{mask}满意。{text}", information=0.21, agreement=0.9, quality=quality()
            ),
            PatternRank(pattern="{text} {mask}好", information=0.08, agreement=0.9),
        ),
    )
    return ClozeReport(**(found | given))


def training(**given: Any) -> ClozeTraining:
    better = quality(accuracy=0.85, log_loss=0.4, ece=0.05)
    found: dict[str, Any] = dict(
        model="mini-mlm",
        labels=("positive", "negative"),
        patterns=("{mask}满意。{text}",),
        trained_on=160,
        held_out=40,
        unlabelled=500,
        before=quality(),
        after=better,
        epochs=(
            Epoch(epoch=1, train_loss=0.69, held_out=quality(accuracy=0.8)),
            Epoch(epoch=2, train_loss=0.41, held_out=better),
            Epoch(epoch=3, train_loss=float("nan"), held_out=quality(accuracy=0.8)),
        ),
        kept=2,
        temperature=1.4,
        saved="reviews.heads/001.safetensors",
        notes=("measured on 40 held-out texts, which also chose the pass",),
        ms=23_400.0,
    )
    return ClozeTraining(**(found | given))
