"""`%attribute`, `%%attribute`: which words, or which entries of an array, moved the model.

Models by name run on the resident engine, so they are loaded once for all notebooks and editors; a
model object of the kernel runs right here. The options are those of `limner attribute`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from limner.cli.attribute import attribute as terminal
from limner.cli.attribute import job_of, said
from limner.cli.engines import model_name
from limner.models.specs import names_of
from limner.notebook.display import Notice, once
from limner.notebook.magics.asking import announced, attributions
from limner.notebook.magics.faults import fault_of_the_model
from limner.notebook.magics.kernel import Kernel
from limner.notebook.magics.reading import arguments, evaluate, is_name, known, texts, unquoted
from limner.notebook.magics.refusal import Refused, in_one_sentence
from limner.protocol import Attribution, Job, TensorAttribution, TextInput

if TYPE_CHECKING:
    from torch import nn

SHOWN = 20
"""Most texts of a list that are drawn; all are returned."""
EXPRESSIONS = {"text_pair", "model", "tokenizer", "labels", "input", "baselines"}
"""Options that may be expressions of the kernel."""

_TERMINAL_ONLY = {"text", "text_pair", "file", "model", "as_json", "html", "svg"}
_HERE = {"text", "text_pair", "model", "tokenizer", "labels", "input", "lines", "baselines"}
"""Parameters that are not passed on to the method as they are."""

COMMAND = click.Command(
    "%attribute",
    params=[
        click.Argument(["text"], nargs=-1, metavar='"TEXT" | EXPRESSION'),
        click.Option(
            ["--model"],
            default="mini-sentiment",
            show_default=True,
            metavar="NAME|VARIABLE|FOLDER",
            help="A name from %limner models, a model object of this kernel, or a folder.",
        ),
        click.Option(
            ["--tokenizer"], metavar="VARIABLE", help="The tokenizer of your own model object."
        ),
        click.Option(
            ["--labels"],
            metavar="A,B,…|VARIABLE",
            help="Names for the outputs of your own model object.",
        ),
        click.Option(
            ["--input"],
            metavar="VARIABLE",
            help="For your own model object: a tensor, an array, an image, a column of numbers, "
            "without batch dimension.",
        ),
        click.Option(
            ["--text-pair", "--pair"], metavar='"TEXT"|VARIABLE', help="Second text of a pair."
        ),
        click.Option(["--lines"], is_flag=True, help="Every line is a text of its own."),
        *(option for option in terminal.params if option.name not in _TERMINAL_ONLY),
    ],
    help="Show which words of a text moved a model from the baseline's output to this one.\n\n"
    "The text stands in quotes, or is a Python expression: a string, a list of strings, a column "
    "of pandas or polars. After %%attribute the rest of the cell is the text. --model VARIABLE "
    "--input VARIABLE draws the heat map of an image, or the bars of a vector, for a model of your "
    "own.\n\n"
    "r = %attribute … keeps the result; several texts or baselines give a list.",
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": 96},
)


def attribute(kernel: Kernel, line: str, cell: str | None = None) -> Any:
    """Run the magic; returns the result, or the list of results."""
    with in_one_sentence():
        try:
            context = COMMAND.make_context("%attribute", arguments(line, COMMAND, EXPRESSIONS))
        except click.exceptions.Exit:  # --help has been printed
            return None
        options = context.params
        notice = kernel.notice()
        try:
            if options["input"] is not None:
                return once(kernel.shell, _of_tensor(kernel, options, cell, notice))
            return once(kernel.shell, _of_texts(kernel, options, cell, notice))
        finally:
            notice.wipe()


# ── texts ─────────────────────────────────────────────────────────────────────────────────────


def _of_texts(kernel: Kernel, options: dict[str, Any], cell: str | None, notice: Notice) -> Any:
    given = _given(kernel, options, cell)
    baselines = [unquoted(baseline) for baseline in options["baselines"]]
    inputs = _inputs(given, _pair(kernel, options))
    model, tokenizer = _model(kernel, options)
    if isinstance(model, str):
        jobs = [_job(model, one, options, b) for one in inputs for b in baselines]
        results = _by_name(kernel, jobs, options, notice)
    else:
        results = _in_place(kernel, model, tokenizer, inputs, baselines, options, notice)
    rows = [results[i : i + len(baselines)] for i in range(0, len(results), len(baselines))]
    for row in rows[:SHOWN]:
        notice.show(row[0], *row[1:])
    if len(rows) > SHOWN:
        print(f"… and {len(rows) - SHOWN:,} more results in the list that is returned.")
    each = [row[0] for row in rows] if len(baselines) == 1 else rows
    return each[0] if isinstance(given, str) else each


def _by_name(
    kernel: Kernel, jobs: Sequence[Job], options: dict[str, Any], notice: Notice
) -> list[Attribution]:
    if not options["no_daemon"]:
        return attributions(kernel.tools, jobs, notice)
    with announced(notice, "computing in this kernel …"):
        from limner.api import engine

        return engine().compute([(job, None) for job in jobs])


def _in_place(
    kernel: Kernel,
    module: nn.Module,
    tokenizer: Any,
    inputs: Sequence[TextInput],
    baselines: Sequence[str],
    options: dict[str, Any],
    notice: Notice,
) -> list[Attribution]:
    """On the user's own object: each text's results for all baselines, texts in order."""
    from limner.api import attribute as compute

    pairs = [one.pair or "" for one in inputs]
    with announced(notice, "computing in this kernel …"), fault_of_the_model(module):
        by_baseline = [
            compute(
                [one.text for one in inputs],
                module,
                tokenizer,
                baseline=baseline,
                text_pair=pairs if inputs[0].pair is not None else None,
                labels=_labels(kernel, options),
                **_params(options),
            )
            for baseline in baselines
        ]
    return [result for row in zip(*by_baseline, strict=True) for result in row]


def _given(kernel: Kernel, options: dict[str, Any], cell: str | None) -> str | list[str]:
    """The text or the texts, from the line or from the cell.

    Raises:
        Refused: neither or both, or no text.
    """
    expression = " ".join(options["text"])
    if cell is not None and expression:
        raise Refused("The cell is the text: leave the text on the first line out.")
    if cell is not None:
        text: str | list[str] = cell.rstrip("\n")
    elif not expression:
        raise Refused('Give a text: %attribute "…", or a variable (see %attribute --help).')
    else:
        value = evaluate(kernel.shell, expression, 'put a text in quotes: %attribute "…".')
        text = texts(value, expression)
    if options["lines"]:
        whole = [text] if isinstance(text, str) else text
        text = [line for one in whole for line in one.splitlines() if line.strip()]
    if not text or (isinstance(text, str) and not text.strip()):
        raise Refused("There is no text: write one between the quotes, or in the cell.")
    return text


def _pair(kernel: Kernel, options: dict[str, Any]) -> str | list[str] | None:
    expression = options["text_pair"]
    if expression is None:
        return None
    return texts(evaluate(kernel.shell, expression, "put a text in quotes."), expression)


def _inputs(given: str | list[str], pair: str | list[str] | None) -> list[TextInput]:
    whole = [given] if isinstance(given, str) else given
    pairs = [pair] * len(whole) if pair is None or isinstance(pair, str) else pair
    if len(pairs) != len(whole):
        raise Refused(f"There are {len(whole)} texts but {len(pairs)} pairs: give one for each.")
    return [TextInput(text=text, pair=one) for text, one in zip(whole, pairs, strict=True)]


def _job(model: str, given: TextInput, options: dict[str, Any], baseline: str) -> Job:
    params = _params(options) | {"baseline": baseline}
    return job_of(params.pop("method"), model, given, params)


def _params(options: dict[str, Any]) -> dict[str, Any]:
    """What was asked of the method."""
    left_out = {*_HERE, "no_daemon"}
    return said({name: value for name, value in options.items() if name not in left_out})


# ── models and tensors of the kernel ──────────────────────────────────────────────────────────


def _model(kernel: Kernel, options: dict[str, Any]) -> tuple[str | nn.Module, Any]:
    """A name or folder, or an object of the kernel with its tokenizer.

    Raises:
        Refused: a variable that holds neither.
    """
    given, config = options["model"], kernel.tools.config()
    tokenizer = options["tokenizer"]
    if tokenizer is not None:
        tokenizer = evaluate(kernel.shell, tokenizer, "name a variable that holds the tokenizer.")
    if unquoted(given) in names_of(config) or not known(kernel.shell, given):
        if is_name(given) and (tokenizer is not None or options["input"] is not None):
            evaluate(kernel.shell, given, "name a variable that holds the model.")
        return model_name(unquoted(given), config), tokenizer
    value = evaluate(kernel.shell, given, "name a variable that holds the model.")
    if is_module(value):
        return value, tokenizer
    if is_module(getattr(value, "model", None)):  # a pipeline of transformers has both
        return value.model, tokenizer or getattr(value, "tokenizer", None)
    if isinstance(value, str | Path):
        return model_name(str(value), config), tokenizer
    names = ", ".join(names_of(config))
    raise Refused(
        f"{given} is of type {type(value).__name__}: give a torch module or one of {names}."
    )


def is_module(value: object) -> bool:
    """Whether it is a torch module; torch is not imported to find out."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.nn.Module)


