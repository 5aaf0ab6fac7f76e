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
from limner.text.gaps import asked, gaps
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
    Option("continuation", "Of a model that writes: the output that is explained."),
    Option("tokens", "Of an output: also each of its tokens.", ("yes", "no")),
    Option("gap", "Which gap of the text a masked model is asked about, from 1.", ("1", "2")),
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
    model = allowed(ask.options.get("model") or settings.model, catalog)
    status = catalog.get(model)
    if status and status.masked:
        return _of_gap(ask, passage, settings, model)
    target = ask.options.get("target") or settings.target
    if not ask.options.get("target") and target not in catalog.labels(model):
        target = ""  # a general preference for a label that this model does not have
    params = _params(ask.options, settings, target, catalog.labels(model))
    text = TextInput(text=passage.text, holes=passage.holes)
    return Job(method=_attribution(ask), model=model, input=text, params=params)


def _of_gap(ask: Ask, passage: Passage, settings: Settings, model: str) -> Job:
    """Why a word stands at a gap: the target is any word that the model can spell."""
    number = ask.options.get("gap") or "1"
    found = asked(passage, int(number) - 1) if number.isdecimal() and number != "0" else None
    if found is None:
        count = len(gaps(passage.text))
        raise TextRefused(
            f"{model} guesses missing words, and this text has {count or 'no'} gap"
            f"{'' if count == 1 else 's'}: write [MASK] where the word is missing"
            + (", and gap=1 or another of them." if count else ", or choose a classifier.")
        )
    options = {name: value for name, value in ask.options.items() if name != "gap"}
    words = {name: options.pop(name) for name in ("target", "contrast") if options.get(name)}
    params = words | _params(options, settings, "", ())
    read = found.passage
    text = TextInput(text=read.text, holes=read.holes, gap=found.gap)
    return Job(method=_attribution(ask), model=model, input=text, params=params)


def as_read(job: Job, passage: Passage) -> Passage:
    """The passage as a job reads it: with its gaps written alike where it asks about one."""
    if not isinstance(job.input, TextInput) or job.input.gap is None:
        return passage
    found = asked(passage)
    return found.passage if found else passage


def _attribution(ask: Ask) -> str:
    method = ask.options.get("method") or METHODS[ask.method]
    if method not in ATTRIBUTIONS:
        raise BadInput(f"Unknown method {method!r}. Choose one of: {', '.join(ATTRIBUTIONS)}.")
    return method


def _check_name(method: str, name: str) -> None:
    if why := refusal(name):
        raise BadInput(why)
    known = [option.name for option in OPTIONS[method]]
    if name not in known:
        raise BadInput(f"Unknown option {name!r} of {method}. Choose among: {', '.join(known)}.")


def allowed(name: str, catalog: Catalog) -> str:
    """A model's name, if a document may choose it.

    Raises:
        BadInput: it may not; says where the user allows it.
    """
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
    if continuation := options.get("continuation"):
        params["continuation"] = continuation
    for option, name in (("faithfulness", "faithfulness"), ("tokens", "all_labels")):
        if _said_yes(option, options.get(option)):
            params[name] = True
    return params


def _said_yes(name: str, said: str | None) -> bool:
    if said and said not in ("yes", "no"):
        raise BadInput(f"{name}={said} is neither yes nor no; write one of them.")
    return said == "yes"


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
