"""What the documents show is what the commands print, and what the programs in them do."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def load(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


examples = load("examples")
EXAMPLES = [*examples.examples()]
PROGRAMS = [
    (file, program)
    for file in examples.documents()
    for program in PYTHON.findall(file.read_text("utf-8"))
    if "import limner" in program or "limner." in program
]


@pytest.fixture(scope="module")
def own_daemon(tmp_path_factory):
    """A daemon of these tests' own, stopped afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        patch.setenv("LIMNER_CONFIG", str(tmp_path_factory.mktemp("config") / "config.toml"))
        yield
        examples.limner("daemon", "stop")


def shape(output):
    """The output without what differs between machines: numbers, bars, and so the order."""
    output = re.sub(r"[█▒]+", "", re.sub(r"[<+−]? ?\d[\d.,]*", "N", output))
    return sorted(
        re.sub(r"\s+", " ", line).replace("N s ·", "N ms ·").strip() for line in output.splitlines()
    )


@pytest.mark.process
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.file.name}: {e.command}")
def test_an_example_prints_what_the_document_shows(own_daemon, example):
    """If this fails after a change of the output or of a bundled model, run `make docs`."""
    assert shape(example.run()) == shape(example.output)


@pytest.mark.process
@pytest.mark.parametrize(
    "file", dict.fromkeys(file for file, _ in PROGRAMS), ids=lambda file: file.name
)
def test_the_programs_of_a_document_run(file, capsys):
    names: dict[str, object] = {}
    for program in [program for name, program in PROGRAMS if name == file]:
        exec(compile(program, str(file), "exec"), names)
    assert capsys.readouterr().out


@pytest.mark.parametrize("file", examples.documents(), ids=lambda file: file.name)
def test_links_between_documents_lead_somewhere(file):
    for target in LINK.findall(file.read_text("utf-8")):
        assert (file.parent / target).exists(), target


def test_both_languages_show_the_same_commands():
    def commands(name):
        return [e.command for e in EXAMPLES if e.file.name == name]

    assert commands("README.md") == commands("README.zh.md")
    assert commands("tutorial.md") == commands("tutorial.zh.md")
