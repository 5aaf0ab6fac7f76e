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
    from limner.in_place.exposure import exposure_bias as exposure_bias
    from limner.in_place.flooding import flood as flood
    from limner.in_place.flooding import flood_tune as flood_tune
    from limner.in_place.flooding import flooded as flooded
    from limner.in_place.flooding import trainer_hooks as trainer_hooks
    from limner.in_place.flooding import two_rate_step as two_rate_step
    from limner.in_place.games import gan_dynamics as gan_dynamics
    from limner.in_place.landscape_pairs import landscape_pair as landscape_pair
    from limner.in_place.landscapes import landscape as landscape
    from limner.in_place.remedies import ReplaceCollator as ReplaceCollator
    from limner.in_place.remedies import fgm as fgm
    from limner.in_place.remedies import gradient_penalty as gradient_penalty
    from limner.in_place.remedies import scheduled_sampling as scheduled_sampling
    from limner.in_place.remedies import trainer_with as trainer_with
    from limner.labelling.api import cloze as cloze
    from limner.labelling.api import fill as fill

__all__ = [
    "ReplaceCollator",
    "__version__",
    "attribute",
    "cloze",
    "describe",
    "exposure_bias",
    "fgm",
    "fill",
    "flood",
    "flood_tune",
    "flooded",
    "gan_dynamics",
    "gradient_penalty",
    "hsic",
    "hsic_loss",
    "hsic_matrix",
    "landscape",
    "landscape_pair",
    "models",
    "scheduled_sampling",
    "terms",
    "trainer_hooks",
    "trainer_with",
    "two_rate_step",
]

_LAZY = {
    "landscape": "limner.in_place.landscapes",
    "landscape_pair": "limner.in_place.landscape_pairs",
    "trainer_with": "limner.in_place.remedies",
    "scheduled_sampling": "limner.in_place.remedies",
    "gradient_penalty": "limner.in_place.remedies",
    "fgm": "limner.in_place.remedies",
    "ReplaceCollator": "limner.in_place.remedies",
    "attribute": "limner.api",
    "cloze": "limner.labelling.api",
    "fill": "limner.labelling.api",
    "describe": "limner.describing",
    "exposure_bias": "limner.in_place.exposure",
    "flood": "limner.in_place.flooding",
    "flood_tune": "limner.in_place.flooding",
    "flooded": "limner.in_place.flooding",
    "gan_dynamics": "limner.in_place.games",
    "hsic": "limner.depending",
    "hsic_loss": "limner.depending",
    "hsic_matrix": "limner.depending",
    "models": "limner.models",
    "trainer_hooks": "limner.in_place.flooding",
    "two_rate_step": "limner.in_place.flooding",
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
