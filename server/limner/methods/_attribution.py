"""From an integral to a result: tokens and words with their places, labels, and what to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from limner.methods._target import probabilities
from limner.models.encode import Encoded, pieces
from limner.models.model import Model
from limner.protocol import Attribution, LabelScores, Piece, TensorAttribution, TextInput
from limner.text.words import group_by_words, word_spans

if TYPE_CHECKING:
    from limner.methods._explain import Kind
    from limner.methods._written import Written
    from limner.methods.integrated_gradients import Array, Integral


WRITTEN = "F is the log-probability of the output, whose own tokens are read as they are"
EARLIER = (
    "F is the log-probability of the output, whose earlier tokens have scores too: they are the "
    "second text"
)
NEXT = "F is the log-probability of the next token"
NO_SUM = {
    "saliency": "a saliency is the size of a gradient; scores have no sign and do not sum to ΔF",
    "input_x_gradient": "gradient × (input − baseline) sums to ΔF for linear models only",
    "occlusion": "each word is taken out alone; what words do together is counted twice or never",
}
"""Methods whose scores promise no sum, and why."""


def text_result(
    model: Model,
    input: TextInput,
    encoded: Encoded,
    params: Any,
    integral: Integral,
    kind: Kind,
    output: Written | None = None,
) -> Attribution:
    """The attribution of a text or a pair; `output` is what a model wrote that writes."""
    logs = output is not None
    IG = integral.IG if integral.IG.ndim == 2 else np.abs(integral.IG).sum(-1)  # (T, L)
    tokens = _tokens(input, encoded, IG)  # T tuples of pieces
    words = [_words(input, of_label) for of_label in tokens]
    by_label = tuple(
        LabelScores(
            label=_label(model, index),
            logit=float(integral.logits[index]),
            probability=_probabilities(integral, logs)[index],
            difference=float(integral.difference[t]),
            delta=integral.delta(params.floor)[t],
            converged=bool(integral.converged(params)[t]),
            token_scores=tuple(piece.score for piece in tokens[t]),
            word_scores=tuple(piece.score for piece in words[t]),
        )
        for index, t in enumerate(range(1, len(integral.selectors)))  # after the explained one
    )
    common = _common(model, params, integral, kind, logs=logs)
    return Attribution(
        **common,
        absolute=params.absolute,
        baseline=params.baseline,
        tokens=tokens[0],
        words=words[0],
        by_label=by_label,
        written=output and output.text,
        truncated=encoded.truncated,
        notes=(*_about_writing(model, params, output), *_notes(encoded, params, common)),
        text=input.text,
        pair=input.pair,
    )


def tensor_result(
    model: Model, x: torch.Tensor, params: Any, integral: Integral, kind: Kind
) -> TensorAttribution:
    """The attribution of a plain tensor."""
    common = _common(model, params, integral, kind)
    IG = np.abs(integral.IG[0]) if params.absolute else integral.IG[0]
    return TensorAttribution(
        **common,
        shape=tuple(x.shape),
        scores=tuple(map(float, IG.ravel())),
        notes=tuple(_notes(None, params, common)),
    )


def _common(
    model: Model, params: Any, integral: Integral, kind: Kind, *, logs: bool = False
) -> dict[str, Any]:
    main = integral.selectors[0]
    target = int(integral.logits.argmax()) if main.target is None else main.target
    error = float(integral.token_error[0])
    return {
        "method": kind.id,
        "complete": kind.complete,
        "model": model.name,
        "target": _label(model, target),
        "contrast": None if main.contrast is None else _label(model, main.contrast),
        "labels": tuple(_label(model, i) for i in range(len(integral.logits))),
        "probabilities": tuple(_probabilities(integral, logs)),
        "logit": float(integral.logits[target]),
        "probability": _probabilities(integral, logs)[target],
        "output": params.output,
        "value": float(integral.F1[0]),
        "baseline_value": float(integral.F0[0]),
        "difference": float(integral.difference[0]),
        "delta": integral.delta(params.floor)[0] if kind.complete else None,
        "error": float(integral.error[0]),
        "token_error": error if np.isfinite(error) else None,
        "evaluations": integral.evaluations,
        "converged": not kind.complete or all(integral.converged(params)),
        "device": str(model.device),
    }


def _probabilities(integral: Integral, logs: bool) -> list[float]:
    """By softmax over labels; of an output's tokens each is its own."""
    if logs:
        return np.exp(integral.logits).tolist()
    return probabilities(torch.from_numpy(integral.logits)).tolist()


