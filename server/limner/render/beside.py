"""A result that holds several baselines, as results beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from limner.protocol import Attribution, Piece


def with_other_baselines(*results: Attribution) -> Iterator[Attribution]:
    """Each result, then the same as it is against each other baseline of its job."""
    for result in results:
        yield result
        yield from other_baselines(result)


def other_baselines(result: Attribution) -> Iterator[Attribution]:
    """The result as it is against each baseline that was computed in the same job."""
    for other in result.compared:
        yield msgspec.structs.replace(
            result,
            baseline=other.baseline,
            value=other.value,
            baseline_value=other.baseline_value,
            difference=other.difference,
            delta=other.delta,
            error=other.error,
            converged=other.converged,
            tokens=_scored(result.tokens, other.token_scores),
            words=_scored(result.words, other.word_scores),
            by_label=(),
            compared=(),
            faithfulness=None,
            notes=(),
        )


def _scored(pieces: Sequence[Piece], scores: Sequence[float]) -> tuple[Piece, ...]:
    return tuple(
        msgspec.structs.replace(piece, score=score)
        for piece, score in zip(pieces, scores, strict=True)
    )
