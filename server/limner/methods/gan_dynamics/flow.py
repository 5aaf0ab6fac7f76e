"""Where a start goes: gradient flow by `solve_ivp`, and real steps; and what to call it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from limner.methods.gan_dynamics.field import Field
from limner.results.game import Verdict

Array = NDArray[np.float64]
Tell = Callable[[str], None]

FAR = 1e4
"""How many times farther away than at the start counts as gone."""
SAMPLES = 2000
"""Points of a path that are looked at."""
EVALUATIONS = 60_000
"""Most evaluations of v on one path."""


@dataclass(frozen=True)
class Path:
    """Points (k, n) at times (k,)."""

    time: Array
    x: Array
    cut: str = ""
    """Why it ended early."""


def follow(field: Field, start: Array, time: float) -> Path:
    """Gradient flow x′ = v(x) from `start` for `time`."""
    limit = FAR * max(1.0, float(np.linalg.norm(start)))
    left = EVALUATIONS

    def v(_: float, x: Array) -> Array:
        nonlocal left
        left -= 1
        if left < 0:
            raise _Enough
        return field(x)

    def gone(_: float, x: Array) -> float:
        return limit - float(np.linalg.norm(x))

    gone.terminal = True  # type: ignore[attr-defined]
    grid = np.linspace(0, time, SAMPLES)
    try:
        found = solve_ivp(
            v, (0, time), start, method="LSODA", t_eval=grid, rtol=1e-8, atol=1e-10, events=gone
        )
    except _Enough:
        return Path(grid[:1], start[None], "Gradient flow is too stiff to be followed this far.")
    cut = "" if found.success else "Gradient flow could not be followed to the end."
    return Path(found.t, found.y.T, _lost(field, found.t, found.y.T, "gradient flow") or cut)


def _lost(field: Field, time: Array, x: Array, name: str) -> str:
    """Where a run met a loss whose gradient is not finite; empty: nowhere."""
    whole = np.isfinite(x).all(1)
    near = x[whole]
    if not len(near) or (whole.all() and np.isfinite(field(near[-1])).all()):
        return ""
    last = near[-1]
    place = ", ".join(f"{value:.4g}" for value in last[:8]) + (", …" if len(last) > 8 else "")
    return (
        f"The losses' gradients are not finite soon after time {time[whole][-1]:.4g} of {name}, "
        f"near (φ, θ) = ({place})."
    )


class _Enough(Exception):
    """The budget of one path is used up."""


def judge(field: Field, path: Path) -> Verdict:
    """Rest, escape or neither, of the second quarter of the path against its second half.

    What settles slows down; what leaves gets ever farther. A path that slows down as a power of
    time (purely imaginary eigenvalues) needs a long path: half of it may be a factor √2 only.
    """
    finite = np.isfinite(path.x).all(1)
    if len(path.x) < 16:
        return "undecided"
    if np.isnan(path.x).any():  # the losses end there; the run need not have been leaving
        return "undecided"
    size = np.linalg.norm(path.x, axis=1)
    if not finite.all() or size[-1] > 0.5 * FAR * max(1.0, size[0]):
        return "diverges"
    speed = np.linalg.norm(field.many(path.x), axis=1)
    early, late = _halves(path.time, speed)
    if not np.isfinite(late) or late <= 1e-6 * max(float(np.nanmax(speed)), 1e-300):
        return "converges" if np.isfinite(late) else "undecided"
    near, far = _halves(path.time, size)
    if late < 0.9 * early and far < 1.1 * near:
        return "converges"
    if far > 1.1 * near:
        return "diverges"
    return "circles"


def _halves(time: Array, values: Array) -> tuple[float, float]:
    """Mean over the second quarter and over the second half of the time."""
    end = time[-1]
    quarter = (time >= end / 4) & (time < end / 2)
    return float(values[quarter].mean()), float(values[time >= end / 2].mean())


def walk(field: Field, start: Array, step: float, steps: int, name: str, beta: float) -> Path:
    """`steps` steps of a scheme; ends where it is far away or not finite."""
    advance = _SCHEMES[name]
    x, before = start, start
    limit = FAR * max(1.0, float(np.linalg.norm(start)))
    points = [start]
    for _ in range(steps):
        x, before = advance(field, x, before, step, beta), x
        points.append(x)
        if not np.isfinite(x).all() or np.linalg.norm(x) > limit:
            break
    time, walked = np.arange(len(points), dtype=np.float64) * step, np.array(points)
    return Path(time, walked, _lost(field, time, walked, f"{name} steps"))


def _simultaneous(field: Field, x: Array, before: Array, h: float, beta: float) -> Array:
    return x + h * field(x)


def _alternating(field: Field, x: Array, before: Array, h: float, beta: float) -> Array:
    n = field.n_phi
    moved = x.copy()
    moved[:n] += h * field(x)[:n]
    moved[n:] += h * field(moved)[n:]
    return moved


def _momentum(field: Field, x: Array, before: Array, h: float, beta: float) -> Array:
    return x + h * field(x) + beta * (x - before)


def _extragradient(field: Field, x: Array, before: Array, h: float, beta: float) -> Array:
    return x + h * field(x + h * field(x))


_SCHEMES = {
    "simultaneous": _simultaneous,
    "alternating": _alternating,
    "momentum": _momentum,
    "extragradient": _extragradient,
}


def average(path: Path, keep: float, n_phi: int) -> Array:
    """The moving average of θ along a path: `keep` is what stays of it from point to point."""
    found = np.empty((len(path.x), path.x.shape[1] - n_phi))
    mean = path.x[0, n_phi:]
    for i, x in enumerate(path.x):
        mean = keep * mean + (1 - keep) * x[n_phi:]
        found[i] = mean
    return found
