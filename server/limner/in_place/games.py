"""`limner.gan_dynamics`: will this pair of losses settle, circle, or diverge? In this process."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import fields
from typing import Any

import msgspec
import numpy as np
import torch
from torch import Tensor, nn

from limner.methods._in_place import left_as_found, one_thread, same_noise
from limner.methods.gan_dynamics import large, small
from limner.methods.gan_dynamics.field import of_losses, of_preset
from limner.methods.gan_dynamics.options import Options
from limner.methods.gan_dynamics.presets import PRESETS, Knobs
from limner.methods.gan_dynamics.remedies import zero_centred
from limner.methods.gan_dynamics.spectrum import Tangent
from limner.protocol import BadInput
from limner.results.game import GanDynamics

SMALL = 64
"""Most numbers of a game that is integrated and drawn."""

FEW = 20_000
"""Up to this many parameters of a player one thread computes fastest."""

_STARTS = {1: (0.1, 0.2), 2: (0.1, 0.2, 0.2, 0.1)}
"""(φ, θ) where a preset starts; in two dimensions the article's."""


def gan_dynamics(
    d_loss: Callable[..., Tensor] | None = None,
    g_loss: Callable[..., Tensor] | None = None,
    phi: Any = None,
    theta: Any = None,
    *,
    preset: str | None = None,
    dim: int = 2,
    start: Sequence[float] | None = None,
    real: Tensor | None = None,
    progress: Callable[[str], None] | None = None,
    **options: Any,
) -> GanDynamics:
    """The field of two losses, its equilibrium, eigenvalues, and what gradient flow and steps do.

    Args:
        d_loss: what the discriminator minimises. With tensors for players it is a function of
            (φ, θ) that gives one number; with modules or parameters it takes no argument, or the
            two players, and computes the loss as your training does, on one batch.
        g_loss: what the generator minimises; in the same form.
        phi: where the discriminator starts (a number, a list, a tensor); or the discriminator
            itself, an `nn.Module` or a list of its parameters.
        theta: the same for the generator.
        preset: the name of a Dirac GAN instead of losses; see `limner gan --help`.
        dim: of a preset's φ and θ each.
        start: 2·dim numbers, where a preset starts.
        real: a batch of real data, for comparing with the zero-centred gradient penalty.
        progress: is told what is going on.
        options: step, steps, momentum, ema, time, count, l2, faster (see
            `limner.methods.gan_dynamics.options`); for presets c, weight, gamma, noise, and l2,
            which is then part of the game.

    Modules, parameters, gradients and random state are left as they were found.

    Raises:
        BadInput: says what to do: a loss that is no number or has no gradient, players that share
            parameters or are frozen, values that are not finite, an unknown option.
    """
    began = time.perf_counter()
    tell = progress or _silent
    with one_thread() if _few(phi) and _few(theta) else nullcontext():
        found = _found(d_loss, g_loss, phi, theta, preset, dim, start, real, options, tell)
    return msgspec.structs.replace(found, ms=round((time.perf_counter() - began) * 1000, 3))


def _few(player: Any) -> bool:
    """Whether a player is so small that threads only get in each other's way."""
    if not _is_network(player):
        return True
    return sum(p.numel() for p in _parameters(player, "a player")) <= FEW


def _found(
    d_loss: Any,
    g_loss: Any,
    phi: Any,
    theta: Any,
    preset: str | None,
    dim: int,
    start: Sequence[float] | None,
    real: Tensor | None,
    options: dict[str, Any],
    tell: Callable[[str], None],
) -> GanDynamics:
    if preset is not None:
        if d_loss is not None or g_loss is not None:
            raise BadInput("Give either a preset or two losses, not both.")
        return _preset(preset, dim, start, options, tell)
    if d_loss is None or g_loss is None or phi is None or theta is None:
        raise BadInput("Give d_loss, g_loss, phi and theta, or preset= a name.")
    if _is_network(phi) or _is_network(theta):
        return _networks(d_loss, g_loss, phi, theta, real, _options(options), tell)
    return _functions(d_loss, g_loss, phi, theta, _options(options), tell)


