"""Options of the whole suite."""

import pytest
from hypothesis import settings

# no test asserts a time: a busy machine would make it lie
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update", action="store_true", help="rewrite the golden answers of marker archives"
    )
