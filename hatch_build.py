"""Puts the built labextension into wheels and source archives.

A library exists for this (hatch-jupyter-builder); it cannot leave the labextension out of an
editable install, and `make setup` must work where there is no node.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = "labextension/dist"
SOURCES = (
    "protocol/src/**/*",
    "protocol/style/**/*",
    "protocol/package.json",
    "labextension/src/**/*",
    "labextension/style/**/*",
    "labextension/schema/**/*",
    "labextension/package.json",
    "tsconfig.base.json",
)
"""What it is built of; a source archive has the product instead."""
INSTALLED = "share/jupyter/labextensions/@limner/labextension"


class Labextension(BuildHookInterface):
    """Builds it by node where a checkout lacks a fresh one; a source archive has it."""

    def dependencies(self) -> list[str]:
        """What building needs: jlpm and the bundler."""
        return [] if is_fresh(Path(self.root)) else ["jupyter-builder>=1.1"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build if need be; an editable install links it later (`make lab`)."""
        if version == "editable":
            return
        if not is_fresh(Path(self.root)):
            self._build()
        Path(self.root, BUILT, "build_log.json").unlink(missing_ok=True)  # has paths of here
        if self.target_name == "wheel":
            shared = build_data["shared_data"]
            shared[str(Path(self.root, BUILT))] = INSTALLED
            shared[str(Path(self.root, "labextension/install.json"))] = f"{INSTALLED}/install.json"

    def _build(self) -> None:
        for command in (["jlpm", "install", "--immutable"], ["jlpm", "build:prod"]):
            try:
                subprocess.run(command, cwd=self.root, check=True)
            except (OSError, subprocess.CalledProcessError) as error:
                sys.exit(f"The JupyterLab extension is built by node 20 or newer: {error}")
        Path(self.root, BUILT, "package.json").touch()


def is_fresh(root: Path) -> bool:
    """Whether it is there, and newer than what it is built of."""
    built = root / BUILT / "package.json"
    sources = (file for part in SOURCES for file in sorted(root.glob(part)))
    return built.exists() and all(
        file.stat().st_mtime <= built.stat().st_mtime for file in sources if file.is_file()
    )
