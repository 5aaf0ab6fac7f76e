"""Options of pinned probes, their results as documents, and probes that a client brings back."""

import json
from typing import Any

import pytest

from limner.engine.fake import FakeEngine
from limner.text.directives import directives, with_options
from lsp.client import URI, Client, LspError, capabilities_with, connect

OVERLAY = capabilities_with({"experimental": {"limner": {"overlay": {"version": 1}}}})
PLAIN = 'review = "the film was bad"\n'
PLACE = {"uri": URI, "position": {"line": 0, "character": 14}}


async def overlays(client: Client, uri: str = URI) -> list[dict[str, Any]]:
    """The probes as the last notification has them."""
    await client.idle(uri)
    await client.request("limner/status", {})
    last = [params for params in client.take("limner/overlay") if params["uri"] == uri][-1]
    return last["probes"]


def text_of(client: Client, uri: str = URI) -> str:
    document = client.server.documents.get(uri)
    assert document
    return document.text


def apply(client: Client, params: Any) -> Any:
    """An editor that applies what it is asked to, and says so to the server."""
    (change,) = params["edit"]["documentChanges"]
    (edit,) = change["edits"]
    identifier = change["textDocument"]
    identifier = {**identifier, "version": identifier["version"] + 1}
    change = {"range": edit["range"], "text": edit["newText"]}
    client.notify(
        "textDocument/didChange", {"textDocument": identifier, "contentChanges": [change]}
    )
    return {"applied": True}


async def test_an_overlay_says_what_was_asked_and_what_may_be_chosen():
    async with connect(capabilities=OVERLAY) as client:
        client.open(PLAIN)
        await client.command("limner.attribute", {**PLACE, "options": {"target": "negative"}})
        (probe,) = await overlays(client)
        assert probe["title"] == probe["notes"][0]["text"]
        assert probe["model"] == "mini-sentiment"
        assert probe["options"] == {"target": "negative"}
        assert probe["labels"] == ["negative", "positive"]


async def test_options_of_a_commands_probe_are_merged_and_taken_out():
    engine = FakeEngine()
    async with connect(engine, capabilities=OVERLAY) as client:
        client.open(PLAIN)
        await client.command("limner.attribute", {**PLACE, "options": {"target": "negative"}})
        (probe,) = await overlays(client)
        ours = {"uri": URI, "probe": probe["id"]}
        options = {"baseline": "mask", "target": ""}
        await client.command("limner.configure", {**ours, "options": options})
        (after,) = await overlays(client)
        assert (after["id"], after["options"]) == (probe["id"], {"baseline": "mask"})
        assert [job.params["baseline"] for job in engine.jobs] == ["pad", "mask"]
        assert "target" not in engine.jobs[-1].params


async def test_the_comment_of_a_directive_is_written_anew_and_its_probe_runs_again():
    engine = FakeEngine()
    async with connect(engine, capabilities=OVERLAY) as client:
        client.answers["workspace/applyEdit"] = lambda params: apply(client, params)
        client.open(f"if x:\n    #limner:  attribute  target=negative\n    {PLAIN}")
        (probe,) = await overlays(client)
        options = {"target": "", "model": "sentiment", "baseline": "mask"}
        argument = {"uri": URI, "probe": probe["id"], "options": options}
        await client.command("limner.configure", argument)
        await engine.wait_for(2)
        (after,) = await overlays(client)
        line = "    #limner:  attribute model=sentiment baseline=mask"
        assert text_of(client).split("\n")[1] == line
        assert (after["id"], after["model"], after["state"]) == (probe["id"], "sentiment", "done")


async def test_what_may_not_be_changes_nothing():
    async with connect(capabilities=OVERLAY) as client:
        client.open(f"# limner: attribute\n{PLAIN}")
        (probe,) = await overlays(client)
        for options, sentence in (
            ({"size": "3"}, "Unknown option 'size' of attribute"),
            ({"model": "nobody"}, "Unknown model 'nobody'"),
            ({"path": "/m"}, "config.toml"),
        ):
            argument = {"uri": URI, "probe": probe["id"], "options": options}
            with pytest.raises(LspError, match=sentence):
                await client.command("limner.configure", argument)
        assert client.asked["workspace/applyEdit"] == 0
        assert text_of(client) == f"# limner: attribute\n{PLAIN}"


