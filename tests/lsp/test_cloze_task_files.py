"""Task files in a session: what is wrong, what may be written, what a key means."""

from __future__ import annotations

import contextlib

import pytest

from limner.config import Config
from limner.lsp.catalog import Catalog
from limner.protocol import ModelStatus
from lsp.client import CAPABILITIES, capabilities_with
from lsp.corpus import place, session

GOOD = (
    "# 😀\r\n"
    'patterns = ["😀{mask}满意。{text}"]\r\n'
    "[labels]\r\n"
    '"好评" = "很"\r\n'
    'neg = "不"\r\n'
    "[data]\r\n"
    'files = ["reviews.tsv"]\r\n'
)


@contextlib.asynccontextmanager
async def opened(folder, text, name="评论.cloze.toml", **more):
    """A session with a task file; what it publishes at the end is taken."""
    async with session(folder, **more) as client:
        uri = (folder / name).as_uri()
        client.open(text, uri=uri, language="toml")
        yield client, uri
        await client.request("limner/status", {})
        client.take("textDocument/publishDiagnostics")


def said(told) -> list[tuple[str, dict]]:
    return [(one["message"], one["range"]) for one in told["diagnostics"]]


async def told(client) -> dict:
    await client.until(lambda: bool(client.inbox))
    return client.take("textDocument/publishDiagnostics")[-1]


async def labels(client, uri, text, word, after=0) -> dict[str, dict]:
    at = place(text, word)
    found = await client.at("textDocument/completion", at["line"], at["character"] + after, uri)
    return {item["label"]: item for item in (found or {"items": []})["items"]}


async def test_mistakes_are_underlined_all_at_once_and_go_when_they_are_mended(tmp_path):
    text = GOOD.replace("满意。{text}", "满意。{txt}").replace('"不"', '"很"')
    async with opened(tmp_path, text) as (client, uri):
        (pattern, where), (word, second) = said(await told(client))
        assert "has {txt}: only {mask} and {text} are known" in pattern
        assert where == {
            "start": {"line": 1, "character": 12},
            "end": {"line": 1, "character": 30},
        }
        assert "'很' is used by '好评' and by 'neg'" in word
        assert second["start"] == {"line": 4, "character": 6}
        client.change(2, ((1, 25, 1, 28), "text"), uri=uri)
        assert [one[0] for one in said(await told(client))] == [word]
        client.change(3, ((4, 7, 4, 8), "不"), uri=uri)
        assert said(await told(client)) == []


async def test_a_file_that_is_no_toml_is_told_and_let_go(tmp_path):
    async with opened(tmp_path, "patterns = [") as (client, uri):
        ((message, where),) = said(await told(client))
        assert message.startswith("This is not TOML")
        assert where["start"]["line"] == 0
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        assert said(await told(client)) == []


async def test_a_very_long_file_is_not_read_while_it_is_edited(tmp_path):
    text = GOOD + "# " + "x" * 200_000
    async with opened(tmp_path, text) as (client, uri):
        ((message, _),) = said(await told(client))
        assert "not checked while" in message
        assert await labels(client, uri, text, "patterns", 3) == {}
        assert await client.at("textDocument/hover", 1, 3, uri) is None


async def test_keys_models_and_files_are_offered(tmp_path):
    (tmp_path / "reviews.tsv").write_text("x", "utf-8")
    (tmp_path / "更多.csv").write_text("x", "utf-8")
    text = "mo\r\nmodel = \r\n" + GOOD.replace("reviews.tsv", "")
    async with opened(tmp_path, text) as (client, uri):
        models = (
            ModelStatus(name="mini-mlm", path="/m", state="on-disk", masked=True),
            ModelStatus(name="mini-seq2seq", path="/q", state="on-disk", writes="seq2seq"),
            ModelStatus(name="mini-sentiment", path="/s", state="on-disk", labels=("a", "b")),
            ModelStatus(name="broken", path="/b", state="on-disk", labels=(), error="No."),
        )
        client.server.catalog = Catalog(Config(), lambda _: models)
        keys = await labels(client, uri, text, "mo", 2)
        assert "calibration" in keys and "patterns" not in keys
        assert keys["calibration"]["textEdit"] == {
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 2}},
            "newText": "calibration = ",
        }
        assert [*await labels(client, uri, text, "model = ", 8)] == ["mini-mlm"]
        assert [*await labels(client, uri, text, '[""]', 2)] == ["reviews.tsv", "更多.csv"]


async def test_holes_are_offered_behind_an_emoji(tmp_path):
    text = GOOD.replace("{mask}", "{m")
    async with opened(tmp_path, text) as (client, uri):
        offered = await labels(client, uri, text, "{m", 2)
        assert [*offered] == ["{mask}"]
        assert offered["{mask}"]["textEdit"]["range"] == {
            "start": {"line": 1, "character": 15},
            "end": {"line": 1, "character": 17},
        }


@pytest.mark.parametrize("kind", ["markdown", "plaintext"])
async def test_keys_and_patterns_are_explained(tmp_path, kind):
    hover = {"contentFormat": [kind]}
    capabilities = capabilities_with(
        {"textDocument": {**CAPABILITIES["textDocument"], "hover": hover}}
    )
    async with opened(tmp_path, GOOD, capabilities=capabilities) as (client, uri):
        at = place(GOOD, "意")  # right behind the gap, words for it are shown
        found = await client.at("textDocument/hover", at["line"], at["character"], uri)
        assert found["contents"]["kind"] == kind
        assert "😀▁▁满意。东西很好，送货也快\n😀很满意。" in found["contents"]["value"]
        assert ("```" in found["contents"]["value"]) == (kind == "markdown")
        assert found["range"]["end"] == {"line": 1, "character": 31}
        found = await client.at("textDocument/hover", 5, 2, uri)
        assert "Which files" in found["contents"]["value"]


async def test_other_toml_files_are_left_alone(tmp_path):
    async with opened(tmp_path, "mo\n", name="pyproject.toml") as (client, uri):
        assert await client.at("textDocument/completion", 0, 2, uri) is None
        assert await client.at("textDocument/hover", 0, 1, uri) is None
        assert client.inbox == []
