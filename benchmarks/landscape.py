"""Landscape: eigenvalues beside three peers, the cost of the rest, and Santurkar's contrast."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from benchmarks.report import Section
from benchmarks.setting import Setting, interleaved, median

TOP = 5
SHARE = 0.2
"""Of curvlinops' time, wanted."""
CHEAP = 0.05
"""Seconds for range, predictiveness and β, wanted."""
RATE = 0.1
"""Of the MLP."""
STEPS, EVERY, PACE = 150, 5, 0.01
"""Of the twins: a rate with which both learn."""


def measure(setting: Setting) -> Section:
    """Processor time of the leading eigenvalues of an MLP, and the twins' curves."""
    torch.set_num_threads(setting.threads)
    section = Section("landscape: Hessian, smoothness, normalisation")
    _eigenvalues(section, setting)
    _contrast(section, setting)
    return section


# ── eigenvalues ───────────────────────────────────────────────────────────────────────────────


def mlp() -> tuple[nn.Module, torch.Tensor, torch.Tensor]:
    """85,002 parameters, 60 steps of gradient descent into scikit-learn's digits."""
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    x, y = torch.tensor(pixels / 16).float()[:512], torch.tensor(labels)[:512]
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Linear(64, 256), nn.Tanh(), nn.Linear(256, 256), nn.Tanh(), nn.Linear(256, 10)
    )
    optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9)
    for _ in range(60):
        optimizer.zero_grad()
        cross_entropy(model(x), y).backward()
        optimizer.step()
    optimizer.zero_grad()
    return model.eval(), x, y


def _eigenvalues(section: Section, setting: Setting) -> None:
    model, x, y = mlp()
    count = sum(p.numel() for p in model.parameters())
    true = _reference(model, x, y)
    ways: dict[str, Callable[[], Any]] = {
        "limner": lambda: _ours(model, x, y),
        "curvlinops, eigsh, tol 1e-4 as ours": lambda: _curvlinops(model, x, y, 1e-4),
        "curvlinops, eigsh, its default tol": lambda: _curvlinops(model, x, y, 0),
        "hessian-eigenthings, Lanczos": lambda: _eigenthings(model, x, y),
        "PyHessian, power iteration": lambda: _pyhessian(model, x, y),
    }
    found = {name: np.array(way()) for name, way in ways.items()}  # the first run also warms up
    times = interleaved(ways, setting.few(5, 1))
    ours = median(times["limner"]).cpu
    error = {name: float(np.max(np.abs(values - true) / true)) for name, values in found.items()}
    for name in ("curvlinops, eigsh, its default tol", "curvlinops, eigsh, tol 1e-4 as ours"):
        ratio = ours / median(times[name]).cpu
        section.target(
            f"top-{TOP} eigenvalues of {count:,} parameters, 512 rows, against {name}",
            f"≤ {SHARE:g} × its time",
            f"{ratio:.2f} ×",
            ratio <= SHARE,
        )
    cheap = interleaved({"cheap": lambda: _smoothness(model, x, y)}, setting.few(15, 1))["cheap"]
    section.target(
        "β, predictiveness and range there",
        f"< {1000 * CHEAP:.0f} ms",
        f"{1000 * median(cheap).cpu:.1f} ms",
        median(cheap).cpu < CHEAP,
    )
    result = _whole(model, x, y)
    section.say(
        f"Median processor time, by turns; errors are against ARPACK in float64 to 1e-10 "
        f"({', '.join(f'{value:.4g}' for value in true)}). Ours stops at residuals of 1e-4 of the "
        f"largest, after {result.products} Hessian-vector products; its largest residual is "
        f"{max(one.residual for one in result.eigenvalues):.2g}. The last of these products look "
        "for copies of eigenvalues from another random vector, which no peer does. eigsh by "
        "default goes on to rounding. hessian-eigenthings with 40 steps, because its default of 10 "
        "does not converge; PyHessian at its defaults."
    )
    section.table(
        ("", "ms", "beside ours", "largest relative error"),
        [
            (name, 1000 * median(t).cpu, median(t).cpu / ours, f"{error[name]:.1e}")
            for name, t in times.items()
        ],
    )


