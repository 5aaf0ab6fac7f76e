"""Whether two arrays are independent, as people read it: one wording for every picture.

The value of HSIC has no absolute meaning, so it never stands without its p-value, and a p-value
never without the test it is from.
"""

from __future__ import annotations

from html import escape
from typing import Any

import msgspec

from limner.protocol import ArrayFacts, Independence, KernelFacts
from limner.render import sheet
from limner.render.card import Card
from limner.render.hsic_charts import charts
from limner.render.runs import visible

LEVEL = 0.05
"""Under it a dependence is spoken of."""

FORMULAS = {
    ("gaussian", "half"): "exp(−d²/2σ²)",
    ("gaussian", "article"): "exp(−d²/σ²)",
}
PATHS = {
    "exact": "exactly, from whole kernel matrices",
    "blocked": "exactly, a block of the kernel matrices at a time",
    "low-rank": "from low-rank factors of the kernels",
    "random-features": "from random Fourier features",
}


def headline(result: Independence) -> str:
    """`HSIC 0.0961 · p < 0.001 (1000 permutations) · n = 1000`."""
    parts = [f"HSIC {number(result.hsic)}", test(result), f"n = {count(result.n)}"]
    if result.dropped:
        parts.append(f"{count(result.dropped)} left out")
    return " · ".join(parts)


def test(result: Independence) -> str:
    """The p-value and where it is from."""
    said = probability(result.p, result.permutations)
    return f"{said} ({source(result.p_method, result.permutations)})"


def probability(p: float, permutations: int = 0) -> str:
    """`p = 0.03`; small ones as a bound, for no test of these knows more digits.

    No permutation test can give less than 1/(permutations + 1): where it gives that, `p ≤ …` says
    so unless `p < 0.001` says less.
    """
    if p < 0.001:
        return "p < 0.001"
    floor = permutations and p <= 1.000001 / (permutations + 1)
    return f"p {'≤' if floor else '='} {p:.2g}"


def source(p_method: str, permutations: int) -> str:
    """`1000 permutations`, or the approximation."""
    if p_method == "permutation":
        return f"{count(permutations)} permutations"
    return "gamma approximation"


def number(value: float | None) -> str:
    """Three significant digits with a real minus sign."""
    return "–" if value is None else f"{value:.3g}".replace("-", "−")


def count(value: int) -> str:
    """Whole; thousands are set apart from 10,000 on."""
    return f"{value:,}" if value >= 10_000 else str(value)


def spoken(result: Independence) -> str:
    """The result in a sentence or two."""
    x, y = visible(result.x.name), visible(result.y.name)
    if result.p <= LEVEL:
        verdict = f"{x} and {y} depend on each other"
    else:
        verdict = f"Nothing here says that {x} and {y} depend on each other"
    strength = f", normalised {number(result.normalised)}" if result.normalised is not None else ""
    said = test(result).replace("<", "under").replace("≤", "at most").replace("p =", "p is")
    return f"{verdict}: HSIC {number(result.hsic)}{strength}, {said}, {count(result.n)} pairs."


def facts(result: Independence) -> tuple[tuple[str, str], ...]:
    """Names and values in reading order."""
    kx, ky = result.kernels
    told = [
        ("arrays", f"{_array(result.x)}; {_array(result.y)}"),
        ("p", _p(result)),
        ("normalised", f"{number(result.normalised)} (CKA; at most 1)"),
        ("HSIC", f"{number(result.hsic)} ({_estimator(result.estimator)})"),
        (f"kernel of {visible(result.x.name)}", kernel(kx)),
        (f"kernel of {visible(result.y.name)}", kernel(ky)),
        ("computed", path(result)),
        ("pairs", _pairs(result)),
        ("time", f"{result.ms:.0f} ms on {result.device}"),
    ]
    return tuple(told)


