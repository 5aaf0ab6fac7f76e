"""Two players and their losses: what the dynamics of a GAN says. Plain data.

Eigenvalues are of the game Jacobian, the derivative of v = (−∂L_D/∂φ, −∂L_G/∂θ), in pairs
(real part, imaginary part). Time is that of gradient flow: a learning rate h takes h of it a step.
"""

from __future__ import annotations

from typing import Literal

from limner.frozen import Frozen

Verdict = Literal["converges", "circles", "diverges", "undecided"]
"""`circles`: neither comes to rest nor runs away."""


class Scheme(Frozen, frozen=True, kw_only=True):
    """One way to take steps."""

    name: Literal["simultaneous", "alternating", "momentum", "extragradient"]
    radius: float | None
    """Spectral radius of one step at `step`: under 1 errors shrink; None without eigenvalues."""
    linear: Verdict
    """What the radius says, near the equilibrium."""
    largest_stable_step: float | None
    """Every smaller step shrinks errors; None: no step does, or it is not known."""
    ran: Verdict | None = None
    """What `steps` real steps from the start did; None where none were taken."""


class Line(Frozen, frozen=True, kw_only=True):
    """One run from the start, in the plane of the portrait and over time: thinned."""

    name: str
    x: tuple[float | None, ...]
    """Along φ's start; of a long run how it begins and how it ends, and None between."""
    y: tuple[float | None, ...]
    """Along θ's start."""
    time: tuple[float, ...]
    """Of the whole run, evenly; not that of the points in the plane."""
    distance: tuple[float, ...]
    """From the equilibrium, of φ and θ together; of θ alone for the moving average."""


class Portrait(Frozen, frozen=True, kw_only=True):
    """The plane through the equilibrium along φ's and θ's start."""

    side: float
    """It reaches from −side to side in both directions."""
    cells: int
    """Of the shading, along each side."""
    growth: tuple[float | None, ...]
    """Largest real part of the eigenvalues, row by row from the lower left; None: undefined."""
    arrows: tuple[tuple[float, float, float, float], ...]
    """(x, y, direction's x, direction's y); directions have length 1."""


class Remedy(Frozen, frozen=True, kw_only=True):
    """The same game with one change."""

    name: str
    eigenvalues: tuple[tuple[float, float], ...] | None
    continuous: Verdict
    largest_stable_step: float | None
    """Of simultaneous steps."""
    left: float | None = None
    """Of a moving average: the share of the leading mode's swing that is left in it."""


class GanDynamics(Frozen, frozen=True, kw_only=True, tag="gan"):
    """Will this pair of losses settle, circle, or diverge?"""

    method: str = "gan_dynamics"
    preset: str | None = None
    sizes: tuple[int, int]
    """Numbers in φ and in θ."""
    continuous: Verdict
    """Of gradient flow: infinitely small steps."""
    source: Literal["eigenvalues", "integration"]
    """What the continuous verdict is from. Purely imaginary eigenvalues decide nothing."""
    eigenvalues: tuple[tuple[float, float], ...] | None
    """All of a small game's, largest real part first; the leading ones of networks."""
    eigenvalues_note: str = ""
    """Why there are none, or how they were had."""
    residuals: tuple[float, ...] = ()
    """‖Jᵀw − λw‖ / ‖w‖ of each of a network's; empty where all eigenvalues are known exactly."""
    equilibrium: tuple[float, ...] | None = None
    """(φ, θ), where one is known and it is small."""
    speed: float
    """‖v‖ at the point whose eigenvalues are told: 0 at an equilibrium."""
    step: float
    """The learning rate h that the schemes are told for."""
    momentum: float
    """β of the heavy ball."""
    steps: int = 0
    """How many of them were taken."""
    time: float = 0
    """How far gradient flow was followed."""
    schemes: tuple[Scheme, ...] = ()
    ema: float | None = None
    """Decay of the moving average of θ, per step."""
    ema_distance: float | None = None
    """Mean distance of that average from the equilibrium at the end, as a share of θ's own."""
    remedies: tuple[Remedy, ...] = ()
    portrait: Portrait | None = None
    lines: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()
    ms: float = 0

    @property
    def largest_stable_step(self) -> float | None:
        """Of simultaneous steps."""
        found = [s.largest_stable_step for s in self.schemes if s.name == "simultaneous"]
        return found[0] if found else None

    def to_text(self) -> str:
        """Verdicts, eigenvalues and schemes as lines."""
        from limner.render import game

        return game.to_text(self)

    def to_html(self) -> str:
        """The same as a self-contained fragment."""
        from limner.render import game

        return game.to_html(self)

    def to_svg(self) -> str:
        """A standalone picture: phase plane, distances, eigenvalues."""
        from limner.render import game_svg

        return game_svg.to_svg(self)

    def to_json(self) -> str:
        """One JSON object on one line."""
        from limner.render import game

        return game.to_json(self)

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        from limner.render import game

        return game.bundle(self)
