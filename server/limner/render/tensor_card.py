"""The card of a tensor's attribution: bars for a vector, a heat map for what has rows and columns.

Where the input was an image, it lies under the map.
"""

from __future__ import annotations

import math

from limner.protocol import TensorAttribution
from limner.render import facts, tensor
from limner.render.card import Card, CardChart, CardPicture, CardTable
from limner.render.charts import bars
from limner.render.colors import scale
from limner.render.runs import visible

CELLS = 256
"""Most rows and columns of a map; larger ones are summed in blocks."""
HOVERS = 1024
"""Most cells that say their score when pointed at."""
SCORES = 10_000
"""Most entries in the data; of a larger tensor the picture has the sums."""
BARS = 256
"""Most bars; a longer vector is summed in blocks."""


def tensor_card(result: TensorAttribution) -> Card:
    """What front ends draw."""
    flat = len(result.shape) < 2
    return Card(
        method=tensor.to_dict(result)["method"],
        title=visible(facts.headline(result)),
        spoken=_spoken(result),
        facts=tuple((visible(name), visible(value)) for name, value in _facts(result)),
        notes=tuple(visible(note) for note in result.notes),
        tables=(_table(result),),
        charts=(_chart(result),) if flat else (),
        pictures=() if flat else (_picture(result),),
        result=_result(result),
    )


def _facts(result: TensorAttribution) -> list[tuple[str, str]]:
    shape = " × ".join(map(str, result.shape)) or "one number"
    rows = [
        ("model", f"{result.model} on {result.device}"),
        ("label", f"{facts.target(result)}, probability {result.probability:.3f}"),
        ("input", shape),
        ("F", facts.number(result.value)),
        ("F at baseline", facts.number(result.baseline_value)),
        ("ΔF", facts.number(result.difference)),
        ("δ", facts.delta(result).removeprefix("δ ")),
        ("evaluations", str(result.evaluations)),
        ("time", facts.time(result)),
    ]
    if result.picture is not None:
        low, high = facts.number(result.picture.low), facts.number(result.picture.high)
        rows.append(("picture", f"{low} is drawn black, {high} white"))
    return rows


def _spoken(result: TensorAttribution) -> str:
    top = ", ".join(
        f"{list(place)} {facts.signed(score)}" for place, score in tensor.strongest(result)[:6]
    )
    return visible(
        f"{facts.target(result)}, probability {result.probability:.2f}. Strongest entries: {top}."
    )


def _picture(result: TensorAttribution) -> CardPicture:
    cells = tensor.grid(result, CELLS)
    scores = [score for row in cells for score in row]
    largest = scale(scores)
    few = len(scores) <= HOVERS
    return CardPicture(
        title=visible(facts.headline(result)),
        rows=len(cells),
        columns=len(cells[0]),
        values=tuple(round(s / largest, 4) if math.isfinite(s) else 0.0 for s in scores),
        hovers=tuple(
            f"[{y}, {x}] {facts.signed(score)}"
            for y, row in enumerate(cells)
            for x, score in enumerate(row)
        )
        if few
        else None,
        under=tensor.picture_uri(result),
        text=_lines(result),
    )


def _chart(result: TensorAttribution) -> CardChart:
    (cells,) = tensor.grid(result, BARS)
    rows = [(str(index), score) for index, score in enumerate(cells)]
    return CardChart(
        title=visible(facts.headline(result)),
        spec=bars(rows, unit=f"score ({result.output})", upright=True),
        text=_lines(result),
    )


def _table(result: TensorAttribution) -> CardTable:
    top = tensor.strongest(result)
    rows = [
        (str(list(place)), facts.signed(score), facts.part(score, result)) for place, score in top
    ]
    if len(result.scores) > len(top):
        rest = sum(result.scores) - sum(score for _, score in top)
        more = f"{len(result.scores) - len(top):,} weaker entries"
        rows.append((more, facts.signed(rest), facts.part(rest, result)))
    return CardTable(
        caption="Strongest entries",
        columns=("index", "score", "of ΔF"),
        align="lrr",
        rows=tuple(rows),
    )


def _lines(result: TensorAttribution) -> str:
    return "\n".join(
        f"{facts.signed(score):>8}  {list(place)}" for place, score in tensor.strongest(result)
    )


def _result(result: TensorAttribution) -> dict[str, object]:
    plain = tensor.to_dict(result)
    if len(result.scores) > SCORES:
        plain["scores"] = None
    return {**plain, "offsets": "utf-16"}
