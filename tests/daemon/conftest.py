"""A private world for a daemon, and its end."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from limner.daemon import client
from limner.daemon.paths import Paths, daemon_paths

TOY_DAEMON = Path(__file__).with_name("toy_daemon.py")
COMMAND = (sys.executable, str(TOY_DAEMON))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Paths]:
    """Empty runtime, configuration and cache folders with short names; no daemon at the end."""
    base = Path(tempfile.mkdtemp(prefix="limner-", dir="/tmp"))
    for name in ("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        folder = base / name.split("_")[1].lower()
        folder.mkdir(mode=0o700)
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setenv("LIMNER_CONFIG", str(base / "config.toml"))
    monkeypatch.setenv("PYTHONPATH", str(TOY_DAEMON.parents[1]))
    yield daemon_paths()
    client.stop()
    shutil.rmtree(base)


@pytest.fixture
def configure(world: Paths) -> Iterator[Path]:
    """The user's configuration file, to be written."""
    yield world.folder.parents[1] / "config.toml"
