"""Labels and gaps in a real, headless Neovim, through the real `limner lsp` and a real model."""

from pathlib import Path

import pytest

from editor import neovim
from lsp.process import own_daemon

pytestmark = pytest.mark.process

TASK = """\
patterns = ["{mask}满意。{text}", "感觉如何？{mask}满意。{text}"]
[labels]
positive = "很"
negative = "不"
[data]
files = ["评论.tsv"]
"""
ROWS = (
    "positive\t房间很干净，服务也很好",
    "\t质量太差了，客服态度恶劣",
    "\t🎬早餐丰富，位置方便，下次还来",
    "\t屏幕有坏点，退货还要自己出运费",
)


def test_rows_are_predicted_labelled_and_undone_and_a_gap_is_filled(tmp_path: Path):
    folder = tmp_path / "数据"
    folder.mkdir()
    (folder / "a.cloze.toml").write_text(TASK, "utf-8")
    lines = ["label\ttext", *ROWS]
    (folder / "评论.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    (tmp_path / "daemon").mkdir()
    with own_daemon(tmp_path / "daemon") as daemon:
        file = str(folder / "评论.tsv")
        seen = neovim.run("cloze.lua", tmp_path, daemon, folder=str(folder), file=file, rows="3")
    assert [hint["line"] for hint in seen["hints"]] == [2, 3, 4]
    assert all(hint["label"].startswith("→ ") for hint in seen["hints"])
    assert seen["labelled"] == [*lines[:2], "positive" + lines[2], *lines[3:]]
    assert seen["undone"] == lines
    assert seen["next"] in (2, 3, 4)
    assert "好" in seen["words"]
    assert seen["filled"] == f"🎬 房间很{seen['words'][0]}，早餐很丰富。"
