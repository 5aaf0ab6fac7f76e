"""The same user's file in every message, whoever runs the tests."""

import pytest


@pytest.fixture(autouse=True)
def config_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIMNER_CONFIG", "/home/you/.config/limner/config.toml")
