"""The models that a document may choose among."""

from __future__ import annotations

import time
from collections.abc import Callable

from limner.config import Config
from limner.models.specs import available
from limner.protocol import ModelStatus

_FRESH = 10.0
"""Seconds after which the folders are looked at again."""


class Catalog:
    """The allowed and the bundled models, as they lie on disk."""

    def __init__(
        self, config: Config, look: Callable[[Config], tuple[ModelStatus, ...]] = available
    ) -> None:
        """`look` lists them; the default reads the folders' config.json, never the weights."""
        self._config = config
        self._look = look
        self._models: dict[str, ModelStatus] = {}
        self._read_at = float("-inf")

    @property
    def models(self) -> tuple[ModelStatus, ...]:
        """All of them, the user's own first."""
        now = time.monotonic()
        if now - self._read_at > _FRESH:
            self._models = {model.name: model for model in self._look(self._config)}
            self._read_at = now
        return tuple(self._models.values())

    def get(self, name: str) -> ModelStatus | None:
        """The model of that name, or None when a document may not choose it."""
        return next((model for model in self.models if model.name == name), None)

    def labels(self, name: str) -> tuple[str, ...]:
        """Its labels, where its config.json names them."""
        model = self.get(name)
        return model.labels if model else ()
