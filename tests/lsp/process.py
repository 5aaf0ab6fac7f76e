"""A real daemon of the test's own: its folders, and its end."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LIMNER = (sys.executable, "-m", "limner")


@contextmanager
def own_daemon(folder: Path) -> Iterator[dict[str, str]]:
    """An environment whose `limner` has a runtime folder of its own; its daemon is stopped."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    environment = {
        **os.environ,
        "XDG_RUNTIME_DIR": str(runtime),
        "LIMNER_CONFIG": str(folder / "config.toml"),
    }
    try:
        yield environment
    finally:
        command = [*LIMNER, "daemon", "stop"]
        subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)