def _silent(_: str) -> None:
    """Nobody asked."""


def _options(given: dict[str, Any]) -> Options:
    return _checked(Options, given)


def _checked(kind: Any, given: dict[str, Any]) -> Any:
    """An instance of a dataclass of numbers, or one sentence about what is wrong with them."""
    names = [field.name for field in fields(kind)]
    if unknown := sorted(set(given) - set(names)):
        raise BadInput(f"There is no option {unknown[0]}: choose of {', '.join(names)}.")
    for name, value in given.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if value is not None and not (number and np.isfinite(value)):
            raise BadInput(f"{name} is {value!r}: give a finite number.")
    found = kind(**given)
    for name in ("step", "time", "noise", "weight"):
        value = getattr(found, name, None)
        if value is not None and value <= 0:
            raise BadInput(f"{name} is {value:g}: give a number above 0.")
    for name in ("momentum", "ema"):
        value = getattr(found, name, None)
        if value is not None and not 0 <= value < 1:
            raise BadInput(f"{name} is {value:g}: give a number from 0 to below 1.")
    return found


# ── presets ───────────────────────────────────────────────────────────────────────────────────


def _preset(
    name: str, dim: int, start: Sequence[float] | None, given: dict[str, Any], tell: Any
) -> GanDynamics:
    by_name = {one.name: one for one in PRESETS}
    if name not in by_name:
        raise BadInput(f"There is no preset {name!r}: choose of {', '.join(by_name)}.")
    if not 1 <= dim <= SMALL // 2:
        raise BadInput(f"dim is {dim}: give 1 to {SMALL // 2}.")
    of_game = {"c", "weight", "gamma", "noise", "l2"}
    knobs = _checked(Knobs, {k: v for k, v in given.items() if k in of_game})
    options = _options({k: v for k, v in given.items() if k not in of_game})
    x = _start(dim, start)
    centre = np.zeros(2 * dim)
    field = of_preset(by_name[name], knobs, dim)
    if not np.isfinite(field(x)).all():
        raise BadInput(
            f"{name} has no gradient at this start: start elsewhere, with φ and θ not 0."
        )
    return small(field, x, options, tell, centre=centre, preset=name)


def _start(dim: int, given: Sequence[float] | None) -> Any:
    if given is None:
        phi, theta = _STARTS.get(dim, ((), ()))[:dim], _STARTS.get(dim, ((), ()))[dim:]
        if dim > 2:  # the two-dimensional start among zeros: turned, every start looks like that
            phi, theta = (0.1, 0.2, *[0.0] * (dim - 2)), (0.2, 0.1, *[0.0] * (dim - 2))
        given = (*phi, *theta)
    x = np.asarray(given, float).reshape(-1)
    if len(x) != 2 * dim or not np.isfinite(x).all():
        raise BadInput(f"start has {len(x)} numbers: give {2 * dim} finite ones, φ's then θ's.")
    return x


# ── the user's functions of two tensors ───────────────────────────────────────────────────────


def _functions(
    d_loss: Any, g_loss: Any, phi: Any, theta: Any, options: Options, tell: Any
) -> GanDynamics:
    p, t = _tensor(phi, "phi"), _tensor(theta, "theta")
    if p.numel() + t.numel() > SMALL:
        raise BadInput(
            f"phi and theta have {p.numel() + t.numel()} numbers, more than {SMALL}: pass modules "
            "or parameters, whose leading eigenvalues are computed in place."
        )
    start = torch.cat([p.reshape(-1), t.reshape(-1)]).numpy()
    with left_as_found(()):
        try:
            field = of_losses(d_loss, g_loss, p, t, 0.0)
            first = field(start)
        except (TypeError, RuntimeError) as error:
            said = (str(error).splitlines() or ["no more is said"])[0].rstrip(".")
            raise BadInput(
                f"The losses fail at the start ({type(error).__name__}: {said}): they are called "
                "with two float64 tensors, (phi, theta)."
            ) from error
        if not np.isfinite(first).all():
            raise BadInput("The losses' gradients are not finite at the start: start elsewhere.")
        return small(field, start, options, tell)


