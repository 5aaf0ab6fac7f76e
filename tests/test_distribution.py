"""What `pip install limner` brings along; node is needed neither for it nor to run it."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FRESH = runpy.run_path(str(ROOT / "hatch_build.py"))["is_fresh"](ROOT)
INSTALLED = "limner-0.1.0.data/data/share/jupyter/labextensions/@limner/labextension/"

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not FRESH, reason="the labextension is not built, or stale: `make lab`"),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Built from the source archive, where no node can be found."""
    folder = tmp_path_factory.mktemp("distribution")
    build("sdist", ROOT, folder)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    source = next(path for path in folder.iterdir() if path.is_dir())
    build("wheel", source, folder)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def build(target: str, source: Path, into: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(into)]
    environment = os.environ | {"PATH": "/usr/bin/nowhere"}
    subprocess.run(command, cwd=source, env=environment, check=True, timeout=120)


def test_the_wheel_has_the_extension_as_jupyterlab_loads_it(wheel: zipfile.ZipFile):
    package = json.loads(wheel.read(f"{INSTALLED}package.json"))
    entry = package["jupyterlab"]["_build"]["load"]
    assert f"{INSTALLED}{entry}" in wheel.namelist()
    assert f"{INSTALLED}schemas/@limner/labextension/plugin.json" in wheel.namelist()
    assert json.loads(wheel.read(f"{INSTALLED}install.json"))["packageName"] == "limner"


def test_the_wheel_switches_the_server_extension_on(wheel: zipfile.ZipFile):
    place = "limner-0.1.0.data/data/etc/jupyter/jupyter_server_config.d/limner.json"
    extensions = json.loads(wheel.read(place))["ServerApp"]["jpserver_extensions"]
    assert extensions == {"limner.notebook.server_extension": True}
    assert "limner/notebook/server_extension.py" in wheel.namelist()


def test_the_wheel_says_nothing_of_the_machine_that_built_it(wheel: zipfile.ZipFile):
    home = str(ROOT).encode()
    assert not [name for name in wheel.namelist() if home in wheel.read(name)]


def test_the_wheel_registers_no_language_server_with_jupyter(wheel: zipfile.ZipFile):
    (points,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    assert b"jupyter_lsp" not in wheel.read(points)
