"""Gaps in documents: words offered, explained, taken by themselves when sure, and why."""

import asyncio

import pytest

from limner.engine.fake import FakeEngine
from limner.lsp.catalog import Catalog
from limner.protocol import ModelStatus, UnsupportedModel
from lsp.client import URI, LspError, connect

TEXT = 'x = "😀房间很____，早餐很[MASK]"\n'


def masked(server):
    """A catalog with a masked model, which the client's helper does not make."""
    models = (
        ModelStatus(name="mini-sentiment", path="/", state="on-disk", labels=("a", "b")),
        ModelStatus(name="mini-mlm", path="/", state="on-disk", masked=True),
    )
    catalog = Catalog(server.catalog._config, lambda config: models)
    for owner in (server, server.probes, server.gaps):
        name = "catalog" if owner is server else "_catalog"
        setattr(owner, name, catalog)


def opened(client, text=TEXT, **more):
    masked(client.server)
    client.open(text, **more)


async def test_words_take_the_place_of_the_gap():
    async with connect() as client:
        opened(client)
        found = await client.at("textDocument/completion", 0, 14)
        first = found["items"][0]
        assert [item["label"] for item in found["items"]] == ["好", "不错", "差"]
        assert first["detail"] == "60.0%"
        assert first["filterText"] == "____"
        assert first["textEdit"] == {
            "range": {"start": {"line": 0, "character": 10}, "end": {"line": 0, "character": 14}},
            "newText": "好",
        }
        full = await client.request("completionItem/resolve", first)
        assert "房间很**好**，早餐很" in full["documentation"]["value"]


async def test_the_model_reads_all_gaps_and_is_asked_about_the_one_at_the_caret():
    engine = FakeEngine()
    async with connect(engine) as client:
        opened(client)
        await client.at("textDocument/completion", 0, 20)
        (job,) = engine.jobs
        assert (job.method, job.model) == ("fill", "mini-mlm")
        assert job.input.text == "😀房间很[MASK]，早餐很[MASK]"
        assert job.input.gap == (14, 20)
        await client.at("textDocument/completion", 0, 20)
        assert len(engine.jobs) == 1


async def test_elsewhere_nothing_is_offered():
    async with connect() as client:
        opened(client)
        assert await client.at("textDocument/completion", 0, 6) is None
        assert await client.at("textDocument/hover", 0, 6) is None


async def test_a_slow_model_gives_its_words_the_next_time(monkeypatch):
    monkeypatch.setattr("limner.lsp.gaps.PATIENCE", 0.05)
    engine = FakeEngine()
    engine.hold()
    async with connect(engine) as client:
        opened(client)
        found = await client.at("textDocument/completion", 0, 14)
        assert found == {"isIncomplete": True, "items": []}
        engine.release()
        await engine.finished(1)
        found = await client.at("textDocument/completion", 0, 14)
        assert len(found["items"]) == 3
        assert len(engine.jobs) == 1


async def test_a_sure_word_completes_inline():
    async with connect() as client:
        opened(client)
        place = {"line": 0, "character": 14}
        params = {
            "textDocument": {"uri": URI}, "position": place, "context": {"triggerKind": 2},
        }  # fmt: skip
        found = await client.request("textDocument/inlineCompletion", params)
        assert [item["insertText"] for item in found["items"]] == ["好"]
    async with connect(settings={"inlineAbove": 0.9}) as client:
        opened(client)
        assert await client.request("textDocument/inlineCompletion", params) is None


async def test_hover_and_why():
    engine = FakeEngine()
    async with connect(engine) as client:
        opened(client)
        hover = await client.at("textDocument/hover", 0, 11)
        assert "不错" in hover["contents"]["value"]
        place = {"line": 0, "character": 12}
        params = {
            "textDocument": {"uri": URI},
            "range": {"start": place, "end": place},
            "context": {"diagnostics": []},
        }
        actions = await client.request("textDocument/codeAction", params)
        (why,) = (one for one in actions if one["title"] == "Limner: why 不错? (25%)")
        await client.request("workspace/executeCommand", why["command"])
        await client.idle()
        job = engine.jobs[-1]
        assert job.method == "integrated_gradients"
        assert job.input.gap == (4, 10)
        assert job.params["target"] == "不错"
        (probe,) = client.server.probes.of(URI)
        assert probe.overlay is not None
        # marks stand on the source's words, though the model read a longer gap
        text = client.server.document(URI).text
        words = {text[mark.start : mark.end] for mark in probe.overlay.marks}
        assert {"房", "早", "餐"} <= words


async def test_a_comment_asks_about_a_gap():
    engine = FakeEngine()
    async with connect(engine) as client:
        opened(client, "# limner: attribute model=mini-mlm target=好 contrast=差 gap=2\n" + TEXT)
        await client.idle()
        job = engine.jobs[-1]
        assert job.input.gap == (14, 20)
        assert dict(job.params)["contrast"] == "差"


async def test_a_comment_asks_about_an_output():
    engine = FakeEngine()
    async with connect(engine) as client:
        line = '# limner: attribute continuation="打开 文件" tokens=yes\n'
        opened(client, line + 'x = "Open the file"\n')
        await client.idle()
        job = engine.jobs[-1]
        assert job.input.text == "Open the file"
        assert dict(job.params)["continuation"] == "打开 文件"
        assert dict(job.params)["all_labels"] is True


async def test_a_masked_model_needs_a_gap():
    async with connect() as client:
        opened(client, '# limner: attribute model=mini-mlm\nx = "房间很好"\n')
        await client.idle()
        (hint,) = await client.labels()
        assert "no gaps: write [MASK]" in hint
        client.take("textDocument/publishDiagnostics")


async def test_what_the_engine_refuses_is_said():
    engine = FakeEngine()
    engine.fail_next(UnsupportedModel("It guesses no better than chance."))
    async with connect(engine) as client:
        opened(client)
        with pytest.raises(LspError, match="no better than chance"):
            await client.at("textDocument/completion", 0, 14)
        assert len((await client.at("textDocument/completion", 0, 14))["items"]) == 3


async def test_a_pattern_of_a_task_offers_its_words_first():
    engine = FakeEngine()
    task = 'patterns = ["{mask}满意。{text}"]\n[labels]\npositive = "很"\nnegative = "不"\n'
    async with connect(engine, names=("mini-mlm",)) as client:
        uri = "file:///work/a.cloze.toml"
        client.open(task, uri=uri, language="toml")
        found = await client.at("textDocument/completion", 0, 19, uri)
        assert [item["label"] for item in found["items"]][:2] == ["很", "不"]
        assert found["items"][0]["detail"] == "20.0% · positive"
        assert engine.jobs[0].input.text == "[MASK]满意。\ufffc"


async def test_a_cancelled_list_lets_the_words_come():
    engine = FakeEngine()
    engine.hold()
    async with connect(engine) as client:
        opened(client)
        place = {"line": 0, "character": 14}
        id, reply = client.begin(
            "textDocument/completion", {"textDocument": {"uri": URI}, "position": place}
        )
        await engine.wait_for(1)
        client.notify("$/cancelRequest", {"id": id})
        with pytest.raises((LspError, asyncio.CancelledError)):
            await reply
        engine.release()
        await engine.finished(1)
        assert len((await client.at("textDocument/completion", 0, 14))["items"]) == 3
