"""Hovering the path of a data file tells its columns; nothing outside the open folders is read."""

import contextlib
import os

import numpy as np
import polars as pl
import pytest

from limner.lsp.data_files import path_of
from lsp.client import connect


@pytest.fixture
def folder(tmp_path):
    project = tmp_path / "project 项目"
    (project / "data").mkdir(parents=True)
    (project / "data" / "a b.csv").write_text("身高,weight|kg,`组`\n1.5,2,甲\n2.5,3,<b>\n")
    pl.DataFrame({"x": [1, 2, 3]}).write_parquet(project / "data" / "t.parquet")
    np.savez(project / "n.npz", first=np.zeros((3, 2), "f4"))
    np.save(tmp_path / "secret.npy", np.zeros(3))
    return project


@contextlib.asynccontextmanager
async def session(folder, text, *, language="python", name="code.py", folders=(), **more):
    offered = [{"uri": one.as_uri(), "name": one.name} for one in folders]
    uri = (folder / name).as_uri() if name else "untitled:Untitled-1"
    async with connect(**more, workspaceFolders=offered) as client:
        client.open(text, uri=uri, language=language)
        await client.idle(uri)

        async def hover(line, character):
            found = await client.at("textDocument/hover", line, character, uri)
            return found and found["contents"]["value"]

        yield hover


async def test_a_string_of_python_that_names_a_file_tells_its_columns(folder):
    async with session(folder, 'x = read("data/a b.csv")\n') as hover:
        said = await hover(0, 12)
        assert said.startswith("**a b.csv** · 2 rows · 3 columns")
        assert "| 身高 | number | 1.5 |" in said
        assert r"| weight\|kg | integer | 2 |" in said and r"| \`组\` | text | 甲 |" in said
        assert await hover(0, 2) is None


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("data/t.parquet", "3 rows"),
        ("n.npz", "float32"),
        ("./data/../n.npz", "float32"),
    ],
)
async def test_every_kind_of_file_is_told(folder, path, said):
    async with session(folder, f"f = '{path}'\n") as hover:
        assert said in await hover(0, 7)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("See [the data](data/a%20b.csv).", 20),
        ("See [the data](<data/a b.csv>).", 20),
        ('See ![](data/a%20b.csv "title").', 12),
        ("The file `n.npz` has it.", 12),
    ],
)
async def test_links_and_words_of_markdown_tell_it_too(folder, text, at):
    async with session(folder, text, language="markdown", name="notes.md") as hover:
        assert "column" in await hover(0, at)
        assert await hover(0, 1) is None


async def test_paths_are_looked_for_in_the_open_folders_and_beside_the_document(folder):
    (folder / "sub").mkdir()
    text = 'x = "n.npz"\ny = "../n.npz"\n'
    async with session(folder, text, name="sub/code.py", folders=[folder]) as hover:
        assert "float32" in await hover(0, 6)
        assert "float32" in await hover(1, 6)


async def test_an_absolute_path_is_read_only_inside_an_open_folder(folder):
    text = f'a = "{folder}/n.npz"\nb = "{folder.parent}/secret.npy"\n'
    async with session(folder, text, folders=[folder]) as hover:
        assert "float32" in await hover(0, 8)
        assert await hover(1, 8) is None


async def test_what_lies_outside_is_not_read_by_any_road(folder):
    os.symlink(folder.parent / "secret.npy", folder / "link.npy")
    os.symlink(folder.parent, folder / "up")
    text = '"../secret.npy"\n"link.npy"\n"up/secret.npy"\n"~/secret.npy"\n"data/../../secret.npy"\n'
    async with session(folder, text, folders=[folder]) as hover:
        for line in range(5):
            assert await hover(line, 4) is None


@pytest.mark.parametrize(
    "text",
    [
        '"missing.csv"',
        '"https://example.org/a.csv"',
        '"file:///etc/a.csv"',
        'f"data/{x}.csv"',
        'b"n.npz"',
        '"n.npz\\n"',
        '"data"',
        '"code.py"',
        '"\\x00.csv"',
        f'"{"a" * 5000}.csv"',
    ],
)
async def test_anything_else_is_no_path_and_no_error(folder, text):
    async with session(folder, f"x = {text}\n") as hover:
        assert await hover(0, 8) is None


async def test_in_a_workspace_that_is_not_trusted_nothing_is_read(folder):
    untrusted = {"experimental": {"limner": {"trusted": False}}}
    async with session(folder, 'x = "n.npz"\n', capabilities=untrusted) as hover:
        assert await hover(0, 6) is None


async def test_a_document_without_a_folder_names_nothing(folder):
    async with session(folder, 'x = "n.npz"\n', name="") as hover:
        assert await hover(0, 6) is None


async def test_a_broken_file_and_a_pipe_are_no_error_and_keep_nobody_waiting(folder):
    (folder / "broken.parquet").write_bytes(b"PAR1" + b"\xff" * 40 + b"\x10\0\0\0PAR1")
    os.mkfifo(folder / "pipe.csv")
    async with session(folder, '"broken.parquet"\n"pipe.csv"\n') as hover:
        assert await hover(0, 4) is None
        assert await hover(1, 4) is None


async def test_a_client_without_markdown_gets_plain_lines(folder):
    plain = {"textDocument": {"hover": {"contentFormat": ["plaintext"]}}}
    async with session(folder, 'x = "data/a b.csv"\n', capabilities=plain) as hover:
        said = await hover(0, 9)
        assert "身高  number  1.5" in said and "|---" not in said and "**" not in said


def test_cells_of_notebooks_lie_where_their_notebook_does():
    assert str(path_of("vscode-notebook-cell:/home/me/a%20b.ipynb#W1")) == "/home/me/a b.ipynb"
    assert str(path_of("file:///home/me/n.ipynb#cell-1")) == "/home/me/n.ipynb"
    for uri in ("untitled:Untitled-1", "https://host/a", "file://server/share/a", "git:/a.py"):
        assert path_of(uri) is None