def _labels(kernel: Kernel, options: dict[str, Any]) -> list[str] | None:
    given = options["labels"]
    if given is None:
        return None
    if known(kernel.shell, given) or given[:1] in "[(":
        return [str(name) for name in evaluate(kernel.shell, given, "name a list of labels.")]
    return [name.strip() for name in unquoted(given).split(",")]


def _of_tensor(
    kernel: Kernel, options: dict[str, Any], cell: str | None, notice: Notice
) -> TensorAttribution:
    if options["text"] or cell is not None:
        raise Refused("Give either a text or --input, not both.")
    module, _ = _model(kernel, options)
    if isinstance(module, str):
        raise Refused("--input needs a model of your own: --model VARIABLE.")
    from limner.api import attribute as compute
    from limner.notebook.magics.tensors import tensor_of

    x = evaluate(kernel.shell, options["input"], "name a variable that holds the input.")
    tensor = tensor_of(x, options["input"], module)
    with announced(notice, "computing in this kernel …"), fault_of_the_model(module, tensor):
        result = compute(
            tensor,
            module,
            baseline=_tensor_baseline(kernel, options, module),
            labels=_labels(kernel, options),
            **_params(options),
        )
    notice.show(result)
    return result


def _tensor_baseline(kernel: Kernel, options: dict[str, Any], module: nn.Module) -> Any:
    from limner.notebook.magics.tensors import tensor_of

    if len(options["baselines"]) > 1:
        raise Refused("An input of numbers takes one --baseline.")
    (given,) = options["baselines"]
    if given in ("pad", "zero"):
        return 0.0
    value = evaluate(kernel.shell, given, "give a number or a tensor of the input's shape.")
    return float(value) if isinstance(value, int | float) else tensor_of(value, given, module)
