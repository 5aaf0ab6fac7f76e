"""What the engine needs to know of a model; `limner.models.Model` is one."""

from __future__ import annotations

from typing import Any, Protocol


class Model(Protocol):
    """A loaded model: a name, a size, a place."""

    name: str
    revision: str

    @property
    def bytes(self) -> int:
        """Measured size of parameters and buffers."""
        ...

    @property
    def device(self) -> Any:
        """Where it is; `str()` of it is shown."""
        ...

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of its outputs."""
        ...

    def to(self, device: str) -> None:
        """Move it."""
        ...


class NoModel:
    """In the place of a model, for methods that need none."""

    name = revision = ""
    bytes = 0
    device = "cpu"
    labels: tuple[str, ...] = ()

    def to(self, device: str) -> None:
        """It is nowhere."""


NO_MODEL = NoModel()
