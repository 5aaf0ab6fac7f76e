"""Are arrays independent? What HSIC answers; part of `limner.protocol`, which offers these names.

HSIC's own value has no absolute meaning: read `p`, and `normalised` for the strength.
"""

from __future__ import annotations

from typing import Literal

from limner.description import ArrayFacts, Histogram
from limner.frozen import Frozen

PathName = Literal["exact", "blocked", "low-rank", "random-features"]
"""How Σ k(xᵢ, xⱼ) l(yᵢ, yⱼ) was had: of whole matrices, of a piece of them at a time, of factors
K ≈ AAᵀ by pivoted Cholesky, or of random Fourier features."""


class KernelFacts(Frozen, frozen=True, kw_only=True):
    """When two values count as alike."""

    name: Literal["gaussian", "linear", "polynomial", "delta", "precomputed"]
    bandwidth: float | None = None
    """σ, in the unit of the column; None for kernels without one."""
    convention: Literal["half", "article", ""] = ""
    """Of the Gaussian: exp(−d²/2σ²), or the article's exp(−d²/σ²)."""
    rule: Literal["median", "given", ""] = ""
    """Where σ is from: the median distance between rows, or the caller."""
    degree: int | None = None
    """Of the polynomial (⟨x, y⟩/d + 1)^degree."""
    note: str = ""


class Points(Frozen, frozen=True, kw_only=True, tag="points"):
    """Pairs of values to draw as dots."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    of: int
    """How many pairs there are; more than `len(x)` where an even sample is drawn."""
    x_categories: tuple[str, ...] = ()
    """Names of 0, 1, …, where x is a category; `x` then lies within ±0.3 of it."""
    y_categories: tuple[str, ...] = ()


class Binned(Frozen, frozen=True, kw_only=True, tag="binned"):
    """How many pairs lie in each rectangle; for many pairs."""

    x_edges: tuple[float, ...]
    y_edges: tuple[float, ...]
    counts: tuple[tuple[int, ...], ...]
    """`counts[i][j]`: between `x_edges[i]`, `x_edges[i + 1]` and `y_edges[j]`, `y_edges[j + 1]`."""


class Counted(Frozen, frozen=True, kw_only=True, tag="counted"):
    """How often categories occur together."""

    x: tuple[str, ...]
    y: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    """`counts[i][j]`: of `x[i]` with `y[j]`."""


Scatter = Points | Binned | Counted
"""A picture of the pairs."""


class Independence(Frozen, frozen=True, kw_only=True, tag_field="kind", tag="independence"):
    """Whether two arrays depend on each other."""

    method: str = "hsic"
    x: ArrayFacts
    y: ArrayFacts
    n: int
    """Pairs of rows that were used."""
    dropped: int = 0
    """Pairs that were left out because a value is missing or not finite."""
    estimator: Literal["biased", "unbiased"] = "biased"
    """1/(n − 1)² Tr(KJLJ), or HSIC₁, whose mean is 0 under independence."""
    hsic: float
    normalised: float | None = None
    """HSIC(x, y) / √(HSIC(x, x) HSIC(y, y)), also known as CKA: at most 1; None where a
    denominator is not positive."""
    p: float
    """Probability of at least such a value, were x and y independent."""
    p_method: Literal["permutation", "gamma"] = "permutation"
    permutations: int = 0
    """How many; p cannot be under 1/(permutations + 1). 0 for gamma."""
    kernels: tuple[KernelFacts, KernelFacts]
    path: PathName = "exact"
    rank: int = 0
    """Columns of the larger factor; 0 where whole kernels were used."""
    error: float | None = None
    """Of `hsic`, where a path approximates; `error_note` says whether it is a bound."""
    error_note: str = ""
    null: Histogram | None = None
    """Of the values under permutation; None for gamma."""
    scatter: Scatter | None = None
    notes: tuple[str, ...] = ()
    """Sentences a reader must see."""
    seed: int = 0
    device: str = "cpu"
    ms: float = 0.0

    @property
    def statistic(self) -> float:
        """`hsic`, as JSON calls it."""
        return self.hsic

    @property
    def normalized(self) -> float | None:
        """`normalised`, as JSON calls it."""
        return self.normalised

    @property
    def p_value(self) -> float:
        """`p`, as JSON calls it."""
        return self.p

    def to_text(self) -> str:
        """The result in one line, what it is from, and the charts in words."""
        from limner.render.hsic import to_text

        return to_text(self)

    def to_html(self) -> str:
        """The same with pictures, self-contained."""
        from limner.render.hsic import to_html

        return to_html(self)

    def to_svg(self) -> str:
        """The pairs and the null distribution as a standalone picture."""
        from limner.render.hsic_svg import to_svg

        return to_svg(self)

    def to_json(self) -> str:
        """One JSON object; the schema is in docs/reference/json.md."""
        from limner.render.hsic import to_json

        return to_json(self)

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        from limner.render.hsic import bundle

        return bundle(self)


class Column(Frozen, frozen=True, kw_only=True):
    """One of the columns that are compared."""

    name: str
    kind: Literal["numeric", "categories"] = "numeric"
    dtype: str = ""
    kernel: KernelFacts
    path: PathName = "low-rank"
    rank: int = 0


class Pair(Frozen, frozen=True, kw_only=True):
    """Two columns."""

    i: int
    """Index into `columns`, smaller than `j`."""
    j: int
    hsic: float
    normalised: float | None
    p: float
    q: float
    """p adjusted for the number of pairs (Benjamini–Hochberg)."""
    n: int
    significant: bool
    """q ≤ alpha."""


class PairMatrix(Frozen, frozen=True, kw_only=True, tag_field="kind", tag="pairs"):
    """Which columns of a table depend on each other."""

    method: str = "hsic_matrix"
    columns: tuple[Column, ...]
    pairs: tuple[Pair, ...]
    """i < j, row by row."""
    n: int
    """Rows that were used, the same for all pairs."""
    dropped: int = 0
    estimator: Literal["biased", "unbiased"] = "biased"
    alpha: float = 0.05
    """Share of false ones to expect among the significant pairs."""
    p_method: Literal["permutation", "gamma"] = "gamma"
    permutations: int = 0
    error: float | None = None
    """Largest of `hsic`, where a path approximates."""
    error_note: str = ""
    notes: tuple[str, ...] = ()
    """Sentences a reader must see."""
    seed: int = 0
    device: str = "cpu"
    ms: float = 0.0

    def to_text(self) -> str:
        """The result in one line, what it is from, and a table of the pairs."""
        from limner.render.pairs import to_text

        return to_text(self)

    def to_html(self) -> str:
        """The same with the heat map, self-contained."""
        from limner.render.pairs import to_html

        return to_html(self)

    def to_svg(self) -> str:
        """The heat map as a standalone picture."""
        from limner.render.hsic_svg import to_svg

        return to_svg(self)

    def to_json(self) -> str:
        """One JSON object; the schema is in docs/reference/json.md."""
        from limner.render.pairs import to_json

        return to_json(self)

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        from limner.render.pairs import bundle

        return bundle(self)
