"""What an engine says of itself; part of `limner.protocol`, which offers these names too."""

from __future__ import annotations

from typing import Literal

from limner.frozen import Frozen


class ModelStatus(Frozen, frozen=True, kw_only=True):
    """A model and where it is."""

    name: str
    path: str
    state: Literal["on-disk", "loading", "on-cpu", "on-device"]
    device: str = ""
    bytes: int = 0
    """Measured size of parameters and buffers when loaded, else the size of the weights file."""
    hits: int = 0
    """Jobs that found it resident."""
    loads: int = 0
    load_ms: float = 0.0
    labels: tuple[str, ...] = ()
    masked: bool = False
    """Whether it guesses masked words."""
    writes: Literal["causal", "seq2seq"] | None = None
    """Whether it goes on behind a text, or writes another from it."""
    pinned: bool = False
    error: str = ""
    """Why it cannot be loaded, when that is known without loading it."""


class EngineStatus(Frozen, frozen=True, kw_only=True):
    """One engine's state."""

    device: str
    pid: int = 0
    """Of the worker process; 0 when it is not running."""
    state: Literal["stopped", "starting", "ready", "restarting"] = "ready"
    queued: int = 0
    running: int = 0
    completed: int = 0
    cancelled: int = 0
    restarts: int = 0
    budget_bytes: int = 0
    resident_bytes: int = 0
    cache_entries: int = 0
    cache_hits: int = 0
    models: tuple[ModelStatus, ...] = ()
    threads: int = 0
    memory_bytes: int = 0
    """Resident set size of the worker."""
