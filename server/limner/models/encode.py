"""Text → token ids with the places of the tokens in the text, for any tokenizer with offsets.

Offsets stay code points of the caller's text through everything a tokenizer does: holes (U+FFFC,
the place of an f-string's `{…}`) are read as one mask token each, byte-level tokenizers give
several tokens per Chinese character or emoji (they become one piece), some count the space before
a word as part of it (it does not). A text longer than the model reads is cut, and the cut is
reported.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from limner.models.model import Model
from limner.protocol import (
    MAX_CHARACTERS,
    TextInput,
    TextRefused,
    Truncation,
    UnsupportedModel,
)

HOLE = "\ufffc"
_LONGEST = 4096
"""Tokens read by a model that states no limit of its own."""


@dataclass(frozen=True)
class Token:
    """One token that belongs to the text: its row position and its code points."""

    position: int
    segment: int
    start: int
    end: int


@dataclass(frozen=True)
class Encoded:
    """One input as a model reads it: L ids, and which of them are the text's."""

    ids: tuple[int, ...]
    types: tuple[int, ...] | None
    """Segment ids, where the tokenizer gives any (a model may do without)."""
    tokens: tuple[Token, ...]
    """The text's own tokens in order; [CLS], [SEP] … are absent."""
    truncated: Truncation | None = None
    gap: tuple[int, ...] = ()
    """Positions of the mask tokens at the gap that is asked about."""


def encode(model: Model, input: TextInput, *, gaps: int = 1) -> Encoded:
    """Tokenize one input, with `gaps` mask tokens at its gap if it has one.

    Raises:
        TextRefused: empty, beyond `MAX_CHARACTERS`, or the gap lies behind what the model reads.
        UnsupportedModel: no tokenizer, or one without offsets.
    """
    tokenizer = checked_tokenizer(model)
    if not input.text.strip() or (input.pair is not None and not input.pair.strip()):
        raise TextRefused("The text is empty: give at least one word.")
    if (size := len(input.text) + len(input.pair or "")) > MAX_CHARACTERS:
        raise TextRefused(f"The text has {size:,} characters; at most {MAX_CHARACTERS:,} are read.")
    text, places = _fill_holes(input, tokenizer, gaps)
    limit = longest(model)
    whole = _call(tokenizer, text, input.pair, None)
    read = _call(tokenizer, text, input.pair, limit) if len(whole["input_ids"]) > limit else whole
    tokens, gap = _tokens(read, input, places)
    if input.gap and len(gap) != gaps:
        raise TextRefused(
            f"The gap lies behind the {limit:,} tokens that the model reads: "
            "shorten what is before it."
        )
    if not tokens and not gap:
        raise TextRefused("The tokenizer finds no tokens in this text: give at least one word.")
    types = read.get("token_type_ids")
    cut = None if read is whole else _truncation(tokens, len(whole["input_ids"]), read, input)
    return Encoded(tuple(read["input_ids"]), types and tuple(types), tokens, cut, gap)


def longest(model: Model) -> int:
    """Most tokens that the model reads, [CLS] and [SEP] included."""
    config = getattr(model.module, "config", None)
    limits = [_LONGEST if config is None else 1 << 20, model.tokenizer.model_max_length]
    for name in ("max_position_embeddings", "n_positions"):
        if isinstance(value := getattr(config, name, None), int) and value > 0:
            limits.append(value - _reserved(model))
    limit = min(limits)
    return _LONGEST if limit >= 1 << 20 else limit


def _reserved(model: Model) -> int:
    """RoBERTa and its kin count positions from padding_idx + 1."""
    for name, child in model.module.named_modules():
        if name.endswith("position_embeddings") and getattr(child, "padding_idx", None) is not None:
            return child.padding_idx + 1  # pyright: ignore[reportOperatorIssue, reportReturnType]
    return 0


