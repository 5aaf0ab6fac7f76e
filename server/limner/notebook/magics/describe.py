"""`%limner describe NAME`: what is in an array of the kernel, described right there."""

from __future__ import annotations

import click

from limner.notebook.bridge.names import BadName, NoSuchName, resolve
from limner.notebook.magics.kernel import Kernel
from limner.notebook.magics.refusal import Refused
from limner.protocol import Description


@click.command()
@click.argument("name")
@click.pass_obj
def describe(kernel: Kernel, name: str) -> Description:
    """What is in the array NAME: x, net.weight, df["age"]. Type, range, NaN, distribution."""
    from limner.describing import describe as of

    try:
        return of(resolve(name, kernel.shell.user_ns), name=name)
    except (BadName, NoSuchName) as error:
        raise Refused(str(error)) from None
