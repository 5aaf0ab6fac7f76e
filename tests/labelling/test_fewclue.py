"""The script for people who have FewCLUE's data runs on files of that form."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.process
def test_the_script_trains_and_measures_on_files_of_fewclue(tmp_path):
    rows = [line.split("\t") for line in (ROOT / "examples/reviews.gold.tsv").read_text("utf-8")
            .splitlines()[1:]]  # fmt: skip
    random.Random(0).shuffle(rows)
    for name, part in (("train_0", rows[:8]), ("dev_0", rows[8:16]), ("test_public", rows[16:36])):
        lines = [
            json.dumps({"id": k, "sentence": text, "label": label.capitalize()})
            for k, (label, text) in enumerate(part)
        ]
        (tmp_path / f"{name}.json").write_text("\n".join(lines), "utf-8")
    command = [
        sys.executable, "-m", "benchmarks.fewclue", "--data", str(tmp_path), "--splits", "1",
        "--epochs", "1",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.count("zero-shot") == 5
    assert "mean of 1 splits" in done.stdout
