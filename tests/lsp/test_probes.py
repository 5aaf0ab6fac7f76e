"""Edits, cancels, stale results: the life of probes, on an engine that can be held."""

import pytest

from limner.engine.fake import FakeEngine
from limner.protocol import OutOfMemory, Priority, UnknownTarget, WorkerDied
from lsp.client import URI, LspError, connect

TEXT = '# limner: attribute model=sentiment\nreview = "the film was bad"\n'
PLACE = {"uri": URI, "position": {"line": 0, "character": 3}}


async def test_an_edit_in_the_text_cancels_and_runs_again():
    engine = FakeEngine()
    engine.hold()
    async with connect(engine) as client:
        client.open(TEXT)
        await engine.wait_for(1)
        client.change(2, ((1, 23, 1, 26), "good"))
        await engine.wait_for(2)
        assert engine.asked[0].state == "cancelled"
        assert engine.asked[0].steps == 0
        engine.release()
        await client.idle()
        assert [job.input.text for job in engine.jobs] == ["the film was bad", "the film was good"]
        assert (await client.hints())[0]["position"]["character"] == 28


async def test_an_edit_elsewhere_neither_cancels_nor_runs_again():
    engine = FakeEngine()
    engine.hold()
    async with connect(engine) as client:
        client.open(TEXT)
        await engine.wait_for(1)
        client.change(2, ((0, 0, 0, 0), "import os\n\n"))
        engine.release()
        await client.idle()
        assert len(engine.jobs) == 1
        assert (await client.hints())[0]["position"] == {"line": 3, "character": 27}
        hover = await client.at("textDocument/hover", 3, 24)
        assert hover["range"]["start"] == {"line": 3, "character": 23}


async def test_a_changed_option_runs_again_on_the_same_probe():
    engine = FakeEngine()
    async with connect(engine) as client:
        client.open(TEXT)
        await client.idle()
        (before,) = client.server.probes.of(URI)
        client.change(2, ((0, 35, 0, 35), " target=negative"))
        await client.idle()
        (after,) = client.server.probes.of(URI)
        assert after.id == before.id
        assert [job.params.get("target") for job in engine.jobs] == [None, "negative"]


async def test_typing_back_to_the_same_text_needs_no_second_run():
    engine = FakeEngine()
    async with connect(engine, settings={"debounceMs": 5}) as client:
        client.open(TEXT)
        await client.idle()
        client.change(2, ((1, 26, 1, 26), "x"), ((1, 26, 1, 27), ""))
        await client.idle()
        assert len(engine.jobs) == 1
        hover = await client.at("textDocument/hover", 1, 24)
        assert hover["contents"]["value"].startswith("**bad** ")


async def test_while_computing_old_marks_follow_and_changed_words_lose_theirs():
    engine = FakeEngine()
    async with connect(engine) as client:
        client.open(TEXT)
        await client.idle()
        engine.hold()
        client.change(2, ((1, 14, 1, 18), "movie"))  # the film → the movie
        await engine.wait_for(2)
        hints = await client.labels()
        assert hints[0].startswith("… ")
        (probe,) = client.server.probes.of(URI)
        document = client.server.documents.get(URI)
        assert document is not None
        marked = [document.text[mark.start : mark.end] for mark in probe.shown.marks]
        assert marked == ["the", "was", "bad"]
        engine.release()
        await client.idle()


async def test_a_word_that_letters_grew_onto_loses_its_mark():
    engine = FakeEngine()
    async with connect(engine) as client:
        client.open(TEXT)
        await client.idle()
        engine.hold()
        client.change(2, ((1, 26, 1, 26), "ly"))
        await engine.wait_for(2)
        (probe,) = client.server.probes.of(URI)
        assert len(probe.shown.marks) == 3
        engine.release()
        await client.idle()


async def test_the_first_rough_result_is_painted_as_preliminary():
    engine = FakeEngine(partials=True, steps=3)
    async with connect(engine) as client:
        client.open(TEXT)
        await engine.until(lambda: engine.steps == 1)
        engine.hold()
        await client.request("limner/status", {})
        (probe,) = client.server.probes.of(URI)
        assert probe.state.value == "preliminary"
        assert (await client.labels())[0].startswith("… ")
        engine.release()
        await client.idle()
        assert not (await client.labels())[0].startswith("… ")


async def test_a_removed_directive_takes_its_probe_and_job_away():
    engine = FakeEngine()
    engine.hold()
    async with connect(engine) as client:
        client.open(TEXT)
        await engine.wait_for(1)
        client.change(2, ((0, 0, 1, 0), ""))
        await engine.finished(1)
        await client.idle()
        assert engine.asked[0].state == "cancelled"
        assert await client.hints() == []


async def test_a_whole_text_change_keeps_marks_outside_the_difference():
    engine = FakeEngine()
    async with connect(engine) as client:
        client.open(TEXT)
        await client.idle()
        change = {"text": "import os\n" + TEXT}
        document = {"uri": URI, "version": 2}
        params = {"textDocument": document, "contentChanges": [change]}
        client.notify("textDocument/didChange", params)
        await client.idle()
        assert len(engine.jobs) == 1
        assert (await client.hints())[0]["position"]["line"] == 2


async def test_two_sessions_have_their_own_answers_on_one_engine():
    engine = FakeEngine()
    async with connect(engine) as one, connect(engine) as other:
        one.open(TEXT)
        other.open(TEXT.replace("bad", "very good indeed"))
        await one.idle()
        await other.idle()
        assert len(engine.jobs) == 2
        assert (await one.hints())[0]["position"]["character"] == 27
        assert (await other.hints())[0]["position"]["character"] == 40


