"""Terms in an editor: a folder is mined, and its documents are highlighted, explained, completed."""

import asyncio
import contextlib
import json
from pathlib import Path

import pytest

from lsp.client import CAPABILITIES, LspError, capabilities_with, connect

DOCUMENTS = {
    "内存.md": "# 操作系统的内存\n\n操作系统管理虚拟内存。虚拟内存由操作系统分页，page table 记录映射。\n\n"
    "```\n操作系统\n```\n\n查看操作系统的虚拟内存。进程使用虚拟内存；虚拟内存不够时，操作系统报告。\n",
    "进程.md": "# 调度\n\n操作系统调度进程。每个进程都有虚拟内存，操作系统保护虚拟内存。\n\n进程与进程通信。\n",
    "paging.txt": "The page table maps virtual memory. A page table\nentry is small. Page tables are "
    "kept in virtual memory.\n",
    "虚拟内存.txt": "虚拟内存\n\n虚拟内存是操作系统的功能。\n",
}
OVERLAYS = {"experimental": {"limner": {"overlay": {"version": 1}}}}


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def folder(tmp_path) -> Path:
    home = tmp_path / "系统 文档"
    home.mkdir()
    for name, text in DOCUMENTS.items():
        (home / name).write_text(text, "utf-8")
    return home


def mined(folder: Path, **more) -> None:
    """As `limner.terms.mine` does it, in this process."""
    from limner.terms.miner import mine_folder

    mine_folder(folder, top=200, **more)


@contextlib.asynccontextmanager
async def session(folder: Path, **more):
    folders = [{"uri": folder.as_uri(), "name": folder.name}]
    async with connect(workspaceFolders=folders, **more) as client:
        yield client


def shown(client, folder, name="内存.md", text=None, language="markdown") -> str:
    uri = (folder / name).as_uri()
    text = DOCUMENTS[name] if text is None else text
    client.open(text, uri=uri, language=language)
    return uri


def argument(uri, **more):
    return {"uri": uri, **more}


