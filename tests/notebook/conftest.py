import atexit
import os

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config as Traits

from notebook.shell import Cells


@pytest.fixture(scope="module")
def ipython(tmp_path_factory):
    """One shell, without history on disk."""
    before = os.environ.get("IPYTHONDIR")
    os.environ["IPYTHONDIR"] = str(tmp_path_factory.mktemp("ipython"))
    traits = Traits()
    traits.HistoryManager.enabled = False
    traits.InteractiveShell.colors = "nocolor"
    shell = InteractiveShell.instance(config=traits)
    yield shell
    shell.atexit_operations()
    atexit.unregister(shell.atexit_operations)
    InteractiveShell.clear_instance()
    os.environ.pop("IPYTHONDIR") if before is None else os.environ.update(IPYTHONDIR=before)


@pytest.fixture
def cells(ipython, capsys, monkeypatch, tmp_path):
    """`cells('%attribute "…"')` → what it gave and printed."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("LIMNER_CONFIG", str(tmp_path / "config.toml"))
    before = {*ipython.user_ns}
    yield Cells(ipython, capsys)
    for name in {*ipython.user_ns} - before:
        if not name.startswith("_"):
            del ipython.user_ns[name]
