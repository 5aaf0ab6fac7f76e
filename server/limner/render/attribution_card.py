"""The card of an attribution, or of several of one text beside each other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from limner.protocol import Attribution, Faithfulness, Piece
from limner.render import facts, written
from limner.render.beside import with_other_baselines
from limner.render.card import Card, CardChart, CardMark, CardTable, CardText
from limner.render.charts import bars, grouped_bars, numbered
from limner.render.json import to_dict
from limner.render.runs import Run, one_line, segments, strongest, visible, words
from limner.text.positions import utf16_length

CHARACTERS = 100_000
"""Most characters of a text; what comes after is left out and a note says so."""
MARKS = 2000
"""Most marks of a text; the weakest are left out."""
ROWS = 100
"""Most rows of the table; its last row sums the rest."""
BARS = 40
"""Most bars of the chart."""
PIECES = 5000
"""Most tokens and words in the data."""

Place = tuple[int, int, int]
Column = tuple[str, dict[Place, float]]
"""A name and the score of each word by its place."""


def attribution_card(first: Attribution, *beside: Attribution) -> Card:
    """What front ends draw; several results are of one text (other baselines, other models)."""
    asked = (first, *beside)
    results = tuple(with_other_baselines(*asked))
    columns = _columns(results)
    return Card(
        method=to_dict(first)["method"],
        title=visible(_title(results)),
        spoken=visible(" ".join(_spoken(result, results) for result in results)),
        texts=(
            *(text for result in results for text in _texts(result, results)),
            *(text for result in asked for text in _to_each_token(result)),
        ),
        facts=tuple(_common(results)),
        notes=tuple(visible(note) for note in _notes(results)),
        tables=(
            _table(first, columns, alone=len(columns) == 1 and first.complete),
            *(table for result in asked for table in _output(result)),
            *_differences(results),
            *(
                _faithfulness(one.faithfulness, label(one, results))
                for one in asked
                if one.faithfulness
            ),
        ),
        charts=tuple(_charts(results, columns)),
        result=_result(asked),
    )


def label(result: Attribution, results: Sequence[Attribution]) -> str:
    """What tells a result from those beside it; empty when it is alone."""
    if len(results) == 1:
        return ""
    parts: list[str] = []
    if len({other.model for other in results}) > 1:
        parts.append(result.model)
    if len({facts.target(other) for other in results}) > 1:
        parts.append(facts.target(result))
    if len({other.baseline for other in results}) > 1 or not parts:
        parts.append(f"baseline {result.baseline}")
    return visible(", ".join(parts))


# ── sentences ─────────────────────────────────────────────────────────────────────────────────


def _title(results: Sequence[Attribution]) -> str:
    first = results[0]
    if len(results) == 1:
        return facts.headline(first)
    names = " and ".join(label(result, results) for result in results)
    return f"{facts.target(first)} {facts.sure(first)} · {names}"


def _spoken(result: Attribution, results: Sequence[Attribution]) -> str:
    top = [(one_line(piece.text), piece.score) for piece in strongest(words(result), 6)]
    name = label(result, results)
    said = facts.spoken(result, top)
    return f"With {name}: {said}" if name else said


def _details(result: Attribution) -> dict[str, str]:
    """The facts by a name that does not depend on the baseline."""
    return {
        "F at the baseline" if key.startswith("F at baseline") else key: value
        for key, value in facts.details(result)
    }


def _common(results: Sequence[Attribution]) -> Iterator[tuple[str, str]]:
    """The facts of the only result, or those that all have in common."""
    if len(results) == 1:
        yield from ((visible(key), visible(value)) for key, value in facts.details(results[0]))
        return
    first, *others = map(_details, results)
    for key, value in first.items():
        if all(other.get(key) == value for other in others):
            yield visible(key), visible(value)


def _differences(results: Sequence[Attribution]) -> Iterator[CardTable]:
    """The facts in which results beside each other differ, a column each."""
    if len(results) == 1:
        return
    all_details = [_details(result) for result in results]
    names = list(dict.fromkeys(name for details in all_details for name in details))
    rows = [
        tuple(visible(cell) for cell in (name, *(details.get(name, "") for details in all_details)))
        for name in names
        if len({details.get(name) for details in all_details}) > 1
    ]
    yield CardTable(
        caption="In what they differ",
        columns=("", *(label(result, results) for result in results)),
        align="l" + "r" * len(results),
        rows=tuple(rows),
    )


def _notes(results: Sequence[Attribution]) -> Iterator[str]:
    for result in results:
        name = label(result, results)
        for note in facts.notes(result):
            yield f"{name}: {note}" if name else note
    longest = max(len(text) for r in results for text in (r.text, r.pair or ""))
    if longest > CHARACTERS:
        yield (
            f"Only the first {CHARACTERS:,} of {longest:,} characters are shown; "
            "attribute a part of the text to see it."
        )


def _totals(pieces: Sequence[Piece]) -> str:
    """The scores of all words in both directions."""
    finite = [piece.score for piece in pieces if math.isfinite(piece.score)]
    towards = sum(score for score in finite if score > 0)
    away = sum(score for score in finite if score < 0)
    return f"all words: {facts.signed(towards)} towards, {facts.signed(away)} away"


# ── texts and marks ───────────────────────────────────────────────────────────────────────────


def _texts(result: Attribution, results: Sequence[Attribution]) -> Iterator[CardText]:
    drawn = segments(result)
    name = label(result, results)
    for segment, runs in enumerate(drawn):
        which = ("text", "pair")[segment] if len(drawn) > 1 else ""
        yield _text(result, runs, ", ".join(part for part in (name, which) if part))


def _to_each_token(result: Attribution) -> Iterator[CardText]:
    """The text again as it stands to each token of the output, within the marks of one text."""
    left = MARKS
    for one in written.one_by_one(result):
        for runs in segments(one):
            text = _text(one, runs, visible(f"{one.target} {facts.signed(one.difference)}"))
            left -= len(text.marks)
            if left < 0:
                return
            yield text


def _text(result: Attribution, runs: Sequence[Run], name: str) -> CardText:
    """The runs end to end; offsets are those of the drawn text, counted as JavaScript counts."""
    totals = f"baseline {visible(result.baseline)} · {_totals(words(result))}"
    least = _least(runs)
    largest = max((abs(p.score) for p in words(result) if math.isfinite(p.score)), default=0) or 1.0
    text, marks, unread = "", list[CardMark](), None
    at = 0
    for run in _cut(runs):
        drawn = visible(run.text)
        end = at + utf16_length(drawn)
        if run.unread:
            unread = (at, end)
        elif run.step and run.score is not None and abs(run.score) >= least:
            parts = [f"{one_line(run.text)} {facts.signed(run.score)}", *_share(run.score, result)]
            marks.append(
                CardMark(
                    start=at,
                    end=end,
                    value=round(run.score / largest, 4),
                    step=run.step,
                    hover=" · ".join([*parts, totals]),
                )
            )
        text, at = text + drawn, end
    return CardText(label=name, text=text, marks=tuple(marks), unread=unread)


def _share(score: float, result: Attribution) -> list[str]:
    share = facts.part(score, result)
    return [f"{share} of ΔF"] if share and result.delta is not None else []


def _least(runs: Sequence[Run]) -> float:
    """The |score| that a mark needs, so that there are at most `MARKS`."""
    scores = sorted(abs(run.score) for run in runs if run.step and run.score is not None)
    return scores[-MARKS] if len(scores) > MARKS else 0.0


def _cut(runs: Sequence[Run]) -> Iterator[Run]:
    """The runs of the first `CHARACTERS` characters."""
    left = CHARACTERS
    for run in runs:
        if left <= 0:
            return
        kept = run.text[:left]
        yield run if len(kept) == len(run.text) else Run(kept, run.step, run.score, run.unread)
        left -= len(kept)


# ── table and chart ───────────────────────────────────────────────────────────────────────────


def _columns(results: Sequence[Attribution]) -> list[Column]:
    """A column for each result, or for each label of the only one."""
    if len(results) > 1:
        return [(label(r, results), {_place(p): p.score for p in words(r)}) for r in results]
    (result,) = results
    columns: list[Column] = [("score", {_place(p): p.score for p in words(result)})]
    for scores in () if written.tokens(result) else result.by_label:
        of_words = zip(result.words, scores.word_scores, strict=False)
        columns.append((visible(scores.label), {_place(p): s for p, s in of_words}))
    return columns


def _table(first: Attribution, columns: Sequence[Column], *, alone: bool) -> CardTable:
    """The strongest words of the first result; the last row sums the others."""
    pieces = words(first)
    shown = strongest(pieces, ROWS)
    places = {_place(piece) for piece in shown}
    rows = [(one_line(p.text), [scores.get(_place(p)) for _, scores in columns]) for p in shown]
    if len(pieces) > len(shown):
        rest = [sum(s for p, s in scores.items() if p not in places) for _, scores in columns]
        rows.append((f"{len(pieces) - len(shown):,} weaker words", list[float | None](rest)))
    names = ["word", *(name for name, _ in columns), *(["of ΔF"] if alone else [])]
    return CardTable(
        caption=f"The {len(shown):,} strongest words" if len(rows) > len(shown) else "All words",
        columns=tuple(names),
        align="l" + "r" * (len(names) - 1),
        rows=tuple(
            (name, *map(_cell, cells), *([_part(cells[0], first)] if alone else []))
            for name, cells in rows
        ),
    )


def _output(result: Attribution) -> Iterator[CardTable]:
    """The output token by token."""
    if rows := written.rows(result):
        yield CardTable(
            caption="Token by token", columns=written.COLUMNS, align="lrrrl", rows=tuple(rows)
        )


def _faithfulness(measured: Faithfulness, name: str) -> CardTable:
    """What taking the strongest words away, or leaving only them, does to F."""
    rows = (
        (
            "comprehensiveness (high is good)",
            measured.comprehensiveness,
            measured.random_comprehensiveness,
            measured.random_comprehensiveness_spread,
        ),
        (
            "sufficiency (low is good)",
            measured.sufficiency,
            measured.random_sufficiency,
            measured.random_sufficiency_spread,
        ),
    )
    return CardTable(
        caption=f"Faithfulness, {name}" if name else "Faithfulness",
        columns=("", "this order", f"{measured.orders} random orders"),
        align="lrr",
        rows=tuple(
            (what, facts.signed(ours), f"{facts.signed(random)} ± {facts.number(spread)}")
            for what, ours, random, spread in rows
        ),
    )


def _cell(score: float | None) -> str:
    return "" if score is None else facts.signed(score)


def _part(score: float | None, result: Attribution) -> str:
    return "" if score is None else facts.part(score, result)


def _charts(results: Sequence[Attribution], columns: Sequence[Column]) -> Iterator[CardChart]:
    """One chart: results beside each other are groups of bars, unless they differ in their unit."""
    if len(results) > 1 and len({result.output for result in results}) == 1:
        yield _grouped(results, columns)
    else:
        yield from (_chart(result, results) for result in results)


def _chart(result: Attribution, results: Sequence[Attribution]) -> CardChart:
    """The strongest words in reading order."""
    top = _in_reading_order(strongest(words(result), BARS))
    rows = [(one_line(piece.text) or "␣", piece.score) for piece in top]
    name = label(result, results)
    title = f"What moved {result.model}: {facts.target(result)} {facts.sure(result)}"
    return CardChart(
        title=visible(f"{title} ({name})" if name else title),
        spec=bars(rows, unit=f"score ({facts.unit(result)})"),
        text="\n".join(f"{facts.signed(score):>8}  {word}" for word, score in rows),
    )


def _grouped(results: Sequence[Attribution], columns: Sequence[Column]) -> CardChart:
    """The strongest words of the first result, a bar for each result."""
    first = results[0]
    top = _in_reading_order(strongest(words(first), BARS // len(results)))
    rows = [
        (one_line(piece.text) or "␣", [scores.get(_place(piece)) for _, scores in columns])
        for piece in top
    ]
    names = numbered([name for name, _ in columns])
    models = " and ".join(dict.fromkeys(result.model for result in results))
    said = ["  ".join([*(f"{_cell(score):>8}" for score in scores), word]) for word, scores in rows]
    return CardChart(
        title=visible(f"What moved {models}: {facts.target(first)} {facts.sure(first)}"),
        spec=grouped_bars(rows, of=names, unit=f"score ({facts.unit(first)})"),
        text="\n".join([", ".join(names), *said]),
    )


def _in_reading_order(pieces: Sequence[Piece]) -> list[Piece]:
    return sorted(pieces, key=lambda piece: (piece.segment, piece.start))


# ── data ──────────────────────────────────────────────────────────────────────────────────────


def _result(results: Sequence[Attribution]) -> dict[str, Any]:
    first, *others = map(utf16_dict, results)
    return {**first, "offsets": "utf-16", **({"side_by_side": others} if others else {})}


def utf16_dict(result: Attribution) -> dict[str, Any]:
    """The stable JSON with offsets in UTF-16 units; very long texts and lists are cut."""
    plain = to_dict(result)
    for key, pieces in (("tokens", result.tokens), ("words", result.words)):
        spans = utf16_spans(result, pieces)
        for item, (start, end) in zip(plain[key], spans, strict=True):
            item["start"], item["end"] = start, end
        plain[key] = plain[key][:PIECES]
    for key in ("text", "pair"):
        plain[key] = plain[key] and plain[key][:CHARACTERS]
    return plain


def utf16_spans(result: Attribution, pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    """Start and end of each piece in UTF-16 units of its segment, measured in one walk."""
    units: dict[tuple[int, int], int] = {}
    for segment, text in enumerate((result.text, result.pair or "")):
        places = {
            p for piece in pieces if piece.segment == segment for p in (piece.start, piece.end)
        }
        before = measured = 0
        for place in sorted(places):
            measured += utf16_length(text[before:place])
            units[segment, place] = measured
            before = place
    return [(units[p.segment, p.start], units[p.segment, p.end]) for p in pieces]


def _place(piece: Piece) -> Place:
    return piece.segment, piece.start, piece.end
