"""Runs examples/tour.ipynb and saves it with what it shows: part of `make docs`.

The notebook itself is what one edits; this only fills in the outputs, by a daemon of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).parents[1]
TOUR = ROOT / "examples" / "tour.ipynb"
RUNTIME = "/run/user/1000"
"""Stands in the saved notebook for the folder of this run."""


def load() -> NotebookNode:
    """The notebook as it is saved."""
    return nbformat.read(TOUR, as_version=4)


def run(notebook: NotebookNode, runtime: Path) -> NotebookNode:
    """Execute every cell with a daemon under `runtime`, which is stopped afterwards.

    Raises:
        CellExecutionError: a cell fails.
    """
    names = {"XDG_RUNTIME_DIR": runtime, "LIMNER_CONFIG": runtime / "config.toml"}
    environment = os.environ | {name: str(path) for name, path in names.items()}
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(TOUR.parent)}},
    )
    try:
        _limner("attribute", "预热", env=environment)  # so that the times are those of computing
        client.execute(env=environment)
    finally:
        _limner("daemon", "stop", env=environment)
    notebook.metadata.language_info = NotebookNode(name="python")
    return notebook


def _limner(*arguments: str, env: dict[str, str]) -> None:
    command = (sys.executable, "-m", "limner", *arguments)
    subprocess.run(command, env=env, capture_output=True, check=True)


def refresh() -> None:
    """Save the notebook with the outputs of now."""
    with tempfile.TemporaryDirectory(prefix="limner-") as runtime:
        text = nbformat.writes(run(load(), Path(runtime))).replace(runtime, RUNTIME)
    TOUR.write_text(text + "\n", encoding="utf-8")
    print(f"wrote {TOUR}")


if __name__ == "__main__":
    refresh()
