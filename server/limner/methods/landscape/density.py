"""The density of the Hessian's eigenvalues by stochastic Lanczos quadrature.

Ghorbani, Krishnan, Xiao 2019 (arXiv:1901.10159), section 2; Lin, Saad, Yang 2016.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from limner.methods.landscape.hessian import Hessian
from limner.methods.landscape.lanczos import lanczos
from limner.results.landscape import Density


def spectrum(
    hessian: Hessian, probes: int, steps: int, seed: int, seen: Callable[[int], None]
) -> Density | None:
    """`probes` random vectors with `steps` products each; None of a loss without curvature.

    Args:
        hessian: of the loss.
        probes: more make the bulk smoother.
        steps: more make the edges sharper.
        seed: of the vectors.
        seen: is told which vector is next.
    """
    if hessian.flat or not probes:
        return None
    every: list[tuple[np.ndarray, np.ndarray]] = []
    for i in range(probes):
        seen(i)
        every.append(lanczos(hessian, hessian.drawn(seed + 1 + i), steps).quadrature())
    low = min(float(nodes.min()) for nodes, _ in every)
    high = max(float(nodes.max()) for nodes, _ in every)
    width = 0.01 * (high - low) or 1e-6
    at = np.linspace(low - 4 * width, high + 4 * width, 200)
    density = np.zeros_like(at)
    for nodes, weights in every:
        bells = np.exp(-(((at[:, None] - nodes) / width) ** 2) / 2)
        density += bells @ weights / (width * np.sqrt(2 * np.pi) * probes)
    return Density(
        at=tuple(map(float, at)),
        density=tuple(map(float, density)),
        probes=probes,
        width=float(width),
    )
