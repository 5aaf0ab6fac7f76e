"""Working on a person's own objects and leaving them as they were found.

What is kept and put back, bit for bit: parameters, gradients, `requires_grad`, buffers (running
statistics, spectral norm's vectors), train/eval mode of every submodule, and the state of every
generator of random numbers. Nothing registers a hook.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn


@contextmanager
def same_random_state() -> Generator[None]:
    """Afterwards Python's, numpy's and torch's generators (all devices) are where they were."""
    python, legacy = random.getstate(), np.random.get_state()
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_initialized() else []
    try:
        with torch.random.fork_rng(devices=devices):
            yield
    finally:
        random.setstate(python)
        np.random.set_state(legacy)


def seed_all(seed: int) -> None:
    """Every generator starts at `seed`; to be used inside `same_random_state`."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)


@contextmanager
def same_noise(seed: int = 0) -> Generator[None]:
    """Losses that draw noise draw the same each time, and use up none of the person's."""
    with same_random_state():
        seed_all(seed)
        yield


@contextmanager
def one_thread() -> Generator[None]:
    """For many tiny operations: handing them to threads costs more than they do."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def draws(work: Callable[[], object]) -> bool:
    """Whether `work` uses a generator of random numbers; it runs once to find out."""
    with same_noise():
        before = (
            random.getstate(),
            str(np.random.get_state(legacy=False)["state"]["pos"]),
            torch.get_rng_state(),
        )
        work()
        after = (
            random.getstate(),
            str(np.random.get_state(legacy=False)["state"]["pos"]),
            torch.get_rng_state(),
        )
        return before[:2] != after[:2] or not torch.equal(before[2], after[2])


@contextmanager
def left_as_found(modules: Iterable[nn.Module], tensors: Iterable[Tensor] = ()) -> Generator[None]:
    """Modules, loose parameters and random state are put back, whatever happens inside."""
    whole = [*modules]
    modes = [(m, m.training) for one in whole for m in one.modules()]
    kept = [*_kept(t for one in whole for t in (*one.parameters(), *one.buffers()))]
    kept += _kept(tensors)
    try:
        with same_random_state():
            yield
    finally:
        for module, training in modes:
            module.training = training
        with torch.no_grad():
            for tensor, value, grad, requires in kept:
                if not torch.equal(tensor, value):  # batch norm changes its buffers unseen
                    tensor.copy_(value)
                tensor.requires_grad_(requires)
                tensor.grad = grad


def _kept(tensors: Iterable[Tensor]) -> list[tuple[Tensor, Tensor, Any, bool]]:
    found: list[tuple[Tensor, Tensor, Any, bool]] = []
    seen: set[int] = set()
    for tensor in tensors:
        if id(tensor) not in seen:
            seen.add(id(tensor))
            grad = tensor.grad
            value = tensor.detach().clone()
            found.append((tensor, value, grad, tensor.requires_grad))
    return found


def leaves(batch: Any) -> Iterator[Tensor]:
    """The tensors in tuples, lists and dicts, in order."""
    if isinstance(batch, Tensor):
        yield batch
    elif isinstance(batch, Mapping):
        for one in batch.values():
            yield from leaves(one)
    elif isinstance(batch, tuple | list):
        for one in batch:
            yield from leaves(one)
