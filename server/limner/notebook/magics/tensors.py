"""Inputs of a user's own module: tensors, arrays, images and columns → a float tensor."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from limner.notebook.magics.refusal import Refused


def tensor_of(value: Any, source: str, module: nn.Module) -> Tensor:
    """`value` as the module takes it: floats of its dtype on its device, without batch dimension.

    A PIL image becomes (C, H, W) with values from 0 to 1.

    Raises:
        Refused: no array, or one of whole numbers, which have no gradient.
    """
    x = value.detach() if isinstance(value, Tensor) else _converted(value, source)
    if not x.is_floating_point():
        raise Refused(
            f"{source} has dtype {str(x.dtype).removeprefix('torch.')}: give floats, scaled as "
            "the model takes them."
        )
    like = next((p for p in module.parameters() if p.is_floating_point()), None)
    return x if like is None else x.to(like.device, like.dtype)


def _converted(value: Any, source: str) -> Tensor:
    if isinstance(value, Image.Image):
        pixels = np.asarray(value.convert("L" if value.mode in ("1", "L", "I;16") else "RGB"))
        planes = pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
        return torch.tensor(planes / 255)
    try:
        return torch.tensor(np.asarray(value))
    except (TypeError, ValueError):
        raise Refused(
            f"{source} is of type {type(value).__name__}: give a tensor, an array, an image or a "
            "column of numbers."
        ) from None
