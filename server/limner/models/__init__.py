"""Models: which may be loaded, how they are loaded safely, and how text becomes their input.

Importing this package imports no torch; `load` and `load_model` do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from limner.config import Config
    from limner.models.model import Model

__all__ = ["load", "load_model"]


def load(name: str) -> tuple[Any, Any]:
    """`(module, tokenizer)` of a bundled or configured model, on the CPU, in eval mode.

    Raises:
        UnknownModel: no model of that name; the message lists those there are.
        ModelRefused: its folder may not be loaded.
    """
    model = load_model(name)
    return model.module, model.tokenizer


def load_model(name: str, device: str = "cpu", config: Config | None = None) -> Model:
    """The `Model` that the methods work on, on `device`; raises as `load` does."""
    import warnings

    from limner.config import load_config

    with warnings.catch_warnings():
        # in a notebook, tqdm asks for ipywidgets when transformers imports it; we draw no bars
        warnings.filterwarnings("ignore", "IProgress not found")
        from limner.models.loading import load_model

    return load_model(name, device, config or load_config())
