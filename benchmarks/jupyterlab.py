"""Typing in JupyterLab, measured in the browser: a notebook of 300 cells with 20 pinned probes.

`labextension/ui-tests/bench` drives a real JupyterLab with a daemon of its own; what it measures
comes back as milliseconds in a file.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.report import Section
from benchmarks.setting import Setting, percentile

ROOT = Path(__file__).parent.parent
TESTS = ROOT / "labextension" / "ui-tests"
PLAYWRIGHT = ROOT / "node_modules" / "@playwright" / "test" / "cli.js"
PLACES = {"pinned": "in a pinned text", "plain": "in another cell"}


def measure(setting: Setting) -> Section:
    """Raises FileNotFoundError without the built extension (`make lab`)."""
    found = run_bench(TESTS, keys=setting.few(100, 20))
    section = Section("jupyterlab: typing in a long notebook")
    section.say(
        f"{found['cells']} cells, {found['probes']} pinned probes, the side panel open, Chromium "
        "without a display, a key every 120 ms; from keydown to the end of the next frame, in "
        "milliseconds (a frame is 16.7). Both sides are one page in one run, by turns: Limner on, "
        "and switched off in the settings. With Limner on, the worker computes meanwhile on the "
        "same cores."
    )
    times: Mapping[str, Sequence[float]] = found["times"]
    rows = [on_off(what, times[f"{at} on"], times[f"{at} off"]) for at, what in PLACES.items()]
    section.table(
        ["", "keys a side", "median on", "off", "ratio", "p95 on", "off", "ratio"],
        rows,
    )
    section.table(
        ["while typing in a pinned text", "edits", "median, ms", "p95, ms"],
        [
            ["edit → first repaint of the note", *_summary(found["first"])],
            ["edit → converged", *_summary(found["converged"])],
        ],
    )
    return section


def run_bench(tests: Path, keys: int) -> dict[str, Any]:
    """What the benchmark of a suite of UI tests writes.

    Raises FileNotFoundError without node's packages.
    """
    if not PLAYWRIGHT.exists():
        raise FileNotFoundError(f"{PLAYWRIGHT} is missing: run `make lab` first.")
    with tempfile.TemporaryDirectory(prefix="limner-bench-") as folder:
        out = Path(folder) / "times.json"
        own = {"LIMNER_BENCH": str(out), "LIMNER_KEYS": str(keys)}
        command = ["node", str(PLAYWRIGHT), "test", "--config=bench.config.ts"]
        subprocess.run(
            [*command, f"--output={folder}/results"], cwd=tests, env=os.environ | own, check=True
        )
        return json.loads(out.read_text("utf-8"))


def on_off(what: str, on: Sequence[float], off: Sequence[float]) -> list[object]:
    """A row: how many, medians and 95th percentiles with their ratios."""
    row: list[object] = [what, len(on)]
    for one, other in (
        (statistics.median(on), statistics.median(off)),
        (percentile(on, 0.95), percentile(off, 0.95)),
    ):
        row += [one, other, one / other]
    return row


def _summary(times: Sequence[float]) -> list[object]:
    return [len(times), statistics.median(times), percentile(times, 0.95)]
