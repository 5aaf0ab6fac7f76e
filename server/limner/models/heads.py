"""Trained weights on top of a model: `mini-mlm::/folder/003.safetensors`.

Only our own code writes such a name (`specs.parted` reads it); documents choose among models by
plain names (`limner.lsp.asks`), and which file is meant is decided from the place of their task
file. The file is anybody's: it is safetensors, and holds the parameters that the model has, of
their shapes, and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from limner.atomic import add_file
from limner.models.model import Model
from limner.protocol import ModelRefused


def facts(file: Path) -> dict[str, Any]:
    """What training noted in the file: base, patterns, labels, temperature and more.

    Raises:
        ModelRefused: it is absent, or no such file.
    """
    try:
        with safe_open(file, "pt") as opened:
            noted = json.loads((opened.metadata() or {}).get("limner", ""))
    except FileNotFoundError:
        raise ModelRefused(f"There are no trained weights {file}: train the task again.") from None
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelRefused(f"{file} holds no trained weights of a task ({error}).") from error
    if not isinstance(noted, dict):
        raise ModelRefused(f"{file} holds no trained weights of a task.")
    return noted


def put_on(model: Model, file: Path) -> None:
    """Give a freshly loaded model the trained weights.

    Raises:
        ModelRefused: see above, or they are another model's.
    """
    base = facts(file).get("base")
    parameters = dict(model.module.named_parameters())
    try:
        with safe_open(file, "pt") as opened, torch.no_grad():
            shapes = {key: tuple(opened.get_slice(key).get_shape()) for key in opened.keys()}
            own = {key: tuple(parameter.shape) for key, parameter in parameters.items()}
            if shapes != own:
                raise ModelRefused(
                    f"{file} was trained on {base}, and does not fit {model.name}: name that model "
                    "in the task, or train again."
                )
            for key, parameter in parameters.items():
                parameter.copy_(opened.get_tensor(key))
    except (OSError, SafetensorError) as error:
        raise ModelRefused(f"{file} cannot be read: {error}.") from error


def write_head(path: Path, weights: Mapping[str, torch.Tensor], about: Mapping[str, Any]) -> None:
    """Write trained weights at once, never over a file that is there.

    Raises:
        ModelRefused: the file is there already, or the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        note = {"limner": json.dumps(about, ensure_ascii=False)}
        add_file(path, lambda draft: save_file(dict(weights), draft, metadata=note))
    except FileExistsError as error:
        raise ModelRefused(
            f"{path} is there already: trained weights are never written over."
        ) from error
    except OSError as error:
        raise ModelRefused(
            f"The trained weights cannot be written to {path}: {error.strerror}."
        ) from error
