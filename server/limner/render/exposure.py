"""What a decoder loses when it reads its own words, as people read it: one wording everywhere."""

from __future__ import annotations

from typing import Any

import msgspec
from rich.console import Console
from rich.text import Text

from limner.render import sheet
from limner.render.card import Card, CardMark, CardTable, CardText
from limner.render.colors import scale, step
from limner.render.exposure_charts import charts, drawn
from limner.render.runs import columns, visible
from limner.results.exposure import ExposureBias, Guess, PairExposure, TargetToken
from limner.text.positions import utf16_offset

ROWS = 24
"""Most positions of the table, and most tokens of a pair that is written out."""


def headline(result: ExposureBias) -> str:
    """`mini-seq2seq: 1.23 nats per target token, 2.34 after its own words`."""
    return (
        f"{visible(result.model)}: {nats(result.forced)} nats per target token, "
        f"{nats(result.free)} after its own words"
    )


def spoken(result: ExposureBias) -> str:
    """The result in a sentence or two."""
    said = f"{headline(result)}. Over {result.pairs} pairs; {percent(result.diverged)} diverge"
    if result.divergence is not None:
        said += f", half of them by position {result.divergence:g}"
    return f"{said}."


def nats(value: float | None) -> str:
    """Two decimals; – where there is none."""
    return "–" if value is None else f"{value:.2f}".replace("-", "−")


def word(text: str) -> str:
    """A token as it is read; white space, and nothing, are shown by signs."""
    return visible(text) if text.strip() else "␣" * max(1, len(text))


def percent(share: float) -> str:
    """`12 %`."""
    return f"{100 * share:.0f} %"


def facts(result: ExposureBias) -> tuple[tuple[str, str], ...]:
    """Names and values in reading order."""
    where = "" if result.divergence is None else f", median position {result.divergence:g}"
    return (
        ("pairs", f"{result.pairs:,} with {result.tokens:,} target tokens"),
        ("reading the target", f"{nats(result.forced)} nats per token"),
        ("reading its own words", f"{nats(result.free)} nats per token"),
        ("KL between the two", f"{nats(result.kl)} nats per token"),
        ("diverged", f"{percent(result.diverged)} of the pairs{where}"),
        ("behind its own end", f"{percent(result.ended)} of the target's tokens"),
        ("time", f"{result.ms / 1000:.1f} s on {visible(result.device)}"),
    )


def card(result: ExposureBias) -> Card:
    """What front ends draw."""
    return Card(
        method=result.method,
        title=headline(result),
        spoken=spoken(result),
        texts=tuple(_text(pair) for pair in result.shown),
        facts=facts(result),
        tables=(_positions(result), *_beams(result), *_worst(result)),
        charts=charts(result),
        notes=(*(visible(note) for note in result.notes), *_warnings(result)),
        result=_in_utf16(result),
    )


def to_text(result: ExposureBias) -> str:
    """Headline, facts, tables, notes; pairs below each other."""
    return sheet.to_text(card(result)) + "".join(f"\n{line}" for line in _pairs(result))


def show(console: Console, result: ExposureBias) -> None:
    """Print it."""
    sheet.show(console, card(result))
    for line in _pairs(result):
        console.print(Text(line))


def to_html(result: ExposureBias) -> str:
    """The same as a self-contained fragment."""
    told = "\n".join(_pairs(result))
    picture = f"<pre>{sheet.safe(told)}</pre>" if told else ""
    return sheet.to_html(card(result), picture=picture)


def bundle(result: ExposureBias) -> dict[str, Any]:
    """For a notebook; a front end takes the richest that it knows."""
    return {
        **sheet.bundle(card(result)),
        "text/plain": to_text(result),
        "text/html": to_html(result),
    }


