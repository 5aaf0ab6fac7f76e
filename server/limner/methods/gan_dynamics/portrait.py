"""The plane through the equilibrium along φ's and θ's start: shading, arrows, runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from limner.methods.gan_dynamics.field import Field
from limner.methods.gan_dynamics.flow import Path
from limner.results.game import Line, Portrait

Array = NDArray[np.float64]

CELLS, ARROWS, POINTS = 40, 13, 400
"""Shading's cells and arrows along each side, and points of a run over time, in what is kept."""
HEAD, TAIL = 200, 80
"""Points of a run in the plane: how it begins and how it ends."""
BEND = 0.3
"""Radians that a run turns from point to point, where its sampling allows."""
FLAT = 1e-4
"""Growth under this share of a usual |λ| is rounding, and 0."""


@dataclass(frozen=True)
class Plane:
    """`centre + a·along_phi + b·along_theta`."""

    centre: Array
    along_phi: Array
    along_theta: Array
    side: float

    def points(self, count: int) -> Array:
        """A grid (count·count, n), row by row from the lower left."""
        ticks = np.linspace(-self.side, self.side, count)
        b, a = np.meshgrid(ticks, ticks, indexing="ij")
        return self.centre + a.reshape(-1, 1) * self.along_phi + b.reshape(-1, 1) * self.along_theta


def plane_of(start: Array, centre: Array, n_phi: int, reach: float) -> Plane:
    """The plane of a start; a player that starts at the centre gets its first axis."""
    away = start - centre
    phi, theta = np.zeros_like(away), np.zeros_like(away)
    phi[:n_phi], theta[n_phi:] = away[:n_phi], away[n_phi:]
    for direction, first in ((phi, 0), (theta, n_phi)):
        if not np.linalg.norm(direction):
            direction[first] = 1.0
    unit = phi / np.linalg.norm(phi), theta / np.linalg.norm(theta)
    return Plane(centre, *unit, side=reach)


def growth(field: Field, points: Array) -> Array:
    """Largest real part of the eigenvalues of J at each of many points (m,); NaN: undefined.

    J is had by central differences; what those cannot tell from 0 is 0.
    """
    h, n = 1e-5, points.shape[1]
    J = np.empty((len(points), n, n))
    for i, step in enumerate(h * np.eye(n)):
        J[:, :, i] = (field.many(points + step) - field.many(points - step)) / (2 * h)
    whole = np.isfinite(J).all((1, 2))
    J[~whole] = 0
    if n == 2:
        found, size = _largest_of_two(J)
    else:
        lam = np.linalg.eigvals(J)
        found, size = lam.real.max(1), np.abs(lam).max(1)
    usual = float(np.median(size[whole])) if whole.any() else 0.0
    found = np.where(np.abs(found) < FLAT * usual, 0.0, found)
    return np.where(whole, found, np.nan)


def _largest_of_two(J: Array) -> tuple[Array, Array]:
    """Largest real part and largest modulus of the eigenvalues of (m, 2, 2)."""
    half = (J[:, 0, 0] + J[:, 1, 1]) / 2
    bend = half * half - (J[:, 0, 0] * J[:, 1, 1] - J[:, 0, 1] * J[:, 1, 0])
    root = np.sqrt(np.abs(bend))
    real = bend > 0
    return half + root * real, np.where(real, np.abs(half) + root, np.hypot(half, root))


def portrait(field: Field, plane: Plane, *, cells: int = CELLS) -> Portrait:
    """Shading and arrows of a plane."""
    shade = growth(field, plane.points(cells))
    at = plane.points(ARROWS)
    v = field.many(at)
    arrows = np.stack([v @ plane.along_phi, v @ plane.along_theta], 1)
    size = np.linalg.norm(arrows, axis=1, keepdims=True)
    arrows = np.divide(arrows, size, out=np.zeros_like(arrows), where=size > 0)
    away = at - plane.centre
    feet = np.stack([away @ plane.along_phi, away @ plane.along_theta], 1)
    kept = np.isfinite(arrows).all(1) & (np.abs(arrows).sum(1) > 0)
    drawn = np.concatenate([feet, arrows], 1)[kept]
    return Portrait(
        side=plane.side,
        cells=cells,
        growth=tuple(float(g) if np.isfinite(g) else None for g in shade),
        arrows=tuple((float(a), float(b), float(c), float(d)) for a, b, c, d in drawn),
    )


def line(name: str, path: Path, plane: Plane, distance: Array | None = None) -> Line:
    """A run as it is kept, up to where it leaves the numbers: over time, and in the plane."""
    finite = np.isfinite(path.x).all(1)
    x, time = path.x[finite], path.time[finite]
    away = x - plane.centre
    far = np.linalg.norm(away, axis=1) if distance is None else distance[finite]
    pick = np.unique(np.linspace(0, len(x) - 1, POINTS).astype(int))
    drawn = np.stack([away @ plane.along_phi, away @ plane.along_theta], 1)
    first, last = _ends(drawn)
    shown = [*drawn[first].tolist(), *([(None, None), *drawn[last].tolist()] if len(last) else [])]
    return Line(
        name=name,
        x=tuple(_digits(a) for a, _ in shown),
        y=tuple(_digits(b) for _, b in shown),
        time=_short(time[pick]),
        distance=_short(far[pick]),
    )


def _ends(points: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which points (k, 2) are drawn: dense enough for a curve, so of a long run its two ends."""
    along = np.diff(points, axis=0)
    turned = np.diff(np.unwrap(np.arctan2(along[:, 1], along[:, 0])))
    usual = float(np.median(np.abs(turned))) if len(turned) else 0.0
    stride = max(1, int(BEND / usual)) if usual * len(points) > BEND else len(points) // HEAD + 1
    every = np.arange(0, len(points), stride)
    if len(every) <= HEAD + TAIL:
        return every, every[:0]
    return every[:HEAD], every[-TAIL:]


def _short(values: Array) -> tuple[float, ...]:
    return tuple(_digits(float(value)) for value in values)


@overload
def _digits(value: float) -> float: ...
@overload
def _digits(value: None) -> None: ...
def _digits(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.5g}")
