"""Jobs of the cloze methods, as the benchmarks ask for them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.cloze_runs import LABELS, PATTERNS
from benchmarks.setting import Setting

Array = NDArray[np.float64]
Texts = list[tuple[str, str]]


def engine_of(setting: Setting) -> Any:
    from limner.engine.local import LocalEngine

    return LocalEngine(setting.config)


def labels(
    engine: Any, model: str, texts: Sequence[str], names: Sequence[str], **params: Any
) -> Any:
    return run(engine, model, texts, tuple(PATTERNS[name] for name in names), params)


def run(engine: Any, model: str, texts: Sequence[str], patterns: Sequence[str], params: Any) -> Any:
    from limner.protocol import Job, TextsInput

    job = Job(
        method="cloze",
        model=model,
        input=TextsInput(texts=tuple(texts)),
        params={"patterns": tuple(patterns), "labels": LABELS, **params},
    )
    return engine.compute([(job, None)])[0]


def quality_of(result: Any, texts: Texts) -> Any:
    from limner.methods.cloze.quality import quality

    return quality(
        np.array(result.probabilities), [result.labels.index(label) for _, label in texts]
    )


def timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
