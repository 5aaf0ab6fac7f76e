"""`limner gan`: does a pair of losses settle, circle or diverge?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from limner.cli.console import console, waiting, write_file
from limner.protocol import BadInput

PRESETS = (
    "vanilla",
    "saturating",
    "wgan",
    "wgan-gp",
    "gan-qp",
    "hinge",
    "lsgan",
    "wgan-linear",
    "consensus",
    "instance-noise",
    "r1",
    "r1-critical",
)
"""Names of `limner.methods.gan_dynamics.presets`, which imports torch."""


@click.command()
@click.option("--preset", type=click.Choice(PRESETS), required=True, help="A Dirac GAN.")
@click.option("--c", type=float, help="wgan-gp: wanted length of D's gradient.  [default: 0]")
@click.option("--weight", type=float, help="λ of wgan-gp (default 0.1) and gan-qp (default 1).")
@click.option("--gamma", type=float, help="γ of r1 and consensus.  [default: 0.5]")
@click.option("--noise", type=float, help="Deviation of instance-noise.  [default: 0.7]")
@click.option("--l2", type=float, help="W: adds (W/2)‖φ‖² to the discriminator's loss.")
@click.option("--ema", type=float, help="Decay, per step, of a moving average of θ.")
@click.option("--dim", type=int, default=2, show_default=True, help="Numbers in φ and θ each.")
@click.option("--start", metavar="φ…,θ…", help="Numbers separated by commas.")
@click.option("--step", type=float, help="Learning rate h.  [default: 0.1]")
@click.option("--steps", type=click.IntRange(0, 100_000), help="Steps taken.  [default: 1000]")
@click.option("--momentum", type=float, help="β of the heavy ball.  [default: 0.5]")
@click.option("--time", type=float, help="How long gradient flow is followed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write a web page.")
@click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), help="Write a picture.")
def gan(
    preset: str,
    c: float | None,
    weight: float | None,
    gamma: float | None,
    noise: float | None,
    l2: float | None,
    ema: float | None,
    dim: int,
    start: str | None,
    step: float | None,
    steps: int | None,
    momentum: float | None,
    time: float | None,
    as_json: bool,
    html: Path | None,
    svg: Path | None,
) -> None:
    """Show whether a Dirac GAN settles, circles or diverges.

    Real data are the point 0, fake data the point θ, and the discriminator is φ·x. Losses of your
    own, and networks, go through limner.gan_dynamics in Python or %gan in a notebook.
    """
    given = {
        "c": c,
        "weight": weight,
        "gamma": gamma,
        "noise": noise,
        "l2": l2,
        "ema": ema,
        "step": step,
        "steps": steps,
        "momentum": momentum,
        "time": time,
    }
    options: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    with waiting() as notice:
        from limner.in_place.games import gan_dynamics

        result = gan_dynamics(
            preset=preset, dim=dim, start=numbers(start), progress=notice.say, **options
        )
    if html:
        from limner.render.game import to_html
        from limner.render.page import to_page

        write_file(html, to_page(to_html(result), title="Limner: GAN dynamics"))
    if svg:
        write_file(svg, result.to_svg())
    if as_json:
        print(result.to_json())
    else:
        from limner.render import sheet
        from limner.render.game import card

        sheet.show(console(), card(result))


def numbers(text: str | None) -> list[float] | None:
    """Numbers separated by commas.

    Raises:
        BadInput: something else.
    """
    if text is None:
        return None
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise BadInput(f"--start {text!r}: give numbers separated by commas.") from None
