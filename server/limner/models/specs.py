"""Which models there are and whether their folders may be loaded; decided without torch.

A name is looked up among the user's `[models.NAME]` entries first, then among the bundled ones. A
name that is an absolute path is a folder that a person named in a terminal or in Python; documents
never get that far (`limner.lsp` offers only names).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from limner.config import Config, config_path
from limner.protocol import ModelRefused, ModelStatus, UnknownModel

BUNDLED = Path(__file__).parent / "bundled"
_PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json", "model.pt", "model.pth")


WRITERS: dict[str, Literal["causal", "seq2seq"]] = {
    "ForConditionalGeneration": "seq2seq",
    "MTModel": "seq2seq",
    "ForCausalLM": "causal",
    "LMHeadModel": "causal",
}
"""Endings of the classes of transformers whose head writes, and how."""


@dataclass(frozen=True)
class Spec:
    """A model's name, folder, and what the user allowed for it."""

    name: str
    path: Path
    allow_pickle: bool = False
    trust_remote_code: bool = False
    head: Path | None = None
    """Trained weights to put on top; see `limner.models.heads`."""


MARK = "::"
"""Between a model's name and the file of trained weights on top of it."""


def parted(name: str) -> tuple[str, Path | None]:
    """A model's name, and the file of trained weights if it names one."""
    base, mark, file = name.partition(MARK)
    return base, Path(file) if mark else None


def find(name: str, config: Config) -> Spec:
    """The spec behind a name or an absolute folder, with trained weights on top or without.

    Raises:
        UnknownModel: neither configured, nor bundled, nor a folder.
    """
    base, head = parted(name)
    if head:
        return replace(find(base, config), head=head)
    if entry := config.models.get(name):
        path = Path(entry.path).expanduser()
        return Spec(name, path, entry.allow_pickle, entry.trust_remote_code)
    if name in bundled():
        return Spec(name, BUNDLED / name)
    path = Path(name).expanduser()
    if path.is_absolute():
        if not path.is_dir():
            raise UnknownModel(f"There is no model folder {path}; check the path.")
        return _configured_folder(path, config) or Spec(str(path), path)
    names = ", ".join(names_of(config))
    raise UnknownModel(
        f"Unknown model {name!r}. Choose one of: {names}; "
        f"or add [models.{name}] with its path to {config_path()}."
    )


def _configured_folder(path: Path, config: Config) -> Spec | None:
    """The user's entry for this very folder, so that what it allows holds by path too."""
    for name, entry in config.models.items():
        if Path(entry.path).expanduser() == path:
            return Spec(name, path, entry.allow_pickle, entry.trust_remote_code)
    return None


def bundled() -> tuple[str, ...]:
    """Names of the models that come with Limner."""
    return tuple(sorted(p.parent.name for p in BUNDLED.glob("*/config.json")))


def names_of(config: Config) -> tuple[str, ...]:
    """All names that may be chosen, the user's first."""
    return tuple(dict.fromkeys([*config.models, *bundled()]))


def read_config(path: Path) -> dict[str, Any]:
    """The folder's config.json.

    Raises:
        ModelRefused: missing or not JSON.
    """
    try:
        found = json.loads((path / "config.json").read_text("utf-8"))
    except FileNotFoundError:
        raise ModelRefused(
            f"{path} has no config.json: name a folder saved with save_pretrained()."
        ) from None
    except (OSError, ValueError) as error:
        raise ModelRefused(f"{path / 'config.json'} cannot be read: {error}.") from error
    if wrong := _wrong(found):
        raise ModelRefused(
            f"{path / 'config.json'} is damaged ({wrong}): save the model again with "
            "save_pretrained()."
        )
    return found


