import pytest

from cli.command import Command


@pytest.fixture
def limner(capsys, monkeypatch, tmp_path_factory):
    """`limner("attribute", "…")` → what it said."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    monkeypatch.setenv("LIMNER_CONFIG", str(tmp_path_factory.mktemp("config") / "config.toml"))
    return Command(capsys, monkeypatch)
