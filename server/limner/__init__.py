"""Limner shows, inside the editor, what a model sees in your text, code and arrays.

Importing this package imports no torch; the first call that computes does.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from limner._version import VERSION as __version__

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from limner import models as models
    from limner import terms as terms
    from limner.api import attribute as attribute
    from limner.depending import hsic as hsic
    from limner.depending import hsic_loss as hsic_loss
    from limner.depending import hsic_matrix as hsic_matrix
    from limner.describing import describe as describe
    from limner.flooding import flood as flood
    from limner.flooding import flood_tune as flood_tune
    from limner.flooding import flooded as flooded
    from limner.flooding import two_rate_step as two_rate_step
    from limner.games import gan_dynamics as gan_dynamics

__all__ = [
    "__version__",
    "attribute",
    "describe",
    "flood",
    "flood_tune",
    "flooded",
    "gan_dynamics",
    "hsic",
    "hsic_loss",
    "hsic_matrix",
    "models",
    "terms",
    "two_rate_step",
]

_LAZY = {
    "attribute": "limner.api",
    "describe": "limner.describing",
    "flood": "limner.flooding",
    "flood_tune": "limner.flooding",
    "flooded": "limner.flooding",
    "gan_dynamics": "limner.games",
    "hsic": "limner.depending",
    "hsic_loss": "limner.depending",
    "hsic_matrix": "limner.depending",
    "models": "limner.models",
    "two_rate_step": "limner.flooding",
    "terms": "limner.terms",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'limner' has no attribute {name!r}")
    module = import_module(_LAZY[name])
    return module if name == _LAZY[name].rpartition(".")[2] else getattr(module, name)


def load_ipython_extension(shell: InteractiveShell) -> None:
    """`%load_ext limner`: the magics."""
    from limner.notebook.magics import load

    load(shell)
