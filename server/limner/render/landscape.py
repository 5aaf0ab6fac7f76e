"""How rough a loss is, as people read it: one wording everywhere."""

from __future__ import annotations

from typing import Any

import msgspec

from limner.render import sheet
from limner.render.card import Card, CardTable
from limner.render.landscape_charts import charts, pair_charts
from limner.render.runs import visible
from limner.results.landscape import Drawn, Landscape, LandscapePair

FAR = 0.5
"""A layer whose inputs lose more than this by centring is told in the headline."""
LAYERS = 40
"""Most rows of the table of layers."""
_MODES = {"train": "training", "eval": "evaluation", "mixed": "some training, some not"}


def headline(result: Landscape | LandscapePair) -> str:
    """`Net: loss 0.31, ‖g‖ 1.2, β 14, steps below 0.14` or what the pair says."""
    if isinstance(result, LandscapePair):
        one, other = (max(curve.beta) for curve in result.curves)
        return (
            f"largest β on the way: {number(one)} with, {number(other)} without "
            f"{len(result.removed) or ''} normalisation layers".replace("  ", " ")
        )
    told = f"{visible(result.model)}: loss {number(result.loss)}, ‖g‖ {number(result.gradient)}"
    if result.beta is not None:
        told += f", β {number(result.beta)}"
    if (bound := _longest_step(result)) is not None:
        told += f", steps below {number(bound)}"
    return told


def _longest_step(result: Landscape) -> float | None:
    """By the roughest of what is known: β is along one direction, λ₁ of all at this point."""
    known = [] if result.step_bound is None else [result.step_bound]
    known += [2 / one.value for one in result.eigenvalues[:1] if one.value > 0 and one.converged]
    return min(known, default=None)


def spoken(result: Landscape | LandscapePair) -> str:
    """The result in a sentence or two."""
    if isinstance(result, LandscapePair):
        return f"Over {result.steps} steps, {headline(result)}."
    far = [one for one in result.layers if one.gain > FAR]
    said = f"{headline(result)}."
    if far:
        worst = max(far, key=lambda one: one.gain)
        said += (
            f" Centring takes {percent(worst.gain)} of what goes into {visible(worst.name)}, and "
            f"more than half in {len(far)} of {len(result.layers)} layers."
        )
    return said


def number(value: float | None) -> str:
    """Three significant digits with a real minus sign."""
    return "–" if value is None else f"{value:.3g}".replace("-", "−")


def percent(share: float) -> str:
    """`12 %`."""
    return f"{100 * share:.0f} %"


def card(result: Drawn) -> Card:
    """What front ends draw."""
    if isinstance(result, LandscapePair):
        return _pair(result)
    assert isinstance(result, Landscape)
    return Card(
        method=result.method,
        title=headline(result),
        spoken=spoken(result),
        facts=_facts(result),
        tables=(*_eigenvalues(result), *_layers(result)),
        charts=charts(result),
        notes=(*(visible(note) for note in result.notes), *_told(result)),
        result=to_dict(result) | {"offsets": "utf-16"},
    )


def to_text(result: Drawn) -> str:
    """Headline, facts, tables, charts in words, notes."""
    return sheet.to_text(card(result))


def to_html(result: Drawn) -> str:
    """The same as a self-contained fragment."""
    return sheet.to_html(card(result))


def bundle(result: Drawn) -> dict[str, Any]:
    """For a notebook; a front end takes the richest that it knows."""
    return sheet.bundle(card(result))


