"""How rough a loss is where a model stands: plain data. Losses are in the loss's own unit."""

from __future__ import annotations

from typing import Literal

from limner.frozen import Frozen


class Drawn(Frozen, frozen=True, kw_only=True):
    """What both answers can be drawn as; `limner.render.landscape` draws."""

    def to_text(self) -> str:
        """Both curves and ends as lines."""
        from limner.render import landscape

        return landscape.to_text(self)

    def to_html(self) -> str:
        """The same as a self-contained fragment."""
        from limner.render import landscape

        return landscape.to_html(self)

    def to_json(self) -> str:
        """One JSON object on one line; the keys are in docs/reference/json.md."""
        from limner.render import landscape

        return landscape.to_json(self)

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        from limner.render import landscape

        return landscape.bundle(self)


class AlongGradient(Frozen, frozen=True, kw_only=True):
    """What one step of gradient descent would meet, for steps of several sizes η."""

    sizes: tuple[float, ...]
    """η: the step goes to θ − ηg."""
    loss: tuple[float, ...]
    """L(θ − ηg)."""
    turned: tuple[float, ...]
    """‖g(θ) − g(θ − ηg)‖: gradient predictiveness, 0 is best."""
    beta: tuple[float, ...]
    """‖g(θ) − g(θ − ηg)‖ / ‖ηg‖: effective β-smoothness."""


class LayerMoments(Frozen, frozen=True, kw_only=True):
    """The inputs x of a layer: what bounds the Lipschitz constant of its gradient."""

    name: str
    kind: str
    size: int
    """d: features of x; channels of a convolution."""
    raw: float
    """Σᵢ E[xᵢ²] = E‖x‖²."""
    centred: float
    """E‖x − E x‖²: the least that moving x by a constant can reach."""
    scaled: float
    """After centring and scaling: the number of features that are not constant."""
    gain: float
    """Share of `raw` that centring takes away, 0 … 1."""


class Eigenvalue(Frozen, frozen=True, kw_only=True):
    """A leading eigenvalue of the Hessian; there is one within `residual` of `value`."""

    value: float
    residual: float
    """‖Hv − λv‖ of the unit vector v that was found."""
    converged: bool


class Density(Frozen, frozen=True, kw_only=True):
    """The Hessian's eigenvalues as a smoothed density."""

    at: tuple[float, ...]
    density: tuple[float, ...]
    probes: int
    """Random vectors of the quadrature."""
    width: float
    """Standard deviation of the smoothing."""


class LossSlice(Frozen, frozen=True, kw_only=True):
    """The loss on a square through θ along two random directions, normalised by filter."""

    side: float
    """It reaches from −side to side; 1 is as long as the filters themselves."""
    points: int
    """Along each direction."""
    loss: tuple[float | None, ...]
    """Row by row from the lower left; None: not computed, or not finite."""


class Landscape(Drawn, frozen=True, kw_only=True, tag="landscape"):
    """How rough is the loss here, and which layers' inputs make it so?"""

    method: str = "landscape"
    model: str
    mode: Literal["train", "eval", "mixed"]
    """Of the modules while they were asked; `mixed` where they differ among themselves."""
    rows: int
    """Of the batch, as it was read."""
    parameters: int
    """Numbers that are trained."""
    loss: float
    gradient: float
    """‖g‖."""
    along: AlongGradient | None = None
    loss_range: tuple[float, float] | None = None
    """Smallest and largest loss along the gradient."""
    predictiveness: float | None = None
    """Largest ‖g(θ) − g(θ − ηg)‖."""
    beta: float | None = None
    """Largest effective β."""
    step_bound: float | None = None
    """2/β: gradient descent with a larger step need not lower a loss that is this rough."""
    layers: tuple[LayerMoments, ...] = ()
    eigenvalues: tuple[Eigenvalue, ...] = ()
    """Largest by value first."""
    products: int = 0
    """Hessian-vector products that were computed."""
    density: Density | None = None
    slice: LossSlice | None = None
    notes: tuple[str, ...] = ()
    device: str = "cpu"
    ms: float = 0


class TrainedCurve(Frozen, frozen=True, kw_only=True):
    """One of the twins on its way."""

    name: str
    steps: tuple[int, ...]
    loss: tuple[float, ...]
    low: tuple[float, ...]
    """Smallest loss along the gradient at that step."""
    high: tuple[float, ...]
    predictiveness: tuple[float, ...]
    beta: tuple[float, ...]


class LandscapePair(Drawn, frozen=True, kw_only=True, tag="landscape_pair"):
    """A model and its twin without normalisation, trained side by side."""

    method: str = "landscape_pair"
    removed: tuple[str, ...]
    """The normalisation layers that the twin lacks."""
    steps: int
    rate: float
    seed: int
    mode: Literal["train", "eval"] = "train"
    """Of the modules while they were measured; they were trained in `train`."""
    curves: tuple[TrainedCurve, TrainedCurve]
    """With, without."""
    ends: tuple[Landscape, Landscape]
    """Where each came to, on the first batch."""
    notes: tuple[str, ...] = ()
    ms: float = 0
