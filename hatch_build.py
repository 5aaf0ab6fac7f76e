"""Puts the built labextension into wheels and source archives.

A library exists for this (hatch-jupyter-builder); it cannot leave the labextension out of an
editable install, and `make setup` must work where there is no node.
"""

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = "labextension/dist"
INSTALLED = "share/jupyter/labextensions/@limner/labextension"


class Labextension(BuildHookInterface):
    """Builds it by node where a checkout lacks it; a source archive brings it along."""

    def dependencies(self) -> list[str]:
        """What building needs: jlpm and the bundler."""
        return [] if self._is_there() else ["jupyter-builder>=1.1"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build if need be; an editable install links it later (`make lab`)."""
        if version == "editable":
            return
        if not self._is_there():
            for command in (["jlpm", "install", "--immutable"], ["jlpm", "build:prod"]):
                subprocess.run(command, cwd=self.root, check=True)
        Path(self.root, BUILT, "build_log.json").unlink(missing_ok=True)  # has paths of here
        if self.target_name == "wheel":
            shared = build_data["shared_data"]
            shared[str(Path(self.root, BUILT))] = INSTALLED
            shared[str(Path(self.root, "labextension/install.json"))] = f"{INSTALLED}/install.json"

    def _is_there(self) -> bool:
        return Path(self.root, BUILT, "package.json").exists()
