"""Terms in an editor: highlights, hovers, completion, references, symbols."""

import pytest

from lsp.client import CAPABILITIES
from lsp.corpus import DOCUMENTS, OVERLAYS, mined, painted, place, session, shown, tokens


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
        (
            "python",
            "b.py",
            "x = (\n    '''操作系统'''\n)\n# limner: attribute target=操作系统\n",
            0,
        ),
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
        client.take("textDocument/publishDiagnostics")  # of the directive with nothing below


async def test_a_notebooks_markdown_cell_belongs_to_its_folder(folder):
    mined(folder)
    async with session(folder) as client:
        path = (folder / "a.ipynb").as_uri()[7:]
        for uri in (f"vscode-notebook-cell:{path}#W1", f"vscode-notebook-cell://box:8080{path}#W2"):
            client.open("操作系统", uri=uri, language="markdown")
            assert painted("操作系统", await tokens(client, uri)) == [("操作系统", 2)]


async def test_what_another_client_decides_is_seen_and_told(folder, monkeypatch):
    monkeypatch.setattr("limner.lsp.terms.WATCH", 0.05)
    mined(folder)
    async with session(folder, capabilities={**CAPABILITIES, **OVERLAYS}) as client:
        shown(client, folder)
        await client.until(lambda: any(m["method"] == "limner/highlights" for m in client.inbox))
        client.take("limner/highlights")
        (folder / "x.terms.toml").write_text('accepted = ["虚拟内存"]', "utf-8")
        await client.until(lambda: any(m["method"] == "limner/highlights" for m in client.inbox))
        assert 1 in client.take("limner/highlights")[-1]["data"][3::5]
        await client.until(
            lambda: any(m["method"] == "limner/lexiconChanged" for m in client.inbox)
        )
        assert client.take("limner/lexiconChanged")[0] == {"folder": folder.as_uri()}


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


async def test_a_page_with_very_many_places_shows_the_strongest(folder, monkeypatch):
    monkeypatch.setattr("limner.lsp.terms.MOST_MARKS", 5)
    mined(folder)
    async with session(folder) as client:
        uri = shown(client, folder)
        await client.idle(uri)
        page = await client.server.terms.page(uri)
        found = painted(DOCUMENTS["内存.md"], await tokens(client, uri))
        assert 0 < len(found) <= 5 < len(page.matches)
        strongest = min(page.matches, key=lambda match: match.term)
        assert page.word(strongest).term in [word for word, _ in found]
        answer = await client.request("limner/lexicon", {"uri": uri})
        assert answer["notes"][0].startswith(f"This page has {len(page.matches)} places of terms")
