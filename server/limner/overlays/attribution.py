"""An attribution as it is drawn: a mark per word, one note, a table, a bar chart."""

from __future__ import annotations

from limner.overlays.markdown import escape, table
from limner.protocol import Attribution, Mark, Note, Overlay, Panel, Piece
from limner.render import facts, written
from limner.render.charts import bars, grouped_bars
from limner.render.facts import percent
from limner.text.passages import HOLE, Passage

ROWS = 12
"""Words in the table of a hover; the panel has more."""

MARKS = 2000
"""Most marks of one overlay; the weakest are left out."""

PANEL_ROWS = 60

TOKENS = 24
"""Tokens of an output that a hover lists."""


def draw(result: Attribution, passage: Passage, *, preliminary: bool = False) -> Overlay:
    """Marks are the words' scores over the largest; raw scores and shares are in the texts."""
    words = [word for word in result.words if word.segment == 0]
    note = Note(at=passage.end, text=headline(result), tooltip=explain(result))
    return Overlay(
        marks=_marks(result, words, passage),
        notes=(note,),
        panel=_panel(result, words),
        preliminary=preliminary,
    )


def headline(result: Attribution) -> str:
    """`negative 0.93 · δ 0.4 %`, and what a reader must not miss."""
    parts = [f"{_label(result)} {facts.sure(result)}", _accuracy(result)]
    if result.method != "integrated_gradients":
        parts.insert(1, result.method.replace("_", " "))
    if result.compared:
        parts += [
            f"{_plain(s.baseline)}: {facts.beside(s, complete=result.complete)}"
            for s in result.compared
        ]
    if result.baseline != "pad":
        parts.append(f"baseline {_plain(result.baseline)}")
    if cut := result.truncated:
        parts.append(f"first {cut.characters_read:,} of {cut.characters:,} characters")
    if not result.converged:
        parts.append("⚠ not converged")
    return " · ".join(parts)


def explain(result: Attribution) -> str:
    """The Markdown of a hover: label, words, how it was computed, what to mind."""
    title = f"**{escape(_label(result))}** {facts.sure(result)} · {escape(result.model)}"
    how = (
        f"ΔF = {signed(result.value)} − ({signed(result.baseline_value)}) "
        f"= {signed(result.difference)} ({facts.unit(result)}; "
        f"baseline {escape(result.baseline)}) · "
        f"{_accuracy(result)} · {result.evaluations} evaluations · "
        f"{result.ms:.0f} ms · {escape(result.device)}"
    )
    parts = [title, _table(result), _tokens(result) or _probabilities(result), how]
    if result.faithfulness:
        measured = facts.faithful(result.faithfulness)
        parts.append("  \n".join(f"{name} {escape(said)}" for name, said in measured))
    if cut := result.truncated:
        parts.append(
            f"⚠ The model read the first {cut.characters_read:,} of {cut.characters:,} characters "
            f"({cut.tokens_read:,} of {cut.tokens:,} tokens)."
        )
    parts += [f"⚠ {escape(sentence)}" for sentence in result.notes]
    return "\n\n".join(part for part in parts if part)


def signed(value: float, digits: int = 2) -> str:
    """A number with a real minus sign, or plus."""
    return f"{value:+.{digits}f}".replace("-", "−")


def share(score: float, result: Attribution) -> str:
    """The share of ΔF, or a dash where ΔF is too small to share."""
    if not result.complete or result.delta is None or not result.difference:
        return "–"
    value = round(100 * score / result.difference)
    return f"{value} %".replace("-", "−")


def shown(piece: Piece) -> str:
    """A word as it is written in tables: holes as {…}, white space as one blank."""
    return _plain(piece.text.replace(HOLE, "{…}")) or "␣"


def _plain(text: str) -> str:
    return " ".join(text.split())


def _label(result: Attribution) -> str:
    if result.contrast is None:
        return _plain(result.target)
    return f"{_plain(result.target)} against {_plain(result.contrast)}"


def _accuracy(result: Attribution) -> str:
    if not result.complete:
        return "no completeness"
    if result.delta is None:
        return f"ΔF ≈ 0 (error {result.error:.2g})"
    return f"δ {percent(result.delta)}"