async def test_exit_of_one_session_leaves_the_other_served():
    engine = FakeEngine()
    async with connect(engine) as other:
        async with connect(engine) as one:
            one.open(TEXT)
            await one.idle()
        other.open(TEXT)
        await other.idle()
        assert len(await other.hints()) == 1


async def test_a_client_that_disappears_cancels_its_jobs_and_no_others():
    engine = FakeEngine()
    engine.hold()
    async with connect(engine) as other:
        async with connect(engine) as one:
            one.open(TEXT)
            await engine.wait_for(1)
            other.open(TEXT.replace("bad", "good"))
            await engine.wait_for(2)
            one.disappear()
            await engine.finished(1)
            assert [asked.state for asked in engine.asked] == ["cancelled", "waiting"]
        engine.release()
        await other.idle()


async def test_closing_a_document_cancels_its_jobs():
    engine = FakeEngine()
    engine.hold()
    async with connect(engine) as client:
        client.open(TEXT)
        await engine.wait_for(1)
        client.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
        await engine.finished(1)
        assert engine.asked[0].state == "cancelled"


async def test_shutdown_cancels_jobs():
    engine = FakeEngine()
    engine.hold()
    async with connect(engine) as client:
        client.open(TEXT)
        await engine.wait_for(1)
        await client.request("shutdown")
        await engine.finished(1)
        assert engine.asked[0].state == "cancelled"
        with pytest.raises(LspError):
            await client.request("limner/status", {})
        client.notify("exit", None)
        await client.until(lambda: client.closed)


@pytest.mark.parametrize("error", [OutOfMemory("Too big: take less."), WorkerDied("It died.")])
async def test_a_failure_that_is_no_fault_of_the_text_is_a_note_only(error: Exception):
    engine = FakeEngine()
    engine.fail_next(error)
    async with connect(engine) as client:
        client.open(TEXT)
        await client.idle()
        assert await client.labels() == [f"⚠ {error}"]
        await client.command("limner.rerun", {**PLACE})
        await client.idle()
        assert "δ" in (await client.labels())[0]


async def test_what_the_engine_does_not_know_is_shown_at_the_directive():
    engine = FakeEngine()
    engine.fail_next(UnknownTarget("Unknown label 'x'. Choose one of: a, b."))
    async with connect(engine) as client:
        client.open(TEXT)
        await client.idle()
        await client.request("limner/status", {})
        (published,) = client.take("textDocument/publishDiagnostics")
        (diagnostic,) = published["diagnostics"]
        assert diagnostic["message"] == "Unknown label 'x'. Choose one of: a, b."
        assert diagnostic["range"]["start"] == {"line": 0, "character": 0}
        client.change(2, ((1, 23, 1, 26), "good"))
        await client.idle()
        await client.request("limner/status", {})
        assert client.take("textDocument/publishDiagnostics")[-1]["diagnostics"] == []


async def test_priorities_follow_edits_and_what_is_visible():
    engine = FakeEngine()
    async with connect(engine) as client:
        client.open(TEXT)
        await client.idle()
        await client.hints()
        client.change(2, ((1, 23, 1, 26), "good"))
        await client.idle()
        client.change(3, ((0, 35, 0, 35), " baseline=mask"))
        await client.idle()
        assert engine.priorities == [Priority.PINNED, Priority.CARET, Priority.VISIBLE]


async def test_a_passage_that_was_deleted_takes_a_commands_probe_away():
    engine = FakeEngine()
    async with connect(engine) as client:
        client.open('review = "the film was bad"\nother = "it was good"\n')
        await client.command(
            "limner.attribute", {"uri": URI, "position": {"line": 0, "character": 12}}
        )
        await client.idle()
        assert len(await client.hints()) == 1
        client.change(2, ((0, 0, 1, 0), ""))
        await client.idle()
        assert await client.hints() == []
        assert len(engine.jobs) == 1


async def test_the_debounce_follows_the_recent_cost():
    async with connect(settings={"debounceMs": None}) as client:
        client.open(TEXT)
        await client.idle()
        (probe,) = client.server.probes.of(URI)
        waits = []
        for cost in (None, 0.001, 0.2, 30.0):
            probe.cost = cost
            waits.append(client.server.probes.wait_after([probe]))
        assert waits == [0.02, 0.05, 0.2, 0.5]


async def test_with_automatic_off_a_probe_runs_only_on_request():
    engine = FakeEngine()
    async with connect(engine, settings={"automatic": False}) as client:
        client.open(TEXT)
        await client.idle()
        assert engine.jobs == []
        assert (await client.hints())[0]["label"] == "⏸ stopped"
        await client.command("limner.rerun", PLACE)
        await client.idle()
        assert [job.input.text for job in engine.jobs] == ["the film was bad"]
        client.change(2, ((1, 23, 1, 26), "good"))
        await client.idle()
        assert len(engine.jobs) == 1


async def test_attributing_what_a_comment_has_pinned_adds_no_second_probe():
    engine = FakeEngine()
    async with connect(engine) as client:
        client.open(TEXT)
        await client.idle()
        place = {"uri": URI, "position": {"line": 1, "character": 12}}
        await client.command("limner.attribute", place)
        await client.idle()
        assert len(client.server.probes.of(URI)) == 1
        await client.command("limner.attribute", place | {"options": {"target": "negative"}})
        await client.idle()
        assert len(client.server.probes.of(URI)) == 2
