"""The session's manners: encodings, malformed messages, settings, notebooks, documents."""

import subprocess
import sys
from typing import Any

import pytest

from limner.engine.fake import FakeEngine
from limner.lsp.documents import Documents
from limner.lsp.settings import Settings, read_settings
from limner.text.edits import Edit
from lsp.client import CAPABILITIES, URI, LspError, capabilities_with, connect

TEXT = '# limner: attribute\nreview = "the film was bad"\n'


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["utf-16"], "utf-16"),
        (["utf-16", "utf-8"], "utf-8"),
        (["utf-32", "utf-8"], "utf-32"),
        (["ebcdic"], "utf-16"),
        (None, "utf-16"),
    ],
)
async def test_the_first_of_utf_8_and_utf_32_is_taken(offered: Any, chosen: str):
    general = {"positionEncodings": offered} if offered else {}
    async with connect(capabilities=capabilities_with({"general": general})) as client:
        assert client.encoding == chosen


async def test_non_ascii_is_sent_as_it_is():
    async with connect() as client:
        client.open('# limner: attribute\nreview = "这部电影很差 🎬"\n')
        await client.idle()
        sent: list[bytes] = []
        write = client.server.wire.writer.write
        client.server.wire.writer.write = lambda data: (sent.append(data), write(data))
        hover = await client.at("textDocument/hover", 1, 12)
        assert "影" in hover["contents"]["value"]
        assert "影".encode() in b"".join(sent)


async def test_requests_before_initialize_and_after_shutdown_are_refused():
    async with connect(initialize=False) as client:
        with pytest.raises(LspError) as error:
            await client.request("textDocument/hover", {})
        assert error.value.code == -32002


async def test_malformed_parameters_are_answered():
    async with connect() as client:
        with pytest.raises(LspError) as error:
            await client.request("textDocument/hover", {"textDocument": 3})
        assert error.value.code == -32602
        client.expected_errors.append("Unable to deserialize message")
        client.open(TEXT)
        await client.idle()
        assert len(await client.hints()) == 1


async def test_what_is_not_json_is_answered_and_skipped():
    async with connect() as client:
        client.to_server.feed_data(b"Content-Length: 4\r\n\r\n{{{{")
        client.to_server.feed_data(b"Content-Length: 2\r\n\r\n[]")
        await client.request("limner/status", {})
        assert [error["code"] for error in client.refused] == [-32700, -32600]


async def test_settings_are_harmless_and_checked_one_by_one():
    settings, complaints = read_settings(
        {
            "tolerance": 7,
            "baseline": "mask",
            "lenses": "loud",
            "trustRemoteCode": True,
            "models": {"x": "/x"},
            "python": "/bin/sh",
            "trace": {"server": "verbose"},
        }
    )
    assert settings == Settings(baseline="mask")
    assert len(complaints) == 5
    assert "limner.tolerance: " in complaints[0]
    assert any("set models.NAME.trust_remote_code in your own" in text for text in complaints)


async def test_a_workspace_that_names_a_models_folder_is_told_where_to_set_it():
    engine = FakeEngine()
    async with connect(engine, settings={"modelPath": "/m", "model": "/m"}) as client:
        messages = [params["message"] for params in client.take("window/showMessage")]
        assert any("set models.NAME.path in your own" in text for text in messages)
        assert any(
            "'/m' is not allowed; choose one of: mini-sentiment" in text for text in messages
        )
        client.open(TEXT)
        await client.idle()
        assert engine.jobs == []
        assert "may not name a model's folder (/m)" in (await client.labels())[0]
        client.take("textDocument/publishDiagnostics")


async def test_changed_settings_run_probes_again():
    engine = FakeEngine()
    async with connect(engine) as client:
        client.open(TEXT)
        await client.idle()
        client.answers["workspace/configuration"] = lambda _: [{"baseline": "zero"}]
        client.notify("workspace/didChangeConfiguration", {"settings": None})
        await engine.wait_for(2)
        await client.idle()
        assert [job.params["baseline"] for job in engine.jobs] == ["pad", "zero"]


async def test_settings_come_with_initialize_where_they_cannot_be_asked_for():
    engine = FakeEngine()
    workspace = {**CAPABILITIES["workspace"], "configuration": False}
    capabilities = capabilities_with({"workspace": workspace})
    options = {"limner": {"baseline": "mask", "hints": False}}
    async with connect(engine, capabilities=capabilities, initializationOptions=options) as client:
        client.open(TEXT)
        await client.idle()
        assert engine.jobs[0].params["baseline"] == "mask"
        assert await client.hints() == []


