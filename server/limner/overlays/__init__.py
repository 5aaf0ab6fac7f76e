"""From a method's result to what front ends draw: one module per type of result.

Front ends draw marks, notes and panels and know no method; a ninth method adds a module here and a
line to `draw`.
"""

from __future__ import annotations

from limner.overlays import attribution, describe, hsic
from limner.protocol import (
    Attribution,
    Description,
    Independence,
    Overlay,
    PairMatrix,
    Result,
)
from limner.text.passages import Passage

__all__ = ["draw"]


def draw(result: Result, passage: Passage, *, preliminary: bool = False) -> Overlay:
    """The overlay of `result`, in code points of the document that `passage` was read from."""
    if isinstance(result, Description):
        return describe.draw(result, passage, preliminary=preliminary)
    if isinstance(result, Independence | PairMatrix):
        return hsic.draw(result, passage)
    if isinstance(result, Attribution):
        return attribution.draw(result, passage, preliminary=preliminary)
    raise TypeError(f"a probe has no {type(result).__name__}: label files draw their own notes")
