"""Words for a gap in any text: the method behind completion.

First the gap is read as one token; its whole distribution is known after one pass. Then it is read
as two tokens, three …: the likeliest token of all gaps is filled in first, the others are looked at
again (2009.07118, section 3.1, as a beam). A probability is that of all the word's tokens *given
that the gap has so many*; how long the missing word is, a masked model does not say, so words of
different length stand in one list by that number.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
import numpy as np
import torch

from limner.methods._contract import Method, Partial, Rows, Work
from limner.methods.cloze.filling import Asked, evaluate
from limner.methods.cloze.sane import check_head
from limner.methods.cloze.spelling import Spelled, spell
from limner.models.encode import encode
from limner.models.model import Model
from limner.protocol import TaskRefused, TextInput, TextRefused
from limner.results.cloze import Candidate, Candidates

BEAM = 8
"""Half-filled words that are followed at once."""


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many words, and which of them first."""

    top: Annotated[int, msgspec.Meta(ge=1, le=200)] = 20
    """Most candidates, the bound task's own not counted."""
    most_tokens: Annotated[int, msgspec.Meta(ge=1, le=6)] = 2
    """Words of up to so many tokens; each more costs some passes."""
    words: Mapping[str, tuple[str, ...]] = {}
    """Label → its words, of the task that is bound to the text; they come first."""


@dataclass(frozen=True)
class _Word:
    ids: Spelled
    log_p: float
    label: str | None = None


def plan(model: Model, input: TextInput, params: Params) -> Work:
    """Candidates for the gap; a `Partial` of one-token words after the first pass.

    Raises:
        TextRefused: no gap, or it lies beyond what the model reads.
        TaskRefused, UnsupportedModel: see `limner.protocol`.
    """
    if input.gap is None:
        raise TextRefused("There is no gap in this text: write [MASK] where the word is missing.")
    yield from check_head(model)
    one = asked(model, input, 1)
    (value,) = yield Rows([one])  # (1, V)
    log_p = value[0].numpy()
    own = yield from _own(model, input, params, log_p)
    singles = _singles(model, log_p, params.top, input)
    entropy = float(-(np.exp(log_p) * log_p)[log_p > -50].sum())

    def result(words: list[_Word]) -> Candidates:
        return _result(model, input, [*own, *words], entropy, params.top + len(own))

    if params.most_tokens == 1:
        return result(singles)
    yield Partial(result(singles))
    found = list(singles)
    for gaps in range(2, params.most_tokens + 1):
        found += yield from _several(model, input, gaps)
    found.sort(key=lambda word: -word.log_p)
    return result(found)


def asked(model: Model, input: TextInput, gaps: int) -> Asked:
    """The row with `gaps` mask tokens at the gap.

    Raises:
        TextRefused: there is none, or the model does not read so far.
    """
    encoded = encode(model, input, gaps=gaps)
    return Asked(encoded.ids, encoded.types, encoded.gap)


def _own(
    model: Model, input: TextInput, params: Params, log_p: np.ndarray
) -> Generator[Any, Any, list[_Word]]:
    """The bound task's words with their probabilities."""
    found: list[_Word] = []
    for label, words in params.words.items():
        for word in words:
            try:
                ids = spell(model, word, spaced=spaced(input), label=label)
            except TaskRefused:  # the task file says it; other words can still be offered
                continue
            if len(ids) == 1:
                found.append(_Word(ids, float(log_p[ids[0]]), label))
                continue
            (value,) = yield Rows([asked(model, input, len(ids))])
            total = sum(float(value[i, token]) for i, token in enumerate(ids))
            found.append(_Word(ids, total, label))
    return sorted(found, key=lambda word: -word.log_p)


def _singles(model: Model, log_p: np.ndarray, top: int, input: TextInput) -> list[_Word]:
    found: list[_Word] = []
    for index in np.argsort(-log_p)[: 8 * top + 64]:
        if is_word(model, (int(index),), input):
            found.append(_Word((int(index),), float(log_p[index])))
            if len(found) == top:
                break
    return found


