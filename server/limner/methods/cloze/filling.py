"""Patterns with their texts into rows of token ids with gaps.

A text that is too long is cut at its end; the pattern stays whole.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from limner.models.encode import checked_tokenizer, longest
from limner.models.masked import gap_logits, mask_token
from limner.models.model import Model
from limner.protocol import TaskRefused, TextRefused
from limner.text.cloze_patterns import Hole, Part, parts


@dataclass(frozen=True, eq=False)
class Asked:
    """One sequence with gaps: which tokens are likely there?"""

    ids: tuple[int, ...]
    types: tuple[int, ...] | None
    gaps: tuple[int, ...]
    """Positions of the gaps that are asked about."""
    wanted: Tensor | None = None
    """Token ids (W,) whose log-probabilities are needed; None: all."""
    cut: bool = False
    """Whether the text was cut."""

    @property
    def length(self) -> int:
        """Tokens."""
        return len(self.ids)

    @property
    def group(self) -> Hashable:
        """Rows with as many gaps and segment ids."""
        return ("gaps", len(self.gaps), self.types is None)

    def filled(self, gap: int, token: int) -> Asked:
        """With a token in the `gap`-th gap, which is no longer asked about."""
        place = self.gaps[gap]
        ids = (*self.ids[:place], token, *self.ids[place + 1 :])
        gaps = (*self.gaps[:gap], *self.gaps[gap + 1 :])
        return Asked(ids, self.types, gaps, self.wanted, self.cut)


def evaluate(model: Model, rows: Sequence[Asked]) -> list[Tensor]:
    """Log-probabilities (k, W) at each row's k gaps, on the CPU."""
    inputs, places = batch(model, rows)
    with model.as_found(), torch.no_grad():
        log_p = gap_logits(model, inputs, places).float().log_softmax(-1)  # (B, k, V)
    found: list[Tensor] = []
    for row, values in zip(rows, log_p, strict=True):
        chosen = values if row.wanted is None else values[:, row.wanted.to(values.device)]
        found.append(chosen.double().cpu())
    return found


def batch(model: Model, rows: Sequence[Asked]) -> tuple[dict[str, Tensor], Tensor]:
    """Padded inputs (B, L) and the gaps' positions (B, k)."""
    L, device = max(row.length for row in rows), model.device
    ids = torch.full((len(rows), L), model.pad_id or 0)
    mask, types = torch.zeros_like(ids), torch.zeros_like(ids)
    for b, row in enumerate(rows):
        ids[b, : row.length] = torch.tensor(row.ids)
        mask[b, : row.length] = 1
        if row.types is not None:
            types[b, : row.length] = torch.tensor(row.types)
    inputs = {"input_ids": ids.to(device), "attention_mask": mask.to(device)}
    if rows[0].types is not None:
        inputs["token_type_ids"] = types.to(device)
    return inputs, torch.tensor([row.gaps for row in rows], device=device)


@dataclass(frozen=True)
class Pattern:
    """A pattern, parsed."""

    source: str
    parts: tuple[Part, ...]

    @property
    def spaced(self) -> bool:
        """Whether the gap follows a space."""
        at = self.parts.index(Hole("mask"))
        before = self.parts[at - 1] if at else ""
        return isinstance(before, str) and before[-1:].isspace()


def pattern(source: str) -> Pattern:
    """Parse a pattern.

    Raises:
        TaskRefused: see `limner.text.cloze_patterns`.
    """
    try:
        return Pattern(source, parts(source))
    except ValueError as error:
        raise TaskRefused(str(error)) from None


def fill_in(
    model: Model,
    pattern: Pattern,
    texts: Sequence[str],
    gaps: int,
    wanted: Tensor | None = None,
) -> list[Asked]:
    """A row for each text, with `gaps` mask tokens at the pattern's gap.

    Raises:
        TextRefused: the pattern alone is longer than the model reads.
    """
    tokenizer = checked_tokenizer(model)
    mask, mask_id = mask_token(model)
    limit = longest(model)
    first = pattern.parts.index(Hole("mask")) < pattern.parts.index(Hole("text"))
    whole = [_sentence(pattern, text, mask * gaps) for text in texts]
    read = tokenizer(
        [sentence for sentence, *_ in whole], return_offsets_mapping=True, verbose=False
    )
    rows: list[Asked] = []
    for i, (_, begin, end) in enumerate(whole):
        cut = len(read["input_ids"][i]) > limit
        one: Any = _item(read, i)
        if cut:
            one = _shortened(tokenizer, pattern, texts[i], mask * gaps, begin, end, one, limit)
        rows.append(_asked(one, first, mask_id, gaps, wanted, cut))
    return rows


def _sentence(pattern: Pattern, text: str, mask: str) -> tuple[str, int, int]:
    """The sentence, and where the text stands in it."""
    sentence, place = "", (0, 0)
    for part in pattern.parts:
        if part == Hole("text"):
            place = (len(sentence), len(sentence) + len(text))
            sentence += text
        else:
            sentence += mask if isinstance(part, Hole) else part
    return sentence, *place


def _item(read: Any, index: int) -> dict[str, Any]:
    return {name: read[name][index] for name in read}


def _shortened(
    tokenizer: Any,
    pattern: Pattern,
    text: str,
    mask: str,
    begin: int,
    end: int,
    read: dict[str, Any],
    limit: int,
) -> dict[str, Any]:
    """The same with as much of the text's end taken away as is needed."""
    offsets = read["offset_mapping"]
    for _ in range(8):  # a shorter text may have other tokens at its end, rarely more of them
        over = len(read["input_ids"]) - limit
        if over <= 0:
            return read
        own = [start for start, stop in offsets if begin <= start and stop <= end and stop > start]
        if len(own) <= over:
            break
        text = text[: own[-over] - begin]
        sentence, begin, end = _sentence(pattern, text, mask)
        read = _item(tokenizer([sentence], return_offsets_mapping=True, verbose=False), 0)
        offsets = read["offset_mapping"]
    raise TextRefused(
        f"The pattern {pattern.source!r} leaves no room for a text: the model reads {limit} "
        "tokens; shorten the pattern."
    )


def _asked(
    read: dict[str, Any],
    first: bool,
    mask_id: int,
    gaps: int,
    wanted: Tensor | None,
    cut: bool,
) -> Asked:
    """`first`: the gap stands before the text, which may have mask tokens of its own."""
    places = [position for position, id in enumerate(read["input_ids"]) if id == mask_id]
    types = read.get("token_type_ids")
    return Asked(
        ids=tuple(read["input_ids"]),
        types=types and tuple(types),
        gaps=tuple(places[:gaps] if first else places[-gaps:]),
        wanted=wanted,
        cut=cut,
    )
