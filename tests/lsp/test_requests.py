"""`limner/probe`, commands and progress: what is asked for and may be cancelled."""

from typing import Any

import pytest

from limner.engine.fake import FakeEngine
from lsp.client import CAPABILITIES, URI, LspError, capabilities_with, connect

TEXT = 'review = "the film was bad"\nother = ""\n'
PLACE: dict[str, Any] = {"uri": URI, "position": {"line": 0, "character": 12}}
NO_PROGRESS = capabilities_with({"window": {}})


async def test_probe_answers_with_result_overlay_and_version():
    async with connect() as client:
        client.open(TEXT)
        answer = await client.request("limner/probe", {**PLACE, "options": {"baseline": "mask"}})
        assert answer["result"]["method"] == "integrated_gradients"
        assert answer["result"]["text"] == "the film was bad"
        assert answer["version"] == 1
        assert len(answer["overlay"]["marks"]) == 4
        assert answer["overlay"]["marks"][3]["range"]["start"] == {"line": 0, "character": 23}
        assert await client.hints() == []


async def test_probe_reads_a_selection_as_it_stands():
    async with connect() as client:
        client.open(TEXT)
        selected = {
            "start": {"line": 0, "character": 14},
            "end": {"line": 0, "character": 22},
        }
        answer = await client.request("limner/probe", {"uri": URI, "range": selected})
        assert answer["result"]["text"] == "film was"
        assert answer["overlay"]["marks"][0]["range"]["start"] == {"line": 0, "character": 14}


async def test_cancelling_a_probe_stops_its_job():
    engine = FakeEngine()
    engine.hold()
    async with connect(engine) as client:
        client.open(TEXT)
        id, reply = client.begin("limner/probe", PLACE)
        await engine.wait_for(1)
        client.notify("$/cancelRequest", {"id": id})
        with pytest.raises(LspError) as error:
            await reply
        assert error.value.code == -32800
        await engine.finished(1)
        assert engine.asked[0].state == "cancelled"
        assert engine.asked[0].steps == 0


async def test_an_answer_is_mapped_to_the_text_of_its_moment():
    engine = FakeEngine()
    engine.hold()
    async with connect(engine) as client:
        client.open(TEXT)
        _, reply = client.begin("limner/probe", PLACE)
        await engine.wait_for(1)
        client.change(7, ((0, 0, 0, 0), "\n"), ((1, 23, 1, 26), "good"))
        await client.request("limner/status", {})
        engine.release()
        answer = await reply
        assert answer["version"] == 7
        lines = [mark["range"]["start"]["line"] for mark in answer["overlay"]["marks"]]
        assert lines == [1, 1, 1]


async def test_partial_results_are_streamed_to_those_who_ask():
    engine = FakeEngine(partials=True)
    async with connect(engine) as client:
        client.open(TEXT)
        await client.request("limner/probe", {**PLACE, "partialResultToken": "t"})
        (partial,) = client.take("$/progress")
        assert partial["token"] == "t"
        assert partial["value"]["overlay"]["preliminary"] is True


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({**PLACE, "options": {"model": "nope"}}, "Unknown model 'nope'. Choose one of: "),
        ({**PLACE, "options": {"model": "/etc"}}, "may not name a model's folder (/etc)"),
        ({**PLACE, "options": {"model": "../x"}}, "may not name a model's folder (../x)"),
        ({**PLACE, "options": {"trust_remote_code": "1"}}, "set models.NAME.trust_remote_code in"),
        ({**PLACE, "options": {"target": "maybe"}}, "Unknown label 'maybe'. Choose one of: neg"),
        ({**PLACE, "options": {"tolerance": "x"}}, "is not a number above 0 and up to 1"),
        ({**PLACE, "options": {"colour": "red"}}, "Unknown option 'colour' of attribute. Choose"),
        ({**PLACE, "method": "divine"}, "Unknown method 'divine'. Choose one of: attribute."),
        ({"uri": URI, "position": {"line": 1, "character": 9}}, "There is no text here"),
        ({"uri": "file:///gone.py", **{"position": PLACE["position"]}}, "is not open"),
        ({"position": 3}, "limner/probe: "),
    ],
)
async def test_bad_questions_get_one_clear_sentence(params: Any, sentence: str):
    engine = FakeEngine()
    async with connect(engine) as client:
        client.open(TEXT)
        with pytest.raises(LspError) as error:
            await client.request("limner/probe", params)
        assert sentence in str(error.value)
        assert error.value.code == -32803
        assert engine.jobs == []


async def test_attribute_returns_at_once_and_unpin_lets_go():
    engine = FakeEngine()
    engine.hold()
    async with connect(engine) as client:
        client.open(TEXT)
        assert await client.command("limner.attribute", PLACE) is None
        await engine.wait_for(1)
        assert await client.labels() == ["… queued"]
        engine.release()
        await client.idle()
        assert "δ" in (await client.labels())[0]
        await client.command("limner.unpin", PLACE)
        assert await client.hints() == []


