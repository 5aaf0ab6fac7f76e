"""Every archive in cases/, in each position encoding."""

from pathlib import Path

import pytest

from lsp.archive import check
from lsp.client import CASES


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("path", sorted(CASES.glob("*.md")), ids=lambda path: path.stem)
async def test_what_a_client_sees(path: Path, encoding: str, pytestconfig: pytest.Config):
    await check(path, encoding, update=pytestconfig.getoption("--update"))