@pytest.mark.parametrize(
    ("comment", "changes", "written"),
    [
        ("# limner: attribute", {"model": "a"}, "# limner: attribute model=a"),
        ("# limner: attribute model=a", {"model": ""}, "# limner: attribute"),
        ("# limner: attribute a=1 b=2 c=3", {"b": "x y"}, '# limner: attribute a=1 b="x y" c=3'),
        ("<!-- limner: attribute -->", {"x": "a--b"}, None),
        ("<!--limner: attribute\n  a=1\n  b=2\n-->", {"a": "", "c": "3"}, None),
        ('# limner: attribute a="1 b=2"', {"b": "3"}, '# limner: attribute a="1 b=2" b=3'),
        ("# limner: attribute", {"gone": ""}, "# limner: attribute"),
    ],
)
def test_a_comment_keeps_what_is_not_changed(comment: str, changes: Any, written: str | None):
    after = with_options(comment, changes)
    assert written is None or after == written
    (before,) = directives("markdown" if comment.startswith("<") else "plaintext", comment, ())
    (read,) = directives("markdown" if comment.startswith("<") else "plaintext", after, ())
    merged = {**before.options, **changes}
    assert read.options == {name: value for name, value in merged.items() if value}


async def test_a_result_is_exported_in_every_form():
    async with connect(capabilities=OVERLAY) as client:
        client.open(f"# limner: attribute\n{PLAIN}")
        (probe,) = await overlays(client)
        ours = {"uri": URI, "probe": probe["id"]}
        forms = {"html": "<section", "svg": "<svg", "json": '"tokens"', "text": "film"}
        for form, part in forms.items():
            answer = await client.request("limner/export", {**ours, "format": form})
            assert part in answer["text"], form
        answer = await client.request("limner/export", {**ours, "format": "json"})
        assert json.loads(answer["text"])["text"] == "the film was bad"
        with pytest.raises(LspError, match="limner/export: Invalid enum value 'pdf'"):
            await client.request("limner/export", {**ours, "format": "pdf"})


async def test_what_is_not_finished_is_not_exported():
    engine = FakeEngine(partials=True)
    engine.hold()
    async with connect(engine, capabilities=OVERLAY) as client:
        client.open(f"# limner: attribute\n{PLAIN}")
        await engine.wait_for(1)
        (probe,) = client.server.probes.of(URI)
        asked = {"uri": URI, "probe": probe.id, "format": "text"}
        with pytest.raises(LspError, match="There is no result yet: wait"):
            await client.request("limner/export", asked)
        with pytest.raises(LspError, match="Nothing is pinned here"):
            await client.request("limner/export", {**asked, "probe": "p9"})
        engine.release()
        await overlays(client)


async def test_a_client_brings_its_probes_back_by_range_and_options_and_twice_is_once():
    engine = FakeEngine()
    text = 'f("one good film","two bad film")\n'
    async with connect(engine, capabilities=OVERLAY) as client:
        client.open(text)
        for character in (6, 24):
            place = {"line": 0, "character": character}
            await client.command("limner.attribute", {"uri": URI, "position": place})
        masked = {"uri": URI, "position": place, "options": {"baseline": "mask"}, "beside": True}
        await client.command("limner.attribute", masked)
        told = await overlays(client)
        assert len(told) == 3
        client.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
        client.open(text)
        for probe in [*told, *told]:
            again = {"uri": URI, "range": probe["range"], "options": probe["options"]}
            await client.command("limner.attribute", {**again, "beside": True})
        back = await overlays(client)
        keys = ("range", "options", "title", "marks")
        assert [[p[key] for key in keys] for p in back] == [[p[key] for key in keys] for p in told]


async def test_nothing_is_told_twice():
    async with connect(capabilities=OVERLAY) as client:
        client.open(f"# limner: attribute\n{PLAIN}")
        await overlays(client)
        client.server.outbox.changed(URI)
        await client.request("limner/status", {})
        assert client.take("limner/overlay") == []


async def test_overlays_leave_out_what_the_settings_switch_off():
    settings = {"highlight": False, "hints": False}
    async with connect(capabilities=OVERLAY, settings=settings) as client:
        client.open(f"# limner: attribute\n{PLAIN}")
        (probe,) = await overlays(client)
        assert (probe["marks"], probe["notes"]) == ([], [])
        assert "δ" in probe["title"]
        client.answers["workspace/configuration"] = lambda _: [{}]
        client.notify("workspace/didChangeConfiguration", {"settings": None})
        await client.request("limner/status", {})
        (probe,) = await overlays(client)
        assert probe["marks"] and probe["notes"]
