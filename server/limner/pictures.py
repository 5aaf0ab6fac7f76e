"""An image that was given to a model, as a PNG to lay under its heat map."""

from __future__ import annotations

import io

import torch
from PIL import Image
from torch import Tensor

from limner.protocol import InputPicture

SIDE = 256
"""Longest side in pixels; larger images are scaled down."""


def picture_of(x: Tensor) -> InputPicture | None:
    """The picture of x with shape (C, H, W), C 1 or 3, or (H, W); None for any other shape.

    Values from 0 to 1 are shown as they are, and so are those from 0 to 255; anything else (an
    image normalised for its model) is stretched so that its least value is black and its largest
    white, all channels alike.
    """
    planes = x.detach()[None] if x.ndim == 2 else x.detach()
    if planes.ndim != 3 or planes.shape[0] not in (1, 3) or min(planes.shape[1:]) < 2:
        return None
    planes = planes.to("cpu", torch.float32)
    if not bool(planes.isfinite().all()):
        return None
    low, high = _range(float(planes.min()), float(planes.max()))
    levels = ((planes - low) / (high - low) * 255).round().clamp(0, 255).to(torch.uint8)
    return InputPicture(png=_png(levels), low=low, high=high)


def _range(least: float, largest: float) -> tuple[float, float]:
    """What is drawn black and what white."""
    if least >= 0 and largest <= 1:
        return 0.0, 1.0
    if least >= 0 and largest <= 255:
        return 0.0, 255.0
    return least, max(largest, least + 1e-9)


def _png(levels: Tensor) -> bytes:
    """(C, H, W) of uint8 as a PNG."""
    pixels = levels[0] if levels.shape[0] == 1 else levels.permute(1, 2, 0)
    image = Image.fromarray(pixels.contiguous().numpy())
    image.thumbnail((SIDE, SIDE))
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