async def test_comparing_baselines_shows_both():
    async with connect() as client:
        client.open(TEXT)
        await client.command("limner.attribute", PLACE)
        await client.command(
            "limner.attribute", {**PLACE, "options": {"baseline": "mask"}, "beside": True}
        )
        await client.idle()
        assert len(await client.hints()) == 2
        hover = await client.at("textDocument/hover", 0, 24)
        assert hover["contents"]["value"].count("| word |") == 2


async def test_pin_writes_a_comment_that_unpin_removes():
    async with connect() as client:

        def apply(params: Any) -> Any:
            (change,) = params["edit"]["documentChanges"]
            (edit,) = change["edits"]
            version = change["textDocument"]["version"] + 1
            place = edit["range"]
            client.change(
                version,
                (
                    (
                        place["start"]["line"],
                        place["start"]["character"],
                        place["end"]["line"],
                        place["end"]["character"],
                    ),
                    edit["newText"],
                ),
            )
            return {"applied": True}

        client.answers["workspace/applyEdit"] = apply
        client.open(TEXT)
        await client.command("limner.attribute", PLACE)
        await client.idle()
        await client.command("limner.pin", PLACE)
        await client.until(lambda: client.asked["workspace/applyEdit"] == 1)
        await client.idle()
        (probe,) = client.server.probes.of(URI)
        assert probe.origin.value == "directive"
        document = client.server.documents.get(URI)
        assert document is not None
        assert document.text == f"# limner: attribute model=mini-sentiment\n{TEXT}"
        await client.command("limner.unpin", {"uri": URI, "probe": probe.id})
        await client.until(lambda: client.asked["workspace/applyEdit"] == 2)
        await client.idle()
        document = client.server.documents.get(URI)
        assert document is not None
        assert document.text == TEXT
        assert await client.hints() == []


async def test_unknown_commands_and_arguments_are_refused():
    async with connect() as client:
        for name, argument in (("limner.fly", None), ("limner.attribute", {"uri": 3})):
            with pytest.raises(LspError):
                await client.command(name, argument)


async def test_one_cancellable_progress_for_what_takes_long():
    engine = FakeEngine()
    engine.hold()
    async with connect(engine, progress_after=0.0) as client:
        client.open("# limner: attribute\n" + TEXT)
        await engine.wait_for(1)
        await client.until(lambda: any(m["method"] == "$/progress" for m in client.inbox))
        (begin,) = client.take("$/progress")
        assert isinstance(begin["token"], str)
        assert begin["value"]["kind"] == "begin"
        assert begin["value"]["cancellable"] is True
        client.notify("window/workDoneProgress/cancel", {"token": begin["token"]})
        await engine.finished(1)
        await client.idle()
        assert engine.asked[0].state == "cancelled"
        assert client.take("$/progress")[-1]["value"]["kind"] == "end"
        assert await client.labels() == ["⏸ stopped"]
        engine.release()
        await client.command("limner.rerun", {"uri": URI, "position": {"line": 0, "character": 1}})
        await client.idle()
        assert "δ" in (await client.labels())[0]


async def test_the_progress_button_stops_a_one_shot_probe_too():
    engine = FakeEngine()
    engine.hold()
    async with connect(engine, progress_after=0.0) as client:
        client.open(TEXT)
        _, reply = client.begin("limner/probe", PLACE)
        await client.until(lambda: any(m["method"] == "$/progress" for m in client.inbox))
        token = client.take("$/progress")[0]["token"]
        client.notify("window/workDoneProgress/cancel", {"token": token})
        with pytest.raises(LspError) as error:
            await reply
        assert error.value.code == -32800
        await engine.finished(1)


async def test_a_client_without_progress_gets_none():
    engine = FakeEngine()
    engine.hold()
    async with connect(engine, capabilities=NO_PROGRESS, progress_after=0.0) as client:
        client.open("# limner: attribute\n" + TEXT)
        await engine.wait_for(1)
        engine.release()
        await client.idle()
        assert client.asked["window/workDoneProgress/create"] == 0
        assert client.take("$/progress") == []


async def test_a_client_that_cannot_be_refreshed_waits_for_its_hints():
    engine = FakeEngine()
    workspace = {**CAPABILITIES["workspace"], "inlayHint": {}}
    capabilities = capabilities_with({"workspace": workspace})
    async with connect(engine, capabilities=capabilities) as client:
        client.open("# limner: attribute\n" + TEXT)
        assert "δ" in (await client.labels())[0]
        assert client.asked["workspace/inlayHint/refresh"] == 0


async def test_refreshes_are_few():
    async with connect() as client:
        client.open("# limner: attribute\n" + TEXT)
        await client.idle()
        await client.request("limner/status", {})
        assert 1 <= client.asked["workspace/inlayHint/refresh"] <= 4


async def test_status_says_what_is_there():
    async with connect() as client:
        client.open("# limner: attribute\n" + TEXT)
        await client.idle()
        status = await client.request("limner/status", {})
        assert status["engine"]["device"] == "fake"
        assert [model["name"] for model in status["models"]] == ["mini-sentiment", "sentiment"]
        assert status["probes"] == {"done": 1}
