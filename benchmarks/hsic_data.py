"""Pairs of arrays whose dependence is known: the grid on which tests of independence are compared.

A strength is chosen for each shape and dimension so that power at n = 200 is neither 0 nor 1, and
falls as 1/√n, as the smallest dependence that any test can see does. With d columns all of them
depend in the same way, each on its own counterpart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

SHAPES = ("linear", "quadratic", "circle", "checkerboard", "heteroscedastic")
DIMENSIONS = (1, 10)
ROWS = (100, 200, 500)

STRENGTH = {
    ("linear", 1): 0.16,
    ("quadratic", 1): 0.22,
    ("circle", 1): 0.4,
    ("checkerboard", 1): 0.65,
    ("heteroscedastic", 1): 0.28,
    ("linear", 10): 0.12,
    ("quadratic", 10): 0.32,
    ("circle", 10): 1.0,
    ("checkerboard", 10): 0.75,
    ("heteroscedastic", 10): 0.28,
}
"""At n = 200."""


def dependent(shape: str, d: int, n: int, seed: int) -> tuple[Array, Array]:
    """A data set of the power grid: x and y of shape (n, d)."""
    random = np.random.default_rng([seed, SHAPES.index(shape), d, n])
    strength = STRENGTH[shape, d] * (200 / n) ** 0.5
    return MAKERS[shape](random, n, d, strength)


def independent(d: int, n: int, seed: int) -> tuple[Array, Array]:
    """A data set without dependence: Gaussian x, and y with heavier tails on every third seed."""
    random = np.random.default_rng([seed, 99, d, n])
    y = random.standard_t(4, (n, d)) if seed % 3 == 0 else random.normal(size=(n, d))
    return random.normal(size=(n, d)), y


def _linear(random: np.random.Generator, n: int, d: int, a: float) -> tuple[Array, Array]:
    x = random.normal(size=(n, d))
    return x, a * x + random.normal(size=(n, d))


def _quadratic(random: np.random.Generator, n: int, d: int, a: float) -> tuple[Array, Array]:
    x = random.normal(size=(n, d))
    return x, a * (x**2 - 1) + random.normal(size=(n, d))


def _circle(random: np.random.Generator, n: int, d: int, share: float) -> tuple[Array, Array]:
    angle = random.uniform(0, 2 * np.pi, (n, d))
    x = np.cos(angle) + 0.1 * random.normal(size=(n, d))
    y = np.sin(angle) + 0.1 * random.normal(size=(n, d))
    return x, _diluted(random, y, share)


def _checkerboard(random: np.random.Generator, n: int, d: int, share: float) -> tuple[Array, Array]:
    """Four by four fields, of which the eight black ones are filled."""
    i = random.integers(0, 4, (n, d))
    j = 2 * random.integers(0, 2, (n, d)) + i % 2
    x, y = i + random.uniform(size=(n, d)), j + random.uniform(size=(n, d))
    return x, _diluted(random, y, share)


def _heteroscedastic(random: np.random.Generator, n: int, d: int, a: float) -> tuple[Array, Array]:
    """The spread of y grows with x."""
    x = random.normal(size=(n, d))
    return x, np.exp(a * x) * random.normal(size=(n, d))


def _diluted(random: np.random.Generator, y: Array, share: float) -> Array:
    """Only a share of the rows keeps its partner; the others exchange theirs."""
    strangers = np.flatnonzero(random.uniform(size=len(y)) >= share)
    y = y.copy()
    y[strangers] = y[random.permutation(strangers)]
    return y


MAKERS: dict[str, Callable[[np.random.Generator, int, int, float], tuple[Array, Array]]] = {
    "linear": _linear,
    "quadratic": _quadratic,
    "circle": _circle,
    "checkerboard": _checkerboard,
    "heteroscedastic": _heteroscedastic,
}
