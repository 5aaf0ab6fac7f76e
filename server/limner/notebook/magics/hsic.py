"""`%hsic`: are arrays of the kernel independent?

Computed in the kernel, where the arrays are: see `limner.comparing`. The options are those of
`limner hsic`.
"""

from __future__ import annotations

import time
from typing import Any

import click

from limner.cli.engines import PATIENCE
from limner.cli.hsic import OPTIONS_OF_METHOD, said
from limner.notebook.display import Notice, once
from limner.notebook.magics.kernel import Kernel
from limner.notebook.magics.reading import arguments, evaluate
from limner.notebook.magics.refusal import Refused, in_one_sentence
from limner.protocol import Independence, PairMatrix

COMMAND = click.Command(
    "%hsic",
    params=[
        click.Argument(["arrays"], nargs=-1, metavar="X Y | TABLE"),
        *OPTIONS_OF_METHOD,
    ],
    help="Say whether arrays are independent of each other: %hsic x y, "
    '%hsic df["a"] df["b"], %hsic df (all pairs of its columns), %hsic df[["a", "b"]].\n\n'
    "Arrays of numpy, tensors, columns and tables of pandas and polars, lists. Columns of labels "
    "are compared by equality.\n\n"
    "r = %hsic … keeps the result.",
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": 96},
)


def hsic(kernel: Kernel, line: str, cell: str | None = None) -> Any:
    """Run the magic; returns the result."""
    with in_one_sentence():
        try:
            context = COMMAND.make_context("%hsic", arguments(line, COMMAND, set()))
        except click.exceptions.Exit:  # --help has been printed
            return None
        given = context.params
        names = [name.strip(",") for name in given.pop("arrays")]
        notice = kernel.notice()
        try:
            result = _compare(kernel, [name for name in names if name], said(given), notice)
            notice.show(result)
            return once(kernel.shell, result)
        finally:
            notice.wipe()


def _compare(
    kernel: Kernel, names: list[str], options: dict[str, Any], notice: Notice
) -> Independence | PairMatrix:
    from limner.arrays import columns_of, read
    from limner.comparing import compare

    if not names:
        raise Refused("Name two arrays or a table: %hsic x y, %hsic df (see %hsic --help).")
    values = [evaluate(kernel.shell, name, "name an array of this kernel.") for name in names]
    if len(names) == 1:
        sources = columns_of(names[0], values[0])
    else:
        sources = [read(name, value) for name, value in zip(names, values, strict=True)]
    began = time.monotonic()

    def told(done: int, total: int) -> None:
        if time.monotonic() - began > PATIENCE:
            notice.say(f"computing {done:,} of {total:,} …")

    return compare(sources, options, told)
