"""Labels and candidates in words, for hovers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from limner.overlays.markdown import escape, table
from limner.protocol import Candidates
from limner.render import cloze_words as words

SHOWN = 5
"""Candidates of a hover."""
LABELS = 12
"""Labels of a hover; the least likely are left out."""
_PATTERN = 60


def hover_of_row(
    probabilities: Mapping[str, float],
    by_pattern: Sequence[tuple[str, Mapping[str, float]]],
    *,
    model: str,
    calibration: str,
    head: int | None,
    truncated: bool,
) -> str:
    """A line of a data file: its labels, then what each pattern says alone."""
    ranked = sorted(probabilities, key=lambda label: -probabilities[label])
    how = "" if head else f" · {words.CALIBRATIONS.get(calibration, calibration)}"
    parts = [_best(ranked, probabilities), _labels(ranked, probabilities)]
    if len(by_pattern) > 1:
        parts.append(_votes(by_pattern, ranked))
    parts.append(f"Model: {escape(words.model(model, head))}{escape(how)}")
    if truncated:
        parts.append("⚠ The text is longer than the model reads: its end was left out.")
    return _together(*parts)


def hover_of_candidates(candidates: Candidates) -> str:
    """The likeliest words for a gap, and how sure that is."""
    shown = candidates.candidates[:SHOWN]
    labelled = any(one.label is not None for one in shown)
    largest = max((one.probability for one in shown), default=0.0)
    rows = [
        (
            _cell(one.text),
            words.percent(one.probability),
            words.bar(one.probability, largest),
            *((_cell(one.label) if one.label is not None else "",) if labelled else ()),
        )
        for one in shown
    ]
    head = ("word", "probability", "", *(("label",) if labelled else ()))
    sure = f"{candidates.entropy:.1f} nats, {words.undecided(candidates.entropy)}"
    return _together(
        table(head, "lrl" + "l" * labelled, rows) if rows else "No word was found for the gap.",
        f"Entropy of the first token: {sure}",
        f"Model: {escape(words.model(candidates.model))}",
        *(f"⚠ {escape(note)}" for note in candidates.notes),
    )


# ── inside ────────────────────────────────────────────────────────────────────────────────────


def _best(ranked: Sequence[str], p: Mapping[str, float]) -> str:
    """The likeliest label, by how much, and over which."""
    if not ranked:
        return ""
    first = f"**{_cell(ranked[0])}** {words.percent(p[ranked[0]])}"
    if len(ranked) == 1:
        return first
    margin = words.points(p[ranked[0]] - p[ranked[1]])
    return f"{first}, {margin} over {_cell(ranked[1])}"


def _labels(ranked: Sequence[str], p: Mapping[str, float]) -> str:
    rows = [(_cell(one), words.percent(p[one]), words.bar(p[one], 1.0)) for one in ranked[:LABELS]]
    if left := ranked[LABELS:]:
        rows.append((f"{len(left):,} more", words.percent(sum(p[one] for one in left)), ""))
    return table(("label", "probability", ""), "lrl", rows)


def _votes(by_pattern: Sequence[tuple[str, Mapping[str, float]]], ranked: Sequence[str]) -> str:
    """What each pattern says, and whether it is what all say together."""
    rows: list[tuple[str, ...]] = []
    for pattern, p in by_pattern:
        best = max(p, key=lambda label: p[label])
        other = "" if best == ranked[0] else "≠"
        said = (_cell(best), words.percent(p[best]), other)
        rows.append((escape(words.cell(pattern, _PATTERN)), *said))
    return table(("pattern", "says", "probability", ""), "llrl", rows)


def _cell(text: str) -> str:
    return escape(words.cell(text).strip())


def _together(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