def place(text: str, word: str, nth: int = 0) -> dict:
    """Where a word begins, in UTF-16 units."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(word, at + 1)
    line = text.count("\n", 0, at)
    begin = text.rfind("\n", 0, at) + 1
    return {"line": line, "character": len(text[begin:at].encode("utf-16-le")) // 2}


def painted(text: str, data: list[int]) -> list[tuple[str, int]]:
    """Texts of five numbers each, and their types."""
    lines = text.split("\n")
    line = character = 0
    found = []
    for k in range(0, len(data), 5):
        down, right, length, kind, _ = data[k : k + 5]
        line, character = line + down, right if down else character + right
        units = lines[line].encode("utf-16-le")
        found.append((units[2 * character : 2 * (character + length)].decode("utf-16-le"), kind))
    return found


async def tokens(client, uri) -> list[int]:
    params = {"textDocument": {"uri": uri}}
    return (await client.request("textDocument/semanticTokens/full", params))["data"]


async def test_terms_have_semantic_tokens_and_code_has_none(folder):
    mined(folder)
    async with session(folder) as client:
        uri = shown(client, folder)
        found = painted(DOCUMENTS["内存.md"], await tokens(client, uri))
        assert ("虚拟内存", 2) in found
        assert found.count(("操作系统", 2)) == DOCUMENTS["内存.md"].count("操作系统") - 1


async def test_positions_are_right_behind_emoji_and_crlf(folder):
    mined(folder)
    text = "😀操作系统\r\n𠀀 **虚拟内存**，\r\n> 操作系统\r\n"
    async with session(folder) as client:
        uri = shown(client, folder, text=text)
        found = painted(text.replace("\r", ""), await tokens(client, uri))
        assert [word for word, _ in found] == ["操作系统", "虚拟内存", "操作系统"]


async def test_a_term_over_a_line_end_is_marked_on_both_lines(folder):
    mined(folder)
    async with session(folder) as client:
        text = "A page\n  table is here.\n"
        uri = shown(client, folder, "paging.txt", text, "plaintext")
        assert painted(text, await tokens(client, uri)) == [("page", 2), ("table", 2)]


@pytest.mark.parametrize(
    ("language", "name", "text", "found"),
    [
        ("python", "a.py", '# 操作系统\nx = "操作系统"\ndef f():\n    """虚拟内存"""\n', 2),
        ("python", "b.py", "x = (\n    '''操作系统'''\n)\n# limner: attribute model=操作系统\n", 0),
        ("latex", "a.tex", "操作系统 \\label{操作系统} % 操作系统\n$操作系统$\n", 1),
        ("restructuredtext", "a.rst", "操作系统 ``操作系统``\n\n.. image:: 操作系统\n", 1),
        ("json", "a.json", '["操作系统"]', 0),
    ],
)
async def test_terms_are_found_in_running_text_alone(folder, language, name, text, found):
    mined(folder)
    async with session(folder) as client:
        uri = shown(client, folder, name, text, language)
        assert len(painted(text, await tokens(client, uri))) == found


async def test_a_notebooks_markdown_cell_belongs_to_its_folder(folder):
    mined(folder)
    async with session(folder) as client:
        uri = f"vscode-notebook-cell:{(folder / 'a.ipynb').as_uri()[7:]}#W1"
        client.open("操作系统", uri=uri, language="markdown")
        assert painted("操作系统", await tokens(client, uri)) == [("操作系统", 2)]


async def test_highlights_follow_the_text_and_the_switch(folder):
    mined(folder)
    async with session(folder, capabilities={**CAPABILITIES, **OVERLAYS}) as client:
        text = "操作系统\n"
        uri = shown(client, folder, text=text)
        await client.until(lambda: any(m["method"] == "limner/highlights" for m in client.inbox))
        (told,) = client.take("limner/highlights")
        assert (told["uri"], told["version"]) == (uri, 1)
        assert told["data"][:3] == [0, 0, 4]
        client.change(2, ((0, 0, 0, 0), "😀 "), uri=uri)
        await client.until(lambda: any(m["method"] == "limner/highlights" for m in client.inbox))
        assert client.take("limner/highlights")[-1]["data"][:3] == [0, 3, 4]
        client.answers["workspace/configuration"] = lambda _: [{"debounceMs": 0, "terms": False}]
        client.notify("workspace/didChangeConfiguration", {"settings": None})
        await client.until(lambda: any(m["method"] == "limner/highlights" for m in client.inbox))
        assert client.take("limner/highlights")[-1]["data"] == []


async def test_a_hover_says_why(folder):
    mined(folder)
    async with session(folder) as client:
        uri = shown(client, folder)
        at = place(DOCUMENTS["内存.md"], "虚拟内存", 1)
        hover = await client.at("textDocument/hover", at["line"], at["character"] + 1, uri)
        said = hover["contents"]["value"]
        assert said.startswith("**虚拟内存** · number ")
        assert "5 on this page" in said
        assert "PMI" in said and "entropy" in said and "in the background (builtin)" in said
        assert said.count("\n> — ") == 3
        assert "paging" not in said
        assert hover["range"]["end"]["character"] - hover["range"]["start"]["character"] == 4


@pytest.mark.parametrize("typed", ["请打开虚拟", "请打开 xn", "xuni", "操作系统与虚"])
async def test_terms_are_completed_by_prefix_and_by_pinyin(folder, typed):
    mined(folder)
    async with session(folder) as client:
        uri = shown(client, folder, text=f"😀{typed}")
        answer = await client.at("textDocument/completion", 0, len(typed) + 2, uri)
        item = next(item for item in answer["items"] if item["label"] == "虚拟内存")
        edit = item["textEdit"]
        assert edit["newText"] == "虚拟内存"
        assert edit["range"]["end"]["character"] == len(typed) + 2
        replaced = f"xx{typed}"[edit["range"]["start"]["character"] :]
        assert replaced in ("虚拟", "xn", "xuni", "虚")
        assert item["filterText"].startswith(replaced)
        resolved = await client.request("completionItem/resolve", item)
        assert "PMI" in resolved["documentation"]["value"]


async def test_english_terms_are_completed_across_words(folder):
    mined(folder)
    async with session(folder) as client:
        uri = shown(client, folder, "paging.txt", "see page ta", "plaintext")
        answer = await client.at("textDocument/completion", 0, 11, uri)
        assert "page table" in [item["label"] for item in answer["items"]]
        assert answer["items"][0]["textEdit"]["range"]["start"]["character"] == 4


async def test_nothing_is_completed_in_code(folder):
    mined(folder)
    async with session(folder) as client:
        uri = shown(client, folder, text="```\n虚拟\n```\n")
        assert await client.at("textDocument/completion", 1, 2, uri) is None


async def test_references_are_those_of_open_documents_and_of_files(folder):
    mined(folder)
    (folder / "进程.md").write_text(f"\n\n{DOCUMENTS['进程.md']}", "utf-8")  # changed since
    async with session(folder) as client:
        text = "虚拟内存" + DOCUMENTS["内存.md"]
        uri = shown(client, folder, text=text)
        params = {
            "textDocument": {"uri": uri},
            "position": {"line": 0, "character": 1},
            "context": {"includeDeclaration": True},
        }
        found = await client.request("textDocument/references", params)
        by_file = {one["uri"]: [] for one in found}
        for one in found:
            by_file[one["uri"]].append(one["range"]["start"]["line"])
        assert len(by_file[uri]) == text.count("虚拟内存")
        assert by_file[(folder / "进程.md").as_uri()] == [4, 4]
        assert (folder / "虚拟内存.txt").as_uri() in by_file


async def test_headings_are_linked_and_symbols_listed(folder):
    mined(folder)
    async with session(folder) as client:
        uri = shown(client, folder)
        params = {"textDocument": {"uri": uri}}
        (link,) = await client.request("textDocument/documentLink", params)
        assert link["target"] == f"{(folder / '虚拟内存.txt').as_uri()}#L1"
        at = place(DOCUMENTS["内存.md"], "虚拟内存")
        assert link["range"]["start"] == at
        there = await client.at("textDocument/definition", at["line"], at["character"], uri)
        assert there["uri"] == (folder / "虚拟内存.txt").as_uri()
        symbols = await client.request("textDocument/documentSymbol", params)
        assert ("虚拟内存", "5 ×") in [(one["name"], one["detail"]) for one in symbols]


# ── decisions ─────────────────────────────────────────────────────────────────────────────────


async def actions(client, uri, start, end=None) -> dict[str, dict]:
    params = {
        "textDocument": {"uri": uri},
        "range": {"start": start, "end": end or start},
        "context": {"diagnostics": []},
    }
    found = await client.request("textDocument/codeAction", params) or []
    return {one["title"]: one["command"] for one in found if "terms" in one["command"]["command"]}


async def run(client, command) -> dict:
    params = {"command": command["command"], "arguments": command["arguments"]}
    return await client.request("workspace/executeCommand", params)


async def test_decisions_are_written_shown_and_undone(folder):
    mined(folder)
    file = folder / "lexicon.terms.toml"
    async with session(folder) as client:
        uri = shown(client, folder)
        at = place(DOCUMENTS["内存.md"], "虚拟内存")
        offered = await actions(client, uri, at)
        assert await run(client, offered["Limner: accept “虚拟内存”"]) == {
            "said": "虚拟内存 is a term.", "text": None, "name": None,
        }  # fmt: skip
        assert 'accepted = ["虚拟内存"]' in file.read_text("utf-8")
        assert ("虚拟内存", 3) in painted(DOCUMENTS["内存.md"], await tokens(client, uri))
        offered = await actions(client, uri, at)
        assert "Limner: accept “虚拟内存”" not in offered
        await run(client, offered["Limner: “虚拟内存” is not a term"])
        assert 'accepted = []\nrejected = ["虚拟内存"]' in file.read_text("utf-8")
        found = painted(DOCUMENTS["内存.md"], await tokens(client, uri))
        assert "虚拟内存" not in [word for word, _ in found]
        for said in ("虚拟内存 is not a term", "虚拟内存 is a term"):
            assert (await client.command("limner.terms.undo", {"uri": uri}))["said"] == (
                f"Undone: {said}."
            )
        assert not file.exists()
        assert ("虚拟内存", 2) in painted(DOCUMENTS["内存.md"], await tokens(client, uri))
        with pytest.raises(LspError, match="nothing to undo"):
            await client.command("limner.terms.undo", {"uri": uri})


async def test_selected_text_is_added_and_spellings_are_merged(folder):
    mined(folder)
    async with session(folder) as client:
        text = "一个写时复制页，和写时拷贝页。\n"
        uri = shown(client, folder, text=text)
        offered = await actions(
            client, uri, {"line": 0, "character": 2}, {"line": 0, "character": 6}
        )
        await run(client, offered["Limner: add “写时复制” to the terms"])
        assert painted(text, await tokens(client, uri)) == [("写时复制", 3)]
        await client.command("limner.terms.merge", argument(uri, term="写时拷贝", into="写时复制"))
        assert [word for word, _ in painted(text, await tokens(client, uri))] == [
            "写时复制", "写时拷贝",
        ]  # fmt: skip
        hover = await client.at("textDocument/hover", 0, 10, uri)
        assert hover["contents"]["value"].startswith("**写时复制** · accepted")
        assert "Spellings: 写时拷贝" in hover["contents"]["value"]


async def test_comments_stay_and_unsaved_changes_are_not_overwritten(folder):
    mined(folder)
    file = folder / "ours.terms.toml"
    written = '# 甲\naccepted = [\n  "进程",  # 乙\n]\n'
    file.write_text(written, "utf-8")
    async with session(folder) as client:
        uri = shown(client, folder)
        await client.command("limner.terms.accept", argument(uri, term="虚拟内存"))
        text = file.read_text("utf-8")
        assert "# 甲" in text and "# 乙" in text and "虚拟内存" in text
        client.open(text + "# new", uri=file.as_uri(), language="toml")
        with pytest.raises(LspError, match="not saved: save it first"):
            await client.command("limner.terms.accept", argument(uri, term="页表"))
        assert file.read_text("utf-8") == text


async def test_wrong_lines_of_the_file_are_diagnosed_and_the_others_count(folder):
    text = 'accepted = ["进程", 7]\nfoo = 1\n'
    (folder / "x.terms.toml").write_text(text, "utf-8")
    async with session(folder) as client:
        uri = (folder / "x.terms.toml").as_uri()
        client.open(text, uri=uri, language="toml")
        await client.until(lambda: bool(client.inbox))
        (told,) = client.take("textDocument/publishDiagnostics")
        assert [(one["range"]["start"]["line"], one["message"]) for one in told["diagnostics"]] == [
            (0, "accepted: 7 is no term: write a text of up to 200 characters."),
            (1, "foo is none of accepted, rejected, seeds, variants."),
        ]
        page = shown(client, folder)
        assert painted(DOCUMENTS["内存.md"], await tokens(client, page)).count(("进程", 3)) == 1
        answer = await client.request("limner/lexicon", {"uri": page})
        assert [note.partition("x.terms.toml:")[2][:2] for note in answer["notes"]] == ["1:", "2:"]


async def test_decisions_count_inside_the_open_folder_alone(folder, tmp_path):
    (tmp_path / "evil.terms.toml").write_text('accepted = ["操作系统"]', "utf-8")
    async with session(folder) as client:
        uri = shown(client, folder)
        assert await tokens(client, uri) == []


# ── panels ────────────────────────────────────────────────────────────────────────────────────


async def test_the_lexicon_is_filtered_sorted_and_paged(folder):
    mined(folder)
    async with session(folder) as client:
        uri = shown(client, folder)
        everything = await client.request("limner/lexicon", {"uri": uri})
        assert everything["folder"] == folder.as_uri()
        assert everything["total"] == everything["all"] == len(everything["terms"])
        assert "4 documents" in everything["title"]
        by_pinyin = await client.request("limner/lexicon", {"uri": uri, "query": "xnnc"})
        assert [row["term"] for row in by_pinyin["terms"]] == ["虚拟内存"]
        assert by_pinyin["terms"][0]["here"] == 5
        page = await client.request("limner/lexicon", {"uri": uri, "status": "page"})
        assert {row["term"] for row in page["terms"]} < {row["term"] for row in everything["terms"]}
        counts = await client.request(
            "limner/lexicon", {"uri": uri, "sort": "count", "limit": 2, "offset": 1}
        )
        expected = sorted((row["count"] for row in everything["terms"]), reverse=True)
        assert [row["count"] for row in counts["terms"]] == expected[1:3]
        with pytest.raises(LspError, match="not understood"):
            await client.request("limner/lexicon", {"uri": uri, "sort": "colour"})


async def test_a_term_has_places_and_similar_terms(folder):
    (folder / "c.txt").write_text("file system, filesystem, 账户、帐户。\n" * 5, "utf-8")
    mined(folder)
    async with session(folder) as client:
        uri = shown(client, folder)
        found = await client.request("limner/term", {"uri": uri, "term": "虚拟内存"})
        assert len(found["places"]) == 3
        one = found["places"][0]
        assert one["text"][one["start"] : one["end"]] == "虚拟内存"
        assert (folder / one["where"].partition(":")[0]).exists()
        similar = await client.request("limner/term", {"uri": uri, "term": "账户"})
        assert similar["similar"] == ["帐户"]
        with pytest.raises(LspError, match="not in this lexicon"):
            await client.request("limner/term", {"uri": uri, "term": "没有的词"})


@pytest.mark.parametrize("form", ["tsv", "jieba", "tbx", "json"])
async def test_the_lexicon_is_exported(folder, form):
    mined(folder)
    async with session(folder) as client:
        uri = shown(client, folder)
        answer = await client.command("limner.terms.export", argument(uri, format=form))
        assert answer["name"].startswith("系统 文档.")
        assert "虚拟内存" in answer["text"]
        if form == "json":
            json.loads(answer["text"])


# ── mining ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.process
async def test_mining_by_command_shows_progress_and_the_terms_appear(folder):
    async with session(folder, capabilities={**CAPABILITIES, **OVERLAYS}) as client:
        uri = shown(client, folder)
        empty = await client.request("limner/lexicon", {"uri": uri})
        assert (empty["folder"], empty["terms"]) == (None, [])
        answer = await client.command("limner.terms.mine", argument(uri))
        assert answer["said"] == "Mining the terms of 系统 文档 …"
        async with asyncio.timeout(60):
            while not client.server.highlighted:
                await asyncio.sleep(0.05)
        await client.until(lambda: any(m["method"] == "window/showMessage" for m in client.inbox))
        (said,) = client.take("window/showMessage")
        assert said["message"].endswith("terms were mined from 系统 文档.")
        progress = [p["value"] for p in client.take("$/progress")]
        assert [progress[0]["kind"], progress[-1]["kind"]] == ["begin", "end"]
        assert progress[0]["cancellable"]
        assert client.take("limner/highlights")[-1]["data"]
        assert client.take("limner/lexiconChanged")[-1]["folder"] == folder.as_uri()


@pytest.mark.process
async def test_cancelled_mining_ends_its_process(folder):
    (folder / "long.txt").write_text(
        "\n".join(f"虚拟内存 {k} 操作系统的第 {k} 个进程" for k in range(400_000)), "utf-8"
    )
    async with session(folder) as client:
        uri = shown(client, folder)
        await client.command("limner.terms.mine", argument(uri))
        await client.until(lambda: bool(client.server.mining))
        mines = client.server.terms.shelf.mines
        assert mines.busy(folder)
        (token,) = client.server.mining
        client.notify("window/workDoneProgress/cancel", {"token": token})
        async with asyncio.timeout(20):
            while mines.busy(folder):
                await asyncio.sleep(0.05)


async def test_an_untrusted_workspace_is_not_mined(folder):
    capabilities = capabilities_with({"experimental": {"limner": {"trusted": False}}})
    async with session(folder, capabilities=capabilities) as client:
        uri = shown(client, folder)
        with pytest.raises(LspError, match="Trust this workspace first"):
            await client.command("limner.terms.mine", argument(uri))
