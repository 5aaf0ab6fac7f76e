"""What a reader must be told: a kernel that sees nothing, units that differ, ties, samples."""

from __future__ import annotations

from collections.abc import Sequence

from limner.methods.hsic.columns import Column
from limner.methods.hsic.kernels import Side
from limner.methods.hsic.moments import Moments

ALIKE = 0.99
"""Mean of the kernel off its diagonal over which all rows are alike to it …"""

DIFFERENT = 0.01
"""… and under which none is like any other."""

SCALES = 10.0
"""How much the spread of columns of one array may differ before it is said."""


def of_kernel(side: Side, moments: Moments, n: int) -> list[str]:
    """Whether the kernel can tell anything."""
    notes = [f"{side.name}: {side.facts.note}"] if side.facts.note else []
    sigma = side.facts.bandwidth
    if sigma is not None and moments.mean > ALIKE:
        notes.append(
            f"{side.name}: the bandwidth {sigma:.3g} is so wide that all rows look alike (mean "
            f"kernel value {moments.mean:.3f}): take a smaller one, or look for outliers."
        )
    elif moments.mean < DIFFERENT and side.facts.name in ("gaussian", "delta"):
        if sigma is None:
            advice = "nearly every row is a category of its own: group them, or use numbers"
        else:
            advice = (
                f"the bandwidth {sigma:.3g} is so narrow that no row is like another (mean kernel "
                f"value {moments.mean:.3f}), which hides dependence: take a larger one or 'median'"
            )
        notes.append(f"{side.name}: {advice}.")
    return notes


def of_column(column: Column, sampled: bool = True) -> list[str]:
    """What its numbers ask for."""
    facts, notes = column.facts, list[str]()
    if sampled and facts.rows < facts.of:
        notes.append(f"Of {facts.of:,} rows of {column.name} {facts.rows:,} were read.")
    if facts.note:
        notes.append(facts.note)
    if not column.categorical and column.d > 1:
        spread = column.values.std(axis=0)
        if (spread > 0).any() and spread.max() > SCALES * spread[spread > 0].min():
            notes.append(
                f"The columns of {column.name} differ in spread by a factor of "
                f"{spread.max() / spread[spread > 0].min():,.0f}, so the widest decide: divide "
                "each by its standard deviation if their units differ."
            )
    return notes


def of_rows(n: int, dropped: int) -> list[str]:
    """How many were used."""
    if not dropped:
        return []
    return [f"{dropped:,} of {n + dropped:,} rows have a missing or infinite value: left out."]


def once(notes: Sequence[str]) -> tuple[str, ...]:
    """Each sentence once, in order."""
    return tuple(dict.fromkeys(notes))


def degenerate(mean: float, variance: float) -> bool:
    """Whether permutations cannot change the value beyond rounding, so that no test is possible."""
    return not variance > 1e-14 * mean**2
