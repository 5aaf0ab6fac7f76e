"""Independence pinned at names: which method answers, with which options, and what is drawn."""

import contextlib

import msgspec
import numpy as np
import pytest

from limner.engine.arrays import Arrays
from limner.engine.fake import FakeEngine
from limner.engine.wire import Array
from limner.protocol import ArrayFacts
from lsp.client import URI, LspError, connect
from render.hsic_samples import pair_result, table_result

TEXT = 'import pandas as pd\nheight, weight = df["h"], df["w"]\n'
PLACE = {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 14}}
OVERLAY = {"experimental": {"limner": {"overlay": {"version": 1}}}}


def answer(job):
    if job.method == "hsic":
        return msgspec.structs.replace(pair_result(), x=job.input.arrays[0], y=job.input.arrays[1])
    return table_result()


def keep(arrays: Arrays, *shapes: tuple[int, ...]) -> dict:
    """Arrays as a kernel would have sent them, and the command's argument for them."""
    names = ("height", "weight", "age", "group")[: len(shapes)]
    for name, shape in zip(names, shapes, strict=True):
        facts = ArrayFacts(name=name, id=f"id-{name}", dtype="float64", shape=shape, of=shape[0])
        arrays.put(facts, Array.of(np.zeros(shape)))
    ids = [f"id-{name}" for name in names]
    return {"uri": URI, "range": PLACE, "arrays": ids, "names": list(names)}


@contextlib.asynccontextmanager
async def session(engine, text=TEXT, **more):
    async with connect(engine, **more) as client:
        client.open(text)
        await client.idle()
        yield client, client.server.arrays


async def test_two_arrays_get_a_note_behind_their_names_and_charts():
    engine = FakeEngine(answer=answer)
    async with session(engine, capabilities=OVERLAY) as (client, arrays):
        pinned = await client.command("limner.hsic", keep(arrays, (100,), (100,)))
        await client.idle()
        await client.request("limner/status", {})
        (probe,) = client.take("limner/overlay")[-1]["probes"]
        assert pinned == {"probe": probe["id"]}
        assert (probe["method"], probe["origin"], probe["range"]) == ("hsic", "command", PLACE)
        (note,) = probe["notes"]
        assert note["text"] == "HSIC 0.0961 · p < 0.001 (1000 permutations) · n = 1000"
        assert note["position"] == PLACE["end"]
        assert len(probe["panel"]["spec"]["vconcat"]) == 2
        assert "normalised" in probe["panel"]["text"]
        (job,) = engine.jobs
        assert (job.method, job.model, job.params) == ("hsic", "", {})


@pytest.mark.parametrize(
    ("shapes", "method"),
    [
        ([(9,), (9,)], "hsic"),
        ([(9, 3), (9, 2)], "hsic"),
        ([(9,), (9,), (9,)], "hsic_matrix"),
        ([(9, 3)], "hsic_matrix"),
    ],
)
async def test_two_arrays_are_a_pair_and_a_table_is_all_pairs(shapes, method):
    engine = FakeEngine(answer=answer)
    async with session(engine) as (client, arrays):
        await client.command("limner.hsic", keep(arrays, *shapes))
        await client.idle()
        assert [job.method for job in engine.jobs] == [method]


async def test_options_reach_the_method_as_numbers_and_come_back_as_words():
    engine = FakeEngine(answer=answer)
    options = {"bandwidth": 0.5, "permutations": "200", "drop": True, "kernel": "gaussian,delta"}
    async with session(engine, capabilities=OVERLAY) as (client, arrays):
        argument = keep(arrays, (9,), (9,)) | {"options": options}
        await client.command("limner.hsic", argument)
        await client.idle()
        expected = {"bandwidth": 0.5, "permutations": 200, "drop": True, "kernel": "gaussian,delta"}
        assert engine.jobs[0].params == expected
        await client.request("limner/status", {})
        (probe,) = client.take("limner/overlay")[-1]["probes"]
        assert probe["options"] == {
            "bandwidth": "0.5",
            "permutations": "200",
            "drop": "yes",
            "kernel": "gaussian,delta",
        }


