"""Terms in a real, headless Neovim, through the real `limner lsp`, mined by the real command."""

import json
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from editor import neovim
from lsp.process import LIMNER, own_daemon

pytestmark = pytest.mark.process

PAGE = "# 笔记\n\n🎬 操作系统管理虚拟内存。\n\n看 "
ROUND = "看写读改删存打移用换升降开关查找说问答想"
OTHER = "".join(f"{a}操作系统{b}。\n{b}虚拟内存{a}。\n" for a, b in pairwise(ROUND))


def test_terms_are_highlighted_explained_completed_and_accepted(tmp_path: Path):
    folder = tmp_path / "docs"
    folder.mkdir()
    page = folder / "笔记.md"
    page.write_text(PAGE, "utf-8")
    (folder / "other.txt").write_text(OTHER, "utf-8")
    (tmp_path / "daemon").mkdir()
    with own_daemon(tmp_path / "daemon") as daemon:
        mine = [*LIMNER, "terms", "mine", str(folder), "--json"]
        cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}  # where Neovim's server looks
        subprocess.run(mine, env=daemon | cache, check=True, capture_output=True, timeout=60)
        seen = neovim.run(
            "terms.lua",
            tmp_path,
            daemon,
            file=str(page),
            filetype="markdown",
            place=json.dumps([3, len("🎬 ".encode())]),
            typed="xnnc",
        )
    assert {token["text"] for token in seen["before"]} == {"操作系统", "虚拟内存"}
    assert seen["hover"].startswith("**操作系统**") or seen["hover"].startswith("操作系统")
    assert "PMI" in seen["hover"]
    assert seen["references"] == 1 + OTHER.count("操作系统")
    assert seen["symbols"] == 2
    assert seen["last"] == "看 虚拟内存"
    accepted = [token["text"] for token in seen["after"] if "Accepted" in token["group"]]
    assert accepted == ["操作系统"]
    assert 'accepted = ["操作系统"]' in (folder / "lexicon.terms.toml").read_text("utf-8")
