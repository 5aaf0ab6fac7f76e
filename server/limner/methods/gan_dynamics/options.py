"""What may be chosen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """What may be chosen; the defaults are those of `limner.gan_dynamics`."""

    step: float = 0.1
    """Learning rate h of both players."""
    steps: int = 1000
    """How many steps of each scheme are taken from the start."""
    momentum: float = 0.5
    """β of the heavy ball."""
    ema: float | None = None
    """Decay of a moving average of θ, per step; None: none."""
    time: float | None = None
    """How long gradient flow is followed; None: 20 turns, longer if it creeps."""
    count: int = 8
    """Leading eigenvalues of networks: this many of largest real part, and of largest modulus."""
    l2: float = 0.1
    """W of the remedy (W/2)‖φ‖²."""
    faster: float = 4.0
    """How many times D's learning rate is G's in the remedy of two time scales."""
