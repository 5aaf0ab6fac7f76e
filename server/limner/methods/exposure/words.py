"""Pairs of texts as ids and back, with the places of target tokens in the target."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np

from limner.methods.exposure.decoders import Decoder, Ids
from limner.methods.exposure.measure import Pair
from limner.protocol import BadInput
from limner.results.exposure import Guess

Span = tuple[int, int] | None


class Words:
    """A tokenizer's two directions; without one, ids stand for themselves."""

    def __init__(self, tokenizer: Any, decoder: Decoder, longest: int) -> None:
        self._tokenizer = tokenizer
        self._decoder = decoder
        self._longest = longest
        self._cut = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that a reader must see."""
        if not self._cut:
            return ()
        return (
            f"{self._cut} texts were cut to {self._longest} tokens: give a larger longest= "
            "where the model reads more.",
        )

    def check_pad(self) -> None:
        """Raise BadInput where a batch cannot be filled up."""
        if self._tokenizer is not None and self._tokenizer.pad_token_id is None:
            raise BadInput(
                "The tokenizer has no pad token to fill batches with: set tokenizer.pad_token = "
                "tokenizer.eos_token, or pass batch=1."
            )

    def encode(self, pairs: Sequence[tuple[Any, Any]]) -> list[Pair]:
        """Every pair as ids.

        Raises:
            BadInput: what is no pair; an empty side; ids without a tokenizer that are none.
        """
        found = []
        for i, pair in enumerate(pairs):
            if not isinstance(pair, tuple | list) or len(pair) != 2:
                raise BadInput(f"Pair {i} is no (source, target): give tuples of two.")
            source, target = self._source(i, pair[0]), self._target(i, pair[1])
            if not source:
                raise BadInput(
                    f"The source of pair {i} has no token: give at least one word, or a start mark."
                )
            if not target:
                raise BadInput(f"The target of pair {i} is empty: give at least one word.")
            found.append(Pair(source, target))
        return found

    def _source(self, i: int, text: Any) -> Ids:
        if self._tokenizer is None:
            return self._ids(i, text)
        ids = self._read(i, text, target=False)
        if self._decoder.kind == "causal" and len(ids) > 1 and ids[-1] == self._decoder.end:
            ids = ids[:-1]  # the continuation comes behind the prompt, not behind its end
        return self._short(ids)

    def _target(self, i: int, text: Any) -> Ids:
        if self._tokenizer is None:
            return self._ids(i, text)
        given = self._read(i, text, target=True)
        if not text.strip():
            return ()
        end = self._decoder.end
        cut = self._short(given)
        if end is None or cut != given or (given and given[-1] == end):
            return cut
        return (*given, end)

    def _read(self, i: int, text: Any, *, target: bool) -> Ids:
        if not isinstance(text, str):
            raise BadInput(
                f"Pair {i} holds {type(text).__name__}, not two texts: pass texts, or ids without "
                "a tokenizer."
            )
        return tuple(self._call(text, target=target)["input_ids"])

    def _call(self, text: str, *, target: bool, **more: Any) -> Any:
        """A target is tokenized as a continuation, or as a text in the target's language."""
        given: dict[str, Any] = {"text": text}
        if target and self._decoder.kind == "causal":
            given["add_special_tokens"] = False
        elif target:
            given = {"text_target": text}
        logger = logging.getLogger("transformers.tokenization_utils_base")
        level = logger.level
        logger.setLevel(logging.ERROR)  # its length warning: we say ourselves what is cut
        try:
            return self._tokenizer(**given, **more)
        finally:
            logger.setLevel(level)

    def _ids(self, i: int, given: Any) -> Ids:
        try:
            ids = tuple(int(one) for one in given)
        except (TypeError, ValueError):
            ids = ()
        if not ids or min(ids) < 0:
            raise BadInput(f"Pair {i} is not two rows of ids: pass a tokenizer for texts.")
        return self._short(ids)

    def _short(self, ids: Ids) -> Ids:
        self._cut += len(ids) > self._longest
        return ids[: self._longest]

    # ── and back ──────────────────────────────────────────────────────────────────────────────

    def shown(self, texts: tuple[Any, Any], pair: Pair) -> tuple[str, str, list[Span]]:
        """Source and target as texts, and where each target token is."""
        if self._tokenizer is None:
            return self.text(pair.source), self.text(pair.target), [None] * len(pair.target)
        spans: list[Span] = [None] * len(pair.target)
        if getattr(self._tokenizer, "is_fast", False):
            read = self._call(texts[1], target=True, return_offsets_mapping=True)
            for t, (start, end) in enumerate(read["offset_mapping"][: len(spans)]):
                while start < end and texts[1][start].isspace():
                    start += 1
                spans[t] = (start, end) if start < end else None
        return texts[0], texts[1], spans

    def text(self, ids: Ids) -> str:
        """Words one after the other, without marks."""
        if self._tokenizer is None:
            return " ".join(map(str, ids))
        return self._tokenizer.decode(list(ids), skip_special_tokens=True)

    def word(self, word: int) -> str:
        """One token as it is read; marks by their names."""
        return str(word) if self._tokenizer is None else self._tokenizer.decode([word])

    def guesses(self, top: tuple[np.ndarray, np.ndarray], t: int) -> tuple[Guess, ...]:
        """The likeliest words at position t."""
        return tuple(
            Guess(text=self.word(int(word)), probability=float(p))
            for p, word in zip(top[0][t], top[1][t], strict=True)
        )
