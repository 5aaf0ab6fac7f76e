"""Typing in VS Code, measured in the browser: a file of 5,000 lines with some 200 marks.

`vscode/ui-tests/bench` drives a real VS Code with a daemon of its own; what it measures comes back
as milliseconds in a file.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.jupyterlab import on_off, run_bench
from benchmarks.report import Section
from benchmarks.setting import Setting

TESTS = Path(__file__).parent.parent / "vscode" / "ui-tests"
PLACES = {"pinned": "in a pinned text", "plain": "in other code"}


def measure(setting: Setting) -> Section:
    """Raises FileNotFoundError without what `make vsix` installs."""
    found = run_bench(TESTS, keys=setting.few(100, 20))
    section = Section("vscode: typing in a long file")
    section.say(
        f"{found['lines']} lines, {found['probes']} pinned probes with {found['marks']} marks in "
        "all, Chromium without a display, a key every 120 ms; from keydown to the end of the next "
        "frame, in milliseconds (a frame is 16.7). Both sides are one server of VS Code 1.100.3 in "
        "one run, by turns: connected to Limner, and with the extension left without one. With "
        "Limner on, the worker computes meanwhile on the same cores."
    )
    times: Mapping[str, Sequence[float]] = found["times"]
    rows = [on_off(what, times[f"{at} on"], times[f"{at} off"]) for at, what in PLACES.items()]
    section.table(
        ["", "keys a side", "median on", "off", "ratio", "p95 on", "off", "ratio"],
        rows,
    )
    reloads: Sequence[float] = found["reloads"]
    section.table(
        ["window loaded again", "times", "median until the notes, ms", "loads of the model"],
        [["", len(reloads), statistics.median(reloads), found["loads"]]],
    )
    return section
