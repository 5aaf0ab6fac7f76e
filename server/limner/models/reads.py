"""Where a model reads its text: the embedding look-ups that a path of embeddings has to replace.

A transformer may look the same ids up more than once (BART's and T5's decoders read the text
shifted by one, from a table tied to the encoder's), and other tables (positions, segments) must
stay as they are. So we watch one real call and keep the look-ups whose ids are the input's, or the
input's shifted by one. Replacing their *output* leaves position ids, segment ids, attention masks
and every check that a model makes on its ids exactly as for the text itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import pad


@dataclass(frozen=True)
class Read:
    """The `call`-th look-up of module `name` in a forward pass, ids shifted right by `shift`."""

    name: str
    call: int
    shift: int

    def aligned(self, x: Tensor) -> Tensor:
        """A (B, L, …) tensor over the input's positions, moved to this look-up's positions."""
        if not self.shift:
            return x
        return pad(x[:, :-1], (*(0, 0) * (x.ndim - 2), 1, 0))


Replace = Callable[[Read, Tensor], Tensor]
"""(look-up, its real output (B, L, D)) → what the model shall see instead."""


def find_reads(module: nn.Module, ids: Tensor, call: Callable[[], object]) -> tuple[Read, ...]:
    """The look-ups of `ids` (1, L) that happen during `call()`, in order."""
    found: list[Read] = []
    calls: dict[str, int] = {}
    handles = []

    def watch(name: str) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]:
        def hook(_module: nn.Module, args: tuple[Tensor, ...], _output: Tensor) -> None:
            # tables of positions may be given a shape instead of ids
            shift = _shift(args[0], ids) if args and isinstance(args[0], Tensor) else None
            if shift is not None:
                found.append(Read(name, calls.get(name, 0), shift))
            calls[name] = calls.get(name, 0) + 1

        return hook

    try:
        for name, child in module.named_modules():
            if isinstance(child, nn.Embedding):
                handles.append(child.register_forward_hook(watch(name)))
        with torch.no_grad():
            call()
    finally:
        for handle in handles:
            handle.remove()
    return tuple(found)


def _shift(seen: Tensor, ids: Tensor) -> int | None:
    """0 for the input's ids, 1 for a copy shifted right by one, None for anything else."""
    if seen.shape != ids.shape or ids.shape[-1] < 2:
        return None
    if torch.equal(seen, ids):
        return 0
    return 1 if torch.equal(seen[:, 1:], ids[:, :-1]) else None


@contextmanager
def replaced(module: nn.Module, reads: tuple[Read, ...], replace: Replace) -> Iterator[None]:
    """While open, the look-ups' outputs go through `replace`; no hook is left behind."""
    calls: dict[str, int] = {}
    by_place = {(read.name, read.call): read for read in reads}
    handles = []

    def put(name: str) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], Tensor]:
        def hook(_module: nn.Module, _args: tuple[Tensor, ...], output: Tensor) -> Tensor:
            read = by_place.get((name, calls.get(name, 0)))
            calls[name] = calls.get(name, 0) + 1
            return output if read is None else replace(read, output)

        return hook

    try:
        for name in dict.fromkeys(read.name for read in reads):
            handles.append(module.get_submodule(name).register_forward_hook(put(name)))
        yield
    finally:
        for handle in handles:
            handle.remove()
