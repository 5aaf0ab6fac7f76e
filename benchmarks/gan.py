"""GAN dynamics: what a portrait costs, and the leading eigenvalues of networks."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn

from benchmarks.report import Section
from benchmarks.setting import Setting, interleaved, median

SIDE = 200
WANTED = 0.1
"""Seconds for SIDE × SIDE Jacobians and their eigenvalues."""


def measure(setting: Setting) -> Section:
    """Processor time of a portrait, of whole results, and of the eigenvalues of two networks."""
    torch.set_num_threads(setting.threads)
    side = setting.few(SIDE, 20)
    section = Section("gan: dynamics of two players")
    rounds = setting.few(15, 1)
    portraits = interleaved({name: _portrait(name, side) for name in ("vanilla", "gan-qp")}, rounds)
    slowest = max(median(times).cpu for times in portraits.values())
    section.target(
        f"portrait of {side} × {side} with the largest Re λ of every point",
        f"< {1000 * WANTED:.0f} ms",
        f"{1000 * slowest:.1f} ms",
        slowest < WANTED,
    )
    whole = interleaved(
        {
            "wgan-gp, d = 2, 1,000 steps of each scheme": _whole("wgan-gp"),
            "vanilla, d = 2, the same (a longer flow, because it creeps)": _whole("vanilla"),
        },
        setting.few(5, 1),
    )
    D, G, d_loss, g_loss = networks(setting.few(64, 8))
    count = sum(p.numel() for player in (D, G) for p in player.parameters())
    whole |= interleaved(
        {f"two networks, {count:,} parameters, remedies compared": _large(D, G, d_loss, g_loss)},
        setting.few(3, 1),
    )
    section.say(
        f"Median processor time, {rounds} portraits (one number a player) by turns; the networks' "
        "losses are of 64 rows."
    )
    section.table(
        ("", "ms"),
        [
            *((f"portrait of {name}", 1000 * median(t).cpu) for name, t in portraits.items()),
            *((name, 1000 * median(t).cpu) for name, t in whole.items()),
        ],
    )
    return section


def _portrait(name: str, side: int) -> Any:
    from limner.methods.gan_dynamics.field import of_preset
    from limner.methods.gan_dynamics.portrait import plane_of, portrait
    from limner.methods.gan_dynamics.presets import PRESETS, Knobs

    field = of_preset(next(one for one in PRESETS if one.name == name), Knobs(), 1)
    plane = plane_of(np.array([0.1, 0.2]), np.zeros(2), 1, 2.0)
    return lambda: portrait(field, plane, cells=side)


def _whole(name: str) -> Any:
    from limner.in_place.games import gan_dynamics

    return lambda: gan_dynamics(preset=name)


def _large(D: nn.Module, G: nn.Module, d_loss: Any, g_loss: Any) -> Any:
    from limner.in_place.games import gan_dynamics

    return lambda: gan_dynamics(d_loss, g_loss, D, G)


def networks(width: int) -> tuple[nn.Module, nn.Module, Any, Any]:
    """A discriminator and a generator of points in the plane, untrained, and their losses."""
    torch.manual_seed(0)
    G = nn.Sequential(nn.Linear(8, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh())
    G.append(nn.Linear(width, 2))
    D = nn.Sequential(nn.Linear(2, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh())
    D.append(nn.Linear(width, 1))
    real, z = torch.randn(64, 2), torch.randn(64, 8)
    soft = nn.functional.softplus
    return (
        D,
        G,
        lambda: soft(-D(real)).mean() + soft(D(G(z))).mean(),
        lambda: soft(-D(G(z))).mean(),
    )
