"""A result in a terminal: the words in colour, one line of numbers, a table of the strongest.

rich reduces the colours to what the terminal has and leaves them out for NO_COLOR and when the
output is not a terminal; then the underlines (solid: towards, double: away) or the signs in
the table carry the meaning.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from limner.protocol import Attribution, Piece
from limner.render import facts, written
from limner.render.lines import printed
from limner.render.runs import clip, one_line, segments, strongest, visible, words

ROWS = 12
"""Words in the table; the others are summed in its last line."""

UNREAD = 200
"""Characters that are shown of what the model has not read."""

_STYLES = {
    1: "black on #fbe3cc underline",
    2: "black on #f8cfa6 underline",
    3: "black on #f3b474 underline",
    4: "bold black on #ee9a48 underline",
    -1: "black on #d5e3f6 underline2",
    -2: "black on #b9d2f0 underline2",
    -3: "black on #93bae8 underline2",
    -4: "bold black on #6ca1df underline2",
}
_FEW = {
    1: "yellow underline",
    2: "yellow underline",
    3: "black on yellow underline",
    4: "bold black on yellow underline",
    -1: "cyan underline2",
    -2: "cyan underline2",
    -3: "black on cyan underline2",
    -4: "bold black on cyan underline2",
}
"""Where a terminal has eight or sixteen colours, which it mixes as it likes."""
_BARS = {True: ("#ee9a48", "#6ca1df"), False: ("yellow", "cyan")}
_BAR = 12


def to_text(*results: Attribution, color: bool = False, width: int = 80) -> str:
    """The picture of one result, or of several of one text, with `color` with escape codes."""
    return printed(lambda console: show(console, *results), color=color, width=width)


def show(console: Console, *results: Attribution, table: bool = True) -> None:
    """Print one result, or several of one text beside each other."""
    for result in results:
        for runs in segments(result):
            line = Text(overflow="fold")
            for run in runs:
                line.append(
                    visible(run.text if not run.unread else _cut(run.text)),
                    "dim strike" if run.unread else _style(console, run.step),
                )
            console.print(line)
        console.print(_headline(result, alone=len(results) == 1))
        for scores in result.compared:
            said = facts.beside(scores, complete=result.complete)
            console.print(Text(visible(f"baseline {scores.baseline}: {said}"), "dim"))
        if result.faithfulness:
            for name, said in facts.faithful(result.faithfulness):
                console.print(Text(f"{name} {said}", "dim"))
        for note in facts.notes(result):
            console.print(Text(f"! {visible(note)}", "yellow"))
    if table:
        console.print(_table(console, results))
        for result in results:
            if written.tokens(result):
                console.print()
                console.print(_output(console, result))


def _cut(unread: str) -> str:
    """The beginning of what no model has read: who has it in a file need not see all of it."""
    left = len(unread) - UNREAD
    return unread if left <= 0 else f"{unread[:UNREAD]}… ({left:,} more characters)"


def _style(console: Console, step: int) -> Style | str:
    return Style.parse((_STYLES if _many(console) else _FEW)[step]) if step else ""


def _many(console: Console) -> bool:
    return console.color_system in ("256", "truecolor")


def _headline(result: Attribution, *, alone: bool) -> Text:
    text = Text()
    text.append(f"{visible(facts.target(result))} {facts.sure(result)}", "bold")
    parts = [facts.delta(result), facts.passes(result), facts.time(result), result.device]
    if not alone or result.baseline != "pad":
        parts.insert(1, f"baseline {result.baseline}")
    text.append(visible("".join(f" · {part}" for part in parts)), "" if result.converged else "red")
    return text


def _table(console: Console, results: Sequence[Attribution]) -> Table:
    """Words against scores: a column for each baseline, or for each label in one graph."""
    first = results[0]
    shown = strongest(words(first), ROWS)
    grid = Table(
        box=None, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False, header_style="dim"
    )
    grid.add_column("word", no_wrap=True)
    for name in _columns(results):
        grid.add_column(name, justify="right", no_wrap=True)
    if len(results) == 1:
        grid.add_column("of ΔF", justify="right", no_wrap=True)
        grid.add_column("")
    scores = _scores(results)
    largest = max((abs(p.score) for p in shown), default=0.0) or 1.0
    limit = max(console.width // 3, 8)
    for piece in shown:
        cells = [Text(clip(one_line(piece.text), limit))]
        cells += [Text(_cell(table.get(_place(piece)))) for table in scores]
        if len(results) == 1:
            cells += [
                Text(facts.part(piece.score, first)),
                _bar(console, piece.score / largest),
            ]
        grid.add_row(*cells)
    if len(words(first)) > len(shown):
        places = {_place(piece) for piece in shown}
        rest = [sum(s for place, s in table.items() if place not in places) for table in scores]
        label = f"{len(words(first)) - len(shown):,} more"
        grid.add_row(Text(label, "dim"), *(Text(facts.signed(score), "dim") for score in rest))
    return grid


def _output(console: Console, result: Attribution) -> Table:
    """The output's tokens against the words that move each most."""
    grid = Table(
        box=None, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False, header_style="dim"
    )
    first, *numbers, last = written.COLUMNS
    grid.add_column(first, no_wrap=True)
    for name in numbers:
        grid.add_column(name, justify="right", no_wrap=True)
    grid.add_column(last)
    for row in written.rows(result, width=max(console.width // 5, 8)):
        grid.add_row(*map(Text, row))
    return grid


def _columns(results: Sequence[Attribution]) -> list[str]:
    if len(results) > 1:
        return [visible(f"{result.baseline}") for result in results]
    first = results[0]
    if first.compared:
        return [visible(name) for name in (first.baseline, *(s.baseline for s in first.compared))]
    labels = () if written.tokens(first) else first.by_label
    return [visible(scores.label) for scores in labels] or ["score"]


def _scores(results: Sequence[Attribution]) -> list[dict[tuple[int, int, int], float]]:
    first = results[0]
    if len(results) == 1 and first.compared:
        own = {_place(piece): piece.score for piece in first.words}
        others = (zip(first.words, s.word_scores, strict=True) for s in first.compared)
        return [own, *({_place(p): score for p, score in other} for other in others)]
    if len(results) == 1 and first.by_label and not written.tokens(first):
        return [
            {_place(p): s for p, s in zip(first.words, label.word_scores, strict=False)}
            for label in first.by_label
        ]
    return [{_place(piece): piece.score for piece in words(result)} for result in results]


def _place(piece: Piece) -> tuple[int, int, int]:
    return piece.segment, piece.start, piece.end


def _cell(score: float | None) -> str:
    return "" if score is None else facts.signed(score)


def _bar(console: Console, value: float) -> Text:
    length = round(abs(value) * _BAR)
    towards, away = _BARS[_many(console)]
    return Text("▒" * length, away) if value < 0 else Text("█" * length, towards)
