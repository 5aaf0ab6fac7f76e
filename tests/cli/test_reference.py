import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def generate(monkeypatch):
    monkeypatch.syspath_prepend(DOCS)
    import generate

    yield generate
    for name in [name for name in sys.modules if name.split(".")[0] in ("generate", "pages")]:
        del sys.modules[name]


@pytest.mark.parametrize(
    "name", ["cli.md", "json.md", "settings.md", "protocol.md", "cloze.schema.json"]
)
def test_the_reference_is_what_the_code_says(generate, name):
    """If this fails, run `make docs`."""
    assert generate.pages()[name] == (DOCS / "reference" / name).read_text("utf-8")


def test_every_command_of_the_language_server_is_described(generate):
    from limner.lsp.features import COMMANDS

    described = (
        *generate.protocol.COMMANDS,
        *(f"terms.{name}" for name in generate.protocol.TERMS),
        *(f"cloze.{name}" for name in generate.protocol.CLOZE),
    )
    assert {name for name, _ in COMMANDS} == {f"limner.{name}" for name in described}
