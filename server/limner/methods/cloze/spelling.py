"""Words into the tokens that stand for them at a gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from limner.models.model import Model
from limner.protocol import TaskRefused

Spelled = tuple[int, ...]
"""A word's token ids."""


@dataclass(frozen=True)
class Verbalizer:
    """Labels with the spellings of their words."""

    labels: tuple[str, ...]
    words: tuple[tuple[Spelled, ...], ...]
    """For each label."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many gaps are needed: the different numbers of tokens, ascending."""
        return tuple(sorted({len(word) for words in self.words for word in words}))


def verbalizer(model: Model, labels: Mapping[str, Sequence[str]], *, spaced: bool) -> Verbalizer:
    """Spell the words of all labels; `spaced`: the gap follows a space.

    Raises:
        TaskRefused: fewer than two labels, a word the tokenizer cannot spell, one spelling for two
            labels.
    """
    if len(labels) < 2:
        raise TaskRefused("A task has two labels or more: give each label its word.")
    owner: dict[Spelled, tuple[str, str]] = {}
    spelled: list[tuple[Spelled, ...]] = []
    for label, words in labels.items():
        if not words:
            raise TaskRefused(f"The label {label!r} has no word: give one that fills the gap.")
        own = tuple(spell(model, word, spaced=spaced, label=label) for word in words)
        for word, ids in zip(words, own, strict=True):
            if ids in owner:
                other, said = owner[ids]
                raise TaskRefused(
                    f"The words {said!r} ({other}) and {word!r} ({label}) are the same to "
                    f"{model.name}: choose another word for one of them."
                )
            owner[ids] = (label, word)
        spelled.append(own)
    return Verbalizer(tuple(labels), tuple(spelled))


def spell(model: Model, word: str, *, spaced: bool, label: str = "") -> Spelled:
    """The token ids of a word at a gap.

    Byte-level tokenizers have other tokens for a word behind a space; others put one before it
    that is none of the word's.

    Raises:
        TaskRefused: the tokenizer has no tokens for it.
    """
    tokenizer = model.tokenizer
    if spaced and _takes_space(tokenizer):
        ids = _ids(tokenizer, " " + word.strip())
    else:
        ids = _ids(tokenizer, word.strip())
        if len(ids) > 1 and _is_space(tokenizer, ids[0]):
            ids = ids[1:]
    unknown = tokenizer.unk_token_id
    if not ids or (unknown is not None and unknown in ids):
        whose = f" (of the label {label!r})" if label else ""
        raise TaskRefused(
            f"{model.name} cannot spell {word!r}{whose}: its tokenizer has no tokens for it; "
            "choose another word, or another model."
        )
    return ids


def _takes_space(tokenizer: Any) -> bool:
    """Whether the mask token swallows the space before it, which is then the word's own."""
    added = tokenizer.added_tokens_decoder.get(tokenizer.mask_token_id)
    return bool(added is not None and added.lstrip)


def _ids(tokenizer: Any, text: str) -> Spelled:
    return tuple(tokenizer.encode(text, add_special_tokens=False))


def _is_space(tokenizer: Any, index: int) -> bool:
    return tokenizer.decode([index]).strip() == "" or (
        tokenizer.convert_ids_to_tokens(index) in ("▁", "Ġ")
    )
