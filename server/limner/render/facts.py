"""The numbers of a result as people read them: one wording for every picture."""

from __future__ import annotations

import math
from collections.abc import Sequence

from limner.protocol import (
    Attribution,
    BaselineScores,
    Explained,
    Faithfulness,
    LabelScores,
)

TOWARDS = "towards"
AWAY = "away from"


def headline(result: Explained) -> str:
    """`negative 0.93 · δ 0.4 % · 17 nodes · 38 ms`."""
    parts = [
        f"{target(result)} {sure(result)}",
        delta(result),
        passes(result),
        time(result),
    ]
    return " · ".join(parts)


def target(result: Explained) -> str:
    """The label that is explained, against the one it is compared with."""
    return f"{result.target} against {result.contrast}" if result.contrast else result.target


def sure(result: Explained) -> str:
    """The probability; of an output its logarithm, for a long one is always improbable."""
    if isinstance(result, Attribution) and result.written is not None:
        return f"log p {result.logit:.2f}".replace("-", "−")
    return f"{result.probability:.2f}"


def unit(result: Explained) -> str:
    """What F is, and so what scores are in."""
    written = isinstance(result, Attribution) and result.written is not None
    return "log p" if written else result.output


def delta(result: Explained | LabelScores) -> str:
    """δ in per cent, or the absolute error where ΔF is too small to divide by."""
    if isinstance(result, Explained) and not result.complete:
        return "no completeness"
    if result.delta is None:
        error = "" if isinstance(result, LabelScores) else f"error {number(result.error)}, "
        text = f"δ undefined ({error}ΔF ≈ 0)"
    else:
        text = f"δ {percent(result.delta)}"
    return text if result.converged else f"{text}, not converged"


def passes(result: Explained) -> str:
    """How often the model was asked."""
    unit = "nodes" if result.method == "integrated_gradients" else "passes"
    return f"{result.evaluations:,} {unit}"


def directions(scores: Sequence[float]) -> str:
    """What all words say for the label and against it."""
    finite = [score for score in scores if math.isfinite(score)]
    towards = sum(score for score in finite if score > 0)
    away = sum(score for score in finite if score < 0)
    return f"all words {signed(towards)} towards, {signed(away)} away"


def faithful(found: Faithfulness) -> Sequence[tuple[str, str]]:
    """Both measures beside random orders."""
    return [
        (
            "comprehensiveness",
            f"{signed(found.comprehensiveness)} (random order "
            f"{signed(found.random_comprehensiveness)} ± "
            f"{number(found.random_comprehensiveness_spread)}; more is better)",
        ),
        (
            "sufficiency",
            f"{signed(found.sufficiency)} (random order {signed(found.random_sufficiency)} ± "
            f"{number(found.random_sufficiency_spread)}; less is better)",
        ),
    ]


def beside(scores: BaselineScores, *, complete: bool) -> str:
    """Another baseline's ΔF and δ."""
    if not complete:
        how = "no completeness"
    elif scores.delta is None:
        how = "δ undefined"
    else:
        how = f"δ {percent(scores.delta)}"
    failed = "" if scores.converged else ", not converged"
    return f"ΔF {number(scores.difference)}, {how}{failed}"


def time(result: Explained) -> str:
    """Milliseconds, or seconds when there are many."""
    return f"{result.ms:.0f} ms" if result.ms < 10_000 else f"{result.ms / 1000:.1f} s"


def percent(share: float) -> str:
    """A share with as many digits as mean something."""
    value = 100 * share
    if 0 < value < 0.1:
        return "< 0.1 %"
    return f"{value:.1f} %" if value < 10 else f"{value:.0f} %"


def number(value: float) -> str:
    """Three significant digits, with a real minus sign."""
    return f"{value:.3g}".replace("-", "−")


def signed(value: float) -> str:
    """A score: always with its sign, two decimals or three digits if it is small."""
    text = f"{value:+.2f}" if abs(value) >= 0.095 or value == 0 else f"{value:+.3f}"
    return text.replace("-", "−")


def part(score: float, result: Explained) -> str:
    """`share` of this result's ΔF; nothing where the method promises no sum."""
    return share(score, result.difference) if result.complete else ""


def share(score: float, difference: float) -> str:
    """The part of ΔF that a score is, in per cent; nothing when ΔF is 0."""
    return f"{100 * score / difference:+.0f} %".replace("-", "−") if difference else ""


def notes(result: Attribution) -> tuple[str, ...]:
    """Sentences that must be seen, truncation among them."""
    cut = result.truncated
    if cut is None or any("truncated" in note.lower() for note in result.notes):
        return result.notes
    said = (
        f"Truncated: the model read the first {cut.characters_read:,} of {cut.characters:,} "
        f"characters ({cut.tokens_read:,} of {cut.tokens:,} tokens)."
    )
    return (said, *result.notes)


def details(result: Attribution) -> Sequence[tuple[str, str]]:
    """What a legend lists, in reading order."""
    function = unit(result)
    of = f"{function} of {result.target}"
    if result.contrast:
        of += f" − {function} of {result.contrast}"
    rows = [
        ("model", f"{result.model} on {result.device}"),
        (
            "label" if result.written is None else "output",
            f"{target(result)}, probability {result.probability:.3g}"
            if result.written is not None
            else f"{target(result)}, probability {result.probability:.3f}",
        ),
        (f"F = {of}", f"{number(result.value)}"),
        (f"F at baseline “{result.baseline}”", f"{number(result.baseline_value)}"),
        ("ΔF", number(result.difference)),
        ("δ", delta(result).removeprefix("δ ")),
        ("evaluations", str(result.evaluations)),
        ("time", time(result)),
    ]
    if result.method != "integrated_gradients":
        rows.insert(0, ("method", result.method))
    for scores in result.compared:
        rows.append((f"baseline “{scores.baseline}”", beside(scores, complete=result.complete)))
    if result.faithfulness:
        rows += faithful(result.faithfulness)
    if result.absolute:
        rows.append(("scores", "absolute: they do not sum to ΔF"))
    return rows


def spoken(result: Attribution, strongest: Sequence[tuple[str, float]]) -> str:
    """The picture in one sentence, for a screen reader."""
    said = ", ".join(f"{text} {signed(score)}" for text, score in strongest)
    return (
        f"{target(result)}, {_spoken_sure(result)}. Strongest words: {said}. "
        f"Positive scores push towards {result.target}, negative ones away from it."
    )


def _spoken_sure(result: Attribution) -> str:
    return sure(result) if result.written is not None else f"probability {result.probability:.2f}"
