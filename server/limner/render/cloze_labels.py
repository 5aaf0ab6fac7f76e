"""Texts that a masked model labelled, as people read them: shares, how sure, text by text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from limner.protocol import ClozeLabels
from limner.render import cloze_words as words
from limner.render.card import Card, CardChart, CardTable
from limner.render.cloze_charts import confidence_in_words, confidences

NAMED = 4
"""Labels in a headline."""
EXCERPT = 60
"""Columns of a text in a table."""


@dataclass(frozen=True)
class Listing:
    """Which texts a table has."""

    texts: Sequence[str] | None = None
    """What was labelled; the result itself does not keep it."""
    most: int = 20
    least_certain: bool = False
    """The smallest margin first; else in their own order."""


@dataclass(frozen=True)
class Said:
    """What is said of a text."""

    index: int
    label: str
    probability: float
    margin: float
    """p₁ − p₂."""


def card(result: ClozeLabels, listing: Listing | None = None) -> Card:
    """What front ends draw, without `result`."""
    listing = listing or Listing()
    found = said(result)
    sure = [one.probability for one in found]
    charts = ()
    if found:
        charts = (
            CardChart(
                title="Texts by the probability of their label",
                spec=confidences(sure, len(result.labels)),
                text=confidence_in_words(sure, len(result.labels)),
            ),
        )
    return Card(
        method="cloze",
        title=headline(result),
        spoken=f"{headline(result).replace(' · ', ', ')}.",
        facts=_facts(result, sure),
        notes=tuple(words.sentence(note) for note in result.notes),
        tables=(shares(result), table(result, listing)) if found and listing.most > 0 else (),
        charts=charts,
    )


def headline(result: ClozeLabels) -> str:
    """`120 texts · positive 55.0 % · negative 45.0 % · mini-mlm · 3 cut`."""
    count = len(result.probabilities)
    parts = [words.several(count, "text")]
    counted = _counts(result)
    parts += [f"{words.cell(name)} {words.percent(n / count)}" for name, n in counted[:NAMED] if n]
    more = sum(n > 0 for _, n in counted[NAMED:])
    parts += [words.several(more, "more label")] if more else []
    parts += [words.model(result.model), _calibration(result)]
    parts += [f"{len(result.truncated):,} cut"] if result.truncated else []
    return " · ".join(parts)


def said(result: ClozeLabels) -> list[Said]:
    """The likeliest label of each text, in their order."""
    return [_said(i, row, result.labels) for i, row in enumerate(result.probabilities)]


def shares(result: ClozeLabels) -> CardTable:
    """How many texts got which label, the most frequent first."""
    counted = _counts(result)
    total = len(result.probabilities)
    return CardTable(
        caption="Labels",
        columns=("label", "texts", "share", ""),
        align="lrrl",
        rows=tuple(
            (words.cell(name), f"{n:,}", words.percent(n / total), words.bar(n, total))
            for name, n in counted
        ),
    )


def table(result: ClozeLabels, listing: Listing) -> CardTable:
    """A text a line; without texts, their indices alone.

    Raises:
        ValueError: there are more texts than were labelled, or fewer.
    """
    found = said(result)
    if listing.texts is not None and len(listing.texts) != len(found):
        raise ValueError(
            f"{len(found):,} texts were labelled and {len(listing.texts):,} are given: "
            "give those that were labelled, in the same order."
        )
    if listing.least_certain:
        found.sort(key=lambda one: one.margin)
    shown = found[: listing.most]
    cut = {*result.truncated}
    texts = listing.texts
    rows = tuple(
        (
            str(one.index),
            words.cell(one.label),
            words.percent(one.probability),
            words.percent(one.margin),
            "cut" if one.index in cut else "",
            *((words.cell(texts[one.index], EXCERPT),) if texts is not None else ()),
        )
        for one in shown
    )
    order = "the least certain first" if listing.least_certain else "in their order"
    count = f"{len(shown):,} of {len(found):,}" if len(shown) < len(found) else f"{len(found):,}"
    return CardTable(
        caption=f"Texts, {count}, {order}; margin: over the next label",
        columns=(
            "index",
            "label",
            "probability",
            "margin",
            "",
            *(("text",) if texts is not None else ()),
        ),
        align="rlrrl" + ("l" if texts is not None else ""),
        rows=rows,
    )


# ── inside ────────────────────────────────────────────────────────────────────────────────────


def _said(index: int, row: Sequence[float], labels: Sequence[str]) -> Said:
    best = max(range(len(row)), key=row.__getitem__)
    second = max((p for i, p in enumerate(row) if i != best), default=0.0)
    return Said(index, labels[best], row[best], row[best] - second)


def _counts(result: ClozeLabels) -> list[tuple[str, int]]:
    """By index, since nobody forbids two labels that look alike."""
    counted = Counter(row.index(max(row)) for row in result.probabilities)
    order = sorted(range(len(result.labels)), key=lambda i: -counted[i])
    return [(result.labels[i], counted[i]) for i in order]


def _calibration(result: ClozeLabels) -> str:
    return "uncalibrated" if result.calibration == "none" else f"{result.calibration} calibration"


def _facts(result: ClozeLabels, sure: Sequence[float]) -> tuple[tuple[str, str], ...]:
    told = [
        ("model", words.model(result.model)),
        ("patterns", f"{len(result.patterns):,}, together"),
        ("calibration", words.CALIBRATIONS[result.calibration]),
    ]
    if result.temperature != 1:
        told.append(("temperature", f"{result.temperature:.3g}"))
    if sure:
        told.append(("mean probability", words.percent(sum(sure) / len(sure))))
    if result.truncated:
        told.append(("cut", f"{words.several(len(result.truncated), 'text')}: longer than is read"))
    told.append(("time", f"{words.time(result.ms)} on {words.sentence(result.device)}"))
    return tuple(told)
