"""Loading a folder as a model, safely: safetensors only, no remote code, unless the user said so.

Nothing is ever fetched: a model is a folder on this machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from huggingface_hub.errors import StrictDataclassError
from safetensors import SafetensorError
from transformers import (
    CONFIG_MAPPING,
    AutoConfig,
    AutoModelForCausalLM,
    AutoModelForMaskedLM,
    AutoModelForSeq2SeqLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
)
from transformers.utils import logging as transformers_logging

from limner.config import Config, config_path
from limner.models.heads import put_on
from limner.models.model import Model, accepted
from limner.models.specs import (
    WRITERS,
    Spec,
    check_folder,
    find,
    labels_of,
    read_config,
    revision_of,
    weights_files,
)
from limner.protocol import ModelRefused, UnsupportedModel

_UNLOADABLE = (
    OSError,
    ValueError,
    TypeError,
    AttributeError,
    RuntimeError,
    KeyError,
    ImportError,
    SafetensorError,
    StrictDataclassError,
)
"""What transformers raises for a folder whose files contradict it or each other."""

_HEADS = {
    "ForSequenceClassification": AutoModelForSequenceClassification,
    "ForMaskedLM": AutoModelForMaskedLM,
    **{
        end: {"seq2seq": AutoModelForSeq2SeqLM, "causal": AutoModelForCausalLM}[kind]
        for end, kind in WRITERS.items()
    },
}


def load_model(name: str, device: str, config: Config) -> Model:
    """Load a model by name or absolute folder, in fp32 and eval mode with frozen parameters.

    Raises:
        UnknownModel, ModelRefused: see `limner.models.specs`.
        UnsupportedModel: not a kind of model that a method of ours works on.
    """
    spec = find(name, config)
    check_folder(spec)
    raw = read_config(spec.path)
    _refuse_remote_code(spec, raw)
    revision = revision_of(name, config)  # before the weights: a change meanwhile reloads
    module = _load_module(spec, raw).eval().requires_grad_(False)
    model = Model(
        name=f"{spec.name} + {spec.head.stem}" if spec.head else spec.name,
        module=module,
        tokenizer=_load_tokenizer(spec),
        labels=labels_of(raw),
        revision=revision,
        owned=True,
        accepts=accepted(module),
    )
    if spec.head:
        put_on(model, spec.head)
    model.to(device)
    return model


def _refuse_remote_code(spec: Spec, raw: dict[str, Any]) -> None:
    if spec.trust_remote_code or raw.get("model_type") in CONFIG_MAPPING:
        return
    why = "brings its own Python code" if raw.get("auto_map") else "has an unknown model_type"
    raise ModelRefused(
        f"{spec.path} {why}, which is not run: if you have read and trust it, add the folder to "
        f"{config_path()} as [models.NAME] with trust_remote_code = true."
    )


def _load_module(spec: Spec, raw: dict[str, Any]) -> torch.nn.Module:
    architecture = str((raw.get("architectures") or ["none"])[0])
    head = next((auto for end, auto in _HEADS.items() if architecture.endswith(end)), None)
    if head is None:
        raise UnsupportedModel(
            f"{spec.path} holds {architecture}; Limner loads "
            f"{' and '.join('…' + end for end in _HEADS)} models."
        )
    options: dict[str, Any] = {
        "local_files_only": True,
        "trust_remote_code": spec.trust_remote_code,
    }
    try:
        config = AutoConfig.from_pretrained(spec.path, **options)
        with _quiet():
            module, info = head.from_pretrained(
                spec.path,
                config=config,
                dtype=torch.float32,
                use_safetensors=weights_files(spec.path)[0].suffix == ".safetensors",
                output_loading_info=True,
                **options,
            )
    except _UNLOADABLE as error:
        raise ModelRefused(f"{spec.path} cannot be loaded: {_first_line(error)}") from error
    missing = sorted(info["missing_keys"])
    if missing:
        raise UnsupportedModel(
            f"{spec.path} lacks weights of {architecture} ({', '.join(missing[:3])}"
            f"{' …' if len(missing) > 3 else ''}): a head with random weights explains nothing; "
            "fine-tune the model first."
        )
    return module


@contextmanager
def _quiet() -> Iterator[None]:
    """No progress bars or loading reports of transformers; as it was afterwards."""
    level, bar = (
        transformers_logging.get_verbosity(),
        transformers_logging.is_progress_bar_enabled(),
    )
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        transformers_logging.set_verbosity(level)
        if bar:
            transformers_logging.enable_progress_bar()


_TOKENIZERS = ("tokenizer.json", "vocab.txt", "vocab.json", "*.model", "tokenizer_config.json")


def _load_tokenizer(spec: Spec) -> Any:
    if not any(file for pattern in _TOKENIZERS for file in spec.path.glob(pattern)):
        # transformers would make one with an empty vocabulary, and everything would be [UNK]
        raise UnsupportedModel(
            f"{spec.path} has no tokenizer: save it beside the weights with "
            "tokenizer.save_pretrained()."
        )
    try:
        return AutoTokenizer.from_pretrained(
            spec.path, local_files_only=True, trust_remote_code=spec.trust_remote_code
        )
    except (OSError, ValueError, ImportError, KeyError, AttributeError, TypeError) as error:
        raise UnsupportedModel(
            f"{spec.path} has no usable tokenizer: {_first_line(error)} "
            "Save it beside the weights with tokenizer.save_pretrained()."
        ) from error


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0] or type(error).__name__
