"""What an editor or a workspace may set: the section `limner` of `workspace/configuration`.

Only harmless things. A reply to workspace/configuration is merged by the editor from the user's
and the workspace's settings, so a cloned repository can put anything into it: what decides which
code or file is loaded is read from the user's config.toml alone (`limner.config`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast

import msgspec

from limner.config import config_path

SECTION = "limner"


class Settings(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Names and defaults of the settings; each is checked on its own."""

    model: str = "mini-sentiment"
    """Model of probes that name none: a bundled one or one of the user's config.toml."""
    mask_model: str = "mini-mlm"
    """Masked language model that is asked about gaps such as [MASK]; one by name, as `model`."""
    inline_above: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5
    """Inline completion offers the likeliest word for a gap from this probability on."""
    target: str = ""
    """Label to explain; empty: the predicted one."""
    baseline: str = "pad"
    """pad, mask or zero."""
    tolerance: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.01
    """Relative error of completeness at which a result counts as converged."""
    hints: bool = True
    """Notes after the text (inlay hints)."""
    highlight: bool = True
    """Marks in `limner/overlay`."""
    semantic_tokens: bool = True
    """Colours through semantic tokens, for clients without overlays."""
    lenses: Literal["auto", "all", "pinned", "off"] = "auto"
    """Code lenses: on pinned probes; auto: and "Attribute" on the other prose of documents that
    have a probe; all: of every document."""
    automatic: bool = True
    """Pinned probes and comments run by themselves, on opening and after edits; else on request."""
    terms: bool = True
    """Terms of the lexicon of a document's folder: highlights, hovers, completion, symbols."""
    terms_top: Annotated[int, msgspec.Meta(ge=1, le=20_000)] = 2000
    """Most terms that mining a folder keeps."""
    terms_segmentation: bool = False
    """Leave out occurrences that begin or end inside a Chinese word (jieba)."""
    debounce_ms: Annotated[int, msgspec.Meta(ge=0, le=10_000)] | None = None
    """Wait after an edit; null: as long as the last result took, between 50 and 500 ms."""


SECURITY = {
    "allowPickle": "models.NAME.allow_pickle",
    "allowRemoteCode": "models.NAME.trust_remote_code",
    "allow_pickle": "models.NAME.allow_pickle",
    "allowedModels": "models.NAME.path",
    "allowed_models": "models.NAME.path",
    "code": "models.NAME.trust_remote_code",
    "device": "engine.device",
    "engine": "engine",
    "folder": "models.NAME.path",
    "interpreter": "",
    "modelPath": "models.NAME.path",
    "model_path": "models.NAME.path",
    "models": "models",
    "path": "models.NAME.path",
    "pickle": "models.NAME.allow_pickle",
    "python": "",
    "remoteCode": "models.NAME.trust_remote_code",
    "remote_code": "models.NAME.trust_remote_code",
    "trustRemoteCode": "models.NAME.trust_remote_code",
    "trust_remote_code": "models.NAME.trust_remote_code",
}
"""What only the user's config.toml may say, and the key that says it there."""


def refusal(key: str) -> str | None:
    """Why a document or workspace may not set `key`; None when the key is not of that kind."""
    if key not in SECURITY:
        return None
    place = SECURITY[key]
    if not place:
        return f"{key!r} is never taken from a document or workspace; remove it."
    return (
        f"{key!r} is not taken from a document or workspace: "
        f"set {place} in your own {config_path()}."
    )


def read_settings(raw: Any) -> tuple[Settings, tuple[str, ...]]:
    """The settings in `raw` and a sentence for each that was refused; those keep their default."""
    if raw is None:
        return Settings(), ()
    if not isinstance(raw, Mapping):
        return Settings(), (f"The section {SECTION!r} is not an object; the defaults are used.",)
    values: dict[str, Any] = {}
    complaints: list[str] = []
    given = cast("Mapping[str, Any]", raw)
    for info in msgspec.structs.fields(Settings):
        name = info.encode_name
        if given.get(name) is None:
            continue
        try:
            values[info.name] = msgspec.convert(given[name], info.type, str_keys=True)
        except msgspec.ValidationError as error:
            default = "automatic" if info.default is None else info.default
            complaints.append(f"limner.{name}: {error}; {default!r} is used.")
    complaints += [why for key in given if (why := refusal(key))]
    return msgspec.structs.replace(Settings(), **values), tuple(complaints)
