"""A description pinned at a name: drawn, moved with edits, gone with the name."""

import contextlib

import pytest

from limner.engine.arrays import Arrays
from limner.engine.fake import FakeEngine
from limner.engine.wire import Array
from limner.protocol import ArrayFacts, ArrayGone, Description, Histogram, Summary
from lsp.client import URI, LspError, connect

TEXT = "import numpy as np\nheights = np.ones(3)\nprint(heights)\n"
RANGE = {"start": {"line": 2, "character": 6}, "end": {"line": 2, "character": 13}}
FACTS = ArrayFacts(name="heights", dtype="float64", shape=(3,), of=3)


def described(job):
    (facts,) = job.input.arrays
    return Description(
        array=facts,
        overall=Summary(count=3, min=1.0, max=1.0, mean=1.0, sd=0.0, quartiles=(1.0, 1.0, 1.0)),
        histogram=Histogram(edges=(0.5, 1.5), counts=(3,)),
        notes=(facts.note,) if facts.note else (),
    )


def keep(arrays: Arrays, id: str = "t1", **more) -> dict:
    """An array as a kernel would have sent it, and the command's argument for it."""
    import msgspec
    import numpy as np

    facts = msgspec.structs.replace(FACTS, id=id, **more)
    arrays.put(facts, Array.of(np.ones(3)))
    return {"uri": URI, "range": RANGE, "arrays": [id], "names": ["heights"]}


@contextlib.asynccontextmanager
async def session(engine, text=TEXT, **more):
    async with connect(engine, **more) as client:
        client.open(text)
        await client.idle()
        yield client, client.server.arrays


async def test_the_note_stands_behind_the_name_and_the_panel_has_a_histogram():
    engine = FakeEngine(answer=described)
    capabilities = {"experimental": {"limner": {"overlay": {"version": 1}}}}
    async with session(engine, capabilities=capabilities) as (client, arrays):
        await client.command("limner.describe", keep(arrays))
        await client.idle()
        await client.request("limner/status", {})
        (probe,) = client.take("limner/overlay")[-1]["probes"]
        assert (probe["method"], probe["origin"], probe["range"]) == ("describe", "command", RANGE)
        assert probe["marks"] == []
        (note,) = probe["notes"]
        assert note["text"] == "float64 (3,) · mean 1 · sd 0"
        assert note["position"] == RANGE["end"]
        assert probe["panel"]["spec"]["data"]["values"] == [{"from": 0.5, "to": 1.5, "count": 3}]
        assert "0.5 … 1.5" in probe["panel"]["text"]
        assert engine.jobs[0].model == ""


async def test_it_moves_with_edits_elsewhere_and_is_not_asked_again():
    engine = FakeEngine(answer=described)
    async with session(engine) as (client, arrays):
        await client.command("limner.describe", keep(arrays))
        await client.idle()
        client.change(2, ((0, 0, 0, 0), "# a line\n"), ((3, 13, 3, 13), " "))
        await client.idle()
        (hint,) = await client.hints()
        assert hint["position"] == {"line": 3, "character": 13}
        assert len(engine.jobs) == 1
        hover = await client.at("textDocument/hover", 3, 8)
        assert "median" in hover["contents"]["value"]


@pytest.mark.parametrize(
    "edit",
    [
        ((2, 8, 2, 9), "X"),
        ((2, 13, 2, 13), "_2"),
        ((2, 6, 2, 6), "my_"),
        ((2, 6, 2, 13), ""),
    ],
    ids=["inside", "longer", "another", "deleted"],
)
async def test_it_is_gone_once_the_name_is_another(edit):
    engine = FakeEngine(answer=described)
    async with session(engine) as (client, arrays):
        await client.command("limner.describe", keep(arrays))
        await client.idle()
        client.change(2, edit)
        await client.idle()
        assert await client.hints() == []
        assert client.server.probes.of(URI) == ()


async def test_a_fresh_array_replaces_the_old_one_at_its_place():
    engine = FakeEngine(answer=described)
    async with session(engine) as (client, arrays):
        await client.command("limner.describe", keep(arrays))
        await client.idle()
        await client.command("limner.describe", keep(arrays, "t2", note="Read anew."))
        await client.idle()
        assert [job.input.arrays[0].id for job in engine.jobs] == ["t1", "t2"]
        assert len(await client.hints()) == 1
        hover = await client.at("textDocument/hover", 2, 8)
        assert "Read anew." in hover["contents"]["value"]


async def test_rerun_asks_again_for_the_same_array():
    engine = FakeEngine(answer=described)
    async with session(engine) as (client, arrays):
        await client.command("limner.describe", keep(arrays))
        await client.idle()
        await client.command("limner.rerun", {"uri": URI, "position": RANGE["start"]})
        await client.idle()
        assert len(engine.jobs) == 2


async def test_an_array_that_left_is_said_at_its_place_and_comes_back_when_sent_again():
    engine = FakeEngine(answer=described)
    engine.fail_next(ArrayGone("The array heights is no longer kept: run it again."))
    async with session(engine) as (client, arrays):
        argument = keep(arrays)
        await client.command("limner.describe", argument)
        await client.idle()
        assert "no longer kept" in (await client.labels())[0]
        await client.command("limner.describe", argument)
        await client.idle()
        assert await client.labels() == ["float64 (3,) · mean 1 · sd 0"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"arrays": ["unknown"]}, "heights is no longer kept"),
        ({"arrays": []}, "One array at a time"),
        ({"range": {"start": RANGE["end"], "end": RANGE["end"]}}, "Select the name"),
        ({"uri": "file:///other.py"}, "not open"),
        ({"range": None}, "not understood"),
    ],
)
async def test_what_cannot_be_described_is_refused_in_a_sentence(change, why):
    async with session(FakeEngine(answer=described)) as (client, arrays):
        with pytest.raises(LspError, match=why):
            await client.command("limner.describe", {**keep(arrays), **change})


async def test_no_directive_may_name_it():
    async with session(FakeEngine(), "# limner: describe\nx = 'a text here'\n") as (client, _):
        await client.until(lambda: bool(client.inbox))
        (found,) = client.take("textDocument/publishDiagnostics")
        assert "nknown method" in found["diagnostics"][0]["message"]