def checked_tokenizer(model: Model) -> Any:
    """The model's tokenizer, which gives offsets.

    Raises:
        UnsupportedModel: there is none, or one without offsets.
    """
    tokenizer = model.tokenizer
    if tokenizer is None:
        raise UnsupportedModel(f"{model.name} has no tokenizer: pass tokenizer=….")
    if not getattr(tokenizer, "is_fast", False):
        raise UnsupportedModel(
            f"{type(tokenizer).__name__} gives no character offsets: "
            "use a fast tokenizer (one with a tokenizer.json)."
        )
    return tokenizer


GAP = "[MASK]"
"""How texts with a gap write gaps, whatever the tokenizer's own mask token is."""


def _fill_holes(input: TextInput, tokenizer: Any, gaps: int) -> tuple[str, tuple[int, ...]]:
    """The text with a mask token in each hole, and for each of its code points the original's.

    In a text with a gap, that has `gaps` mask tokens, and each other `[MASK]` has one.
    """
    if not input.holes and input.gap is None:
        return input.text, ()
    mask = tokenizer.mask_token or tokenizer.unk_token or " "
    filled: dict[int, tuple[int, str]] = {hole: (hole + 1, mask) for hole in input.holes}
    if input.gap:
        at = input.text.find(GAP)
        while at >= 0:
            filled[at] = (at + len(GAP), mask)
            at = input.text.find(GAP, at + len(GAP))
        filled[input.gap[0]] = (input.gap[1], mask * gaps)
    parts: list[str] = []
    places: list[int] = []
    i = 0
    while i < len(input.text):
        end, part = filled.get(i, (i + 1, input.text[i]))
        parts.append(part)
        # a mask token comes from one place, and its last code point ends where that does
        places += [*[i] * (len(part) - 1), end - 1]
        i = end
    return "".join(parts), (*places, len(input.text))


def _call(tokenizer: Any, text: str, pair: str | None, limit: int | None) -> Any:
    logger = logging.getLogger("transformers.tokenization_utils_base")
    level = logger.level
    logger.setLevel(logging.ERROR)  # its length warning: we announce the cut ourselves
    try:
        return tokenizer(
            text,
            pair,
            truncation="longest_first" if limit else False,
            max_length=limit,
            return_offsets_mapping=True,
        )
    finally:
        logger.setLevel(level)


def _tokens(
    read: Any, input: TextInput, places: Sequence[int]
) -> tuple[tuple[Token, ...], tuple[int, ...]]:
    """The text's own tokens, and the positions of those at its gap, which are none of it."""
    texts = (input.text, input.pair or "")
    tokens: list[Token] = []
    gap: list[int] = []
    offsets: list[tuple[int, int]] = read["offset_mapping"]
    for position, (segment, (start, end)) in enumerate(
        zip(read.sequence_ids(0), offsets, strict=True)
    ):
        if segment is None:
            continue
        if segment == 0 and places:
            # a mask token spans several code points that all come from one hole
            start, end = places[start], places[max(end - 1, start)] + (end > start)
        if segment == 0 and input.gap and start <= input.gap[0] < end:
            gap.append(position)
            continue
        text = texts[segment]
        while start < end and text[start].isspace():
            start += 1
        tokens.append(Token(position, segment, start, end))
    return tuple(tokens), tuple(gap)


def _truncation(tokens: Sequence[Token], count: int, read: Any, input: TextInput) -> Truncation:
    return Truncation(
        characters_read=sum(
            max((t.end for t in tokens if t.segment == segment), default=0) for segment in (0, 1)
        ),
        characters=len(input.text) + len(input.pair or ""),
        tokens_read=len(read["input_ids"]),
        tokens=count,
    )


def pieces(tokens: Sequence[Token]) -> tuple[tuple[int, ...], ...]:
    """Indices of tokens that share code points, grouped: one piece of text each.

    Byte-level tokenizers split one character into several tokens with one and the same span; as
    separate pieces they would garble the text.
    """
    groups: list[list[int]] = []
    reach = (-1, -1)
    for i, token in enumerate(tokens):
        if groups and token.segment == reach[0] and token.start < reach[1]:
            groups[-1].append(i)
            reach = (token.segment, max(reach[1], token.end))
        else:
            groups.append([i])
            reach = (token.segment, token.end)
    return tuple(tuple(group) for group in groups)