async def test_an_option_of_tables_alone_does_not_hinder_a_pair():
    engine = FakeEngine(answer=answer)
    async with session(engine) as (client, arrays):
        argument = keep(arrays, (9,), (9,)) | {"options": {"alpha": "0.01", "seed": "3"}}
        await client.command("limner.hsic", argument)
        await client.idle()
        assert engine.jobs[0].params == {"seed": 3}


async def test_options_can_be_changed_afterwards():
    engine = FakeEngine(answer=answer)
    async with session(engine) as (client, arrays):
        await client.command("limner.hsic", keep(arrays, (9,), (9,)))
        await client.idle()
        where = {"uri": URI, "position": PLACE["start"]}
        await client.command("limner.configure", where | {"options": {"test": "gamma"}})
        await client.idle()
        assert engine.jobs[-1].params == {"test": "gamma"}
        assert len(engine.jobs[-1].input.arrays) == 2


async def test_a_name_may_be_described_and_compared_side_by_side():
    engine = FakeEngine(answer=answer)
    async with session(engine) as (client, arrays):
        argument = keep(arrays, (9, 3))
        await client.command("limner.describe", argument)
        await client.command("limner.hsic", argument)
        await client.idle()
        methods = [probe.ask.method for probe in client.server.probes.of(URI)]
        assert sorted(methods) == ["describe", "hsic_matrix"]


async def test_it_is_gone_once_a_name_is_another_and_moves_with_edits_elsewhere():
    engine = FakeEngine(answer=answer)
    async with session(engine) as (client, arrays):
        await client.command("limner.hsic", keep(arrays, (9,), (9,)))
        await client.idle()
        client.change(2, ((0, 0, 0, 0), "# 中文\n"))
        await client.idle()
        (hint,) = await client.hints()
        assert hint["position"] == {"line": 2, "character": 14}
        client.change(3, ((2, 3, 2, 4), "X"))
        await client.idle()
        assert client.server.probes.of(URI) == ()


async def test_a_hover_names_the_test_the_kernels_and_what_to_mind():
    engine = FakeEngine(answer=answer)
    async with session(engine) as (client, arrays):
        await client.command("limner.hsic", keep(arrays, (9,), (9,)))
        await client.idle()
        hover = await client.at("textDocument/hover", 1, 3)
        said = hover["contents"]["value"]
        assert "1000 permutations" in said and "σ = 0.674" in said and "⚠" in said


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"arrays": ["unknown", "id-weight"]}, "height is no longer kept"),
        ({"arrays": ["id-height"]}, "Select two arrays"),
        ({"arrays": []}, "Select two arrays"),
        ({"range": {"start": PLACE["end"], "end": PLACE["end"]}}, "Select the name"),
        ({"options": {"permutations": "many"}}, "permutations=many is not understood"),
        ({"options": {"path": "/etc"}}, "Unknown option 'path' of hsic"),
        ({"options": {"drop": "perhaps"}}, "write yes or no"),
        ({"range": None}, "not understood"),
    ],
)
async def test_what_cannot_be_compared_is_refused_in_a_sentence(change, why):
    async with session(FakeEngine(answer=answer)) as (client, arrays):
        with pytest.raises(LspError, match=why):
            await client.command("limner.hsic", {**keep(arrays, (9,), (9,)), **change})
        assert client.server.probes.of(URI) == ()


async def test_status_lists_the_options_for_whoever_offers_a_choice():
    async with session(FakeEngine(answer=answer)) as (client, _):
        options = (await client.request("limner/status", {}))["options"]
        assert {"kernel", "drop"} <= {option["name"] for option in options["hsic"]}
        assert {one["name"] for one in options["hsic_matrix"]} - {
            one["name"] for one in options["hsic"]
        } == {"alpha"}


async def test_no_directive_may_name_it():
    async with session(FakeEngine(), "# limner: hsic\nx = 'a text here'\n") as (client, _):
        await client.until(lambda: bool(client.inbox))
        (found,) = client.take("textDocument/publishDiagnostics")
        assert "nknown method" in found["diagnostics"][0]["message"]
