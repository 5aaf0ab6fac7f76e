"""Kernel → magic, and kernel → daemon → worker → editor, with all processes real."""

from __future__ import annotations

import asyncio
import json

import msgspec
import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig

from limner.render.card import MIME, Card
from lsp.process import LIMNER, own_daemon
from notebook.live import kernel

pytestmark = pytest.mark.process

DATA = """
import numpy as np, pandas as pd
random = np.random.default_rng(0)
x = random.normal(size=1000)
y = x + 0.1 * random.normal(size=1000)
df = pd.DataFrame({"身高": x, "体重": y, "组": random.choice(["甲", "乙"], 1000)})
"""
TEXT = 'answer = df[["身高", "体重"]]\n'
URI = "file:///work/notebook.py"
EVERYWHERE = types.Range(start=types.Position(0, 0), end=types.Position(9, 0))


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    with own_daemon(tmp_path_factory.mktemp("daemon")) as environment:
        yield environment | {"IPYTHONDIR": str(tmp_path_factory.mktemp("ipython"))}


@pytest.fixture(scope="module")
def cell(home):
    with kernel(home) as live:
        assert live("%load_ext limner").status == "ok"
        assert live(DATA).status == "ok"
        yield live


def test_a_pair_leaves_one_bundle_with_text_html_and_card(cell):
    output = cell("%hsic x y")
    (bundle,) = output.displays
    assert {*bundle} == {"text/plain", "text/html", MIME}
    assert "p < 0.001 (1000 permutations) · n = 1000" in bundle["text/plain"]
    card = msgspec.convert(bundle[MIME], Card)
    assert (card.method, len(card.charts)) == ("hsic", 2)
    assert card.result["p_value"] == pytest.approx(1 / 1001)
    assert output.results == [] and output.streams == ""


def test_a_table_leaves_its_heat_map_and_the_result_is_a_value(cell):
    output = cell("r = %hsic df\nprint(sum(pair.significant for pair in r.pairs))")
    assert output.card["method"] == "hsic_matrix" and len(output.card["tables"][0]["rows"]) == 3
    assert output.streams == "1\n"


def test_computing_brings_no_torch_into_the_kernel(cell):
    assert cell("import sys; print('torch' in sys.modules)").streams == "False\n"


def test_a_mistake_is_one_sentence(cell):
    output = cell("%hsic x y[:10]")
    assert output.status == "error" and output.error.startswith("limner: ")
    assert "\n" not in output.error


def test_what_lasts_says_so_and_can_be_stopped(cell):
    interrupted: list[str] = []

    def interrupt(message):
        said = message["content"].get("data", {}).get("text/plain", "")
        if "computing" in said and not interrupted:
            interrupted.append(said)
            cell.manager.interrupt_kernel()

    cell("wide = random.normal(size=(3000, 120))")
    output = cell("%hsic wide --permutations 200000", interrupt)
    assert interrupted
    assert (output.status, output.error) == ("error", "limner: cancelled.")
    assert output.displays == []
    assert cell("%hsic x y").status == "ok"


async def test_an_editor_gets_the_answer_about_columns_that_the_kernel_sent(cell, home):
    sent = cell(
        "import json; from limner.notebook import bridge\n"
        'sent = bridge.send([\'df[["身高", "体重"]]\'], columns=True)\n'
        "print(json.dumps([[a.id, a.name] for a in sent.arrays]))"
    )
    arrays = json.loads(sent.streams)
    assert [name for _, name in arrays] == ["身高", "体重"]
    client = await ClientServerConfig([*LIMNER, "lsp"], server_env=home).start()
    client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: None)
    refreshed = asyncio.Event()
    for method in (types.WORKSPACE_INLAY_HINT_REFRESH, types.WORKSPACE_SEMANTIC_TOKENS_REFRESH):
        client.feature(method)(lambda params: refreshed.set())
    capabilities = pytest_lsp.client_capabilities("neovim")
    await client.initialize_session(
        types.InitializeParams(capabilities=capabilities, process_id=None, root_uri=None)
    )
    try:
        item = types.TextDocumentItem(uri=URI, language_id="python", version=1, text=TEXT)
        client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
        argument = {
            "uri": URI,
            "range": {"start": {"line": 0, "character": 9}, "end": {"line": 0, "character": 25}},
            "arrays": [id for id, _ in arrays],
            "names": [name for _, name in arrays],
        }
        await client.workspace_execute_command_async(
            types.ExecuteCommandParams(command="limner.hsic", arguments=[argument])
        )
        hint = await _hint(client, refreshed)
        assert "HSIC 0.0756 · p < 0.001 (1000 permutations) · n = 1000" in hint
    finally:
        await client.shutdown_session()
        await client.stop()


async def _hint(client, refreshed) -> str:
    """The note, once it is no longer one of waiting."""
    params = types.InlayHintParams(
        text_document=types.TextDocumentIdentifier(uri=URI), range=EVERYWHERE
    )
    async with asyncio.timeout(60):
        while True:
            for hint in await client.text_document_inlay_hint_async(params) or ():
                if "HSIC" in str(hint.label):
                    return str(hint.label)
            await refreshed.wait()
            refreshed.clear()
