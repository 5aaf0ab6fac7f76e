"""The invariants of ARCHITECTURE.md that a machine can check."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "server"
FILES = sorted((ROOT / "limner").rglob("*.py"))
CHECKED = (*FILES, *sorted(Path(__file__).parent.rglob("*.py")))
EDITOR_WORDS = {"uri", "uris", "hint", "hints", "hover", "lens", "diagnostic", "diagnostics", "lsp"}

MAY_IMPORT = {
    "errors": set(),
    "frozen": set(),
    "description": {"limner.frozen", "limner.render"},
    "independence": {"limner.frozen", "limner.description", "limner.render"},
    "protocol": {
        "limner._version",
        "limner.errors",
        "limner.frozen",
        "limner.description",
        "limner.independence",
        "limner.results",
        "limner.status",
        "limner.render",
    },
    "results": {"limner.frozen", "limner.results", "limner.render"},
    "in_place": {
        "limner.engine.memory",
        "limner.engine.threads",
        "limner.in_place",
        "limner.methods",
        "limner.models",
        "limner.results",
        "limner.protocol",
        "limner.render",
    },
    "atomic": set(),
    "labelling": {
        "limner.atomic",
        "limner.labelling",
        "limner.api",
        "limner.models.model",
        "limner.results",
        "limner.methods.cloze",
        "limner.text",
        "limner.protocol",
        "limner.frozen",
        "limner.render",
    },
    "status": {"limner.frozen"},
    "arrays": {"limner.arrays", "limner.protocol"},
    "files": {"limner.files", "limner.arrays", "limner.protocol"},
    "comparing": {"limner.arrays", "limner.methods", "limner.protocol"},
    "terms": {
        "limner.atomic",
        "limner.terms",
        "limner.methods.terms",
        "limner.text",
        "limner.protocol",
        "limner.render",
    },
    "text": {"limner.text"},
    "models": {
        "limner.atomic",
        "limner.models",
        "limner.text",
        "limner.protocol",
        "limner.config",
    },
    "methods": {
        "limner.methods",
        "limner.text",
        "limner.models",
        "limner.protocol",
        "limner.results",
    },
    "engine": {
        "limner.engine",
        "limner.methods",
        "limner.models",
        "limner.protocol",
        "limner.config",
        "limner._version",
    },
    "render": {
        "limner.render",
        "limner.text",
        "limner.protocol",
        "limner.results",
        "limner.terms.api",
        "limner.methods.terms.results",
    },
    "pictures": {"limner.protocol"},
    "overlays": {
        "limner.overlays",
        "limner.render",
        "limner.text",
        "limner.protocol",
        "limner.terms",
        "limner.methods.terms",
    },
}
"""What of ours a part may import, anywhere in its files."""

FOREIGN = {
    "arrays": {"numpy"},
    "files": {"numpy", "polars"},
    "comparing": {"msgspec"},
    "methods": {"torch", "numpy", "scipy", "msgspec", "captum", "gensim", "daachorse"},
    "terms": {
        *("numpy", "msgspec", "platformdirs", "charset_normalizer", "docx", "pypdfium2"),
        *("tomlkit", "pypinyin"),
    },
    "labelling": {"numpy", "msgspec", "polars", "tomlkit", "tree_sitter", "tree_sitter_toml"},
    "text": {"jieba", "platformdirs", "tree_sitter", "tree_sitter_markdown"},
    "render": {"msgspec", "rich"},
    "overlays": {"msgspec"},
    "pictures": {"torch", "PIL"},
}
"""What of others' a part may import besides the standard library."""


def name_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def part_of(file: Path) -> str:
    return file.relative_to(ROOT / "limner").with_suffix("").parts[0]


