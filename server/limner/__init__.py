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
    from limner.api import attribute as attribute
    from limner.describing import describe as describe

__all__ = ["__version__", "attribute", "describe", "models"]

_LAZY = {"attribute": "limner.api", "describe": "limner.describing", "models": "limner.models"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'limner' has no attribute {name!r}")
    module = import_module(_LAZY[name])
    return module if name == _LAZY[name].rpartition(".")[2] else getattr(module, name)


def load_ipython_extension(shell: InteractiveShell) -> None:
    """`%load_ext limner`: the magics."""
    from limner.notebook.magics import load

    load(shell)
