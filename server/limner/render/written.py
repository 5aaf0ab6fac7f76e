"""What a model wrote, token by token: how likely each is, and which words of the text it rests on.

A column for each token is too wide for a page, so there are rows: one token of the output each,
with the words of the text that move it most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from limner.protocol import Attribution, LabelScores, Piece
from limner.render import facts
from limner.render.runs import clip, one_line, strongest, words

TOKENS = 64
"""Most rows; one more sums the rest."""
STRONGEST = 4
"""Words that stand beside each token."""
COLUMNS = ("output", "p", "ΔF", "δ", "strongest words")


def tokens(result: Attribution) -> Sequence[LabelScores]:
    """The output's tokens in order, where each was asked for and there are several."""
    return result.by_label[1:] if result.written is not None else ()


def rows(result: Attribution, *, width: int = 24) -> list[tuple[str, str, str, str, str]]:
    """A row for each token of the output, in the order of `COLUMNS`; cells are safe to print."""
    each = tokens(result)
    found = [
        (
            clip(one_line(one.label.strip() or one.label), width),
            f"{one.probability:.2f}",
            facts.signed(one.difference),
            _delta(one),
            ", ".join(_said(piece, width) for piece in strongest(_scored(result, one), STRONGEST)),
        )
        for one in each[:TOKENS]
    ]
    if len(each) > TOKENS:
        rest = sum(one.difference for one in each[TOKENS:])
        found.append((f"{len(each) - TOKENS:,} more", "", facts.signed(rest), "", ""))
    return found


def one_by_one(result: Attribution) -> Iterator[Attribution]:
    """The text as it stands to each token of the output, to be drawn one below the other."""
    for one in tokens(result)[:TOKENS]:
        yield msgspec.structs.replace(
            result,
            target=one.label.strip() or one.label,
            logit=one.logit,
            probability=one.probability,
            value=one.logit,
            baseline_value=one.logit - one.difference,
            difference=one.difference,
            delta=one.delta,
            converged=one.converged,
            words=tuple(_scored(result, one)),
            tokens=_with(result.tokens, one.token_scores),
            by_label=(),
            compared=(),
            faithfulness=None,
            notes=(),
        )


def _scored(result: Attribution, one: LabelScores) -> tuple[Piece, ...]:
    pieces = words(result)
    return _with(pieces, one.word_scores if result.words else one.token_scores)


def _with(pieces: Sequence[Piece], scores: Sequence[float]) -> tuple[Piece, ...]:
    return tuple(
        msgspec.structs.replace(piece, score=score)
        for piece, score in zip(pieces, scores, strict=True)
    )


def _said(piece: Piece, width: int) -> str:
    return f"{clip(one_line(piece.text), width)} {facts.signed(piece.score)}"


def _delta(one: LabelScores) -> str:
    said = "undefined" if one.delta is None else facts.percent(one.delta)
    return said if one.converged else f"{said}, not converged"
