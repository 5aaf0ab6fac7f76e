"""JupyterLab for `limner demo`: on copies of the examples, until Ctrl-C."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Any

import platformdirs

from limner.protocol import LimnerError

EXAMPLES = Path("examples")
TOUR = "tour.ipynb"
LABEXTENSION = "@limner/labextension"
SERVER_EXTENSION = "limner.notebook.server_extension"
PATIENCE = 60.0
"""Seconds for JupyterLab's first answer."""
GRACE = 10.0
"""Seconds for its end."""
STEP = 0.1


def missing() -> str:
    """Why JupyterLab cannot be shown, in a sentence; empty when it can."""
    if not (EXAMPLES / TOUR).exists():
        return f"{EXAMPLES / TOUR} is not here: run this in a checkout of Limner."
    if find_spec("jupyterlab") is None:
        return f"JupyterLab is not installed: {sys.executable} -m pip install jupyterlab"
    if labextension() is None:
        return "The JupyterLab extension is not built: install node 20 or newer, then `make lab`."
    return ""


def labextension() -> Path | None:
    """Where JupyterLab finds our extension, or None."""
    from jupyter_core.paths import jupyter_path

    folders = (Path(base, LABEXTENSION) for base in jupyter_path("labextensions"))
    return next((folder for folder in folders if (folder / "package.json").exists()), None)


def is_switched_off() -> bool:
    """Whether JupyterLab was told to leave our extension out."""
    from jupyterlab_server.config import get_static_page_config

    page: dict[str, Any] = get_static_page_config(level="all")
    return bool(page.get("disabledExtensions", {}).get(LABEXTENSION))


def server_extension_is_on() -> bool:
    """Whether Jupyter's server is told to load our extension, by its own way of reading that."""
    from jupyter_core.paths import jupyter_config_path
    from jupyter_server.extension.config import ExtensionConfigManager

    manager = ExtensionConfigManager(read_config_path=jupyter_config_path())
    return bool(manager.enabled(SERVER_EXTENSION))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]


def has_display() -> bool:
    """Whether a browser can be shown."""
    named = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.platform != "linux" or bool(named)


def copy_examples() -> Path:
    """Copies to play with; those of an earlier demo are replaced."""
    folder = Path(platformdirs.user_cache_dir("limner")) / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    for file in EXAMPLES.iterdir():
        if file.is_file():
            shutil.copyfile(file, folder / file.name)
    return folder


class Lab:
    """A JupyterLab of its own on a folder; ends with the block."""

    def __init__(self, folder: Path, port: int | None) -> None:
        """Choose a port and a token."""
        self.port = port or free_port()
        self._token = secrets.token_hex(24)
        self._folder = folder

    @property
    def address(self) -> str:
        """To open in a browser, with the token."""
        return f"http://127.0.0.1:{self.port}/lab/tree/{TOUR}?token={self._token}"

    def __enter__(self) -> Lab:
        """Start it and wait until it answers.

        Raises:
            LimnerError: it does not.
        """
        command = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--log-level=ERROR"),
            *("--ip=127.0.0.1", f"--port={self.port}", "--ServerApp.port_retries=0"),
            *("--ServerApp.answer_yes=True", f"--ServerApp.root_dir={self._folder}"),
            *(["--allow-root"] if os.geteuid() == 0 else []),
        ]
        # the token travels in the environment: a command line can be read by everybody
        environment = os.environ | {"JUPYTER_TOKEN": self._token}
        for number in (signal.SIGTERM, signal.SIGHUP):  # else JupyterLab would outlive us
            signal.signal(number, _interrupt)
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True
        )
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End it, with its kernels."""
        self._process.terminate()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def stay(self) -> None:
        """Until Ctrl-C, until the terminal is closed, or until it is shut down in the browser."""
        try:
            self._process.wait()
        except KeyboardInterrupt:
            return

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None:
                raise LimnerError(
                    f"JupyterLab ended at once with status {self._process.returncode}: "
                    f"is port {self.port} free? Choose another one with --port."
                )
            if time.monotonic() > deadline:
                raise LimnerError(f"JupyterLab did not answer within {PATIENCE:.0f} s: try again.")
            time.sleep(STEP)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def free_port() -> int:
    """A TCP port of the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
