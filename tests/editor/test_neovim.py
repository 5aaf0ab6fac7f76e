"""A real, headless Neovim 0.11 through the real `limner lsp`, with the bundled model.

It negotiates UTF-8, so together with the tests of VS Code it checks both units.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from editor import neovim
from lsp.process import own_daemon

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """One daemon for these tests."""
    with own_daemon(tmp_path_factory.mktemp("daemon")) as variables:
        yield variables


def show(environment: dict[str, str], path: Path, filetype: str, **more: Any) -> dict[str, Any]:
    """What a user of Neovim sees of `path`."""
    values = {name: json.dumps(value) for name, value in more.items()}
    return neovim.run(
        "show.lua", path.parent, environment, file=str(path), filetype=filetype, **values
    )


def test_a_pinned_string_shows_hint_hover_and_colours_and_follows_an_edit(
    tmp_path: Path, environment: dict[str, str]
):
    path = tmp_path / "review.py"
    line = 'review = "🎬 质量很差，用了两天就坏了。"'
    text = f"# limner: attribute model=mini-sentiment\n{line}\n"
    path.write_text(text, "utf-8")
    bad = len(line[: line.index("差")].encode())
    seen = show(
        environment,
        path,
        "python",
        hints=1,
        hover=[2, bad],
        edit=[1, bad, bad + len("差".encode()), "好"],
    )
    assert seen["encoding"] == "utf-8"
    (hint,) = seen["before"]["hints"]
    assert (hint["row"], hint["column"]) == (1, len(line.encode()))
    assert "negative 0." in hint["text"]
    assert "δ" in hint["text"]
    groups = {token["group"] for token in seen["before"]["tokens"]}
    assert all(group.startswith("@lsp.typemod.limner") for group in groups)
    assert "差" in "".join(token["text"] for token in seen["before"]["tokens"])
    assert "差" in seen["hover"].split("\n")[0]
    assert "share of ΔF" in seen["hover"]
    assert seen["after"][0] != hint["text"].strip()
    assert seen["diagnostics"] == []
    assert seen["text"] == text.replace("差", "好").rstrip("\n")


def test_paragraphs_of_markdown_work_the_same(tmp_path: Path, environment: dict[str, str]):
    path = tmp_path / "notes.md"
    line = "屏幕很清晰，就是电池太差。"
    path.write_text(f"<!-- limner: attribute -->\n{line}\n", "utf-8")
    bad = len(line[: line.index("差")].encode())
    seen = show(
        environment,
        path,
        "markdown",
        hints=1,
        hover=[2, bad],
        edit=[1, bad, bad + len("差".encode()), "好"],
    )
    assert seen["before"]["hints"][0]["row"] == 1
    assert "差" in seen["hover"].split("\n")[0]
