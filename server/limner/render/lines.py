"""What rich prints, as text."""

from __future__ import annotations

import io
from collections.abc import Callable

from rich.console import Console


def printed(draw: Callable[[Console], None], *, color: bool = False, width: int = 80) -> str:
    """Lines without trailing blanks; with `color`, with escape codes."""
    out = io.StringIO()
    # in a kernel, rich would display instead of writing, and ipykernel asks for colours
    console = Console(
        file=out,
        force_jupyter=False,
        force_terminal=color,
        color_system="truecolor" if color else None,
        no_color=not color,
        width=width,
        legacy_windows=False,
        emoji=False,
        highlight=False,
    )
    draw(console)
    return "\n".join(line.rstrip() for line in out.getvalue().rstrip("\n").split("\n"))
