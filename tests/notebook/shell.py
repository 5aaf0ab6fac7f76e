"""IPython in this process with our magics, and an engine of the test's choice."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from limner.cli.engines import Tools
from limner.config import Config
from limner.daemon.messages import DaemonStatus
from limner.engine.fake import FakeEngine
from limner.engine.interface import Engine
from limner.notebook.magics import load
from limner.notebook.magics.kernel import Kernel
from limner.protocol import BadInput, DaemonUnreachable


@dataclass
class Ran:
    """What a cell gave and printed."""

    value: Any
    error: BaseException | None
    out: str
    err: str


@dataclass
class Cells:
    """Runs cells; keeps the engine that they asked."""

    shell: InteractiveShell
    capsys: pytest.CaptureFixture[str]
    engine: FakeEngine = field(default_factory=FakeEngine)
    config: Config | BadInput = field(default_factory=Config)
    running: DaemonStatus | None = None
    reachable: bool = True

    def __post_init__(self) -> None:
        self.kernel = Kernel(self.shell, self.tools())
        load(self.shell, self.kernel)

    def __call__(self, code: str, **names: Any) -> Ran:
        self.shell.user_ns.update(names)
        ran = self.shell.run_cell(code)
        said = self.capsys.readouterr()
        return Ran(ran.result, ran.error_before_exec or ran.error_in_exec, said.out, said.err)

    def complete(self, line: str) -> list[str]:
        """What Tab offers at the end of a line."""
        with provisionalcompleter():
            return sorted(c.text for c in self.shell.Completer.completions(line, len(line)))

    def read_config(self) -> Config:
        if isinstance(self.config, BadInput):
            raise self.config
        return self.config

    def tools(self) -> Tools:
        @asynccontextmanager
        async def resident(config: Config) -> AsyncGenerator[Engine]:
            if not self.reachable:
                raise DaemonUnreachable("The daemon does not start; its log is /log.")
            yield self.engine

        return Tools(
            resident=resident,
            daemon_status=lambda: self.running,
            stop_daemon=lambda: self.running is not None,
            config=self.read_config,
        )
