"""`%terms`: the terms of documents, or of texts of the kernel.

Mined in the kernel: see `limner.terms`. The options are those of `limner terms mine`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import click

from limner.cli.engines import PATIENCE
from limner.cli.terms import Telling, background_of, seeds_of
from limner.cli.terms import mine as terminal
from limner.notebook.display import Notice, once
from limner.notebook.magics.kernel import Kernel
from limner.notebook.magics.reading import arguments, evaluate, known, texts, unquoted
from limner.notebook.magics.refusal import Refused, in_one_sentence
from limner.terms.api import Terms

_TERMINAL_ONLY = {"paths", "out", "form", "why", "as_json"}
_HINT = "name a file or a folder, or a variable with texts."

COMMAND = click.Command(
    "%terms",
    params=[
        click.Argument(["sources"], nargs=-1, metavar="PATH… | TEXTS"),
        *(option for option in terminal.params if option.name not in _TERMINAL_ONLY),
    ],
    help="Mine the terms of documents or of texts: %terms docs/, %terms texts, "
    '%terms df["review"] --background none.\n\n'
    "PATHs are files and folders (txt, md, tex, rst, html, docx, pdf); what is read is kept for "
    "the next time, after an interrupt too. TEXTS is a list, an array or a column of texts. A "
    "variable goes before a file of the same name: quote the name of a file, or write ./name.\n\n"
    "r = %terms … keeps the result.",
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": 96},
)


def terms(kernel: Kernel, line: str, cell: str | None = None) -> Any:
    """Mine the terms of documents or of texts in the kernel; %terms --help has the options."""
    with in_one_sentence():
        try:
            context = COMMAND.make_context("%terms", arguments(line, COMMAND, set()))
        except click.exceptions.Exit:  # --help has been printed
            return None
        notice = kernel.notice()
        try:
            with context:
                result = _mine(kernel, context.params, notice)
            notice.show(result)
            return once(kernel.shell, result)
        finally:
            notice.wipe()


def _mine(kernel: Kernel, given: Mapping[str, Any], notice: Notice) -> Terms:
    from limner.terms import mine

    paths, named = _sources(kernel, given["sources"])
    began, telling = time.monotonic(), Telling(notice.say)

    def told(doing: str, done: int, total: int) -> None:
        if time.monotonic() - began > PATIENCE:
            telling(doing, done, total)

    return mine(
        paths,
        background_of(given["background"]),
        seeds_of(given["seeds"]),
        texts=named,
        top=given["top"],
        min_count=given["min_count"],
        rank=given["rank"],
        rules=given["rules"],
        index=False if given["no_index"] else given["index"],
        progress=told,
    )


def _sources(kernel: Kernel, words: tuple[str, ...]) -> tuple[list[Path], dict[str, str]]:
    """Files and folders, and texts by their names."""
    if not words:
        raise Refused("Name documents or texts: %terms docs/, %terms texts (see %terms --help).")
    paths: list[Path] = []
    named: dict[str, str] = {}
    for word in words:
        path = Path(unquoted(word)).expanduser()
        if known(kernel.shell, word) or not (word != unquoted(word) or path.exists()):
            value = evaluate(kernel.shell, word, _HINT)
            if isinstance(value, PathLike):
                paths.append(Path(value))
            else:
                named |= _named(word, value)
        else:
            paths.append(path)
    return paths, named


def _named(name: str, value: Any) -> dict[str, str]:
    found = texts(value, name)
    if isinstance(found, str):
        return {name: found}
    return {f"{name}[{number}]": text for number, text in enumerate(found)}
