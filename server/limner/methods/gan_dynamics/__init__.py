r"""GAN dynamics: will this pair of losses settle, circle, or diverge?

苏剑林, 科学空间 6583; Mescheder, Geiger, Nowozin, "Which Training Methods for GANs do actually
Converge?" (arXiv:1801.04406), section 2; Mescheder, Nowozin, Geiger 2017 for the Jacobian.

Two players descend their own losses at once, φ (discriminator) on L_D and θ (generator) on L_G:

    x = (φ, θ),   x′ = v(x) = (−∂L_D/∂φ, −∂L_G/∂θ),   J = ∂v/∂x   (the game Jacobian)

J is not symmetric, because each player differentiates its own loss, so its eigenvalues λ may be
complex: an error near an equilibrium grows as e^{Re λ t} and turns with Im λ. Re λ < 0 for all: the
flow settles; Re λ > 0 for one: it leaves. Purely imaginary λ decide *nothing*: the vanilla Dirac
GAN, ±i/2, creeps to the centre in one dimension and ends on a circle in two. Then the flow is
integrated and looked at (`flow.judge`). Training takes steps, which is another matter: simultaneous
steps of h multiply errors by |1 + hλ|, so what merely circles in the flow diverges (`discrete`).

Small games (`small`) are followed, drawn and solved whole. For networks (`large`) only products
with Jᵀ are computed, and the leading eigenvalues come with residuals (`spectrum`).

**What it does not show.** Eigenvalues speak of a neighbourhood of an equilibrium; at parameters
that are none (`speed` > 0) they say how near-by runs part, not where they end. Networks' losses are
those of one batch with the same noise every time. The Dirac GAN is one point against one point:
what fails there fails in general; what works there need not.

**Cost.** Small: about 10⁴ evaluations of v for the flow, 10³ per scheme; 2n per point of the
portrait. Networks: one backward pass through the graph of v for each product, 100 to 500.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import root

from limner.methods.gan_dynamics import discrete, flow
from limner.methods.gan_dynamics.field import Field, jacobian
from limner.methods.gan_dynamics.options import Options
from limner.methods.gan_dynamics.portrait import Plane, line, plane_of, portrait
from limner.methods.gan_dynamics.remedies import averaged, of_matrix, of_products, remedy
from limner.methods.gan_dynamics.spectrum import DENSE, Tangent, decided, leading, pairs
from limner.results.game import GanDynamics, Line, Portrait, Scheme, Verdict

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Tell = Callable[[str], None]

TURNS = 20
"""How many turns of the fastest circle gradient flow is followed."""


def small(
    field: Field,
    start: Array,
    options: Options,
    tell: Tell,
    *,
    centre: Array | None = None,
    preset: str | None = None,
) -> GanDynamics:
    """A game of a few numbers, whole; `centre` is its equilibrium where that is known."""
    known = centre if centre is not None else _equilibrium(field, start)
    at = start if known is None else known
    J, note = jacobian(field, at)
    lam = None if J is None else np.linalg.eigvals(J).astype(complex)
    tell("following gradient flow …")
    path, seen = _settle(field, start, options, lam)
    notes = [path.cut] if path.cut else []
    continuous, source = seen, "integration"
    if lam is not None and known is not None and (said := decided(lam)) != "undecided":
        continuous, source = said, "eigenvalues"
        if said != seen:
            notes.append(f"Near the equilibrium it {said}; from this start gradient flow {seen}.")
    if known is None:
        notes.append("No equilibrium was found: the eigenvalues are those at the start.")
    base = np.zeros_like(start) if known is None else known
    tell("taking steps …")
    schemes, walks = _schemes(field, start, options, lam, J)
    notes += [walk.cut for walk in walks.values() if walk.cut]
    picture, lines, share = _draw(field, start, base, options, path, walks)
    v = field(at)
    return GanDynamics(
        preset=preset,
        sizes=(field.n_phi, field.n_theta),
        continuous=continuous,
        source=source,
        eigenvalues=pairs(lam),
        eigenvalues_note=note,
        equilibrium=None if known is None else tuple(map(float, known)),
        speed=float(np.linalg.norm(v)) if known is None else 0.0,
        step=options.step,
        momentum=options.momentum,
        steps=options.steps,
        time=float(path.time[-1]),
        schemes=schemes,
        ema=options.ema,
        ema_distance=share,
        remedies=() if J is None else of_matrix(J, field.n_phi, options),
        portrait=picture,
        lines=lines,
        notes=tuple(notes),
    )


def large(
    tangent: Tangent, options: Options, tell: Tell, *, penalised: Tangent | None = None
) -> GanDynamics:
    """Two networks at their present parameters; `penalised` is the same game with R1."""
    if tangent.n <= DENSE:
        return _whole(tangent, options, penalised)
    tell(f"eigenvalues of a Jacobian of {tangent.n:,} × {tangent.n:,} …")
    lam, residuals = leading(tangent, tangent.n, options.count)
    notes = () if len(lam) else ("No eigenvalue converged: raise `count`.",)
    schemes = discrete.schemes(
        lam if len(lam) else None, None, tangent.n_phi, options.step, options.momentum
    )
    tell("alternating steps …")
    alternating = _alternating_of(tangent, options)
    schemes = tuple(alternating if s.name == "alternating" and alternating else s for s in schemes)
    return GanDynamics(
        sizes=(tangent.n_phi, tangent.n - tangent.n_phi),
        continuous=decided(lam, residuals) if len(lam) else "undecided",
        source="eigenvalues",
        eigenvalues=pairs(lam),
        eigenvalues_note=f"the leading {len(lam)} of {tangent.n:,}, by Arnoldi's method",
        residuals=tuple(map(float, residuals)),
        speed=float(np.linalg.norm(tangent.v)),
        step=options.step,
        momentum=options.momentum,
        schemes=schemes,
        remedies=(
            *of_products(tangent, options, tell, penalised),
            averaged(lam, options, residuals if len(lam) else None),
        ),
        notes=(*notes, *_elsewhere(tangent)),
    )


# ── small games ───────────────────────────────────────────────────────────────────────────────


def _equilibrium(field: Field, start: Array) -> Array | None:
    """A point where v vanishes, found from the start or from the origin; the nearer one."""
    found: list[Array] = []
    for guess in (start, np.zeros_like(start), start / 2):
        with np.errstate(all="ignore"):
            said = root(field, guess, tol=1e-12)
        v = field(said.x)
        if np.isfinite(v).all() and np.linalg.norm(v) < 1e-8 and np.linalg.norm(said.x) < 1e6:
            found.append(np.where(np.abs(said.x) < 1e-9, 0.0, said.x))
    return min(found, key=lambda x: float(np.linalg.norm(x - start)), default=None)


def _settle(
    field: Field, start: Array, options: Options, lam: Complex | None
) -> tuple[flow.Path, Verdict]:
    """The flow and its verdict; followed longer where it slows down without a decision."""
    time = options.time
    if time is None:
        turning = 0.0 if lam is None else float(np.abs(lam.imag).max())
        slowest = 0.0 if lam is None else float(np.abs(lam.real).min())
        time = TURNS * 2 * np.pi / turning if turning > 1e-3 else 100.0
        if slowest > 1e-3:
            time = min(time, 40 / slowest)
    path = flow.follow(field, start, time)
    seen = flow.judge(field, path)
    if options.time is None and seen == "circles" and _creeps(field, path):
        longer = flow.follow(field, start, 4 * time)
        if not longer.cut:
            path, seen = longer, flow.judge(field, longer)
    return path, seen


def _creeps(field: Field, path: flow.Path) -> bool:
    speed = np.linalg.norm(field.many(path.x), axis=1)
    quarter = len(speed) // 4
    return bool(speed[2 * quarter :].mean() < 0.985 * speed[quarter : 2 * quarter].mean())


def _schemes(
    field: Field, start: Array, options: Options, lam: Complex | None, J: Array | None
) -> tuple[tuple[Scheme, ...], dict[str, flow.Path]]:
    told = discrete.schemes(lam, J, field.n_phi, options.step, options.momentum)
    if not options.steps:
        return told, {}
    walks = {
        s.name: flow.walk(field, start, options.step, options.steps, s.name, options.momentum)
        for s in told
    }
    ran = [msgspec.structs.replace(s, ran=flow.judge(field, walks[s.name])) for s in told]
    return tuple(ran), walks


def _draw(
    field: Field,
    start: Array,
    centre: Array,
    options: Options,
    path: flow.Path,
    walks: dict[str, flow.Path],
) -> tuple[Portrait, tuple[Line, ...], float | None]:
    """The portrait, the runs in it, and how near the average of θ comes."""
    n = field.n_phi
    away = path.x - centre
    near = np.linalg.norm(away, axis=1) < 4 * np.linalg.norm(start - centre) + 1e-12
    plane = plane_of(start, centre, n, 1.0)
    shown = replace(plane, side=1.15 * _reach(plane, away[near]))
    lines = [line("gradient flow", path, shown)]
    lines += [line(f"{name} steps", walk, shown) for name, walk in walks.items()]
    share = None
    if options.ema is not None and len(path.x) > 1:
        # the same average in the flow's time: a step of h is h of it
        keep = options.ema ** (float(path.time[1] - path.time[0]) / options.step)
        distance = np.linalg.norm(flow.average(path, keep, n) - centre[n:], axis=1)
        own = np.linalg.norm(path.x[:, n:] - centre[n:], axis=1)
        half = len(own) // 2
        share = float(distance[half:].mean() / max(own[half:].mean(), 1e-300))
        lines.append(line("θ's moving average", path, shown, distance))
    return portrait(field, shown), tuple(lines), share


def _reach(plane: Plane, away: Array) -> float:
    """How far runs go in the plane."""
    if not len(away):
        return 1.0
    return float(max(np.abs(away @ plane.along_phi).max(), np.abs(away @ plane.along_theta).max()))


# ── networks ──────────────────────────────────────────────────────────────────────────────────


def _whole(tangent: Tangent, options: Options, penalised: Tangent | None) -> GanDynamics:
    """Networks small enough to write J down."""
    J, n = tangent.dense(), tangent.n_phi
    lam = np.linalg.eigvals(J).astype(complex)
    remedies = of_matrix(J, n, options)
    if penalised is not None:
        with_r1 = np.linalg.eigvals(penalised.dense()).astype(complex)
        remedies = (remedy("gradient penalty (R1)", with_r1, options), *remedies)
    return GanDynamics(
        sizes=(n, tangent.n - n),
        continuous=decided(lam),
        source="eigenvalues",
        eigenvalues=pairs(lam),
        eigenvalues_note=f"all {tangent.n}, of the whole Jacobian",
        speed=float(np.linalg.norm(tangent.v)),
        step=options.step,
        momentum=options.momentum,
        schemes=discrete.schemes(lam, J, n, options.step, options.momentum),
        remedies=remedies,
        notes=_elsewhere(tangent),
    )


def _alternating_of(tangent: Tangent, options: Options) -> Scheme | None:
    """From A = J + hP_θJP_φJ, for (I + hP_θJ)(I + hP_φJ) = I + hA."""
    h, n = options.step, tangent.n_phi

    def product(u: Array) -> Array:
        u = u.reshape(-1)
        lower = u.copy()
        lower[:n] = 0  # P_θ
        upper = tangent(lower)
        upper[n:] = 0  # P_φ
        return tangent(u) + h * tangent(upper)

    found, _ = leading(product, tangent.n, options.count)
    if not len(found):
        return None
    radius = float(np.abs(1 + h * found).max())
    return Scheme(
        name="alternating",
        radius=radius,
        linear=discrete.verdict(radius),
        largest_stable_step=None,
    )


def _elsewhere(tangent: Tangent) -> tuple[str, ...]:
    speed = float(np.linalg.norm(tangent.v))
    if speed < 1e-6:
        return ()
    return (
        f"These parameters are no equilibrium (‖v‖ = {speed:.3g}): the eigenvalues say how near-by "
        "runs part, not where they end.",
    )
