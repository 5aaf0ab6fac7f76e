"""Which device, how much of it, how many threads. Imports torch only when a function needs it."""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import dataclass

import psutil

from limner.protocol import BadInput

CPU_TOKENS = 1024
"""On a CPU small batches are as fast as large ones (the cache holds them) and stop sooner."""

GPU_TOKENS_PER_GIB = 4096
"""Free memory → largest batch; a base-size model's activations and gradients then take a small
part of it, whatever the number of nodes."""


@dataclass(frozen=True)
class Device:
    """The chosen device."""

    name: str
    """As torch writes it: cpu, mps, cuda:0 …"""
    description: str
    free_bytes: int
    """When it was looked at."""

    @property
    def is_cpu(self) -> bool:
        """Whether models and rows lie in ordinary memory."""
        return self.name == "cpu"

    def batch_tokens(self) -> int:
        """A first limit for micro-batches, in tokens."""
        if self.is_cpu:
            return CPU_TOKENS
        return max(CPU_TOKENS, int(self.free_bytes / 2**30 * GPU_TOKENS_PER_GIB))

    def memory_budget(self) -> int:
        """For resident models, in bytes, unless the user says otherwise."""
        return int(self.free_bytes * 0.8)


def choose(wanted: str = "auto") -> Device:
    """CUDA, then MPS, then CPU; or the one that is asked for.

    Raises:
        BadInput: it is not there.
    """
    if wanted == "cpu":
        return _cpu()
    import torch

    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if wanted == "auto":
        wanted = "cuda" if cuda else "mps" if mps else "cpu"
    if wanted == "cpu":
        return _cpu()
    if wanted == "mps" and mps:
        return Device("mps", "Apple GPU", psutil.virtual_memory().available)
    if cuda and wanted.startswith("cuda"):
        return _cuda(wanted)
    here = ", ".join(["cpu", *(["mps"] if mps else []), *(["cuda"] if cuda else [])])
    raise BadInput(
        f"There is no device {wanted!r} here; set engine.device to one of: auto, {here}."
    )


def _cpu() -> Device:
    free = psutil.virtual_memory().available
    return Device("cpu", f"CPU, {cores()} cores", free)


def _cuda(wanted: str) -> Device:
    import torch

    index = int(wanted.partition(":")[2] or 0)
    if index >= torch.cuda.device_count():
        raise BadInput(
            f"There is no device {wanted!r}; this machine has {torch.cuda.device_count()}."
        )
    free, _ = torch.cuda.mem_get_info(index)
    return Device(f"cuda:{index}", torch.cuda.get_device_name(index), free)


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return psutil.cpu_count(logical=False) or os.cpu_count() or 1


def free_cached_memory() -> None:
    """Give what torch keeps in reserve back to the device."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is None:
        return
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    elif torch.backends.mps.is_available():
        torch.mps.empty_cache()


def be_nice() -> None:
    """Let the user's own training go first."""
    try:
        os.nice(5)
    except OSError:  # forbidden in some containers; not worth a word
        return


def memory_used() -> int:
    """Resident set size of this process."""
    return psutil.Process().memory_info().rss
