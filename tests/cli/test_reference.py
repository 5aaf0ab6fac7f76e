import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["cli.md", "json.md", "settings.md", "protocol.md"])
def test_the_reference_is_what_the_code_says(generate, name):
    """If this fails, run `make docs`."""
    assert generate.pages()[name] == (DOCS / "reference" / name).read_text("utf-8")


def test_every_command_of_the_language_server_is_described(generate):
    from limner.lsp.features import COMMANDS

    described = (*generate.COMMANDS, *(f"terms.{name}" for name in generate.TERMS))
    assert {name for name, _ in COMMANDS} == {f"limner.{name}" for name in described}
