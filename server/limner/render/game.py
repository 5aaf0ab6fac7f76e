"""Whether two players settle, as people read it: one wording for every picture."""

from __future__ import annotations

from html import escape
from typing import Any

import msgspec

from limner.render import sheet
from limner.render.card import Card, CardTable
from limner.render.game_charts import charts
from limner.render.runs import visible
from limner.results.game import GanDynamics, Remedy, Scheme

SHOWN = 8
"""Most eigenvalues that are written out."""


def headline(result: GanDynamics) -> str:
    """`gradient flow circles · simultaneous steps of 0.1 diverge`."""
    name = f"{visible(result.preset)}: " if result.preset else ""
    told = f"{name}gradient flow {_flow(result.continuous)}"
    steps = [s for s in result.schemes if s.name == "simultaneous"]
    if steps and (said := steps[0].ran or steps[0].linear) != "undecided":
        told += f" · simultaneous steps of {result.step:g} {said.removesuffix('s')}"
    return told


def spoken(result: GanDynamics) -> str:
    """The result in a sentence or two."""
    where = "the eigenvalues" if result.source == "eigenvalues" else "following it"
    said = f"Gradient flow {_flow(result.continuous)}, by {where}."
    limit = result.largest_stable_step
    if limit is None:
        return f"{said} No stable step of simultaneous training is known."
    return f"{said} Simultaneous steps are stable below {number(limit)}."


def number(value: float | None) -> str:
    """Three significant digits with a real minus sign."""
    return "–" if value is None else f"{value:.3g}".replace("-", "−")


def complex_number(pair: tuple[float, float]) -> str:
    """`−0.1 + 0.995i`."""
    re, im = pair
    if im == 0:
        return number(re)
    sign = "−" if im < 0 else "+"
    size = number(abs(im))
    return f"{number(re)} {sign} {size}i" if re else f"{'−' if im < 0 else ''}{size}i"


def facts(result: GanDynamics) -> tuple[tuple[str, str], ...]:
    """Names and values in reading order."""
    phi, theta = result.sizes
    how = "eigenvalues" if result.source == "eigenvalues" else f"followed for {result.time:.4g}"
    told = [
        ("gradient flow", f"{_flow(result.continuous)} ({how})"),
        ("eigenvalues", _eigenvalues(result)),
    ]
    if result.residuals:
        told.append(("largest residual", number(max(result.residuals))))
    told.append(("numbers", f"{phi:,} in φ, {theta:,} in θ"))
    if result.equilibrium is not None:
        at = ", ".join(number(x) for x in result.equilibrium[:SHOWN])
        told.append(("equilibrium", f"({at}{', …' if len(result.equilibrium) > SHOWN else ''})"))
    else:
        told.append(("‖v‖ here", number(result.speed)))
    if result.ema is not None and result.ema_distance is not None:
        told.append(
            (
                "moving average of θ",
                f"decay {result.ema:g}: {number(100 * result.ema_distance)} % of θ's own distance",
            )
        )
    told.append(("time", f"{result.ms:.0f} ms"))
    return tuple(told)


def card(result: GanDynamics) -> Card:
    """What front ends draw."""
    return Card(
        method="gan_dynamics",
        title=headline(result),
        spoken=spoken(result),
        facts=facts(result),
        tables=(*_schemes(result), *_remedies(result.remedies)),
        charts=charts(result),
        notes=tuple(visible(note) for note in result.notes),
        result=to_dict(result) | {"offsets": "utf-16"},
    )


def to_text(result: GanDynamics) -> str:
    """Headline, facts, tables, charts in words, notes."""
    return sheet.to_text(card(result))


def to_html(result: GanDynamics) -> str:
    """The same as a self-contained fragment, with the picture."""
    from limner.render.game_svg import to_svg

    picture = f'<div role="img" aria-label="{escape(spoken(result))}">{to_svg(result)}</div>'
    return sheet.to_html(card(result), picture=picture)


def bundle(result: GanDynamics) -> dict[str, Any]:
    """For a notebook; a front end takes the richest that it knows."""
    return sheet.bundle(card(result)) | {"text/html": to_html(result)}


def to_dict(result: GanDynamics) -> dict[str, Any]:
    """The stable JSON; without what is only drawn."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(result))
    for drawn in ("type", "portrait", "lines"):
        plain.pop(drawn, None)
    first = {
        "method": plain.pop("method"),
        "preset": plain.pop("preset"),
        "continuous": plain.pop("continuous"),
        "eigenvalues": plain.pop("eigenvalues"),
        "largest_stable_step": result.largest_stable_step,
    }
    return first | plain


def to_json(result: GanDynamics) -> str:
    """One JSON object on one line."""
    return msgspec.json.encode(to_dict(result)).decode()


# ── inside ────────────────────────────────────────────────────────────────────────────────────


def _flow(verdict: str) -> str:
    return "is undecided" if verdict == "undecided" else verdict


def _eigenvalues(result: GanDynamics) -> str:
    if result.eigenvalues is None:
        return f"none: {result.eigenvalues_note}"
    distinct = list(dict.fromkeys(complex_number(pair) for pair in result.eigenvalues))
    more = f", … ({len(distinct)} of them)" if len(distinct) > SHOWN else ""
    note = f" ({result.eigenvalues_note})" if result.eigenvalues_note else ""
    return f"{', '.join(distinct[:SHOWN])}{more}{note}"


def _schemes(result: GanDynamics) -> tuple[CardTable, ...]:
    if not result.schemes:
        return ()
    ran = f"{result.steps} steps" if result.steps else ""
    columns = ("steps", "radius", "near the equilibrium", *([ran] if ran else []), "stable below")
    return (
        CardTable(
            caption=f"Steps of h = {result.step:g}",
            columns=columns,
            align="lrl" + ("l" if ran else "") + "r",
            rows=tuple(_scheme(one, result, bool(ran)) for one in result.schemes),
        ),
    )


def _scheme(one: Scheme, result: GanDynamics, ran: bool) -> tuple[str, ...]:
    name = f"momentum {result.momentum:g}" if one.name == "momentum" else one.name
    radius = "–" if one.radius is None else f"{one.radius:.5f}"
    real = [one.ran or "–"] if ran else []
    return (name, radius, one.linear, *real, number(one.largest_stable_step))


def _remedies(remedies: tuple[Remedy, ...]) -> tuple[CardTable, ...]:
    if not remedies:
        return ()
    return (
        CardTable(
            caption="The same game with one change",
            columns=("change", "leading eigenvalue", "gradient flow", "stable below"),
            align="lllr",
            rows=tuple(
                (
                    one.name,
                    complex_number(one.eigenvalues[0]) if one.eigenvalues else "–",
                    one.continuous
                    if one.left is None
                    else f"{one.continuous}; {number(100 * one.left)} % of its swing left",
                    number(one.largest_stable_step),
                )
                for one in remedies
            ),
        ),
    )
