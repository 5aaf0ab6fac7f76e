"""A flooded loop and a comparison, as people read them."""

from __future__ import annotations

from typing import Any

import msgspec

from limner.render.card import Card, CardChart, CardTable
from limner.render.charts import lines, short
from limner.render.colors import AWAY, GREEN, TOWARDS, css
from limner.results.flood import Drawn, FloodComparison, FloodRun, Suspect


def card(result: Drawn) -> Card:
    """Of a watched loop, or of a comparison."""
    if isinstance(result, FloodComparison):
        return comparison_card(result)
    assert isinstance(result, FloodRun)
    return run_card(result)


def to_json(result: Drawn) -> str:
    """One JSON object on one line."""
    return msgspec.json.encode(_plain(result)).decode()


def run_card(run: FloodRun) -> Card:
    """Losses, level and ‖∇L‖² over the steps."""
    last = run.steps[-1] if run.steps else None
    title = f"{run.count:,} steps" + (f" · loss {_number(last.loss)}" if last else "")
    if last is not None and last.level is not None:
        title += f" · level {_number(last.level)} · {run.below:,} steps went up"
    notes = run.notes
    if run.turned is not None:
        turned = f"Validation was best at step {run.turned:,} and has got worse since."
        notes = (*notes, turned)
    return Card(
        method="flooding",
        title=title,
        spoken=f"{title}.",
        tables=_suspects(run.suspects),
        charts=_charts(run),
        notes=notes,
        result=_plain(run) | {"offsets": "utf-16"},
    )


def comparison_card(result: FloodComparison) -> Card:
    """The advice and the table that it is from."""
    flood = result.advice != "none"
    title = f"Flood: {result.advice}" if flood else "Do not flood: nothing was surely better"
    if not result.seeds:
        title = "No seed was finished"
    budget = f" of {result.budget:g} s allowed" if result.budget is not None else ""
    return Card(
        method="flood_tune",
        title=title,
        spoken=f"{title}, by {result.seeds} seeds.",
        facts=(
            ("seeds", str(result.seeds)),
            ("fits", str(result.fits)),
            ("time", f"{result.seconds:.1f} s{budget}"),
        ),
        tables=(_arms(result), *_suspects(result.suspects)),
        notes=result.notes,
        result=_plain(result) | {"offsets": "utf-16"},
    )


def _arms(result: FloodComparison) -> CardTable:
    return CardTable(
        caption="Validation; gain is the baseline's loss minus this one's, with its 95 % interval",
        columns=("training", "loss", "accuracy", "gain"),
        align="lrrr",
        rows=tuple(
            (
                arm.name,
                _number(_mean(arm.loss)),
                f"{100 * _mean(arm.accuracy):.1f} %",
                "–"
                if arm.kind == "none"
                else f"{_number(arm.gain)} ({_number(arm.low)} … {_number(arm.high)})",
            )
            for arm in result.arms
        ),
    )


def _suspects(suspects: tuple[Suspect, ...]) -> tuple[CardTable, ...]:
    if not suspects:
        return ()
    rows = tuple((str(one.row), _number(one.loss)) for one in suspects)
    return (
        CardTable(
            caption="Rows whose label is suspect", columns=("row", "loss"), align="rr", rows=rows
        ),
    )


def _charts(run: FloodRun) -> tuple[CardChart, ...]:
    if len(run.steps) < 2:
        return ()
    found = [CardChart(title="Loss", spec=_losses(run), text=_in_words(run))]
    slopes = [
        {"step": s.step, "value": short(s.gradient)}
        for s in run.steps
        if s.gradient is not None and s.gradient > 0
    ]
    if len(slopes) > 1:
        found.append(CardChart(title="‖∇L‖²", spec=lines(slopes, scale="log", height=180), text=""))
    return tuple(found)


def _losses(run: FloodRun) -> dict[str, Any]:
    values = [
        {"step": s.step, "which": which, "value": short(value)}
        for s in run.steps
        for which, value in (
            ("training", s.loss),
            ("level", s.level),
            ("validation", s.validation),
        )
        if value is not None
    ]
    names = ["training", "validation", "level"]
    spec = lines(values, scale="linear", height=180)
    spec["encoding"]["color"] = {
        "field": "which",
        "type": "nominal",
        "scale": {"domain": names, "range": [css(TOWARDS), css(AWAY), css(GREEN)]},
        "legend": {"title": None, "orient": "bottom"},
    }
    return spec


def _in_words(run: FloodRun) -> str:
    first, last = run.steps[0], run.steps[-1]
    said = f"training {_number(first.loss)} → {_number(last.loss)}"
    seen = [s.validation for s in run.steps if s.validation is not None]
    if seen:
        said += f"; validation {_number(seen[0])} → {_number(seen[-1])}, best {_number(min(seen))}"
    return said


def _plain(result: Drawn) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(result))
    del plain["type"]
    return plain


def _mean(values: tuple[float, ...]) -> float:
    return sum(values) / len(values) if values else float("nan")


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
