"""What a task's labels are worth, as people read it: never an accuracy without what it beats."""

from __future__ import annotations

from limner.render import cloze_words as words
from limner.render.card import Card, CardChart, CardTable
from limner.render.cloze_charts import Curve, reliability, reliability_in_words
from limner.results.cloze import ClozeReport, PatternRank, Quality

SQUARE = 8
"""Most labels whose confusion is drawn as a square."""
PAIRS = 20
"""Most confusions that are listed where there are more labels."""
_PATTERN = 60


def card(result: ClozeReport) -> Card:
    """What front ends draw, without `result`."""
    return Card(
        method="cloze_report",
        title=headline(result),
        spoken=spoken(result),
        facts=(
            ("model", words.model(result.model, result.head)),
            ("texts", f"{result.count:,} with a label"),
            ("accuracy", f"{words.percent(result.quality.accuracy)}, {interval(result)}"),
            ("majority", f"{words.percent(result.majority)}: always “{majority(result)}”"),
        ),
        notes=_notes(result),
        tables=(figures(result), confusion(result), *_patterns(result.patterns)),
        charts=_charts(result),
    )


def headline(result: ClozeReport) -> str:
    """`accuracy 63.2 % (95 % interval 58.1 % to 68.0 %) · majority 50.0 % · 300 texts`."""
    said = f"accuracy {words.percent(result.quality.accuracy)} ({interval(result)})"
    count = words.several(result.count, "text")
    return f"{said} · majority {words.percent(result.majority)} · {count}"


def spoken(result: ClozeReport) -> str:
    """The result in a sentence or two."""
    quality, before = result.quality, result.uncalibrated
    return (
        f"{words.model(result.model, result.head)} is right on "
        f"{words.percent(quality.accuracy)} of {words.several(result.count, 'text')}, "
        f"{interval(result)}; always saying “{majority(result)}” is right on "
        f"{words.percent(result.majority)}. Calibration error {words.percent(quality.ece)}, "
        f"uncalibrated {words.percent(before.ece)}."
    )


def interval(result: ClozeReport) -> str:
    """`95 % interval 58.1 % to 68.0 %`."""
    low, high = (min(max(one, 0.0), 1.0) for one in result.interval)
    return f"95 % interval {words.percent(low)} to {words.percent(high)}"


def majority(result: ClozeReport) -> str:
    """The most frequent right label."""
    counts = [sum(row) for row in result.confusion]
    return words.cell(result.labels[counts.index(max(counts))]) if counts else "–"


def figures(result: ClozeReport) -> CardTable:
    """Calibrated and not, beside whoever always says the most frequent label."""
    both = (result.quality, result.uncalibrated)
    rows = [(name, *values) for name, *values in quality_rows(*both)]
    baseline = (words.percent(result.majority), "–", "–", "–")
    return CardTable(
        caption="Figures",
        columns=("", "calibrated", "uncalibrated", "majority"),
        align="lrrr",
        rows=tuple((*row, said) for row, said in zip(rows, baseline, strict=True)),
    )


def quality_rows(*each: Quality) -> tuple[tuple[str, ...], ...]:
    """A line for each figure, a cell for each quality."""
    return (
        ("accuracy", *(words.percent(one.accuracy) for one in each)),
        ("macro-F1", *(words.number(one.macro_f1) for one in each)),
        ("log loss, nats", *(words.number(one.log_loss) for one in each)),
        ("calibration error", *(words.percent(one.ece) for one in each)),
    )


def confusion(result: ClozeReport) -> CardTable:
    """Right labels against predicted ones; of many labels, the most frequent confusions."""
    labels = [words.cell(label, 16) for label in result.labels]
    if len(labels) > SQUARE:
        return _confused(result, labels)
    rows = tuple(
        (
            labels[i],
            *(f"✓ {n:,}" if i == j else f"{n:,}" for j, n in enumerate(row)),
            words.percent(row[i] / sum(row)) if sum(row) else "–",
        )
        for i, row in enumerate(result.confusion)
    )
    return CardTable(
        caption="Confusion: a line for each right label, a column for each predicted one",
        columns=("right", *labels, "found"),
        align="l" + "r" * (len(labels) + 1),
        rows=rows,
    )


def patterns(ranked: tuple[PatternRank, ...]) -> CardTable:
    """Each pattern alone, the best first."""
    return CardTable(
        caption="Patterns, each alone, the best first",
        columns=("pattern", "accuracy", "log loss", "information", "agreement"),
        align="lrrrr",
        rows=tuple(
            (
                words.cell(one.pattern, _PATTERN),
                words.percent(one.quality.accuracy) if one.quality else "–",
                words.number(one.quality.log_loss) if one.quality else "–",
                f"{words.number(one.information)} nats",
                words.percent(one.agreement),
            )
            for one in ranked
        ),
    )


# ── inside ────────────────────────────────────────────────────────────────────────────────────


def _patterns(ranked: tuple[PatternRank, ...]) -> tuple[CardTable, ...]:
    return (patterns(ranked),) if ranked else ()


def _confused(result: ClozeReport, labels: list[str]) -> CardTable:
    wrong = [
        (count, i, j)
        for i, row in enumerate(result.confusion)
        for j, count in enumerate(row)
        if i != j and count
    ]
    wrong.sort(key=lambda one: -one[0])
    more = f", {PAIRS} of {len(wrong):,}" if len(wrong) > PAIRS else ""
    return CardTable(
        caption=f"The most frequent confusions{more}",
        columns=("right", "predicted", "texts", "of the right label's"),
        align="llrr",
        rows=tuple(
            (labels[i], labels[j], f"{n:,}", words.percent(n / sum(result.confusion[i])))
            for n, i, j in wrong[:PAIRS]
        ),
    )


def _charts(result: ClozeReport) -> tuple[CardChart, ...]:
    curves = curves_of(result)
    if not curves:
        return ()
    return (
        CardChart(
            title="Reliability: on the diagonal, probabilities are as good as they say",
            spec=reliability(curves),
            text=reliability_in_words(curves),
        ),
    )


def curves_of(result: ClozeReport) -> tuple[Curve, ...]:
    """Calibrated, and uncalibrated where that differs."""
    found = [Curve("calibrated", result.quality.reliability)]
    if result.uncalibrated.reliability != result.quality.reliability:
        found.append(Curve("uncalibrated", result.uncalibrated.reliability))
    return tuple(one for one in found if one.bins)


def _notes(result: ClozeReport) -> tuple[str, ...]:
    notes = [words.sentence(note) for note in result.notes]
    if result.interval[0] <= result.majority:
        notes.append(
            f"Nothing shows that this is better than always saying “{majority(result)}”: the "
            "interval of the accuracy reaches down to the majority's share."
        )
    return tuple(notes)
