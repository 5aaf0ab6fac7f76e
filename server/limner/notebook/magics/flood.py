"""`%%flood`: a cell's training loop, flooded and watched by a live chart."""

from __future__ import annotations

import time
from typing import Any

import click

from limner.notebook.display import once
from limner.notebook.magics.kernel import Kernel
from limner.notebook.magics.reading import arguments, evaluate
from limner.notebook.magics.refusal import Refused, in_one_sentence

PAUSE = 0.5
"""Seconds between two drawings."""
NAME = "flood"
"""What the cell calls."""

COMMAND = click.Command(
    "%%flood",
    params=[
        click.Argument(["model"], required=False, metavar="[MODEL]"),
        click.Option(
            ["--level", "-b"],
            metavar="NUMBER|VARIABLE",
            help="The level b, or one for each row.  [default: off, only watched]",
        ),
        click.Option(
            ["--every"],
            type=click.IntRange(1),
            default=10,
            show_default=True,
            help="Steps between two values of ‖∇L‖², each of which costs a backward pass.",
        ),
    ],
    help="Run the cell with `flood` in reach: loss = flood(loss) in your loop floods the loss and "
    "draws it; flood(losses, rows) does so for each row; flood.validate(value) adds a validation "
    "loss. MODEL is for ‖∇L‖². Afterwards `flood` is what it was before.",
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": 96},
)


def flood(kernel: Kernel, line: str, cell: str | None = None) -> Any:
    """Run the cell; returns what happened in its loop."""
    with in_one_sentence():
        try:
            context = COMMAND.make_context("%%flood", arguments(line, COMMAND, {"level"}))
        except click.exceptions.Exit:  # --help has been printed
            return None
        if cell is None:
            raise Refused("%%flood stands above a cell with a training loop.")
        from limner.methods.flooding.watch import of

        model, level = (
            given
            if given is None
            else evaluate(kernel.shell, given, "name a variable of this kernel.")
            for given in (context.params["model"], context.params["level"])
        )
        live = _Live(kernel)
        watched = of(model, level, every=context.params["every"], seen=live.draw)
        space = kernel.shell.user_ns
        before = space.get(NAME)
        space[NAME] = watched
        try:
            # not run_cell: a cell within a cell would take the outer one's result along
            code = kernel.shell.transform_cell(cell)
            exec(compile(code, "<%%flood>", "exec"), space)
        finally:
            space.pop(NAME, None)
            if before is not None:
                space[NAME] = before
            live.end(watched)
        if not watched.count:
            raise Refused("The cell did not call flood: write loss = flood(loss) in its loop.")
        return once(kernel.shell, watched.run())


class _Live:
    """Draws at most every half second, in one place."""

    def __init__(self, kernel: Kernel) -> None:
        self._notice = kernel.notice()
        self._last = 0.0

    def draw(self, watched: Any) -> None:
        """The present state, if the last drawing is old enough."""
        now = time.monotonic()
        if now - self._last < PAUSE:
            return
        self._last = now
        from limner.render.flood import run_card

        self._notice.update(run_card(watched.run()))

    def end(self, watched: Any) -> None:
        """The last state, also of a loop that failed; nothing, where there was no step."""
        from limner.render.flood import run_card

        if watched.count:
            self._notice.show(run_card(watched.run()))
