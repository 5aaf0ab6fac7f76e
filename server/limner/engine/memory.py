"""Telling "out of memory" from other errors, without importing torch."""

from __future__ import annotations

_SENTENCES = (
    "out of memory",  # CUDA, MPS
    "defaultcpuallocator",  # torch on the CPU
    "can't allocate memory",
    "cannot allocate memory",
)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a smaller batch may help."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(sentence in text for sentence in _SENTENCES)
