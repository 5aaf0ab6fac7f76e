"""Errors that the user's own model raises on an input, told as one sentence."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from limner.notebook.magics.refusal import Refused

if TYPE_CHECKING:
    from torch import Tensor, nn


@contextmanager
def fault_of_the_model(module: nn.Module, x: Tensor | None = None) -> Generator[None]:
    """Turn what torch says of a wrong shape or type into a `Refused` that keeps the cause.

    `limner` errors pass through; the cause, with its traceback, is `sys.last_value.__cause__`.
    """
    try:
        yield
    except (RuntimeError, ValueError, TypeError, IndexError, KeyError) as error:
        said = (str(error).splitlines() or ["no more is said"])[0].rstrip(".")
        shape = ""
        if x is not None:
            shape = f"; it got shape (1, {', '.join(map(str, x.shape))}), a batch of one"
        raise Refused(
            f"{type(module).__name__} fails on this input ({type(error).__name__}: {said}){shape}: "
            "check that it runs on it by itself."
        ) from error