def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), str(file))


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported, at the top or inside a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            if node.module == "limner":
                yield from (f"limner.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


def under(module: str, allowed: set[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in allowed)


def strangers(file: Path) -> list[str]:
    """What `file` imports that is neither ours nor the standard library's."""
    roots = {module.partition(".")[0] for module in imports(tree_of(file))}
    return sorted(roots - {"limner", *sys.stdlib_module_names})


def of_parts(*parts: str) -> pytest.MarkDecorator:
    files = [file for file in FILES if part_of(file) in parts]
    return pytest.mark.parametrize("file", files, ids=map(name_of, files))


@of_parts(*MAY_IMPORT)
def test_a_part_imports_only_the_parts_beneath_it(file):
    ours = {module for module in imports(tree_of(file)) if under(module, {"limner"})}
    assert not [module for module in ours if not under(module, MAY_IMPORT[part_of(file)])]


@of_parts(*FOREIGN)
def test_a_part_imports_only_the_libraries_it_is_for(file):
    assert set(strangers(file)) <= FOREIGN[part_of(file)]


@of_parts("engine", "methods", "models")
def test_what_computes_has_no_word_of_editors(file):
    names: set[str] = set()
    for node in ast.walk(tree_of(file)):
        for field in ("id", "attr", "arg", "name"):
            names.add(str(getattr(node, field, "")))
    words = {word for name in names for word in re.findall(r"[A-Z]?[a-z]+", name)}
    assert not {word.lower() for word in words} & EDITOR_WORDS
    assert not words & {"Range", "Position"}
    assert not under("pygls", {*imports(tree_of(file))})


@pytest.mark.parametrize("file", FILES, ids=map(name_of, FILES))
def test_only_text_converts_positions(file):
    """Counting UTF-16 or UTF-32 units needs an encoder; nobody else calls one."""
    if part_of(file) == "text":
        return
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("encode", "decode"):
            codecs = [a.value for a in node.args if isinstance(a, ast.Constant)]
            assert not [c for c in codecs if re.match(r"utf[-_]?(16|32)", str(c), re.IGNORECASE)]


def test_the_relay_knows_nothing_but_the_standard_library():
    """Followed through every import of ours, lazy ones too."""
    seen: set[str] = set()
    ahead = {"limner.daemon.relay"}
    while ahead:
        module = ahead.pop()
        seen.add(module)
        file = file_of(module)
        if file is None:
            continue  # a name in a module, not a module
        # imported only where the session has no runtime directory
        allowed = ["platformdirs"] if module == "limner.daemon.paths" else []
        assert strangers(file) == allowed, module
        ahead |= {m for m in imports(tree_of(file)) if under(m, {"limner.daemon"})} - seen
        ahead |= {m for m in imports(tree_of(file)) if m == "limner._version"} - seen


def file_of(module: str) -> Path | None:
    path = ROOT.joinpath(*module.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.exists():
            return file
    return None


LIGHT = {
    "limner": {"torch", "numpy", "msgspec", "click", "pygls", "transformers", "IPython"},
    "limner.__main__": {"torch", "numpy", "msgspec", "click", "pygls", "transformers"},
    "limner.daemon.relay": {"torch", "numpy", "msgspec", "click", "pygls", "transformers"},
    "limner.cli": {"torch", "numpy", "pygls", "transformers", "jieba"},
    "limner.render.mime": {"torch", "numpy", "pygls", "transformers", "jieba", "click"},
    "limner.render.html": {"torch", "numpy", "pygls", "transformers", "jieba", "click"},
    "limner.notebook.magics": {"torch", "transformers", "pygls", "jieba"},
    "limner.daemon.serve": {"torch", "transformers", "click"},
    "limner.lsp.session": {"torch", "transformers", "click"},
    "limner.notebook.server_extension": {"torch", "numpy", "pygls", "transformers", "msgspec"},
    "limner.notebook.relay_socket": {"torch", "numpy", "pygls", "transformers", "msgspec"},
    "limner.notebook.bridge": {"torch", "numpy", "msgspec", "pandas", "asyncio", "click"},
    "limner.terms": {"torch", "numpy", "msgspec", "gensim", "docx", "pypdfium2"},
    "limner.terms.api": {"torch", "scipy", "gensim", "docx", "pypdfium2", "click"},
    "limner.describing": {"torch", "pandas", "polars", "transformers", "click"},
    "limner.comparing": {"torch", "pandas", "polars", "transformers", "click"},
    "limner.files.read": {"torch", "scipy", "pandas", "polars", "click"},
}
"""Module → what importing it must not bring along."""


@pytest.mark.parametrize(("module", "heavy"), LIGHT.items(), ids=LIGHT)
def test_starting_stays_light(module, heavy):
    script = f"import json, sys; import {module}; print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120
    )
    assert not heavy & set(json.loads(ran.stdout))


@pytest.mark.parametrize("file", FILES, ids=map(name_of, FILES))
def test_what_a_module_offers_it_has(file):
    tree = tree_of(file)
    offered = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "__all__"
    ]
    for names in offered:
        assert not set(names) - {*bound(tree.body)}
        assert len(names) == len(set(names))


def bound(body: list[ast.stmt]) -> Iterator[str]:
    """Names that a module's top level binds, for type checkers too."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (t.id for t in node.targets if isinstance(t, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        elif isinstance(node, ast.If):
            yield from bound(node.body)


@pytest.mark.parametrize("file", CHECKED, ids=lambda file: file.stem)
def test_a_module_is_split_before_four_hundred_lines(file):
    assert len(file.read_text("utf-8").splitlines()) <= 400


def test_there_is_no_drawer_for_odds_and_ends():
    assert not [
        file for file in FILES if file.stem in ("utils", "util", "helpers", "common", "misc")
    ]
