"""The methods, written out. One module (or small package) per article; see `_contract`.

Importing this package imports no torch, because the engine's bookkeeping needs the contract alone;
asking for `METHODS` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from limner.methods._contract import Method

    METHODS: dict[str, Method]
    """By id."""


def __getattr__(name: str) -> Any:
    if name != "METHODS":
        raise AttributeError(f"module 'limner.methods' has no attribute {name!r}")
    from limner.methods import describe, hsic, integrated_gradients, other_attributions
    from limner.methods.cloze import fill, label, training

    attributions = (integrated_gradients.METHOD, *other_attributions.METHODS)
    cloze = (label.METHOD, fill.METHOD, training.METHOD)
    every = (*attributions, describe.METHOD, *hsic.METHODS, *cloze)
    return {method.id: method for method in every}
