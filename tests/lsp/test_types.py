"""The front ends' types are those of the server."""

import importlib.util
from pathlib import Path
from types import ModuleType

import msgspec.inspect
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "protocol/generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_typescript_types_and_the_palette_are_fresh(generate: ModuleType):
    for name, text in generate.files().items():
        written = (ROOT / "protocol/src" / name).read_text("utf-8")
        assert written == text, f"{name} is stale: run make docs"


def test_what_is_given_may_leave_out_defaults_and_what_is_sent_has_every_key(
    generate: ModuleType,
):
    types = generate.types()
    assert "  readonly beside?: boolean;" in types
    assert "  readonly preliminary: boolean;" in types


def test_a_type_without_a_translation_is_refused(generate: ModuleType):
    with pytest.raises(TypeError, match="has no TypeScript type here"):
        generate.type_of(msgspec.inspect.BytesType())