def to_dict(result: ExposureBias) -> dict[str, Any]:
    """The stable JSON."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(result))
    plain.pop("type", None)
    return plain


def to_json(result: ExposureBias) -> str:
    """One JSON object on one line."""
    return msgspec.json.encode(to_dict(result)).decode()


def _in_utf16(result: ExposureBias) -> dict[str, Any]:
    """The stable JSON with the places of tokens as JavaScript counts; trees are only drawn."""
    plain = to_dict(result)
    for pair in plain["shown"]:
        pair.pop("tree")
        for token in pair["tokens"]:
            for end in ("start", "end"):
                if token[end] is not None:
                    token[end] = utf16_offset(pair["target"], token[end])
    return plain | {"offsets": "utf-16"}


# ── inside ────────────────────────────────────────────────────────────────────────────────────


def _text(pair: PairExposure) -> CardText:
    """The target, each token by how much dearer it gets under free running."""
    worse = {i: one.free - one.forced for i, one in enumerate(pair.tokens) if one.free is not None}
    most = scale(worse.values())
    marks: list[CardMark] = []
    for i, token in enumerate(pair.tokens):
        value = worse.get(i, 0.0) / most
        if token.start is None or token.end is None or not step(value):
            continue
        marks.append(
            CardMark(
                start=utf16_offset(pair.target, token.start),
                end=utf16_offset(pair.target, token.end),
                value=round(value, 4),
                step=step(value),
                hover=hover(token, i, pair.divergence),
            )
        )
    return CardText(label=visible(pair.source), text=visible(pair.target), marks=tuple(marks))


def hover(token: TargetToken, at: int, divergence: int | None) -> str:
    """What a token says when pointed at."""
    said = (
        f"{word(token.text)}: {nats(token.forced)} nats after the target's words, "
        f"{nats(token.free)} after its own"
    )
    if divergence is not None and at > divergence:
        said += f" (they differ since position {divergence})"
    lines = [said]
    if token.own is not None:
        lines.append(f"it wrote: {word(token.own)}")
    lines += [
        f"after {name} words: {_guesses(top)}"
        for name, top in (("the target's", token.forced_top), ("its own", token.free_top))
        if top
    ]
    return "\n".join(lines)


def _guesses(top: tuple[Guess, ...]) -> str:
    return ", ".join(f"{word(one.text)} {100 * one.probability:.1f} %" for one in top)


def _positions(result: ExposureBias) -> CardTable:
    oracle = any(one.oracle_forced is not None for one in result.positions)
    more = ("oracle, target", "oracle, own") if oracle else ()
    names = ("target read", "own words read", "95 % of the gap", "KL", "diverged before")
    return CardTable(
        caption="Nats per target token, by position; free running is grey after a difference",
        columns=("position", "pairs", *names, *more),
        align="rrrrrrr" + "r" * len(more),
        rows=tuple(
            (
                str(one.position),
                str(one.pairs),
                nats(one.forced),
                nats(one.free),
                f"{nats(one.gap_low)} … {nats(one.gap_high)}",
                nats(one.kl),
                percent(one.diverged),
                *((nats(one.oracle_forced), nats(one.oracle_free)) if oracle else ()),
            )
            for one in result.positions[:ROWS]
        ),
    )


def _beams(result: ExposureBias) -> tuple[CardTable, ...]:
    if not result.beams:
        return ()
    return (
        CardTable(
            caption="Beams: the best sequence found, against the target",
            columns=("width", "log p", "above the target", "is the target", "empty", "length"),
            align="rrrrrr",
            rows=tuple(
                (
                    str(one.width),
                    nats(one.score),
                    percent(one.above),
                    percent(one.exact),
                    percent(one.empty),
                    f"{one.length:.2f} ×",
                )
                for one in result.beams
            ),
        ),
    )


def _worst(result: ExposureBias) -> tuple[CardTable, ...]:
    if not result.shown:
        return ()
    rows: list[tuple[str, ...]] = []
    for pair in result.shown:
        at = "–" if pair.divergence is None else str(pair.divergence)
        rows.append((visible(pair.source), "target", visible(pair.target), nats(pair.score), at))
        if not pair.beams:
            rows.append(("", "own", visible(pair.own), "", ""))
        for beam in pair.beams:
            mark = " (above the target)" if beam.above else "" if beam.ended else " (unfinished)"
            rows.append(("", f"beam {beam.width}", visible(beam.text) + mark, nats(beam.score), ""))
    return (
        CardTable(
            caption="The pairs that lose most",
            columns=("source", "", "words", "log p", "differs at"),
            align="lllrr",
            rows=tuple(rows),
        ),
    )


def _pairs(result: ExposureBias) -> list[str]:
    """Token by token, for a terminal."""
    lines: list[str] = []
    for pair in result.shown[:1]:
        lines += ["", f"{visible(pair.source)} → {visible(pair.target)}"]
        lines.append("token         target  own words  it wrote")
        for i, token in enumerate(pair.tokens[:ROWS]):
            name = word(token.text)
            own = "–" if token.own is None else word(token.own)
            grey = "  (differs)" if pair.divergence == i else ""
            lines.append(
                f"{name}{' ' * max(1, 12 - columns(name))}{nats(token.forced):>8}"
                f"{nats(token.free):>11}  {own}{grey}"
            )
        if len(pair.tokens) > ROWS:
            lines.append(f"… {len(pair.tokens) - ROWS} more tokens")
    return lines


def _warnings(result: ExposureBias) -> tuple[str, ...]:
    told: list[str] = []
    if len(result.positions) > ROWS:
        told.append(f"{ROWS} of {len(result.positions)} positions are in the table.")
    if len(charted := drawn(result)) < len(result.positions):
        told.append(f"The chart ends at position {charted[-1].position}: few pairs are longer.")
    return tuple(told)