async def test_cells_of_a_notebook_are_documents():
    engine = FakeEngine()
    async with connect(
        engine, capabilities=capabilities_with({"notebookDocument": {"synchronization": {}}})
    ) as client:
        assert "notebookDocumentSync" in client.capabilities
        cells = ["nb:/n#one", "nb:/n#two"]
        client.notify(
            "notebookDocument/didOpen",
            {
                "notebookDocument": {
                    "uri": "nb:/n",
                    "notebookType": "jupyter-notebook",
                    "version": 1,
                    "cells": [{"kind": 2, "document": uri} for uri in cells],
                },
                "cellTextDocuments": [
                    {"uri": cells[0], "languageId": "python", "version": 1, "text": TEXT},
                    {"uri": cells[1], "languageId": "python", "version": 1, "text": "x = 1\n"},
                ],
            },
        )
        await client.idle(cells[0])
        assert len(await client.hints(cells[0])) == 1
        client.notify("notebookDocument/didChange", notebook_edit(cells))
        await client.idle("nb:/n#three")
        await client.idle(cells[0])
        assert (await client.hints(cells[0]))[0]["position"]["character"] == 28
        assert len(await client.hints("nb:/n#three")) == 1
        assert client.server.documents.get(cells[1]) is None
        client.notify(
            "notebookDocument/didClose",
            {
                "notebookDocument": {"uri": "nb:/n"},
                "cellTextDocuments": [{"uri": cells[0]}, {"uri": "nb:/n#three"}],
            },
        )
        await client.request("limner/status", {})
        assert list(client.server.documents) == []


def notebook_edit(cells: list[str]) -> dict[str, Any]:
    """Edit the first cell, replace the second by a new one."""
    new = {"uri": "nb:/n#three", "languageId": "python", "version": 1, "text": TEXT}
    place = {"start": {"line": 1, "character": 23}, "end": {"line": 1, "character": 26}}
    return {
        "notebookDocument": {"uri": "nb:/n", "version": 2},
        "change": {
            "cells": {
                "structure": {
                    "array": {
                        "start": 1,
                        "deleteCount": 1,
                        "cells": [{"kind": 2, "document": new["uri"]}],
                    },
                    "didOpen": [new],
                    "didClose": [{"uri": cells[1]}],
                },
                "textContent": [
                    {
                        "document": {"uri": cells[0], "version": 2},
                        "changes": [{"range": place, "text": "good"}],
                    }
                ],
            }
        },
    }


async def test_edits_of_documents_with_rare_line_ends_land_where_they_were_made():
    text = 'a\u2028b\r\n# limner: attribute\rreview = "bad \U0001f3ac 电影"\n'
    for kind, character in (("utf-8", 22), ("utf-16", 18), ("utf-32", 17)):
        general = {"positionEncodings": [kind]}
        async with connect(capabilities=capabilities_with({"general": general})) as client:
            client.open(text)
            client.change(2, ((2, character, 2, character), "好"))
            await client.idle()
            document = client.server.documents.get(URI)
            assert document is not None
            assert document.text == text.replace("电影", "电好影")
            assert len(await client.hints()) == 1


def test_edits_that_are_not_known_any_more_give_nothing():
    documents = Documents()
    first = documents.open(URI, "python", 1, "")
    assert documents.edits_since(first) == ()
    for version in range(300):
        documents.edit(URI, version, [Edit(0, 0, "x")])
    assert documents.edits_since(first) is None
    newest = documents.get(URI)
    assert newest is not None
    assert documents.edits_since(newest) == ()
    documents.close(URI)
    assert documents.edits_since(newest) is None


async def test_a_document_beyond_the_cap_is_said_to_be():
    async with connect() as client:
        client.open(TEXT + "#" * 2_000_001)
        await client.idle()
        (shown,) = client.take("window/showMessage")
        assert "Limner reads documents of up to 2,000,000" in shown["message"]
        assert await client.hints() == []


async def test_a_session_ends_with_its_clients_process(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("limner.lsp.session.WATCH", 0.01)
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    async with connect(processId=process.pid) as client:
        await client.request("limner/status", {})
        assert not client.closed
        process.communicate(b"\n")
        await client.until(lambda: client.closed)


async def test_a_process_number_that_means_nothing_here_is_not_watched(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("limner.lsp.session.WATCH", 0.0)
    async with connect(processId=2**22 + 1) as client:
        for _ in range(20):
            await client.request("limner/status", {})
        assert not client.closed


async def test_plain_text_hovers_for_clients_without_markdown():
    text = {**CAPABILITIES["textDocument"], "hover": {"contentFormat": ["plaintext"]}}
    async with connect(capabilities=capabilities_with({"textDocument": text})) as client:
        client.open(TEXT)
        await client.idle()
        contents = (await client.at("textDocument/hover", 1, 24))["contents"]
        assert contents["kind"] == "plaintext"
        assert "|" not in contents["value"]
        assert "+0.420" in contents["value"]


async def test_an_overlay_client_hears_of_every_state_and_of_the_end():
    overlay = {"experimental": {"limner": {"overlay": True}}}
    engine = FakeEngine(partials=True)
    async with connect(engine, capabilities=capabilities_with(overlay)) as client:
        client.open(TEXT)
        await client.idle()
        await client.request("limner/status", {})
        states = [params["probes"][0]["state"] for params in client.take("limner/overlay")]
        assert states[-1] == "done"
        assert "preliminary" in states
        client.change(2, ((0, 0, 1, 0), ""))
        await client.idle()
        await client.request("limner/status", {})
        last = client.take("limner/overlay")[-1]
        assert (last["version"], last["probes"]) == (2, [])
