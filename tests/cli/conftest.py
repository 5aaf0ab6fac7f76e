import pytest

from cli.command import Command


@pytest.fixture
def limner(capsys, monkeypatch):
    """`limner("attribute", "…")` → what it said."""
    monkeypatch.setenv("COLUMNS", "100")
    return Command(capsys, monkeypatch)
