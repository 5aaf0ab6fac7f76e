"""`limner …` in this process, with an engine of the test's choice."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from limner.cli import main
from limner.cli.engines import Tools
from limner.config import Config
from limner.daemon.messages import DaemonStatus
from limner.engine.fake import FakeEngine
from limner.engine.interface import Engine


@dataclass
class Said:
    """What a command printed, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """stdout, which must be one line."""
        assert self.out.count("\n") == 1
        return json.loads(self.out)


@dataclass
class Command:
    """Runs commands; keeps the engine they asked."""

    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    engine: FakeEngine = field(default_factory=FakeEngine)
    config: Config = field(default_factory=Config)
    running: DaemonStatus | None = None
    used_daemon: bool | None = None

    def __call__(self, *arguments: str, stdin: bytes = b"") -> Said:
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        status = main(arguments, self.tools())
        said = self.capsys.readouterr()
        return Said(status, said.out, said.err)

    def tools(self) -> Tools:
        @asynccontextmanager
        async def connect(daemon: bool, config: Config) -> AsyncGenerator[Engine]:
            self.used_daemon = daemon
            yield self.engine

        @asynccontextmanager
        async def resident(config: Config) -> AsyncGenerator[Engine]:
            yield self.engine

        return Tools(
            connect=connect,
            resident=resident,
            daemon_status=lambda: self.running,
            stop_daemon=lambda: self.running is not None,
            forget_arrays=lambda: self.running is not None,
            config=lambda: self.config,
        )