def _tensor(value: Any, name: str) -> Tensor:
    try:
        found = torch.as_tensor(value, dtype=torch.float64).detach().cpu().clone()
    except (TypeError, ValueError, RuntimeError) as error:
        raise BadInput(f"{name} is no tensor, number or module: give one of them.") from error
    if not found.numel() or not torch.isfinite(found).all():
        raise BadInput(f"{name} is empty or not finite: give finite numbers.")
    return found


# ── networks ──────────────────────────────────────────────────────────────────────────────────


def _is_network(player: Any) -> bool:
    if isinstance(player, nn.Module | nn.Parameter):
        return True
    listed = isinstance(player, list | tuple) and len(player) > 0
    return listed and all(isinstance(one, Tensor) and one.requires_grad for one in player)


def _networks(
    d_loss: Any, g_loss: Any, phi: Any, theta: Any, real: Any, options: Options, tell: Any
) -> GanDynamics:
    ours, theirs = _parameters(phi, "phi"), _parameters(theta, "theta")
    if {id(p) for p in ours} & {id(p) for p in theirs}:
        raise BadInput("phi and theta share parameters: pass each player only its own.")
    modules = [player for player in (phi, theta) if isinstance(player, nn.Module)]
    d, g = _closure(d_loss, phi, theta), _closure(g_loss, phi, theta)
    names = [*_names(phi, "phi", len(ours)), *_names(theta, "theta", len(theirs))]
    with left_as_found(modules, (*ours, *theirs)), torch.enable_grad(), _in_one_sentence():
        with same_noise():
            tangent = Tangent(d, g, ours, theirs, names)
        penalised = None
        if real is not None:
            if not isinstance(phi, nn.Module):
                raise BadInput("real= needs the discriminator itself: pass phi as a module.")
            with same_noise():
                penalised = Tangent(
                    lambda: d() + zero_centred(phi, real, 1.0), g, ours, theirs, names
                )
        return large(tangent, options, tell, penalised=penalised)


@contextmanager
def _in_one_sentence() -> Generator[None]:
    """What a person's losses raise and a sentence can mend."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise BadInput(
            "The losses and their second derivatives do not fit in memory: use a smaller batch, "
            "half as many rows, in d_loss and g_loss."
        ) from error
    except ValueError as error:
        if "more than 1 value per channel" not in str(error):
            raise
        raise BadInput(
            "A batch norm in training mode has a batch of one row: give the losses two rows or "
            "more, or call eval() on that player."
        ) from error


def _names(player: Any, letter: str, count: int) -> list[str]:
    """Of the parameters that are looked at."""
    if not isinstance(player, nn.Module):
        return [f"{letter}[{i}]" for i in range(count)]
    return [f"{letter}'s {name}" for name, p in player.named_parameters() if p.requires_grad]


def _parameters(player: Any, name: str) -> list[Tensor]:
    if isinstance(player, nn.Module):
        every = [*player.parameters()]
    else:
        every = [player] if isinstance(player, Tensor) else [*player]
    found = [p for p in every if isinstance(p, Tensor) and p.requires_grad]
    if not found:
        raise BadInput(f"{name} has no parameter that requires a gradient: unfreeze some of it.")
    return found


def _closure(loss: Any, phi: Any, theta: Any) -> Callable[[], Tensor]:
    """The loss as a function of nothing; with two places for arguments it gets the players."""
    try:
        places = [
            p
            for p in inspect.signature(loss).parameters.values()
            if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and p.default is p.empty
        ]
    except (TypeError, ValueError):
        places = []
    return (lambda: loss(phi, theta)) if len(places) == 2 else loss
