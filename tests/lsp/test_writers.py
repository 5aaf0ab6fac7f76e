"""Models that write in an editor: from the comment to the hover, on folders and a real engine."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from limner.config import Config, ModelEntry
from limner.engine.local import LocalEngine
from limner.lsp.catalog import Catalog
from limner.models import load_model
from lsp.client import connect
from models.test_writers import saved


@asynccontextmanager
async def pinned(folder, options=""):
    """A client with a text whose comment asks about a user's folder, computed."""
    config = Config(models={"mine": ModelEntry(path=str(folder))})
    load_model("mine", "cpu", config)  # libraries are imported before somebody waits
    engine = LocalEngine(config)
    try:
        async with connect(engine) as client:  # pyright: ignore[reportArgumentType]
            server = client.server
            server.catalog = server.probes._catalog = Catalog(config)
            client.open(f'# limner: attribute model=mine {options}\nx = "the service was slow"\n')
            await client.idle()
            yield client
    finally:
        await engine.close()


@pytest.mark.parametrize("kind", ["gpt2", "bart"])
async def test_a_hover_lists_an_output_token_by_token(tmp_path, kind):
    options = 'continuation="but kind" tokens=yes tolerance=0.1'
    async with pinned(saved(tmp_path / kind, kind), options) as client:
        hover = await client.at("textDocument/hover", 1, 12)
        said = hover["contents"]["value"]
        assert "**but kind** log p −" in said
        assert "| output | p | ΔF | δ | strongest words |" in said
        assert "slow" in said


async def test_a_causal_folder_explains_its_next_token(tmp_path):
    async with pinned(saved(tmp_path / "gpt2", "gpt2"), "target=x contrast=y") as client:
        (label,) = await client.labels()
        assert label.startswith("x against y")


async def test_an_encoder_decoder_s_folder_explains_its_own_output(tmp_path):
    async with pinned(saved(tmp_path / "bart", "bart"), "tolerance=0.1") as client:
        (label,) = await client.labels()
        assert "log p −" in label


async def test_what_does_not_fit_is_a_sentence_beside_the_text(tmp_path):
    folder = saved(tmp_path / "bert", "bert")
    async with pinned(folder, "continuation=x") as client:
        (label,) = await client.labels()
        assert "writes nothing" in label and "\n" not in label
        (told,) = client.take("textDocument/publishDiagnostics")[-1]["diagnostics"]
        assert "writes nothing" in told["message"]