def _wrong(config: Any) -> str:
    """What in a config.json is not of its type, or nothing; the file is anybody's."""
    if not isinstance(config, dict):
        return "it is no JSON object"
    architectures, labels = config.get("architectures"), config.get("id2label")
    if not isinstance(config.get("model_type", ""), str):
        return "model_type is no text"
    if architectures is not None and not (
        isinstance(architectures, list) and all(isinstance(name, str) for name in architectures)
    ):
        return "architectures is no list of names"
    if labels is not None and not (
        isinstance(labels, dict) and all(str(index).isdecimal() for index in labels)
    ):
        return "id2label does not map numbers to names"
    return ""


def weights_files(path: Path) -> tuple[Path, ...]:
    """The safetensors files of a folder, or its pickle files when there are none."""
    safe = sorted(path.glob("*.safetensors"))
    return tuple(safe) or tuple(p for name in _PICKLES if (p := path / name).exists())


def check_folder(spec: Spec) -> None:
    """Refuse what may not be loaded.

    Raises:
        ModelRefused: no folder, no config, no weights, or pickle weights without the user's leave.
    """
    if not spec.path.is_dir():
        raise ModelRefused(f"The folder of model {spec.name!r} is missing: {spec.path}.")
    read_config(spec.path)
    files = weights_files(spec.path)
    if not files:
        raise ModelRefused(f"{spec.path} has no weights: expected model.safetensors.")
    if files[0].suffix != ".safetensors" and not spec.allow_pickle:
        raise ModelRefused(
            f"{spec.path} has only pickle weights ({files[0].name}), which can run code when "
            "loaded: convert them to safetensors, or, if you trust them, add the folder to "
            f"{config_path()} as [models.NAME] with allow_pickle = true."
        )


def revision_of(name: str, config: Config) -> str:
    """A hash that changes whenever the model's files do.

    Over names, sizes, modification times and the text of config.json: the weights themselves are
    not read.
    """
    spec = find(name, config)
    path = spec.path
    digest = hashlib.blake2b(str(path.resolve()).encode(), digest_size=16)
    heads = [spec.head] if spec.head and spec.head.is_file() else []
    for file in (*sorted(path.glob("*")), *heads):
        if file.suffix in {".json", ".safetensors", ".bin", ".txt", ".model", ".py"}:
            stat = file.stat()
            digest.update(f"{file.name}:{stat.st_size}:{stat.st_mtime_ns};".encode())
    return digest.hexdigest()


def available(config: Config) -> tuple[ModelStatus, ...]:
    """Every model that may be chosen, as it lies on disk; what cannot be loaded says why."""
    return tuple(_on_disk(find(name, config)) for name in names_of(config))


def _on_disk(spec: Spec) -> ModelStatus:
    error, labels, masked, writes = "", (), False, None
    try:
        check_folder(spec)
        config = read_config(spec.path)
        labels = labels_of(config)
        masked = any("MaskedLM" in name for name in config.get("architectures") or ())
        writes = writes_of(config)
    except ModelRefused as refused:
        error = str(refused)
    size = sum(f.stat().st_size for f in weights_files(spec.path)) if spec.path.is_dir() else 0
    return ModelStatus(
        name=spec.name,
        path=str(spec.path),
        state="on-disk",
        bytes=size,
        labels=labels,
        masked=masked,
        writes=writes,
        error=error,
    )


def writes_of(config: dict[str, Any]) -> Literal["causal", "seq2seq"] | None:
    """Whether a folder's model writes behind a text or from one; None for other heads."""
    name = str((config.get("architectures") or [""])[0])
    for end, kind in WRITERS.items():
        if name.endswith(end):
            return kind
    return None


def labels_of(config: dict[str, Any]) -> tuple[str, ...]:
    """Names of a classifier's labels by index; empty for models without labels."""
    if not any("Classification" in name for name in config.get("architectures") or ()):
        return ()
    names = {int(index): str(label) for index, label in (config.get("id2label") or {}).items()}
    return tuple(names[index] for index in sorted(names)) or ("LABEL_0", "LABEL_1")