def _label(model: Model, index: int | None) -> str:
    return model.labels[index] if index is not None and index < len(model.labels) else str(index)


def _tokens(input: TextInput, encoded: Encoded, IG: Array) -> list[tuple[Piece, ...]]:
    """For each selector, one piece per group of tokens that share characters."""
    texts = (input.text, input.pair or "")
    found: list[tuple[Piece, ...]] = []
    groups = pieces(encoded.tokens)
    for scores in IG:
        row: list[Piece] = []
        for group in groups:
            members = [encoded.tokens[i] for i in group]
            start, end = members[0].start, max(token.end for token in members)
            row.append(
                Piece(
                    text=texts[members[0].segment][start:end],
                    start=start,
                    end=end,
                    score=float(sum(scores[token.position] for token in members)),
                    segment=members[0].segment,
                )
            )
        found.append(tuple(row))
    return found


def _words(input: TextInput, tokens: Sequence[Piece]) -> tuple[Piece, ...]:
    """Tokens summed over words, so that completeness survives."""
    words: list[Piece] = []
    for segment, text in ((0, input.text), (1, input.pair or "")):
        own = [token for token in tokens if token.segment == segment]
        for group in group_by_words([(t.start, t.end) for t in own], word_spans(text)):
            members = [own[i] for i in group]
            start, end = members[0].start, max(token.end for token in members)
            words.append(
                Piece(
                    text=text[start:end],
                    start=start,
                    end=end,
                    score=sum(token.score for token in members),
                    segment=segment,
                )
            )
    return tuple(words)


def word_positions(input: TextInput, encoded: Encoded) -> list[list[int]]:
    """For each word, in the order of `Attribution.words`, the positions of its tokens."""
    groups = [[encoded.tokens[i] for i in group] for group in pieces(encoded.tokens)]
    found: list[list[int]] = []
    for segment, text in ((0, input.text), (1, input.pair or "")):
        own = [group for group in groups if group[0].segment == segment]
        places = [(group[0].start, max(token.end for token in group)) for group in own]
        for members in group_by_words(places, word_spans(text)):
            found.append([token.position for i in members for token in own[i]])
    return found


def _about_writing(model: Model, params: Any, output: Written | None) -> tuple[str, ...]:
    if not model.writes:
        return ()
    if params.earlier_tokens:
        return (EARLIER,)
    if output is None:
        return (NEXT,)
    cut = f"the model's own output goes on; its first {len(output.output)} tokens are explained"
    return (WRITTEN, cut) if output.cut else (WRITTEN,)


def _notes(encoded: Encoded | None, params: Any, common: dict[str, Any]) -> list[str]:
    notes: list[str] = []
    if encoded is not None and encoded.gap:
        notes.append("F is the log-probability of the word at the gap")
    if encoded is not None and (cut := encoded.truncated):
        notes.append(
            f"truncated: the model read the first {cut.tokens_read:,} of {cut.tokens:,} tokens "
            f"({cut.characters_read:,} of {cut.characters:,} characters)"
        )
    if abs(common["difference"]) < params.floor:
        notes.append(
            f"|ΔF| = {abs(common['difference']):.2g} is under {params.floor:g}: "
            "the text moves the model no further than its baseline, δ is undefined"
        )
    if common["method"] in NO_SUM:
        notes.append(f"no completeness: {NO_SUM[common['method']]}")
    if not common["converged"]:
        delta = common["delta"]
        how = f"δ {delta:.2%}" if delta is not None else f"error {common['error']:.2g}"
        notes.append(f"not converged: {how} after {common['evaluations']} evaluations")
    return notes
