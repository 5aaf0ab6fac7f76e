"""Tab completion of the magics: options, model names and objects, labels, baselines, subcommands.

A matcher of IPython's completer, which answers JupyterLab's `complete_request` as well as Tab in a
terminal. The text may be an expression, so names of the kernel are offered there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import click
from IPython.core.completer import CompletionContext, SimpleCompletion, context_matcher

from limner.cli.hsic import KERNELS
from limner.cli.models import known
from limner.models.specs import available
from limner.notebook.magics.attribute import COMMAND, EXPRESSIONS, is_module
from limner.notebook.magics.cloze import COMMAND as CLOZE
from limner.notebook.magics.cloze import FILL
from limner.notebook.magics.exposure import COMMAND as EXPOSURE
from limner.notebook.magics.gan import COMMAND as GAN
from limner.notebook.magics.hsic import COMMAND as HSIC
from limner.notebook.magics.kernel import Kernel
from limner.notebook.magics.landscape import COMMAND as LANDSCAPE
from limner.notebook.magics.limner import COMMANDS
from limner.notebook.magics.terms import COMMAND as TERMS
from limner.protocol import BadInput, ModelStatus

BASELINES = ("pad", "mask", "zero", "text:")
_COMMANDS = {
    "attribute": COMMAND,
    "cloze": CLOZE,
    "exposure": EXPOSURE,
    "fill": FILL,
    "gan": GAN,
    "hsic": HSIC,
    "landscape": LANDSCAPE,
    "terms": TERMS,
}
_MAGIC = re.compile(rf"^\s*(?:[\w.,() ]+=\s*)?%%?({'|'.join(_COMMANDS)}|limner)\s")
Choice = tuple[str, str]
"""What is inserted, and its kind as front ends show it."""


def matcher(kernel: Kernel) -> Any:
    """The matcher for IPython's `custom_matchers`."""

    @context_matcher()
    def limner_matcher(context: CompletionContext) -> Any:
        found = choices(kernel, context.text_until_cursor)
        fitting = [
            SimpleCompletion(text=text, type=kind)
            for text, kind in found
            if text.startswith(context.token) and text != context.token
        ]
        return {"completions": fitting, "suppress": bool(fitting)}

    return limner_matcher


def choices(kernel: Kernel, line: str) -> list[Choice]:
    """What may come at the end of a line that begins with one of our magics."""
    begun = _MAGIC.match(line)
    if begun is None:
        return []
    words = line[begun.end() :].split(" ")
    *before, current = [word for word in words[:-1] if word] + words[-1:]
    try:
        if begun.group(1) == "limner":
            return list(_of_limner(kernel, before))
        return list(_of_options(kernel, _COMMANDS[begun.group(1)], before, current))
    except BadInput:  # a broken config.toml is told when the magic runs
        return []


def _of_limner(kernel: Kernel, before: list[str]) -> Iterator[Choice]:
    if not before:
        yield from ((command.name or "", "magic") for command in COMMANDS)
        yield "--help", "option"
    elif before[0] in ("pin", "unpin") and len(before) == 1:
        yield from ((model.name, "model") for model in known(kernel.tools.config(), None))


def _of_options(
    kernel: Kernel, command: click.Command, before: list[str], current: str
) -> Iterable[Choice]:
    """Options of a magic and their values, else variables."""
    name, equals, value = current.partition("=")
    if equals:
        return _values(kernel, command, _option(command, name), before, value)
    if before and (option := _option(command, before[-1])) and not option.is_flag:
        return _values(kernel, command, option, before, current)
    return _options(command) if current.startswith("-") else _names(kernel, current)


def _options(command: click.Command) -> Iterator[Choice]:
    for option in command.params:
        if isinstance(option, click.Option):
            yield from ((name, "option") for name in option.opts)
    yield "--help", "option"


def _option(command: click.Command, name: str) -> click.Option | None:
    for option in command.params:
        if isinstance(option, click.Option) and name in option.opts:
            return option
    return None


def _values(
    kernel: Kernel,
    command: click.Command,
    option: click.Option | None,
    before: list[str],
    begun: str,
) -> Iterator[Choice]:
    if option is None:
        return
    if isinstance(option.type, click.Choice):
        yield from ((str(choice), "value") for choice in option.type.choices)
    elif option.name == "kernel":
        yield from ((name, "kernel") for name in KERNELS)
    elif option.name == "background":
        yield from (("builtin", "value"), ("none", "value"))
    elif option.name == "bandwidth":
        yield from (("median", "value"), ("several", "value"))
    elif option.name == "model":
        yield from _models(kernel, command)
    elif option.name in ("target", "contrast"):
        yield from ((label, "label") for label in _labels(kernel, before))
    elif option.name in ("baselines", "compare"):
        yield from ((name, "baseline") for name in BASELINES)
    elif option.name in EXPRESSIONS:
        yield from _names(kernel, begun)


def _names(kernel: Kernel, begun: str) -> Iterator[Choice]:
    """Variables and attributes: IPython does not look for Python behind a magic's name."""
    completer: Any = kernel.shell.Completer
    if re.fullmatch(r"[^\W\d][\w.]*", begun):
        find = completer.attr_matches if "." in begun else completer.global_matches
        yield from ((name, "instance") for name in find(begun))


def _models(kernel: Kernel, command: click.Command) -> Iterator[Choice]:
    """Models by name that a magic can use, and the modules of the kernel where it takes them."""
    for model in available(kernel.tools.config()):
        if not model.error and _fits(model, command):
            yield model.name, "model"
    for name, value in kernel.shell.user_ns.items():
        if command is COMMAND and not name.startswith("_") and is_module(value):
            yield name, "instance"


def _fits(model: ModelStatus, command: click.Command) -> bool:
    if command is EXPOSURE:
        return bool(model.writes)
    if command is FILL:
        return model.masked
    return bool(model.labels or model.masked or model.writes)


def _labels(kernel: Kernel, before: list[str]) -> list[str]:
    """Labels of the model that the line names."""
    given = "mini-sentiment"
    for word, after in zip(before, [*before[1:], ""], strict=True):
        if word == "--model":
            given = after
        elif word.startswith("--model="):
            given = word.removeprefix("--model=")
    for model in available(kernel.tools.config()):
        if model.name == given:
            return list(model.labels)
    config = getattr(kernel.shell.user_ns.get(given), "config", None)
    return [str(label) for label in (getattr(config, "id2label", None) or {}).values()]
