"""The same user's file in every message, whoever runs the tests."""

from pathlib import Path

import pytest

from lsp.corpus import DOCUMENTS


@pytest.fixture(autouse=True)
def config_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIMNER_CONFIG", "/home/you/.config/limner/config.toml")


@pytest.fixture
def folder(tmp_path, tmp_path_factory, monkeypatch) -> Path:
    """A folder of documents, and a cache of its own for what is mined from it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    home = tmp_path / "系统 文档"
    home.mkdir()
    for name, text in DOCUMENTS.items():
        (home / name).write_text(text, "utf-8")
    return home
