"""A data file that a task is bound to: predictions, labels, doubts, training, in a session."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from limner.engine.fake import FakeEngine, plausible
from limner.labelling.reading import load
from limner.protocol import ClozeTraining, Quality, UnsupportedModel
from limner.results.cloze import Epoch
from lsp.client import CAPABILITIES, LspError, capabilities_with
from lsp.corpus import OVERLAYS, session

TASK = """\
# 评论
patterns = ["{mask}满意。{text}"]
[labels]
positive = "好"
negative = "差"
[data]
files = ["reviews.tsv"]
"""
DATA = (
    "label\ttext\r\npositive\t😀房间好好\r\n\t早餐差差差\r\n\t服务好\r\n"
    "negative\t好好好好\r\n\t还行\r\n"
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "a.cloze.toml").write_text(TASK, "utf-8")
    (tmp_path / "reviews.tsv").write_bytes(DATA.encode())
    return tmp_path


@contextlib.asynccontextmanager
async def labelling(home: Path, *, overlays: bool = False, **more):
    """A session; what it publishes of itself is for the tests that look at it."""
    if overlays:
        more["capabilities"] = {**CAPABILITIES, **OVERLAYS}
    async with session(home, names=("mini-mlm",), **more) as client:
        client.answers["workspace/applyEdit"] = lambda _: {"applied": True}
        client.answers["window/showDocument"] = lambda _: {"success": True}
        yield client
        await settled(client, (home / "reviews.tsv").as_uri())
        await client.request("limner/status", {})
        for method in ("textDocument/publishDiagnostics", "limner/overlay", "limner/highlights"):
            client.take(method)


def opened(client, home: Path, text: str = DATA) -> str:
    uri = (home / "reviews.tsv").as_uri()
    client.open(text, uri=uri, language="tsv")
    return uri


async def settled(client, uri: str) -> None:
    await client.request("limner/status", {})
    async with asyncio.timeout(60):
        await client.server.labelling.idle(uri)


async def test_unlabelled_rows_show_what_is_predicted(home):
    async with labelling(home) as client:
        uri = opened(client, home)
        await settled(client, uri)
        hints = await client.hints(uri)
        assert [hint["label"] for hint in hints] == [
            "→ negative > 99%",
            "→ positive 88%",
            "→ positive 50%",
        ]
        assert hints[0]["position"] == {"line": 2, "character": 6}


async def test_predictions_follow_their_texts(home):
    engine = FakeEngine()
    async with labelling(home, engine=engine) as client:
        uri = opened(client, home)
        await settled(client, uri)
        asked = len(engine.jobs)
        client.change(2, ((1, 0, 1, 0), "\t床好好\r\n"), uri=uri)
        await settled(client, uri)
        new = [text for job in engine.jobs[asked:] for text in job.input.texts]
        assert new == ["床好好"]
        assert [hint["position"]["line"] for hint in await client.hints(uri)] == [1, 3, 4, 6]


async def test_a_row_is_labelled_by_an_edit_that_can_be_undone(home):
    async with labelling(home) as client:
        uri = opened(client, home)
        await settled(client, uri)
        await client.command("limner.cloze.accept", {"uri": uri, "line": 2})
        await client.until(lambda: client.asked["workspace/applyEdit"] == 1)
        (request,) = (r for r in client.requests if r["method"] == "workspace/applyEdit")
        (change,) = request["params"]["edit"]["documentChanges"]
        assert change["textDocument"] == {"uri": uri, "version": 1}
        assert change["edits"] == [
            {
                "range": {
                    "start": {"line": 2, "character": 0},
                    "end": {"line": 2, "character": 0},
                },
                "newText": "negative",
            }
        ]
        with pytest.raises(LspError, match="no label of the task"):
            await client.command("limner.cloze.accept", {"uri": uri, "line": 2, "label": "x"})
        with pytest.raises(LspError, match="no row"):
            await client.command("limner.cloze.accept", {"uri": uri, "line": 0})


async def test_all_sure_rows_are_labelled_at_once(home):
    async with labelling(home) as client:
        uri = opened(client, home)
        await settled(client, uri)
        answer = await client.command("limner.cloze.acceptAll", {"uri": uri, "above": 0.8})
        assert answer["said"].startswith("2 rows labelled")
        await client.until(lambda: client.asked["workspace/applyEdit"] == 1)
        edits = client.requests[-1]["params"]["edit"]["documentChanges"][0]["edits"]
        assert {(e["range"]["start"]["line"], e["newText"]) for e in edits} == {
            (2, "negative"),
            (3, "positive"),
        }
        with pytest.raises(LspError, match="No unlabelled row"):
            await client.command("limner.cloze.acceptAll", {"uri": uri, "above": 1.0})


async def test_the_least_certain_row_is_next(home):
    shows = capabilities_with({"window": {"showDocument": {"support": True}}})
    async with labelling(home, capabilities=shows) as client:
        uri = opened(client, home)
        await settled(client, uri)
        answer = await client.command("limner.cloze.next", {"uri": uri})
        assert (answer["line"], answer["character"]) == (5, 0)
        await client.until(lambda: client.asked["window/showDocument"] == 1)
        again = await client.command("limner.cloze.next", {"uri": uri, "line": 5})
        assert again["line"] == 3


async def test_what_is_wrong_is_said_where_it_is(home):
    text = DATA.replace("positive\t😀", "postive\t😀") + "negative\r\n"
    async with labelling(home) as client:
        uri = opened(client, home, text)
        await settled(client, uri)
        await client.until(lambda: any("reviews" in str(m) for m in client.inbox))
        await client.request("limner/status", {})
        found = client.take("textDocument/publishDiagnostics")[-1]["diagnostics"]
        said = {one["range"]["start"]["line"]: one["message"] for one in found}
        assert "'postive' is no label of a.cloze.toml" in said[1]
        assert said[4] == (
            "Labelled negative, but the model says positive with > 99% (1 of 1 patterns): "
            "check which is right."
        )
        assert "column 2" in said[6]


async def test_hover_completion_and_actions_of_a_row(home):
    async with labelling(home) as client:
        uri = opened(client, home)
        await settled(client, uri)
        hover = await client.at("textDocument/hover", 3, 3, uri)
        assert "88.1 %" in hover["contents"]["value"]
        found = await client.at("textDocument/completion", 2, 0, uri)
        assert [item["label"] for item in found["items"]] == ["negative", "positive"]
        place = {"line": 2, "character": 3}
        params = {
            "textDocument": {"uri": uri},
            "range": {"start": place, "end": place},
            "context": {"diagnostics": []},
        }
        titles = [one["title"] for one in await client.request("textDocument/codeAction", params)]
        assert "Limner: label negative (100%)" in titles
        assert "Limner: go to the least certain row" in titles
        lenses = await client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
        assert lenses[0]["command"]["title"] == "2 labelled · 3 predicted of 5"


async def test_clients_that_draw_get_one_probe_with_the_notes(home):
    async with labelling(home, overlays=True) as client:
        uri = opened(client, home)
        await settled(client, uri)
        await client.request("limner/status", {})
        (probe,) = client.take("limner/overlay")[-1]["probes"]
        assert (probe["method"], probe["state"]) == ("cloze", "done")
        assert probe["notes"][0]["text"] == "→ negative > 99%"
        assert "how sure" in probe["panel"]["title"]
        assert "50 … 60 %" in probe["panel"]["text"]


async def test_a_task_that_is_changed_is_followed(home):
    engine = FakeEngine()
    async with labelling(home, engine=engine) as client:
        uri = opened(client, home)
        await settled(client, uri)
        task = (home / "a.cloze.toml").as_uri()
        client.open(TASK.replace('"好"', '"还行"'), uri=task, language="toml")
        await client.until(lambda: engine.jobs[-1].params["labels"]["positive"] == ("还行",))
        await settled(client, uri)
        client.change(2, ((1, 0, 1, 0), "x = 1\n"), uri=task)
        await settled(client, uri)
        await client.request("limner/status", {})
        said = str(client.take("textDocument/publishDiagnostics")[-1])
        assert "a.cloze.toml:2: Unknown key 'x'" in said


async def test_a_model_that_may_not_be_used_is_refused_and_said(home):
    (home / "a.cloze.toml").write_text('model = "/tmp/evil"\n' + TASK, "utf-8")
    engine = FakeEngine()
    async with labelling(home, engine=engine) as client:
        uri = opened(client, home)
        await settled(client, uri)
        await client.request("limner/status", {})
        assert engine.jobs == []
        said = str(client.take("textDocument/publishDiagnostics")[-1])
        assert "may not name a model's folder" in said


async def test_what_the_model_cannot_do_is_said_in_data_and_task(home):
    engine = FakeEngine()
    engine.fail_next(UnsupportedModel("mini-mlm cannot spell it: choose another word."))
    async with labelling(home, engine=engine) as client:
        uri = opened(client, home)
        await settled(client, uri)
        client.open(TASK, uri=(home / "a.cloze.toml").as_uri(), language="toml")
        await client.request("limner/status", {})
        found = client.take("textDocument/publishDiagnostics")
        assert {Path(one["uri"]).name for one in found if "spell" in str(one)} >= {"reviews.tsv"}


async def test_training_saves_a_head_and_the_task_uses_it(home):
    (home / "reviews.tsv").write_bytes((DATA + "positive\t很好\r\nnegative\t很差\r\n").encode())

    def answer(job):
        if job.method != "cloze_train":
            return plausible(job)
        file = Path(job.params["save"])
        file.parent.mkdir()
        file.write_bytes(b"")
        quality = Quality(count=2, accuracy=1.0, macro_f1=1.0, log_loss=0.1, ece=0.1)
        return ClozeTraining(
            model=job.model, labels=("positive", "negative"), patterns=("p",), trained_on=2,
            held_out=2, unlabelled=0, before=quality, after=quality,
            epochs=(Epoch(epoch=1, train_loss=0.5, held_out=quality),), kept=1, temperature=1.0,
            saved=str(file),
        )  # fmt: skip

    engine = FakeEngine(answer=answer)
    async with labelling(home, engine=engine) as client:
        uri = opened(client, home, (home / "reviews.tsv").read_bytes().decode())
        await settled(client, uri)
        said = (await client.command("limner.cloze.train", {"uri": uri}))["said"]
        assert said == "Training on 4 labelled rows …"
        await client.until(lambda: any("Head 1" in str(m) for m in client.inbox))
        client.take("window/showMessage")
        assert load(home / "a.cloze.toml").head == 1
        assert (home / "a.cloze.toml").read_text("utf-8").startswith("# 评论\n")
        await settled(client, uri)
        head = home / "a.heads" / "001.safetensors"
        assert engine.jobs[-1].model == f"mini-mlm::{head}"
        answer_ = await client.command("limner.cloze.rollback", {"uri": uri})
        assert "without a head" in answer_["said"]
        assert load(home / "a.cloze.toml").head is None
        assert head.exists()


async def test_training_needs_two_of_each_label(home):
    async with labelling(home) as client:
        uri = opened(client, home)
        await settled(client, uri)
        with pytest.raises(LspError, match="label two or more of each"):
            await client.command("limner.cloze.train", {"uri": uri})


async def test_a_file_without_a_task_gets_one(tmp_path):
    (tmp_path / "data.tsv").write_text("label\ttext\npos\t房间很好\nneg\t差\n", "utf-8")
    async with labelling(tmp_path) as client:
        uri = (tmp_path / "data.tsv").as_uri()
        client.open("label\ttext\npos\t房间很好\nneg\t差\n\t好\n", uri=uri, language="tsv")
        with pytest.raises(LspError, match="No task names this file"):
            await client.command("limner.cloze.next", {"uri": uri})
        await client.command("limner.cloze.new", {"uri": uri})
        assert load(tmp_path / "data.cloze.toml").labels == {"pos": ("很",), "neg": ("不",)}
        await settled(client, uri)
        assert await client.labels(uri)
        with pytest.raises(LspError, match="there already"):
            await client.command("limner.cloze.new", {"uri": uri})


async def test_a_stopped_file_waits_until_it_is_asked_again(home):
    engine = FakeEngine()
    engine.hold()
    async with labelling(home, engine=engine) as client:
        uri = opened(client, home)
        await engine.wait_for(1)
        await client.command("limner.stop", {})
        await settled(client, uri)
        engine.release()
        assert await client.labels(uri) == []
        await client.command("limner.cloze.predict", {"uri": uri})
        await settled(client, uri)
        assert len(await client.labels(uri)) == 3


async def test_rows_in_view_come_first_and_each_text_is_asked_about_once(home):
    rows = [f"\t第{k}间房好" for k in range(400)]
    text = "label\ttext\n" + "\n".join(rows) + "\n"
    engine = FakeEngine()
    engine.hold()
    async with labelling(home, engine=engine) as client:
        uri = opened(client, home, text)
        await engine.wait_for(1)
        client.server.labelling.sees(uri, text.index("第300间"), text.index("第310间"))
        engine.release()
        await settled(client, uri)
        asked = [job.input.texts for job in engine.jobs]
        assert len(asked[0]) == 200  # spread over the file, for the prior
        assert asked[1][0].startswith("第30")
        assert sum(map(len, asked)) == 400
        assert len(await client.labels(uri)) == 400


async def test_a_file_that_is_too_long_for_an_editor_says_where_to_go(home, monkeypatch):
    monkeypatch.setattr("limner.lsp.documents.MAX_DOCUMENT", 20)
    async with labelling(home) as client:
        uri = opened(client, home)
        await settled(client, uri)
        await client.request("limner/status", {})
        said = str(client.take("textDocument/publishDiagnostics")[-1])
        assert "limner cloze predict a.cloze.toml" in said
