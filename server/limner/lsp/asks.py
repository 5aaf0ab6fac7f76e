"""From what a document or an editor asks for to a job, refusing what they may not decide.

Directives, commands and `limner/probe` all come through here. They are untrusted: they choose
among allowed models by name and set harmless numbers; a path or a permission is refused with the
sentence that says where the user sets it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from limner.config import config_path
from limner.lsp.array_options import params_of
from limner.lsp.catalog import Catalog
from limner.lsp.settings import Settings, refusal
from limner.protocol import (
    ATTRIBUTIONS,
    MAX_CHARACTERS,
    ArrayFacts,
    ArraysInput,
    BadInput,
    Job,
    ModelRefused,
    TextInput,
    TextRefused,
    UnknownModel,
    UnknownTarget,
)
from limner.text.passages import Passage


@dataclass(frozen=True)
class Ask:
    """A method's name in directives and its options, as written."""

    method: str
    options: Mapping[str, str]
    arrays: tuple[ArrayFacts, ...] = ()
    """What it is asked of, in the place of the passage's text; a directive has none."""


@dataclass(frozen=True)
class Option:
    """An option of a directive: what it says and which values are worth offering."""

    name: str
    help: str
    values: tuple[str, ...] = ()


METHODS = {"attribute": "integrated_gradients"}
"""Names in directives, and the methods' ids."""

MODEL = Option("model", "Which model; a bundled one or one of your config.toml.")
ATTRIBUTE = (
    MODEL,
    Option("method", "Which attribution.", ATTRIBUTIONS),
    Option("compare", "A second baseline, side by side.", ("pad", "mask", "zero")),
    Option("faithfulness", "Whether the model follows the scores.", ("yes", "no")),
    Option("target", "Label to explain, by name or index; without it the predicted one."),
    Option("contrast", "Explain target − contrast: why this label rather than that one."),
    Option("baseline", "What the text is compared with.", ("pad", "mask", "zero")),
    Option("tolerance", "Largest relative error of completeness.", ("0.01", "0.05", "0.001")),
    Option("output", "Explain the logit or the probability.", ("logit", "probability")),
)
OPTIONS = {"attribute": ATTRIBUTE}
"""The options of each method."""

_PATH = re.compile(r"[/\\]|^[.~]|^[A-Za-z]:|\.(safetensors|bin|pt|pth)$")
_OUTPUTS = ("logit", "probability")


def resolve(ask: Ask, passage: Passage, settings: Settings, catalog: Catalog) -> Job:
    """The job that `ask` means for `passage`.

    Raises:
        BadInput: an unknown method, model or option, a bad value, or one that only the user's own
            config.toml may set; the message says what to do.
    """
    if ask.arrays:
        params = params_of(ask.method, ask.options)
        return Job(method=ask.method, model="", input=ArraysInput(arrays=ask.arrays), params=params)
    if ask.method not in METHODS:
        known = ", ".join(METHODS)
        raise BadInput(f"Unknown method {ask.method!r}. Choose one of: {known}.")
    for name in ask.options:
        _check_name(ask.method, name)
    if len(passage.text) > MAX_CHARACTERS:
        raise TextRefused(
            f"The text has {len(passage.text):,} characters; at most {MAX_CHARACTERS:,} are "
            "taken: split it."
        )
    model = _model(ask.options.get("model") or settings.model, catalog)
    target = ask.options.get("target") or settings.target
    if not ask.options.get("target") and target not in catalog.labels(model):
        target = ""  # a general preference for a label that this model does not have
    params = _params(ask.options, settings, target, catalog.labels(model))
    text = TextInput(text=passage.text, holes=passage.holes)
    method = ask.options.get("method") or METHODS[ask.method]
    if method not in ATTRIBUTIONS:
        raise BadInput(f"Unknown method {method!r}. Choose one of: {', '.join(ATTRIBUTIONS)}.")
    return Job(method=method, model=model, input=text, params=params)


def _check_name(method: str, name: str) -> None:
    if why := refusal(name):
        raise BadInput(why)
    known = [option.name for option in OPTIONS[method]]
    if name not in known:
        raise BadInput(f"Unknown option {name!r} of {method}. Choose among: {', '.join(known)}.")


def _model(name: str, catalog: Catalog) -> str:
    if model := catalog.get(name):
        if model.error:
            raise ModelRefused(model.error)
        return name
    if _PATH.search(name):
        raise ModelRefused(
            f"A document or workspace may not name a model's folder ({name}): add it to your own "
            f"{config_path()} as [models.NAME] with path = …, and write model=NAME."
        )
    names = ", ".join(model.name for model in catalog.models) or "none is installed"
    raise UnknownModel(
        f"Unknown model {name!r}. Choose one of: {names}; "
        f"or add [models.{name}] with its path to {config_path()}."
    )


def _params(
    options: Mapping[str, str], settings: Settings, target: str, labels: tuple[str, ...]
) -> dict[str, Any]:
    """The method's parameters; what is left at its default is left out, so equal jobs are equal."""
    params: dict[str, Any] = {}
    if target:
        params["target"] = _label(target, labels)
    if contrast := options.get("contrast"):
        params["contrast"] = _label(contrast, labels)
    params["baseline"] = options.get("baseline") or settings.baseline
    params["tolerance"] = (
        _tolerance(options["tolerance"]) if "tolerance" in options else (settings.tolerance)
    )
    if output := options.get("output"):
        if output not in _OUTPUTS:
            raise BadInput(f"Unknown output {output!r}. Choose one of: {', '.join(_OUTPUTS)}.")
        params["output"] = output
    if compare := options.get("compare"):
        params["compare"] = compare
    if faithful := options.get("faithfulness"):
        if faithful not in ("yes", "no"):
            raise BadInput(f"faithfulness={faithful} is neither yes nor no; write one of them.")
        if faithful == "yes":
            params["faithfulness"] = True
    return params


def _label(name: str, labels: tuple[str, ...]) -> str | int:
    """A label by name, or by index where no label has that name.

    What is not known here is left to the method: a model may have names that only loading tells.
    """
    if name in labels or not labels:
        return int(name) if not labels and name.isdecimal() else name
    if name.isdecimal() and int(name) < len(labels):
        return int(name)
    raise UnknownTarget(f"Unknown label {name!r}. Choose one of: {', '.join(labels)}.")


def _tolerance(written: str) -> float:
    try:
        value = float(written)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        raise BadInput(f"tolerance={written} is not a number above 0 and up to 1; try 0.01.")
    return value
