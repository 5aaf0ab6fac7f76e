"""Words for a gap, as people read them."""

from __future__ import annotations

from limner.protocol import Candidates
from limner.render import cloze_words as words
from limner.render.card import Card, CardChart, CardTable, CardText
from limner.render.cloze_charts import candidates as spec

GAP = "[____]"
"""How the gap is drawn."""
AROUND = 200
"""Characters of the text on either side of it."""
ROWS = 50
BARS = 20
"""Most bars of the chart."""


def card(result: Candidates) -> Card:
    """What front ends draw, without `result`."""
    before, behind = around(result)
    return Card(
        method="candidates",
        title=headline(result),
        spoken=spoken(result),
        texts=(CardText(label="", text=f"{before}{GAP}{behind}"),),
        facts=(
            ("model", words.model(result.model)),
            ("entropy", entropy(result)),
            ("time", f"{words.time(result.ms)} on {words.sentence(result.device)}"),
        ),
        notes=_notes(result),
        tables=(table(result),) if result.candidates else (),
        charts=_charts(result),
    )


def headline(result: Candidates) -> str:
    """`很 63.2 % · 不 20.1 % · 太 3.0 % · of 20 words`."""
    if not result.candidates:
        return "No word for the gap"
    best = sorted(result.candidates, key=lambda one: -one.probability)[:3]
    said = [f"{words.cell(one.text)} {words.percent(one.probability)}" for one in best]
    return " · ".join([*said, f"of {words.several(len(result.candidates), 'word')}"])


def spoken(result: Candidates) -> str:
    """The result in a sentence or two."""
    if not result.candidates:
        return "No word was found for the gap."
    return f"For the gap: {headline(result).replace(' · ', ', ')}. Entropy {entropy(result)}."


def entropy(result: Candidates) -> str:
    """The figure and what it means; it is that of the first token."""
    said = words.undecided(result.entropy)
    return f"{words.number(result.entropy)} nats: the first token is {said}"


def around(result: Candidates) -> tuple[str, str]:
    """The text before the gap and behind it, cut where it is long."""
    start, end = result.gap
    before, behind = result.text[:start], result.text[end:]
    left = f"…{before[-AROUND:]}" if len(before) > AROUND else before
    right = f"{behind[:AROUND]}…" if len(behind) > AROUND else behind
    return words.sentence(left), words.sentence(right)


def table(result: Candidates) -> CardTable:
    """A word a line; the bound task's labels where there are any."""
    shown = result.candidates[:ROWS]
    largest = max((one.probability for one in shown), default=0.0)
    bound = any(one.label is not None for one in result.candidates)
    return CardTable(
        caption="Words for the gap",
        columns=("word", "probability", "", "tokens", *(("label",) if bound else ())),
        align="lrlr" + ("l" if bound else ""),
        rows=tuple(
            (
                words.cell(one.text),
                words.percent(one.probability),
                words.bar(one.probability, largest),
                str(one.tokens),
                *((words.cell(one.label) if one.label is not None else "",) if bound else ()),
            )
            for one in shown
        ),
    )


# ── inside ────────────────────────────────────────────────────────────────────────────────────


def _charts(result: Candidates) -> tuple[CardChart, ...]:
    shown = result.candidates[:BARS]
    if not shown:
        return ()
    # the table says the same; a twin beneath it would only say it twice
    return (CardChart(title="Probability of each word", spec=spec(shown), text=""),)


def _notes(result: Candidates) -> tuple[str, ...]:
    notes = [words.sentence(note) for note in result.notes]
    if any(one.tokens > 1 for one in result.candidates):
        notes.append(
            "A probability is given that the gap has as many tokens as the word: words of "
            "different length stand side by side, and do not share one total."
        )
    if len(result.candidates) > ROWS:
        notes.append(f"{ROWS} of {len(result.candidates):,} words are shown.")
    return tuple(notes)