def to_dict(result: Drawn) -> dict[str, Any]:
    """The stable JSON."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(result))
    plain.pop("type", None)
    for end in plain.get("ends", ()):
        end.pop("type", None)
    return plain


def to_json(result: Drawn) -> str:
    """One JSON object on one line."""
    return msgspec.json.encode(to_dict(result)).decode()


# ── inside ────────────────────────────────────────────────────────────────────────────────────


def _facts(result: Landscape) -> tuple[tuple[str, str], ...]:
    low, high = result.loss_range or (None, None)
    told = [
        ("loss", number(result.loss)),
        ("‖gradient‖", number(result.gradient)),
        ("loss along the gradient", f"{number(low)} … {number(high)}"),
        ("gradient turns by at most", number(result.predictiveness)),
        ("effective β", number(result.beta)),
        ("step bound 2/β", number(result.step_bound)),
    ]
    if result.eigenvalues:
        top = result.eigenvalues[0].value
        told.append(("step bound 2/λ₁", number(2 / top if top > 0 else None)))
    told += [
        ("batch", f"{result.rows:,} rows, modules in {_MODES[result.mode]}"),
        ("parameters", f"{result.parameters:,}"),
        ("time", f"{result.ms:.0f} ms on {visible(result.device)}"),
    ]
    return tuple(told)


def _told(result: Landscape) -> tuple[str, ...]:
    if len(result.layers) <= LAYERS:
        return ()
    return (f"{LAYERS} of {len(result.layers)} layers are shown, those that centring helps most.",)


def _eigenvalues(result: Landscape) -> tuple[CardTable, ...]:
    if not result.eigenvalues:
        return ()
    return (
        CardTable(
            caption=f"Leading eigenvalues of the Hessian, by {result.products} products",
            columns=("eigenvalue", "within"),
            align="rr",
            rows=tuple(
                (
                    ("" if one.converged else "~ ") + number(one.value),
                    f"± {number(one.residual)}",
                )
                for one in result.eigenvalues
            ),
        ),
    )


def _layers(result: Landscape) -> tuple[CardTable, ...]:
    if not result.layers:
        return ()
    shown = result.layers
    if len(shown) > LAYERS:
        shown = tuple(sorted(shown, key=lambda one: -one.gain)[:LAYERS])
    return (
        CardTable(
            caption="Inputs of layers: E‖x‖² as it is, centred, scaled",
            columns=("layer", "kind", "d", "E‖x‖²", "centred", "scaled", "centring takes"),
            align="llrrrrr",
            rows=tuple(
                (
                    visible(one.name),
                    one.kind,
                    f"{one.size:,}",
                    number(one.raw),
                    number(one.centred),
                    number(one.scaled),
                    percent(one.gain),
                )
                for one in shown
            ),
        ),
    )


def _pair(result: LandscapePair) -> Card:
    rows: list[tuple[str, ...]] = []
    for curve, end in zip(result.curves, result.ends, strict=True):
        spread = max(h - low for h, low in zip(curve.high, curve.low, strict=True))
        top = end.eigenvalues[0].value if end.eigenvalues else None
        rows.append(
            (
                curve.name,
                f"{number(curve.loss[0])} → {number(curve.loss[-1])}",
                number(spread),
                number(max(curve.predictiveness)),
                number(max(curve.beta)),
                number(top),
            )
        )
    names = ", ".join(visible(name) for name in result.removed[:8])
    more = f" and {len(result.removed) - 8} more" if len(result.removed) > 8 else ""
    return Card(
        method=result.method,
        title=headline(result),
        spoken=spoken(result),
        facts=(
            ("steps", f"{result.steps} of rate {number(result.rate)}, momentum 0.9"),
            ("seed", str(result.seed)),
            ("measured in", f"{_MODES[result.mode]} mode, trained in training mode"),
            ("without", f"{names}{more}" or "a twin of your own"),
            ("time", f"{result.ms / 1000:.1f} s"),
        ),
        tables=(
            CardTable(
                caption="Largest on the way, and λ₁ at the end",
                columns=("normalisation", "loss", "range", "gradient turns by", "β", "λ₁"),
                align="lrrrrr",
                rows=tuple(rows),
            ),
        ),
        charts=pair_charts(result),
        notes=tuple(visible(note) for note in result.notes),
        result=to_dict(result) | {"offsets": "utf-16"},
    )