def _several(model: Model, input: TextInput, gaps: int) -> Generator[Any, Any, list[_Word]]:
    """The likeliest words of `gaps` tokens, by a beam."""
    start = asked(model, input, gaps)
    order: dict[int, int] = {place: i for i, place in enumerate(start.gaps)}
    beam: list[tuple[Asked, dict[int, int], float]] = [(start, {}, 0.0)]
    for _ in range(gaps):
        values: list[torch.Tensor] = yield Rows([row for row, *_ in beam])
        grown: dict[tuple[tuple[int, int], ...], tuple[Asked, dict[int, int], float]] = {}
        for (row, filled, log_p), value in zip(beam, values, strict=True):
            best, index = value.flatten().topk(4 * BEAM)
            V = value.shape[-1]
            for gain, flat in zip(best.tolist(), index.tolist(), strict=True):
                gap, token = divmod(flat, V)
                now = {**filled, order[row.gaps[gap]]: token}
                key = tuple(sorted(now.items()))
                if key not in grown or grown[key][2] < log_p + gain:
                    grown[key] = (row.filled(gap, token), now, log_p + gain)
        beam = sorted(grown.values(), key=lambda one: -one[2])[: 4 * BEAM]
        if len(beam[0][1]) < gaps:
            beam = beam[:BEAM]
    found = [(tuple(filled[i] for i in range(gaps)), log_p) for _, filled, log_p in beam]
    return [
        _Word(ids, log_p)
        for ids, log_p in found
        if is_word(model, ids, input) and _is_spelled(model, ids)
    ]


def is_word(model: Model, ids: Spelled, input: TextInput) -> bool:
    """Whether tokens are a word by themselves: no special ones, no halves of characters.

    A piece that continues a word is one only where a word stands right before the gap.
    """
    tokenizer = model.tokenizer
    if any(id in tokenizer.all_special_ids for id in ids):
        return False
    text = tokenizer.decode(list(ids))
    if not text.strip() or "\ufffd" in text:
        return False
    first = str(tokenizer.convert_ids_to_tokens(ids[0]))
    return _attached(input) or not first.startswith("##")


def _is_spelled(model: Model, ids: Spelled) -> bool:
    """Whether the tokenizer itself writes the word so; 好 + ##的 is 好的 spelled otherwise."""
    text = model.tokenizer.decode(list(ids)).strip()
    return len(text) > 1 and _flat(model, text) == ids


def _flat(model: Model, text: str) -> Spelled:
    return tuple(model.tokenizer.encode(text, add_special_tokens=False))


def _result(
    model: Model, input: TextInput, words: list[_Word], entropy: float, most: int
) -> Candidates:
    assert input.gap is not None
    seen: dict[str, Candidate] = {}
    for word in words:
        text = written(model, word.ids)
        if text and text not in seen:
            seen[text] = Candidate(
                text=text,
                probability=float(np.exp(word.log_p)),
                tokens=len(word.ids),
                label=word.label,
            )
    return Candidates(
        model=model.name,
        text=input.text,
        gap=input.gap,
        candidates=tuple(seen.values())[:most],
        entropy=entropy,
        device=str(model.device),
    )


def written(model: Model, ids: Spelled) -> str:
    """A word as one writes it; between Chinese characters there are no spaces."""
    text = model.tokenizer.decode(list(ids)).replace("##", "").strip()
    parts = text.split(" ")
    joined = parts[0]
    for part in parts[1:]:
        wide = part and joined and (ord(part[0]) > 0x2E7F or ord(joined[-1]) > 0x2E7F)
        joined += part if wide else f" {part}"
    return joined


def spaced(input: TextInput) -> bool:
    """Whether the gap follows a space."""
    assert input.gap is not None
    return input.text[: input.gap[0]][-1:].isspace()


def _attached(input: TextInput) -> bool:
    """Whether letters stand right before the gap, so that it continues a word."""
    assert input.gap is not None
    before = input.text[: input.gap[0]][-1:]
    return before.isalpha() and before.isascii()


METHOD = Method("fill", "Words for a gap", 1, Params, plan, evaluate)
