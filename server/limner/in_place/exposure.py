"""`limner.exposure_bias`: a decoder that reads the target, and one that reads its own words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from limner.engine.memory import is_out_of_memory
from limner.engine.threads import Threads
from limner.methods._in_place import same_random_state
from limner.methods.exposure.beams import Search, search
from limner.methods.exposure.decoders import Decoder, decoder_of, refuse_reading_ahead
from limner.methods.exposure.measure import Curves, Oracle, Pair, curves, positions
from limner.methods.exposure.words import Words
from limner.models.model import wrap
from limner.protocol import BadInput
from limner.results.exposure import (
    Beam,
    BeamNode,
    BeamWidth,
    ExposureBias,
    PairExposure,
    TargetToken,
)

WIDEST = 16
"""Most sequences of a beam."""
TREE = 200
"""Most tried words of a tree that is kept."""

Tell = Callable[[str], None]
Work = Callable[[Sequence[int]], list[Any]]


def exposure_bias(
    model: str | nn.Module,
    tokenizer: Any = None,
    pairs: Any = (),
    *,
    beams: int = 3,
    batch: int = 16,
    longest: int = 256,
    shown: int = 5,
    sample: bool = False,
    seed: int = 0,
    end: int | None = None,
    oracle: Oracle | None = None,
    progress: Tell | None = None,
) -> ExposureBias:
    """What each target token costs after the target's words, and after the model's own.

    Args:
        model: an encoder-decoder or a causal language model of transformers, the name of a bundled
            or configured one, or any module that maps ids (B, L) to logits (B, L, V).
        tokenizer: of your own model; None: pairs are ids already.
        pairs: (source, target) texts, for a causal model (prompt, continuation); or tuples of ids;
            or a pandas or polars table with two columns.
        beams: beams of width 1 … `beams` are searched; 0: none.
        batch: pairs at a time; halved where memory runs out, which a note says.
        longest: tokens of a source or a target that are read.
        shown: how many pairs are kept word by word: those that lose most under free running.
        sample: draw the model's own words instead of taking the likeliest.
        seed: of the drawing.
        end: id of the end mark; None: the tokenizer's or the model's. Without any, sequences are
            as long as their targets.
        oracle: (source ids, ids so far) → true log p (V,) of the next word; for toys.
        progress: is told what is going on.

    The model is asked in eval mode and left as it was found; so is random state.

    Raises:
        BadInput: no pairs, a tokenizer without pad token for a batch, values that are not finite.
        UnsupportedModel: a model without decoder, or one that reads ahead.
        UnknownModel, ModelRefused: a name that cannot be loaded.
    """
    began = time.perf_counter()
    tell = progress or (lambda _: None)
    pairs = _rows(pairs)
    if not pairs:
        raise BadInput("There are no pairs: give (source, target) tuples.")
    if not 0 <= beams <= WIDEST or batch < 1 or longest < 1 or shown < 0:
        raise BadInput(
            f"Give beams from 0 to {WIDEST}, and a batch, a longest and shown of at least 1, 1, 0."
        )
    if isinstance(model, str):
        from limner.models import load_model

        tell(f"loading {model} …")
        loaded = load_model(model)
        module, tokenizer, name = loaded.module, tokenizer or loaded.tokenizer, loaded.name
    else:
        module, name = model, type(model).__name__
    decoder = decoder_of(module, tokenizer, end)
    words = Words(tokenizer, decoder, longest)
    encoded = words.encode(pairs)
    if batch > 1 and len(encoded) > 1:
        words.check_pad()
    whole = wrap(module)
    threads = Threads(most=torch.get_num_threads())  # fewer than found where others compute
    with same_random_state(), whole.as_found(), threads.restored(), torch.inference_mode():
        refuse_reading_ahead(decoder, encoded[0].source, max(encoded, key=_size).target)
        noise = torch.Generator().manual_seed(seed) if sample else None
        run = _Run(
            decoder, words, encoded, beams, batch, tell, partial(threads.before_batch, whole)
        )
        found = run.measure(oracle, noise)
        wide = run.search()
    result = _summary(found, wide, encoded)
    worst = sorted(range(len(encoded)), key=lambda i: -_loss(found[i]))[:shown]
    return ExposureBias(
        model=name,
        kind=decoder.kind,
        pairs=len(encoded),
        **result,
        shown=tuple(
            _pair(pairs[i], encoded[i], found[i], [one[i] for one in wide], words) for i in worst
        ),
        notes=(*words.notes, *run.notes),
        device=str(decoder.device),
        ms=round((time.perf_counter() - began) * 1000, 3),
    )


def _rows(pairs: Any) -> Sequence[Any]:
    """A table's rows, or the pairs as they are."""
    if hasattr(pairs, "itertuples"):
        return list(pairs.itertuples(index=False, name=None))
    rows = getattr(pairs, "rows", None)
    found = rows() if callable(rows) else pairs
    if isinstance(found, str) or not isinstance(found, Sequence):
        raise BadInput("pairs is no list: give (source, target) tuples, or a table of two columns.")
    return found


def _size(pair: Pair) -> int:
    return len(pair.target)


