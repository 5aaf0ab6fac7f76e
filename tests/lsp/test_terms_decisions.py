"""What a person decides about terms, and what panels show of a lexicon; mining by command."""

import asyncio
import json

import pytest

from limner.methods.terms import matching
from lsp.client import CAPABILITIES, LspError, capabilities_with
from lsp.corpus import (
    DOCUMENTS,
    OVERLAYS,
    actions,
    argument,
    mined,
    painted,
    place,
    run,
    session,
    shown,
    tokens,
)


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


async def test_a_lexicon_that_is_too_large_is_said_and_stops_nothing_else(folder, monkeypatch):
    monkeypatch.setattr("limner.methods.terms.matching._LAST", matching._FIRST + 100)
    words = ", ".join(f'"w{k}"' for k in range(150))
    (folder / "x.terms.toml").write_text(f"accepted = [{words}]", "utf-8")
    async with session(folder) as client:
        uri = shown(client, folder)
        assert await tokens(client, uri) == []
        with pytest.raises(LspError, match="too large"):
            await client.request("limner/lexicon", {"uri": uri})
        (folder / "x.terms.toml").write_text('accepted = ["操作系统"]', "utf-8")
        assert (await client.request("limner/lexicon", {"uri": uri}))["all"] == 1


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
        with pytest.raises(LspError, match="limner/lexicon: Invalid enum value 'colour'"):
            await client.request("limner/lexicon", {"uri": uri, "sort": "colour"})


async def test_a_term_has_places_and_similar_terms(folder):
    (folder / "c.txt").write_text("文件管理账户，\n账户与帐户。\n帐户、帐户；账户。\n" * 3, "utf-8")
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


async def patiently(condition) -> None:
    """Wait for what a process of its own does, which may have to wait for a core."""
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.05)


@pytest.mark.process
async def test_mining_by_command_shows_progress_and_the_terms_appear(folder):
    async with session(folder, capabilities={**CAPABILITIES, **OVERLAYS}) as client:
        uri = shown(client, folder)
        empty = await client.request("limner/lexicon", {"uri": uri})
        assert (empty["folder"], empty["terms"]) == (None, [])
        answer = await client.command("limner.terms.mine", argument(uri))
        assert answer["said"] == "Mining the terms of 系统 文档 …"
        await patiently(lambda: bool(client.server.highlighted))
        await patiently(lambda: any(m["method"] == "window/showMessage" for m in client.inbox))
        (said,) = client.take("window/showMessage")
        assert said["message"].endswith("terms were mined from 系统 文档.")
        progress = [p["value"] for p in client.take("$/progress")]
        assert [progress[0]["kind"], progress[-1]["kind"]] == ["begin", "end"]
        assert progress[0]["cancellable"]
        assert client.take("limner/highlights")[-1]["data"]
        assert client.take("limner/lexiconChanged")[-1]["folder"] == folder.as_uri()


@pytest.mark.process
@pytest.mark.parametrize("by_command", [True, False])
async def test_cancelled_mining_ends_its_process(folder, by_command):
    (folder / "long.txt").write_text(
        "\n".join(f"虚拟内存 {k} 操作系统的第 {k} 个进程" for k in range(400_000)), "utf-8"
    )
    async with session(folder) as client:
        uri = shown(client, folder)
        await client.command("limner.terms.mine", argument(uri))
        await patiently(lambda: bool(client.server.mining))
        mines = client.server.terms.shelf.mines
        assert mines.busy(folder)
        if by_command:
            await client.command("limner.stop")
        else:
            (token,) = client.server.mining
            client.notify("window/workDoneProgress/cancel", {"token": token})
        await patiently(lambda: not mines.busy(folder))


async def test_an_untrusted_workspace_is_not_mined(folder):
    capabilities = capabilities_with({"experimental": {"limner": {"trusted": False}}})
    async with session(folder, capabilities=capabilities) as client:
        uri = shown(client, folder)
        with pytest.raises(LspError, match="Trust this workspace first"):
            await client.command("limner.terms.mine", argument(uri))


@pytest.mark.process
async def test_saving_a_document_counts_it_again(folder, monkeypatch):
    monkeypatch.setattr("limner.lsp.features.terms.mining.AFTER", 0.05)
    mined(folder)
    async with session(folder) as client:
        uri = shown(client, folder)
        before = await client.request("limner/lexicon", {"uri": uri, "query": "虚拟内存"})
        (folder / "new.txt").write_text("虚拟内存。\n" * 50, "utf-8")
        client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        async with asyncio.timeout(60):
            while True:
                after = await client.request("limner/lexicon", {"uri": uri, "query": "虚拟内存"})
                if after["terms"][0]["count"] == before["terms"][0]["count"] + 50:
                    break
                await asyncio.sleep(0.1)
        await patiently(lambda: not client.server.terms.shelf.mines.busy(folder))
