"""`%exposure`: does a decoder fall apart when it reads its own words? On the kernel's own model."""

from __future__ import annotations

from typing import Any

import click

from limner.cli.exposure import exposure as terminal
from limner.notebook.display import once
from limner.notebook.magics.kernel import Kernel
from limner.notebook.magics.reading import arguments, evaluate
from limner.notebook.magics.refusal import Refused, in_one_sentence

_TERMINAL_ONLY = {"model", "pairs", "columns", "limit", "as_json", "html", "svg"}

COMMAND = click.Command(
    "%exposure",
    params=[
        click.Argument(["names"], nargs=-1, metavar="[MODEL TOKENIZER] PAIRS"),
        click.Option(["--model"], metavar="NAME", help="A bundled or configured model."),
        *(option for option in terminal.params if option.name not in _TERMINAL_ONLY),
    ],
    help="Show what target tokens cost a decoder that reads the target, and one that reads its own "
    "words: %exposure model tokenizer pairs.\n\nPairs are a list of (source, target), or a table "
    "with two columns. %exposure --model mini-seq2seq pairs asks a model by its name. "
    "r = %exposure … keeps the result.",
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": 96},
)


def exposure(kernel: Kernel, line: str, cell: str | None = None) -> Any:
    """Run the magic; returns the result."""
    with in_one_sentence():
        try:
            context = COMMAND.make_context("%exposure", arguments(line, COMMAND, set()))
        except click.exceptions.Exit:  # --help has been printed
            return None
        options = dict(context.params)
        names, model = options.pop("names"), options.pop("model")
        if len(names) != (1 if model else 3):
            raise Refused("Give %exposure model tokenizer pairs, or --model NAME pairs.")
        given = [evaluate(kernel.shell, name, "name a variable of this kernel.") for name in names]
        module, tokenizer, pairs = (model, None, *given) if model else given
        notice = kernel.notice()
        try:
            from limner.in_place.exposure import exposure_bias
            from limner.render.exposure import card

            result = exposure_bias(module, tokenizer, pairs, progress=notice.say, **options)
            notice.show(card(result))
        finally:
            notice.wipe()
        return once(kernel.shell, result)
