"""An output's tokens as people read them: those that share a character are one piece.

A byte-level tokenizer writes 不 in three tokens and 😀 in four; each alone is no text. log p of a
piece is the sum of its tokens', so pieces add up to the output as tokens do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_BYTES = 8
"""Most tokens of one character."""
_BROKEN = "\ufffd"


def output_pieces(tokenizer: Any, ids: Sequence[int]) -> tuple[tuple[str, int], ...]:
    """Each piece's text, and how many of the tokens are its."""
    found: list[tuple[str, int]] = []
    at = 0
    while at < len(ids):
        size = _size(tokenizer, ids[at : at + _BYTES])
        found.append((tokenizer.decode(list(ids[at : at + size])), size))
        at += size
    return tuple(found)


def _size(tokenizer: Any, ids: Sequence[int]) -> int:
    """How many tokens from the first on make whole characters; 1 where none do."""
    for size in range(1, len(ids) + 1):
        if not tokenizer.decode(list(ids[:size])).endswith(_BROKEN):
            return size
    return 1
