"""`%landscape`: how rough is the loss here? On the kernel's own model."""

from __future__ import annotations

from typing import Any

import click

from limner.notebook.display import once
from limner.notebook.magics.kernel import Kernel
from limner.notebook.magics.reading import arguments, evaluate
from limner.notebook.magics.refusal import Refused, in_one_sentence

COMMAND = click.Command(
    "%landscape",
    params=[
        click.Argument(["names"], nargs=-1, metavar="MODEL [LOSS] BATCH"),
        click.Option(["--mode"], type=click.Choice(["train", "eval"]), help="Of all modules."),
        click.Option(["--rate"], type=float, help="Learning rate.  [default: 0.1]"),
        click.Option(["--eigenvalues"], type=int, help="Leading ones; 0: none.  [default: 5]"),
        click.Option(["--most"], type=int, help="Hessian-vector products.  [default: 100]"),
        click.Option(["--density"], type=int, help="Random vectors for the density."),
        click.Option(["--slice"], type=int, help="Points of the 2-D slice, each way."),
        click.Option(["--side"], type=float, help="How far it reaches.  [default: 1]"),
        click.Option(["--seed"], type=int, help="Of random vectors.  [default: 0]"),
    ],
    help="Show how rough the loss is where a model stands: %landscape model loss batch.\n\n"
    "The loss is a function of (outputs, targets) and the batch a pair (inputs, targets); for "
    "models of transformers %landscape model batch, the batch a dict with labels. "
    "r = %landscape … keeps the result.",
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": 96},
)


def landscape(kernel: Kernel, line: str, cell: str | None = None) -> Any:
    """Run the magic; returns the result."""
    with in_one_sentence():
        try:
            context = COMMAND.make_context("%landscape", arguments(line, COMMAND, set()))
        except click.exceptions.Exit:  # --help has been printed
            return None
        options = {name: one for name, one in context.params.items() if one is not None}
        names = options.pop("names")
        if len(names) not in (2, 3):
            raise Refused("Give %landscape model loss batch, or model batch for transformers.")
        given = [evaluate(kernel.shell, name, "name a variable of this kernel.") for name in names]
        model, loss, batch = given if len(given) == 3 else (given[0], None, given[1])
        notice = kernel.notice()
        try:
            from limner.in_place.landscapes import landscape as compute
            from limner.render.landscape import card

            result = compute(model, loss, batch, progress=notice.say, **options)
            notice.show(card(result))
        finally:
            notice.wipe()
        return once(kernel.shell, result)
