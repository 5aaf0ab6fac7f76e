"""Results to draw, made by hand."""

from __future__ import annotations

from typing import Any

from limner.protocol import Attribution, BaselineScores, LabelScores, Piece, Truncation

TEXT = "房间很差，but the 早餐 👍 is <great>"


def attribution(
    text: str = TEXT, scores: dict[str, float] | None = None, **over: Any
) -> Attribution:
    """An attribution of `text` in which each word of `scores` carries its score."""
    chosen = {"房间": 0.1, "很差": 2.0, "早餐": -0.02, "👍": -1.2, "<great>": -0.6}
    scores = scores or (chosen if text == TEXT else {})
    words = tuple(
        Piece(text=word, start=text.index(word), end=text.index(word) + len(word), score=score)
        for word, score in scores.items()
    )
    total = sum(scores.values()) or 1.0
    given: dict[str, Any] = {
        "model": "mini-sentiment",
        "target": "negative",
        "labels": ("negative", "positive"),
        "probabilities": (0.93, 0.07),
        "logit": 2.1,
        "probability": 0.93,
        "value": 2.1,
        "baseline_value": 2.1 - total,
        "difference": total,
        "delta": 0.004,
        "error": 0.004 * abs(total),
        "token_error": 0.01,
        "evaluations": 17,
        "converged": True,
        "tokens": words,
        "words": words,
        "ms": 38.2,
        "text": text,
    }
    return Attribution(**(given | over))


def output() -> Attribution:
    """An output of two tokens, the second of which could be markup."""
    one = attribution()
    scores = [word.score for word in one.words]
    parts = ("bad", "<b>"), (0.75, 0.25)
    each = [
        LabelScores(
            label=label,
            logit=-1.0,
            probability=p,
            difference=part * sum(scores),
            delta=0.001,
            converged=True,
            token_scores=tuple(part * score for score in scores),
            word_scores=tuple(part * score for score in scores),
        )
        for label, p, part in (("bad <b>", 0.2, 1.0), *zip(*parts, parts[1], strict=True))
    ]
    return attribution(
        model="mini-seq2seq",
        target="bad <b>",
        labels=("bad <b>", "bad", "<b>"),
        probabilities=(0.2, 0.75, 0.25),
        logit=-31.2,
        written="bad <b>",
        by_label=tuple(each),
    )


def two_labels() -> Attribution:
    """All labels in one graph: the second mirrors the first."""
    one = attribution()
    scores = tuple(word.score for word in one.words)
    return attribution(
        by_label=(
            _label("negative", 0.93, scores),
            _label("positive", 0.07, tuple(-score for score in scores)),
        )
    )


def truncated() -> Attribution:
    """A text of which the model read the first four characters."""
    cut = Truncation(characters_read=4, characters=24, tokens_read=6, tokens=20)
    return attribution(scores={"房间": 0.1, "很差": 2.0}, truncated=cut)


def long(count: int) -> Attribution:
    """A text of `count` words."""
    text = "很差的 room " * (count // 2)
    words = tuple(
        Piece(text=w, start=i * 9 + at, end=i * 9 + at + len(w), score=s / (i + 1))
        for i in range(count // 2)
        for w, at, s in (("很差的", 0, 1.0), ("room", 4, -0.5))
    )
    return attribution(text=text, words=words, tokens=words)


def _label(name: str, probability: float, scores: tuple[float, ...]) -> LabelScores:
    return LabelScores(
        label=name,
        logit=1.0,
        probability=probability,
        difference=sum(scores),
        delta=0.001,
        converged=True,
        token_scores=scores,
        word_scores=scores,
    )


def two_baselines() -> Attribution:
    """The sample beside a second baseline, against which every score is the opposite."""
    first = attribution()
    scores = tuple(-word.score for word in first.words)
    other = BaselineScores(
        baseline="mask",
        value=2.1,
        baseline_value=2.0,
        difference=-0.28,
        delta=0.002,
        error=0.0,
        converged=True,
        token_scores=scores,
        word_scores=scores,
    )
    return attribution(compared=(other,))