@dataclass
class _Run:
    """All pairs through one decoder, batch by batch; batches shrink where memory runs out."""

    decoder: Decoder
    words: Words
    pairs: Sequence[Pair]
    beams: int
    batch: int
    tell: Tell
    reads: Callable[[int], None]
    """Is told how many tokens a step will read."""

    def __post_init__(self) -> None:
        self.notes: list[str] = []

    def measure(self, oracle: Oracle | None, noise: torch.Generator | None) -> list[Curves]:
        """Both curves of every pair, in their order."""
        found: dict[int, Curves] = {}
        for group in self._groups():
            done = self._halving(
                lambda rows: curves(self.decoder, [self.pairs[i] for i in rows], oracle, noise),
                group,
            )
            found.update(zip(group, done, strict=True))
            self.tell(f"{len(found)} of {len(self.pairs)} pairs read …")
        return [found[i] for i in range(len(self.pairs))]

    def search(self) -> list[list[Search]]:
        """For each width, every pair's search."""
        wide: list[list[Search]] = []
        for width in range(1, self.beams + 1):
            found: dict[int, Search] = {}
            for group in self._groups():
                done = self._halving(partial(self._searched, width=width), group)
                found.update(zip(group, done, strict=True))
                self.tell(f"beam of {width}: {len(found)} of {len(self.pairs)} pairs …")
            wide.append([found[i] for i in range(len(self.pairs))])
        return wide

    def _searched(self, rows: Sequence[int], *, width: int) -> list[Search]:
        some = [self.pairs[i] for i in rows]
        end = self.decoder.end
        longest = [len(one.target) if end is None else 2 * len(one.target) + 10 for one in some]
        steps = self.decoder.open([one.source for one in some])
        return search(steps, longest, width, end, tree=width == self.beams)

    def _groups(self) -> Iterator[list[int]]:
        """Pairs of like length together."""
        order = sorted(
            range(len(self.pairs)),
            key=lambda i: (len(self.pairs[i].source), len(self.pairs[i].target)),
        )
        at = 0
        while at < len(order):
            yield order[at : at + self.batch]
            at += self.batch

    def _halving(
        self, work: Callable[[Sequence[int]], list[Any]], rows: Sequence[int]
    ) -> list[Any]:
        self.reads(len(rows))
        try:
            return work(rows)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            if len(rows) == 1:
                raise BadInput(
                    "Memory ran out with a single pair: give a smaller longest= or fewer beams=."
                ) from None
        torch.cuda.empty_cache()
        if not self.notes:
            self.notes.append("Memory ran out: some batches were halved.")
        half = len(rows) // 2
        return [*self._halving(work, rows[:half]), *self._halving(work, rows[half:])]


def _loss(one: Curves) -> float:
    """What free running costs this pair, per token that has both values."""
    return float(np.nanmean(one.free - one.forced))


def _summary(
    found: Sequence[Curves], wide: Sequence[Sequence[Search]], pairs: Sequence[Pair]
) -> dict[str, Any]:
    forced = np.concatenate([one.forced for one in found])
    free = np.concatenate([one.free for one in found])
    kl = np.concatenate([one.kl for one in found])
    known = ~np.isnan(free)
    first = [one.divergence for one in found if one.divergence is not None]
    target = [-float(one.forced.sum()) for one in found]
    wanted = [pair.target for pair in pairs]
    return {
        "tokens": len(forced),
        "forced": float(forced[known].mean()),
        "free": float(free[known].mean()),
        "kl": float(kl[known].mean()),
        "diverged": len(first) / len(found),
        "divergence": float(np.median(first)) if first else None,
        "ended": float(1 - known.mean()),
        "positions": positions(found),
        "beams": tuple(
            BeamWidth(
                width=width,
                score=float(np.mean([one.score for one in every])),
                above=float(np.mean([_above(a, b) for a, b in zip(every, target, strict=True)])),
                exact=float(
                    np.mean([a.ids == b.target for a, b in zip(every, pairs, strict=True)])
                ),
                empty=float(np.mean([one.ended and len(one.ids) == 1 for one in every])),
                length=float(
                    np.mean([len(a.ids) / len(b) for a, b in zip(every, wanted, strict=True)])
                ),
            )
            for width, every in enumerate(wide, 1)
        ),
    }


def _above(found: Search, target: float) -> bool:
    return found.ended and found.score > target + 1e-6


def _pair(
    texts: tuple[Any, Any], pair: Pair, one: Curves, wide: Sequence[Search], words: Words
) -> PairExposure:
    source, target, spans = words.shown(texts, pair)
    score = -float(one.forced.sum())
    return PairExposure(
        source=source,
        target=target,
        own=words.text(one.own),
        divergence=one.divergence,
        score=score,
        tokens=tuple(
            TargetToken(
                text=words.word(pair.target[t]),
                start=None if span is None else span[0],
                end=None if span is None else span[1],
                forced=float(one.forced[t]),
                free=_known(one.free[t]),
                kl=_known(one.kl[t]),
                own=words.word(one.own[t]) if t < len(one.own) else None,
                forced_top=words.guesses(one.forced_top, t),
                free_top=words.guesses(one.free_top, t) if t < len(one.own) else (),
            )
            for t, span in enumerate(spans)
        ),
        beams=tuple(
            Beam(
                width=width,
                text=words.text(found.ids),
                score=found.score,
                tokens=len(found.ids),
                ended=found.ended,
                above=_above(found, score),
            )
            for width, found in enumerate(wide, 1)
        ),
        tree=tuple(
            BeamNode(
                step=node.step,
                parent=node.parent,
                text=words.word(node.word),
                score=node.score,
                state=node.state,  # pyright: ignore[reportArgumentType]  # one of three words
            )
            for node in (wide[-1].tree[:TREE] if wide else ())
        ),
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
