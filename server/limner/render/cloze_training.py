"""A training on a task's labelled texts, as people read it: before, after, and what was kept."""

from __future__ import annotations

from limner.protocol import ClozeTraining
from limner.render import cloze_words as words
from limner.render.card import Card, CardChart, CardTable
from limner.render.cloze_charts import (
    Curve,
    learning,
    learning_in_words,
    reliability,
    reliability_in_words,
)
from limner.render.cloze_report import quality_rows


def card(result: ClozeTraining) -> Card:
    """What front ends draw, without `result`."""
    return Card(
        method="cloze_training",
        title=headline(result),
        spoken=spoken(result),
        facts=_facts(result),
        notes=tuple(words.sentence(note) for note in result.notes),
        tables=(table(result),),
        charts=_charts(result),
    )


def headline(result: ClozeTraining) -> str:
    """`accuracy 62.0 % → 81.0 % on 100 held-out texts · pass 3 of 5 kept`."""
    before, after = words.percent(result.before.accuracy), words.percent(result.after.accuracy)
    held = words.several(result.held_out, "held-out text")
    if not result.kept:
        return f"accuracy {before} on {held} · {kept(result)}"
    return f"accuracy {before} → {after} on {held} · {kept(result)}"


def kept(result: ClozeTraining) -> str:
    """Which weights were kept."""
    if not result.kept:
        return "nothing kept: no pass was better"
    return f"pass {result.kept} of {len(result.epochs)} kept"


def spoken(result: ClozeTraining) -> str:
    """The result in a sentence or two."""
    said = headline(result).replace(" → ", " before and after: ").replace(" · ", ", ")
    learned = words.several(result.trained_on, "labelled text")
    where = f" Saved as {words.sentence(result.saved)}." if result.saved else ""
    return f"Trained on {learned}: {said}.{where}"


def table(result: ClozeTraining) -> CardTable:
    """The held-out texts before training and after."""
    before, after = result.before, result.after
    changes = (
        words.points(after.accuracy - before.accuracy),
        _signed(after.macro_f1 - before.macro_f1),
        _signed(after.log_loss - before.log_loss),
        words.points(after.ece - before.ece),
    )
    rows = zip(quality_rows(before, after), changes, strict=True)
    return CardTable(
        caption="On the held-out texts",
        columns=("", "before", "after", "change"),
        align="lrrr",
        rows=tuple((*row, change) for row, change in rows),
    )


def curves_of(result: ClozeTraining) -> tuple[Curve, ...]:
    """Reliability after training, and before where anything was kept."""
    found = [Curve("after", result.after.reliability)]
    if result.kept:
        found.append(Curve("before", result.before.reliability))
    return tuple(one for one in found if one.bins)


# ── inside ────────────────────────────────────────────────────────────────────────────────────


def _facts(result: ClozeTraining) -> tuple[tuple[str, str], ...]:
    learned = f"{result.trained_on:,} with a label to learn from"
    if result.unlabelled:
        learned = f"{learned}, {result.unlabelled:,} without"
    held = f"{words.several(result.held_out, 'text')}"
    return (
        ("model", words.model(result.model)),
        ("texts", learned),
        # whoever chooses by a figure may not quote it as if he had not
        ("held out", f"{held}; they also chose the pass, so the figures after are flattering"),
        ("kept", kept(result)),
        ("temperature", f"{result.temperature:.3g}, fitted on the held-out texts"),
        ("saved", words.sentence(result.saved) if result.saved else "nowhere"),
        ("time", f"{words.time(result.ms)} on {words.sentence(result.device)}"),
    )


def _charts(result: ClozeTraining) -> tuple[CardChart, ...]:
    found: list[CardChart] = []
    if result.epochs:
        found.append(
            CardChart(
                title="Training loss and held-out accuracy, pass by pass",
                spec=learning(result),
                text=learning_in_words(result),
            )
        )
    curves = curves_of(result)
    if curves:
        found.append(
            CardChart(
                title="Reliability on the held-out texts",
                spec=reliability(curves),
                text=reliability_in_words(curves),
            )
        )
    return tuple(found)


def _signed(change: float) -> str:
    said = words.number(round(change, 3) or 0.0)
    return said if said.startswith("−") or said == "–" else f"+{said}"