def kernel(facts: KernelFacts) -> str:
    """`gaussian exp(−d²/2σ²), σ = 0.674 (median distance)`."""
    name = facts.name
    if formula := FORMULAS.get((name, facts.convention)):
        name = f"{name} {formula}"
    if facts.name == "polynomial" and facts.degree:
        name = f"{name} of degree {facts.degree}"
    if facts.bandwidth is not None:
        rule = {"median": " (median distance)", "given": " (given)"}.get(facts.rule, "")
        name = f"{name}, σ = {number(facts.bandwidth)}{rule}"
    return visible(f"{name}; {facts.note}" if facts.note else name)


def path(result: Independence) -> str:
    """How it was computed, and with which error."""
    said = PATHS[result.path]
    if result.rank:
        said = f"{said} of rank {result.rank}"
    if result.error is None:
        return said
    note = f" ({result.error_note})" if result.error_note else ""
    return visible(f"{said}; error of HSIC {number(result.error)}{note}")


def card(result: Independence) -> Card:
    """What front ends draw."""
    names = f"{visible(result.x.name)}, {visible(result.y.name)}"
    return Card(
        method="hsic",
        title=f"{names}: {headline(result)}",
        spoken=spoken(result),
        facts=facts(result),
        notes=notes(result),
        charts=charts(result),
        result=to_dict(result) | {"offsets": "utf-16"},
    )


def notes(result: Independence) -> tuple[str, ...]:
    """What a reader must see, of the result and of how the arrays were read."""
    told = (*result.notes, result.x.note, result.y.note)
    return tuple(dict.fromkeys(visible(note) for note in told if note))


def to_text(result: Independence) -> str:
    """Headline, facts, the charts in words, notes."""
    return sheet.to_text(card(result))


def to_html(result: Independence) -> str:
    """The same as a self-contained fragment, with the pictures."""
    from limner.render.hsic_svg import to_svg

    picture = f'<div role="img" aria-label="{escape(spoken(result))}">{to_svg(result)}</div>'
    return sheet.to_html(card(result), picture=picture)


def bundle(result: Independence) -> dict[str, Any]:
    """For a notebook; a front end takes the richest that it knows."""
    return sheet.bundle(card(result)) | {"text/html": to_html(result)}


def to_dict(result: Independence) -> dict[str, Any]:
    """The stable JSON: what HSIC says first, then all that it is from; without the arrays' ids."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(result))
    del plain["kind"]  # tells results apart on the wire
    del plain["scatter"]  # the pairs are the reader's own
    for side in ("x", "y"):
        del plain[side]["id"], plain[side]["categories"]
    first = {
        "method": plain.pop("method"),
        "n": plain.pop("n"),
        "statistic": plain.pop("hsic"),
        "normalized": plain.pop("normalised"),
        "p_value": plain.pop("p"),
        "p_method": plain.pop("p_method"),
        "permutations": plain.pop("permutations"),
        "kernel": "+".join(dict.fromkeys(one.name for one in result.kernels)),
        "ms": round(plain.pop("ms"), 1),
    }
    return first | plain


def to_json(result: Independence) -> str:
    """One JSON object on one line."""
    return msgspec.json.encode(to_dict(result)).decode()


# ── inside ────────────────────────────────────────────────────────────────────────────────────


def _array(facts: ArrayFacts) -> str:
    kind = "labels" if facts.kind == "categories" else facts.dtype
    shape = " × ".join(f"{one:,}" for one in facts.shape)
    return f"{visible(facts.name)} {kind} {shape}"


def _p(result: Independence) -> str:
    said = f"{result.p:.3g} by {source(result.p_method, result.permutations)}"
    if result.p_method == "gamma":
        return f"{said}; rough where it is small"
    least = 1 / (result.permutations + 1)
    return f"{said} with seed {result.seed}; the least that they can give is {least:.3g}"


def _estimator(name: str) -> str:
    return "biased, Tr(KJLJ)/(n − 1)²" if name == "biased" else "unbiased, HSIC₁"


def _pairs(result: Independence) -> str:
    said = count(result.n)
    if result.dropped:
        said = f"{said}; {count(result.dropped)} left out for missing or infinite values"
    if result.x.rows < result.x.of:
        said = f"{said}; a sample of {result.x.of:,} rows"
    return said
