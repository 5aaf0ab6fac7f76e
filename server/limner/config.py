"""The user's own settings: the only place that says which models may be loaded, and how.

Read from `config.toml` in the user's configuration folder (`limner doctor` prints where), never
from a workspace, a notebook or a language client.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import platformdirs

from limner.protocol import BadInput


class ModelEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[models.NAME]`: a model that documents may choose by that name."""

    path: str
    """Folder with config.json, safetensors weights and a tokenizer."""
    allow_pickle: bool = False
    """Load `pytorch_model.bin` (with weights_only) when there are no safetensors."""
    trust_remote_code: bool = False
    """Run the Python in the model's folder. Read it first."""


class EngineSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[engine]`: the worker."""

    device: str = "auto"
    """auto (CUDA, then MPS, then CPU), cpu, mps, cuda, cuda:1 …"""
    memory_budget_mb: Annotated[int, msgspec.Meta(ge=0)] = 0
    """For resident models, in MiB; 0: 80 % of the device's free memory at start."""
    batch_tokens: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Most tokens of one micro-batch; 0: chosen by device."""
    threads: Annotated[int, msgspec.Meta(ge=0)] = 0
    """CPU threads of the worker; 0: chosen by size of the work."""
    cache_mb: Annotated[int, msgspec.Meta(ge=0)] = 64
    """Memory for results."""
    precision: Literal["fp32", "bf16"] = "fp32"
    """bf16: interior nodes in bfloat16, end points always in fp32."""


class DaemonSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[daemon]`."""

    idle_minutes: Annotated[float, msgspec.Meta(gt=0)] = 10.0
    """The daemon leaves this long after its last client."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    models: dict[str, ModelEntry] = {}
    engine: EngineSettings = EngineSettings()
    daemon: DaemonSettings = DaemonSettings()


def config_path() -> Path:
    """Where the file is looked for; `LIMNER_CONFIG` names another."""
    named = os.environ.get("LIMNER_CONFIG")
    return Path(named) if named else platformdirs.user_config_path("limner") / "config.toml"


def load_config(path: Path | None = None) -> Config:
    """Read and check the file; without one, the defaults.

    Raises:
        BadInput: it is not TOML, or a key or value is not one of the above.
    """
    path = path or config_path()
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Config()
    try:
        return msgspec.toml.decode(data, type=Config)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise BadInput(f"{path}: {error}. Correct that line or remove the file.") from error
