"""Turn texts into token arrays with whole-word marks, and arrays into masked batches.

A word is what jieba cuts; all of its tokens are masked together. Batches are a pure function of
(seed, epoch, step), so that a resumed run sees what an uninterrupted one would.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jieba
import numpy as np
import torch
from transformers import PreTrainedTokenizerFast

jieba.setLogLevel(logging.WARNING)

CLAUSE_ENDS = "，。！？；,.!?;~～ "
DEGREE_AND_NEGATION = "很不没非常太挺最更真超蛮好差"
CHUNK = 510
SPLITS = {510: 0.1, 126: 0.4, 62: 0.35, 30: 0.15}


@dataclass(frozen=True)
class Encoded:
    """Token ids of one text without specials, and for each token whether a word starts there."""

    ids: np.ndarray
    starts: np.ndarray


@dataclass(frozen=True)
class Batch:
    """Masked rows: `inputs` [rows, length], flat positions of the gaps and what stood there."""

    inputs: torch.Tensor
    positions: torch.Tensor
    gaps: torch.Tensor
    answers: torch.Tensor


def encode(texts: list[str], tokenizer: PreTrainedTokenizerFast) -> list[Encoded]:
    """Tokens and jieba word starts of each text."""
    encodings = tokenizer(texts, add_special_tokens=False, return_offsets_mapping=True)
    rows = []
    for text, ids, offsets in zip(
        texts, encodings["input_ids"], encodings["offset_mapping"], strict=True
    ):
        begins = {begin for _, begin, _ in jieba.tokenize(text, HMM=False)}
        starts = np.array([begin in begins for begin, _ in offsets], dtype=bool)
        rows.append(Encoded(np.array(ids, dtype=np.int16), starts))
    return rows


def save(path: Path, rows: list[Encoded]) -> None:
    """Write encoded texts as one flat archive."""
    lengths = np.array([len(row.ids) for row in rows])
    ids, starts = (np.concatenate([getattr(r, name) for r in rows]) for name in ("ids", "starts"))
    np.savez(path, ids=ids, starts=starts, lengths=lengths)


def load(path: Path) -> list[Encoded]:
    """Read what `save` wrote."""
    archive = np.load(path)
    cuts = np.cumsum(archive["lengths"])[:-1]
    columns = (np.split(archive[name], cuts) for name in ("ids", "starts"))
    return [Encoded(ids, starts) for ids, starts in zip(*columns, strict=True)]


def general_pieces(rows: list[Encoded], rng: np.random.Generator) -> list[Encoded]:
    """Running text cut into pieces of 510, 126, 62 or 30 tokens, each token used once."""
    ids, starts = (np.concatenate([getattr(r, name) for r in rows]) for name in ("ids", "starts"))
    pieces = []
    for begin in range(0, len(ids) - CHUNK, CHUNK):
        size = int(rng.choice(list(SPLITS), p=list(SPLITS.values())))
        for at in range(begin, begin + CHUNK - size + 1, size):
            pieces.append(Encoded(ids[at : at + size], starts[at : at + size]))
    return pieces


def clause_first(
    row: Encoded, ends: np.ndarray, degree: np.ndarray, rng: np.random.Generator
) -> tuple[Encoded, int]:
    """Move one short clause of a review to its front as a sentence; also return its length.

    The prefix patterns of a cloze task are a short clause that sums up what follows, so clauses
    with a word of degree or negation are taken five times as often. Half of the time (or when no
    clause is short enough) the review stays as it is and the length is 0.
    """
    cuts = np.flatnonzero(np.isin(row.ids, ends)) + 1
    bounds = np.unique(np.concatenate([[0], cuts, [len(row.ids)]]))
    lengths = np.diff(bounds)
    short = np.flatnonzero((lengths >= 3) & (lengths <= 14))
    if len(lengths) < 2 or not len(short) or rng.random() < 0.5:
        return row, 0
    marked = np.add.reduceat(np.isin(row.ids, degree), bounds[:-1])[short] > 0
    weights = 1.0 + 4.0 * marked
    chosen = int(rng.choice(short, p=weights / weights.sum()))
    a, b = int(bounds[chosen]), int(bounds[chosen + 1])
    order = np.concatenate([np.arange(a, b), np.arange(a), np.arange(b, len(row.ids))])
    ids = row.ids[order]
    if ids[b - a - 1] in ends:
        ids[b - a - 1] = ends[1]  # 。
    return Encoded(ids, row.starts[order]), b - a


def mask_rates(row: Encoded, head: int, degree: np.ndarray, rate: float) -> np.ndarray:
    """Masking probability of each token of a review; no label is used.

    `rate` without a moved clause. With one, 40 % in the clause and 15 % in the rest, which has to
    be read; words of degree and negation 70 % in the clause, 35 % elsewhere.
    """
    rates = np.full(len(row.ids), 0.15 if head else rate)
    rates[:head] = 0.4
    marked = np.isin(row.ids, degree)
    rates[marked] = 0.35
    rates[:head][marked[:head]] = 0.7
    return rates


class Masker:
    """Masks whole words and lays rows out as padded batches."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast, rate: float = 0.3) -> None:
        """Keep the ids that masking needs; `rate` is the share of words masked by default."""
        self.pad, self.cls, self.sep, self.mask = (
            tokenizer.convert_tokens_to_ids(token)
            for token in ("[PAD]", "[CLS]", "[SEP]", "[MASK]")
        )
        self.size = len(tokenizer)
        self.rate = rate
        self.ends = np.array(tokenizer.convert_tokens_to_ids(list(CLAUSE_ENDS.strip())))
        self.degree = np.array(tokenizer.convert_tokens_to_ids(list(DEGREE_AND_NEGATION)))

    def review(self, row: Encoded, rng: np.random.Generator) -> tuple[Encoded, np.ndarray]:
        """A training view of one review, at most 126 tokens, with its masking rates."""
        view, head = clause_first(row, self.ends, self.degree, rng)
        if len(view.ids) > 126:
            begin = 0 if head else int(rng.integers(len(view.ids) - 125))
            view = Encoded(view.ids[begin : begin + 126], view.starts[begin : begin + 126])
        return view, mask_rates(view, head, self.degree, self.rate)

    def plain(self, row: Encoded, rng: np.random.Generator) -> tuple[Encoded, np.ndarray]:
        """A piece masked at one rate; half of the pieces by single tokens, which learns faster."""
        view = Encoded(row.ids, np.ones_like(row.starts)) if rng.random() < 0.5 else row
        return view, np.full(len(row.ids), self.rate)

    def batch(
        self,
        views: list[tuple[Encoded, np.ndarray]],
        rng: np.random.Generator,
        shift: bool = True,
    ) -> Batch:
        """Mask and pad; with `shift`, some batches (15 %) sit at a random place beyond [CLS]."""
        length = max(len(view.ids) for view, _ in views) + 2
        inputs = np.full((len(views), length), self.pad, dtype=np.int64)
        targets = np.zeros_like(inputs)
        for line, (view, rates) in enumerate(views):
            word = np.cumsum(view.starts)
            chosen = rng.random(int(word[-1]) + 1)[word] < rates
            if not chosen.any():
                chosen[int(rng.integers(len(chosen)))] = True
            kind = rng.random(len(chosen))
            shown = view.ids.astype(np.int64)
            answer = np.where(chosen, shown, 0)
            noise = rng.integers(5, self.size, len(chosen))
            shown = np.where(chosen & (kind < 0.9), self.mask, shown)
            shown = np.where(chosen & (kind >= 0.95), noise, shown)
            end = len(chosen) + 1
            inputs[line, 0], inputs[line, 1:end], inputs[line, end] = self.cls, shown, self.sep
            targets[line, 1:end] = answer
        offset = int(rng.integers(513 - length)) if shift and rng.random() < 0.15 else 0
        positions = np.arange(length) + offset
        positions[0] = 0
        gaps = np.flatnonzero(targets)
        arrays = (inputs, positions, gaps, targets.reshape(-1)[gaps])
        return Batch(*(torch.from_numpy(array) for array in arrays))


def grouped(lengths: list[int], tokens: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Indices in shuffled groups of similar length holding about `tokens` tokens each."""
    order = np.argsort(np.array(lengths) + rng.random(len(lengths)) * 8)
    groups, group, longest = [], [], 0
    for index in order:
        longest = max(longest, lengths[index] + 2)
        if group and longest * (len(group) + 1) > tokens:
            groups.append(np.array(group))
            group, longest = [], lengths[index] + 2
        group.append(index)
    groups.append(np.array(group))
    for at in rng.permutation(len(groups)):
        yield groups[at]
