"""The real `limner lsp` with the bundled model, asked by pytest-lsp as three editors would."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

from lsp.process import LIMNER, own_daemon

pytestmark = pytest.mark.process

TEXT = '# limner: attribute model=mini-sentiment\nreview = "🎬 质量很差，用了两天就坏了。"\n'
URI = "file:///work/review.py"
TIMEOUT = 120.0


ASKED_OF_THE_CLIENT = (
    types.CLIENT_REGISTER_CAPABILITY,
    types.WORKSPACE_INLAY_HINT_REFRESH,
    types.WORKSPACE_SEMANTIC_TOKENS_REFRESH,
    types.WORKSPACE_CODE_LENS_REFRESH,
)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """One daemon for all of these tests."""
    with own_daemon(tmp_path_factory.mktemp("daemon")) as variables:
        yield variables


@pytest.fixture(params=["visual_studio_code", "neovim", "emacs"])
async def editor(
    request: pytest.FixtureRequest, environment: dict[str, str]
) -> AsyncIterator[tuple[LanguageClient, asyncio.Event]]:
    """A client with the capabilities of that editor, and what is set when it should look again."""
    refreshed = asyncio.Event()

    async def agree(params: None) -> None:
        refreshed.set()

    config = ClientServerConfig([*LIMNER, "lsp"], server_env=environment)
    client = await config.start()
    for method in ASKED_OF_THE_CLIENT:
        client.feature(method)(agree)
    capabilities = pytest_lsp.client_capabilities(request.param)
    await client.initialize_session(
        types.InitializeParams(capabilities=capabilities, process_id=None, root_uri=None)
    )
    yield client, refreshed
    await client.shutdown_session()
    await client.stop()


async def test_a_pinned_string_gets_hint_hover_and_tokens(
    editor: tuple[LanguageClient, asyncio.Event],
):
    client, refreshed = editor
    item = types.TextDocumentItem(URI, "python", 1, TEXT)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    document = types.TextDocumentIdentifier(URI)
    everything = types.Range(types.Position(0, 0), types.Position(2, 0))
    label = ""
    async with asyncio.timeout(TIMEOUT):
        while not label.startswith("negative 0."):
            hints = await client.text_document_inlay_hint_async(
                types.InlayHintParams(document, everything)
            )
            label = str(hints[0].label) if hints else ""
            with suppress(TimeoutError):  # Emacs is not told: its next request waits by itself
                await asyncio.wait_for(refreshed.wait(), 1)
            refreshed.clear()
    hover = await client.text_document_hover_async(
        types.HoverParams(document, types.Position(1, 16))
    )
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert "mini-sentiment" in hover.contents.value
    tokens = await client.text_document_semantic_tokens_full_async(
        types.SemanticTokensParams(document)
    )
    assert tokens is not None
    assert len(tokens.data) >= 10


def test_check_prints_a_row_for_each_probe(tmp_path: Path, environment: dict[str, str]):
    path = tmp_path / "review.py"
    path.write_text(TEXT, "utf-8")
    command = [*LIMNER, "check", str(path)]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "negative" in done.stdout
