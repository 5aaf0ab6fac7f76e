"""`%gan`: does a pair of losses settle, circle or diverge? On the kernel's own objects."""

from __future__ import annotations

from typing import Any

import click

from limner.cli.gan import gan as terminal
from limner.cli.gan import numbers
from limner.notebook.display import once
from limner.notebook.magics.kernel import Kernel
from limner.notebook.magics.reading import arguments, evaluate
from limner.notebook.magics.refusal import Refused, in_one_sentence

_TERMINAL_ONLY = {"preset", "as_json", "html", "svg"}
_HERE = {"players", "preset", "start", "dim", "real"}

COMMAND = click.Command(
    "%gan",
    params=[
        click.Argument(["players"], nargs=-1, metavar="[D_LOSS G_LOSS PHI THETA]"),
        click.Option(["--preset"], metavar="NAME", help="A Dirac GAN; see limner gan --help."),
        click.Option(
            ["--real"], metavar="VARIABLE", help="Real data: also compares a gradient penalty."
        ),
        click.Option(["--count"], type=int, help="Leading eigenvalues of networks."),
        click.Option(["--faster"], type=float, help="Of the remedy of two time scales."),
        *(option for option in terminal.params if option.name not in _TERMINAL_ONLY),
    ],
    help="Show whether two losses settle, circle or diverge: %gan d_loss g_loss phi theta.\n\n"
    "phi and theta are tensors (then the losses are functions of both) or the discriminator and "
    "the generator (then the losses take nothing, or both, and compute one batch). "
    "%gan --preset wgan-gp --c 0 shows a Dirac GAN. r = %gan … keeps the result.",
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": 96},
)


def gan(kernel: Kernel, line: str, cell: str | None = None) -> Any:
    """Run the magic; returns the result."""
    with in_one_sentence():
        try:
            context = COMMAND.make_context("%gan", arguments(line, COMMAND, {"real"}))
        except click.exceptions.Exit:  # --help has been printed
            return None
        options = context.params
        players = [
            evaluate(kernel.shell, name, "name a variable of this kernel.")
            for name in options["players"]
        ]
        if len(players) not in (0, 4) or bool(players) == bool(options["preset"]):
            raise Refused("Give four names, %gan d_loss g_loss phi theta, or --preset NAME.")
        real = options["real"]
        if real is not None:
            real = evaluate(kernel.shell, real, "name a tensor of real data.")
        notice = kernel.notice()
        try:
            from limner.in_place.games import gan_dynamics
            from limner.render.game import card

            result = gan_dynamics(
                *players,
                preset=options["preset"],
                dim=options["dim"],
                start=numbers(options["start"]),
                real=real,
                progress=notice.say,
                **{k: v for k, v in options.items() if k not in _HERE and v is not None},
            )
            notice.show(card(result))
        finally:
            notice.wipe()
        return once(kernel.shell, result)
