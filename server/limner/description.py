"""Arrays and what is said of them; part of `limner.protocol`, which offers these names too."""

from __future__ import annotations

from typing import Literal

from limner.frozen import Frozen


class ArrayFacts(Frozen, frozen=True, kw_only=True):
    """What is known of an array without its numbers."""

    name: str
    """The expression that it was read from, as `df["age"]`."""
    id: str = ""
    """By which the daemon knows it; unguessable, equal for equal content, valid for a while."""
    dtype: str
    """As numpy names it: of the numbers as they were sent."""
    shape: tuple[int, ...]
    """Of what was sent; the first axis counts rows."""
    of: int
    """How many rows there were; more than `shape[0]` when the array was too large."""
    kind: Literal["numeric", "categories"] = "numeric"
    columns: tuple[str, ...] = ()
    """Names of the columns of a table, or nothing."""
    categories: tuple[str, ...] = ()
    """What the codes of `categories` stand for; the code −1 is a missing value."""
    note: str = ""
    """What a reader must know of how it was read (sampled, converted, read while running)."""

    @property
    def rows(self) -> int:
        """How many rows were sent."""
        return self.shape[0]


class Frequency(Frozen, frozen=True, kw_only=True):
    """A value and how often it occurs."""

    value: str
    count: int


class Summary(Frozen, frozen=True, kw_only=True):
    """Of the finite ones among some numbers; None where too few of them are left to say."""

    name: str = ""
    """Of the column."""
    count: int
    """All values, also those that are not finite."""
    nan: int = 0
    inf: int = 0
    """+∞"""
    minus_inf: int = 0
    """−∞"""
    min: int | float | None = None
    quartiles: tuple[float, float, float] | None = None
    """25 %, 50 % (the median), 75 %; linear between neighbours, as `numpy.quantile`."""
    max: int | float | None = None
    mean: float | None = None
    sd: float | None = None
    """Of a sample: the sum of squares is divided by n − 1."""

    @property
    def finite(self) -> int:
        """How many values the figures are of."""
        return self.count - self.nan - self.inf - self.minus_inf


class Histogram(Frozen, frozen=True, kw_only=True):
    """How many finite values lie in each bin; all bins are half open but the last."""

    edges: tuple[float, ...]
    """One more than there are bins, rising."""
    counts: tuple[int, ...]
    name: str = ""
    """Of the column, where only one is drawn."""


class Description(Frozen, frozen=True, kw_only=True, tag_field="kind", tag="description"):
    """What is in an array: its form, its range, what is not a number, how it is distributed."""

    method: str = "describe"
    array: ArrayFacts
    overall: Summary | None = None
    """Of all numbers; None for categories and for named columns, whose units differ."""
    columns: tuple[Summary, ...] = ()
    """Of each column of two-dimensional numbers, the first ones where there are many."""
    histogram: Histogram | None = None
    frequencies: tuple[Frequency, ...] = ()
    """The most frequent categories, most frequent first."""
    distinct: int = 0
    """How many categories occur."""
    missing: int = 0
    """Values without a category."""
    notes: tuple[str, ...] = ()
    """Sentences a reader must see."""
    device: str = "cpu"
    ms: float = 0.0

    def to_text(self) -> str:
        """A table for a terminal."""
        from limner.render.describe import to_text

        return to_text(self)

    def to_html(self) -> str:
        """A table and a picture of the distribution, self-contained."""
        from limner.render.describe import to_html

        return to_html(self)

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        from limner.render.describe import bundle

        return bundle(self)