def _marks(result: Attribution, words: list[Piece], passage: Passage) -> tuple[Mark, ...]:
    largest = max((abs(word.score) for word in words), default=0.0)
    if not largest:
        return ()
    label = escape(_label(result))
    other = _beside(result)
    totals = facts.directions([word.score for word in result.words])

    def hover(word: Piece) -> str:
        also = [
            f"baseline {escape(s.baseline)} {signed(scores[_place(word)], 3)}"
            for s, scores in zip(result.compared, other, strict=True)
        ]
        own = f"baseline {escape(_plain(result.baseline))}"
        return " · ".join([_hover(word, result, label), own, *also, totals])

    strongest = sorted(words, key=lambda word: -abs(word.score))[:MARKS]
    return tuple(
        Mark(start=start, end=end, value=word.score / largest, hover=hover(word))
        for word in sorted(strongest, key=lambda word: word.start)
        for start, end in passage.source_ranges(word.start, word.end)
    )


def _hover(word: Piece, result: Attribution, label: str) -> str:
    part = share(word.score, result)
    of = f" · {part} of ΔF" if part != "–" else ""
    return f"**{escape(shown(word))}** {signed(word.score, 3)}{of} ({label})"


def _strongest(words: list[Piece] | tuple[Piece, ...], count: int) -> list[Piece]:
    return sorted(words, key=lambda word: -abs(word.score))[:count]


def _bar(score: float, largest: float, width: int = 8) -> str:
    """Eighths of a block; an empty string for what is under one eighth."""
    eighths = round(abs(score) / largest * width * 8) if largest else 0
    return "█" * (eighths // 8) + ("", *"▏▎▍▌▋▊▉")[eighths % 8]


def _place(piece: Piece) -> tuple[int, int, int]:
    return piece.segment, piece.start, piece.end


def _table(result: Attribution) -> str:
    top = _strongest(result.words, ROWS)
    largest = max((abs(word.score) for word in top), default=0.0)
    beside = _beside(result)
    names = [f"baseline {escape(_plain(name))}" for name in _others(result)]
    rows = [
        (
            escape(shown(word)),
            signed(word.score, 3),
            share(word.score, result),
            *(signed(scores[_place(word)], 3) for scores in beside),
            _bar(word.score, largest),
        )
        for word in top
    ]
    more = len(result.words) - len(top)
    text = table(("word", "score", "share of ΔF", *names, ""), f"lrr{'r' * len(names)}l", rows)
    return text + (f"\n\n… and {more} more words" if more else "")


def _tokens(result: Attribution) -> str:
    """An output's tokens and the words that move each most."""
    rows = [tuple(map(escape, row)) for row in written.rows(result)[:TOKENS]]
    more = len(written.tokens(result)) - len(rows)
    return (table(written.COLUMNS, "lrrrl", rows) if rows else "") + (
        f"\n\n… and {more} more tokens" if rows and more > 0 else ""
    )


def _probabilities(result: Attribution) -> str:
    pairs = list(zip(result.labels, result.probabilities, strict=False))
    if result.written is not None and len(pairs) > 1:
        each = pairs[1 : TOKENS + 1]  # in the order in which they are written
        more = " …" if len(pairs) > TOKENS + 1 else ""
        return ", ".join(f"{escape(shown_label(name))} {p:.2f}" for name, p in each) + more
    top = sorted(pairs, key=lambda pair: -pair[1])[:6]
    return ", ".join(f"{escape(_plain(label))} {value:.3f}" for label, value in top)


def shown_label(name: str) -> str:
    """A token of an output; white space as one blank."""
    return _plain(name) or "␣"


def _panel(result: Attribution, words: list[Piece]) -> Panel:
    top = sorted(_strongest(words, PANEL_ROWS), key=lambda word: word.start)
    unit = f"score ({facts.unit(result)})"
    others = _beside(result)
    rows = [(shown(word), [word.score, *(of[_place(word)] for of in others)]) for word in top]
    if others:
        names = [f"baseline {_plain(name)}" for name in (result.baseline, *_others(result))]
        spec = grouped_bars(rows, of=names, unit=unit)
    else:
        names = []
        spec = bars([(name, scores[0]) for name, scores in rows], unit=unit)
    lines = [
        "  ".join([*(signed(x, 3) for x in scores), f"{share(scores[0], result):>6}", name])
        for name, scores in rows
    ]
    heading = [", ".join(names)] if names else []
    return Panel(
        title=f"{_label(result)} {facts.sure(result)}: what moved {_plain(result.model)}",
        spec=spec,
        text="\n".join([headline(result), *heading, *lines]),
    )


def _others(result: Attribution) -> list[str]:
    return [scores.baseline for scores in result.compared]


def _beside(result: Attribution) -> list[dict[tuple[int, int, int], float]]:
    """For each other baseline, the score of each word by its place."""
    return [
        {_place(p): x for p, x in zip(result.words, scores.word_scores, strict=True)}
        for scores in result.compared
    ]
