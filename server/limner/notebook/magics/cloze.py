"""`%cloze`, `%%cloze`, `%fill`: label texts of the kernel, and words for gaps.

Computed in the kernel: see `limner.labelling.api`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from limner.notebook.display import once
from limner.notebook.magics.kernel import Kernel
from limner.notebook.magics.reading import arguments, evaluate, texts, unquoted
from limner.notebook.magics.refusal import Refused, in_one_sentence
from limner.protocol import ClozeLabels
from limner.render.cloze import Listing, card

if TYPE_CHECKING:
    from limner.labelling.api import ClozeTask

_OUT = click.Option(["-o", "--out"], metavar="NAME", help="Keep the result under this name.")
_EVAL = click.Option(["--eval"], is_flag=True, help="Measure on the rows that have a label.")
_TRAIN = click.Option(["--train"], is_flag=True, help="Train on the rows that have a label.")
_HINT = "name a DataFrame, or a list or a column of texts."

COMMAND = click.Command(
    "%cloze",
    params=[
        click.Argument(["data"], nargs=1, required=False, metavar="FRAME | TEXTS"),
        click.Option(["--task"], metavar="FILE", help="A *.cloze.toml; in a cell the cell is it."),
        _EVAL,
        _TRAIN,
        _OUT,
    ],
    help="Label texts with a task: %cloze df --task reviews.cloze.toml, %cloze texts --task FILE. "
    "In %%cloze the cell is the task file's text; %%cloze df labels at once, %%cloze alone keeps "
    "the task (as NAME of -o, else `task`).\n\n"
    "Of a DataFrame, -o NAME keeps a copy with label, probability and margin.",
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": 96},
)
FILL = click.Command(
    "%fill",
    params=[
        click.Argument(["text"], nargs=-1, metavar="TEXT"),
        click.Option(["--model"], default="mini-mlm", show_default=True, metavar="NAME"),
        click.Option(["--top"], default=10, show_default=True, type=click.IntRange(1, 200)),
    ],
    help="Words for the gap [MASK] (or ____) of a text: %fill 房间很[MASK]，早餐很丰富",
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": 96},
)


def cloze(kernel: Kernel, line: str, cell: str | None = None) -> Any:
    """Label texts with a cloze task; %cloze --help has the forms."""
    with in_one_sentence():
        try:
            context = COMMAND.make_context("%cloze", arguments(line, COMMAND, set()))
        except click.exceptions.Exit:  # --help has been printed
            return None
        given = context.params
        notice = kernel.notice()
        try:
            task = _task(given["task"], cell)
            if given["data"] is None:
                return _keep(kernel, given["out"], task, cell)
            value = evaluate(kernel.shell, given["data"], _HINT)
            notice.say("labelling …")
            result, listed = _answer(kernel, task, value, given)
            if isinstance(result, ClozeLabels):
                listing = Listing(texts=listed, least_certain=True)
                notice.show(card(result, listing))
            else:
                notice.show(result)
            return once(kernel.shell, result)
        finally:
            notice.wipe()


def fill(kernel: Kernel, line: str, cell: str | None = None) -> Any:
    """Words for the gap of a text."""
    from limner.labelling.api import fill as words

    with in_one_sentence():
        try:
            context = FILL.make_context("%fill", arguments(line, FILL, set()))
        except click.exceptions.Exit:
            return None
        text = " ".join(unquoted(word) for word in context.params["text"])
        notice = kernel.notice()
        try:
            result = words(text, context.params["model"], top=context.params["top"])
            notice.show(result)
            return once(kernel.shell, result)
        finally:
            notice.wipe()


def _task(file: str | None, cell: str | None) -> ClozeTask:
    from limner.labelling.api import ClozeTask
    from limner.labelling.api import cloze as load
    from limner.labelling.reading import parse

    if cell is None:
        if file is None:
            raise Refused("Name the task: %cloze df --task reviews.cloze.toml, or use %%cloze.")
        return load(file)
    if file is not None:
        raise Refused("In %%cloze the cell is the task: leave --task out.")
    parsed = parse(cell)
    if parsed.task is None:
        raise Refused("; ".join(f"line {c.line}: {c.said}" for c in parsed.complaints[:3]))
    return ClozeTask(parsed.task)


def _keep(kernel: Kernel, name: str | None, task: ClozeTask, cell: str | None) -> None:
    if cell is None:
        raise Refused("Name the texts: %cloze df --task FILE, %cloze texts --task FILE.")
    kernel.shell.push({name or "task": task})


def _answer(
    kernel: Kernel, task: ClozeTask, value: Any, given: dict[str, Any]
) -> tuple[Any, list[str]]:
    """The result that is shown, and its texts; what -o names is kept."""
    if given["eval"] and given["train"]:
        raise Refused("Choose --eval or --train: one at a time.")
    result: Any
    if hasattr(value, "columns"):
        listed, labels = task.columns_of(value)
    else:
        found = texts(value, given["data"])
        listed, labels = [found] if isinstance(found, str) else found, None
    if (given["eval"] or given["train"]) and labels is None:
        raise Refused("Labels are in a column of a DataFrame: name one that has it.")
    if given["eval"]:
        result = task.evaluate(listed, labels)
    elif given["train"]:
        save = None if task.file else Path(f"{given['out'] or 'cloze'}.heads") / "001.safetensors"
        result = task.train(listed, labels or [], save=save)
    else:
        result = task.predict(listed)
    if given["out"]:
        frame = hasattr(value, "columns") and not (given["eval"] or given["train"])
        kernel.shell.push({given["out"]: task.predict(value) if frame else result})
    return result, listed
