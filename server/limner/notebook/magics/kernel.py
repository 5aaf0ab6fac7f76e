"""What a magic has at hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from limner.cli.engines import Tools
from limner.notebook.display import Notice


@dataclass(frozen=True)
class Kernel:
    """The user's kernel, or IPython in a terminal, and how magics reach the engine."""

    shell: InteractiveShell
    tools: Tools = field(default_factory=Tools)

    def notice(self) -> Notice:
        """A line of progress for one run of a magic."""
        return Notice(self.shell)


Magic = Callable[[Kernel, str, str | None], Any]
"""(kernel, line, cell) → what the magic returns; `cell` is None for a line magic."""
