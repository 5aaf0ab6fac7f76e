"""Terms of a domain, mined from documents: files, encodings, an index, backgrounds, exports.

What is computed is in `limner.methods.terms`; here is where it comes from and goes to.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from limner.methods.terms.results import Sentence as Sentence
    from limner.methods.terms.results import Term as Term
    from limner.terms.api import Terms as Terms
    from limner.terms.api import mine as mine

__all__ = ["Sentence", "Term", "Terms", "mine"]

_LAZY = {
    "Sentence": "limner.methods.terms.results",
    "Term": "limner.methods.terms.results",
    "Terms": "limner.terms.api",
    "mine": "limner.terms.api",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'limner.terms' has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
