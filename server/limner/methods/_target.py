"""Targets: which number F of the logits a method explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from limner.protocol import UnknownTarget


@dataclass(frozen=True)
class Selector:
    """A label's logit, or the difference of two; a target of None is the row's own prediction."""

    target: int | None
    contrast: int | None = None


def selector(
    target: str | int | None, contrast: str | int | None, labels: Sequence[str]
) -> Selector:
    """Look labels up by name or index.

    Raises:
        UnknownTarget: no such label, or a label contrasted with itself.
    """
    found = Selector(_index(target, labels), _index(contrast, labels))
    if found.target is not None and found.target == found.contrast:
        raise UnknownTarget(f"Target and contrast are both {target!r}: name two labels.")
    return found


def _index(label: str | int | None, labels: Sequence[str]) -> int | None:
    if label is None or (isinstance(label, str) and label in labels):
        return None if label is None else labels.index(label)
    try:
        index = int(label)
    except ValueError:
        folded = [name.casefold() for name in labels]
        if str(label).casefold() in folded:
            return folded.index(str(label).casefold())
        raise _unknown(label, labels) from None
    if index < 0 or (labels and index >= len(labels)):
        raise _unknown(label, labels)
    return index


def _unknown(label: str | int, labels: Sequence[str]) -> UnknownTarget:
    choices = ", ".join(labels) if labels else "an index from 0"
    return UnknownTarget(f"Unknown target {label!r}. Choose one of: {choices}.")


def select(logits: Tensor, wanted: Selector, output: str) -> Tensor:
    """F of one row: logits (C,) → scalar.

    Raises:
        UnknownTarget: the model has fewer labels than the index says.
    """
    count = logits.shape[-1]
    for index in (wanted.target, wanted.contrast):
        if index is not None and index >= count:
            raise UnknownTarget(f"Unknown target {index}: the model has {count} labels, 0 … .")
    scores = probabilities(logits) if output == "probability" else logits
    target = int(logits.argmax()) if wanted.target is None else wanted.target
    return scores[target] if wanted.contrast is None else scores[target] - scores[wanted.contrast]


def probabilities(logits: Tensor) -> Tensor:
    """Softmax over labels (…, C); the sigmoid where there is only one."""
    return logits.sigmoid() if logits.shape[-1] == 1 else logits.softmax(-1)
