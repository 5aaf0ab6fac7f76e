"""`limner lsp`: what an editor starts. `limner.__main__` runs it without coming here."""

from __future__ import annotations

import click


@click.command()
def lsp() -> None:
    """Speak the Language Server Protocol on stdin and stdout.

    Editors start this; it starts the daemon where there is none and copies bytes to and from it.
    """
    from limner.daemon.relay import main

    main()
