"""What lies under the heat map of an image."""

import io

import pytest
import torch
from PIL import Image

from limner.pictures import picture_of


def pixels(x: torch.Tensor) -> Image.Image:
    return Image.open(io.BytesIO(picture_of(x).png))


@pytest.mark.parametrize(
    ("x", "low", "high"),
    [
        (torch.tensor([[0.0, 0.5], [0.25, 1.0]]), 0, 1),
        (torch.tensor([[0.0, 128.0], [64.0, 200.0]]), 0, 255),
        (torch.tensor([[-2.0, 0.0], [1.0, 3.0]]), -2, 3),
    ],
)
def test_values_are_shown_as_they_are_or_stretched(x, low, high):
    picture = picture_of(x)
    assert (picture.low, picture.high) == (low, high)
    corner = round(float((x[1, 1] - low) / (high - low) * 255))
    assert pixels(x).getpixel((1, 1)) == corner


def test_three_planes_are_colours():
    x = torch.zeros(3, 2, 4)
    x[0] = 1.0
    assert pixels(x).size == (4, 2)
    assert pixels(x).getpixel((0, 0)) == (255, 0, 0)


def test_a_large_image_is_scaled_down():
    assert pixels(torch.rand(3, 600, 300)).size == (128, 256)


@pytest.mark.parametrize("shape", [(5,), (2, 8, 8), (1, 5), (3, 1, 9), (2, 3, 4, 4)])
def test_what_is_no_image_has_no_picture(shape):
    assert picture_of(torch.rand(*shape)) is None


def test_what_is_not_a_number_has_no_picture():
    assert picture_of(torch.tensor([[0.0, float("nan")], [1.0, 0.0]])) is None


def test_a_constant_image_is_drawn():
    assert pixels(torch.full((4, 4), -3.0)).getpixel((0, 0)) == 0