def _reference(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> Any:
    import copy

    from scipy.sparse.linalg import LinearOperator, eigsh

    from limner.methods.landscape.hessian import Hessian

    exact = copy.deepcopy(model).double()
    h = Hessian(lambda: cross_entropy(exact(x.double()), y), list(exact.parameters()))
    operator: Any = LinearOperator(
        (h.size, h.size), matvec=lambda v: h(torch.tensor(v)).numpy(), dtype=np.float64
    )
    return eigsh(operator, TOP, which="LA", tol=1e-10, return_eigenvectors=False)[::-1]


def _ours(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> Sequence[float]:
    from limner.methods.landscape.hessian import Hessian, leading

    h = Hessian(lambda: cross_entropy(model(x), y), list(model.parameters()))
    return [one.value for one in leading(h, TOP, 100, 0, lambda _: None).eigenvalues]


def _curvlinops(model: nn.Module, x: torch.Tensor, y: torch.Tensor, tol: float) -> Any:
    from curvlinops import HessianLinearOperator
    from scipy.sparse.linalg import eigsh

    h = HessianLinearOperator(
        model, nn.CrossEntropyLoss(), list(model.parameters()), [(x, y)], check_deterministic=False
    )
    return eigsh(h.to_scipy(), TOP, which="LA", tol=tol, return_eigenvectors=False)[::-1]


def _eigenthings(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> Any:
    from hessian_eigenthings import HessianOperator, lanczos, supervised_loss

    h = HessianOperator(model, [(x, y)], supervised_loss(nn.CrossEntropyLoss()))
    found = lanczos(h, k=TOP, max_iter=40, which="LA", seed=0)
    return np.sort(found.eigenvalues.numpy())[::-1]


def _pyhessian(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> Any:
    from pyhessian import hessian

    found, _ = hessian(model, nn.CrossEntropyLoss(), data=(x, y), cuda=False).eigenvalues(top_n=TOP)
    return np.sort(np.array(found, dtype=float))[::-1]


def _smoothness(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> Any:
    from limner.in_place.landscapes import FACTORS
    from limner.methods.landscape.gradient import along_gradient, loss_and_gradient

    parameters = list(model.parameters())

    def loss() -> torch.Tensor:
        return cross_entropy(model(x), y)

    _, gradient = loss_and_gradient(loss, parameters)
    return along_gradient(loss, parameters, gradient, [RATE * f for f in FACTORS])


def _whole(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> Any:
    from limner.in_place.landscapes import landscape

    return landscape(model, cross_entropy, (x, y), eigenvalues=TOP)


# ── the contrast ──────────────────────────────────────────────────────────────────────────────


def vgg() -> nn.Module:
    """Eight convolutions and a linear layer, as VGG has them, for 8 × 8 digits; He's start."""
    parts: list[nn.Module] = []
    before = 1
    for width in (16, 32):
        for _ in range(4):
            parts += [nn.Conv2d(before, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
            before = width
        parts.append(nn.MaxPool2d(2))
    model = nn.Sequential(*parts, nn.Flatten(), nn.Linear(32 * 4, 10))
    for layer in model:
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(layer.weight)
            nn.init.zeros_(layer.bias)
    return model


def _contrast(section: Section, setting: Setting) -> None:
    from sklearn.datasets import load_digits

    from limner.in_place.landscape_pairs import landscape_pair

    pixels, labels = load_digits(return_X_y=True)
    x = torch.tensor(pixels / 16).float().view(-1, 1, 8, 8)
    y = torch.tensor(labels)
    batches = [(x[i : i + 128], y[i : i + 128]) for i in range(0, 1664, 128)]
    seeds = range(setting.few(5, 1))
    steps = setting.few(STEPS, 6)
    pairs = [
        landscape_pair(
            vgg, cross_entropy, batches, steps=steps, every=EVERY, rate=PACE, seed=seed,
            eigenvalues=1, most=60,
        )
        for seed in seeds
    ]  # fmt: skip
    every = {name: [[f(c) for c in p.curves] for p in pairs] for name, f in MEASURES.items()}
    for name in ("range", "predictiveness", "β"):
        fewer = sum(one < other for one, other in every[name])
        section.target(
            f"largest {name} on the way is smaller with batch norm",
            f"{len(pairs)} of {len(pairs)} seeds",
            f"{fewer} of {len(pairs)}",
            fewer == len(pairs),
        )
    section.say(
        f"Santurkar's contrast (2018, figure 4) at a small scale: eight convolutions on 8 × 8 "
        f"digits, with and without batch norm, from the same weights (He), each batch of 128 to "
        f"both, {steps} steps of rate {PACE:g} with momentum 0.9, measured every {EVERY} in "
        f"training mode; mean over {len(pairs)} seeds, in brackets the smallest and the largest."
    )
    section.table(
        ("", *MEASURES, "λ₁ at the end"),
        [
            (
                name,
                *(_spread([one[which] for one in values]) for values in every.values()),
                _spread([_first(pair.ends[which]) for pair in pairs]),
            )
            for which, name in enumerate(("with batch norm", "without"))
        ],
    )
    fast = landscape_pair(
        vgg, cross_entropy, batches, steps=steps, every=EVERY, rate=10 * PACE, eigenvalues=0
    )
    ends = [f"{curve.loss[-1]:.3g}" for curve in fast.curves]
    middle = [f"{MEASURES['median β'](curve):.3g}" for curve in fast.curves]
    section.say(
        f"At ten times the rate, seed 0: loss at the end {ends[0]} with batch norm and {ends[1]} "
        f"without, median β {middle[0]} and {middle[1]}. A model that does not learn stands on a "
        "plateau: compare the losses before the smoothness."
    )
    far = [sum(one.gain > 0.5 for one in pair.ends[1].layers) for pair in pairs]
    section.say(
        f"Without batch norm, centring would take more than half of what goes into {min(far)} to "
        f"{max(far)} of {len(pairs[0].ends[1].layers)} layers at the end."
    )


MEASURES: dict[str, Callable[[Any], float]] = {
    "loss at the end": lambda c: c.loss[-1],
    "range": lambda c: max(h - low for h, low in zip(c.high, c.low, strict=True)),
    "predictiveness": lambda c: max(c.predictiveness),
    "β": lambda c: max(c.beta),
    "median β": lambda c: statistics.median(c.beta),
}


def _first(end: Any) -> float:
    (one,) = end.eigenvalues
    return one.value if one.converged else math.nan


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.mean(values):.3g} ({min(values):.3g} … {max(values):.3g})"
