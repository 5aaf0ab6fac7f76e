"""p-values over the grid, a line of JSON each, appended to a file: what is there is not repeated.

`python -m benchmarks.hsic_grid power|size FILE SETS` with one thread; `hsic` reads the file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.hsic_data import DIMENSIONS, ROWS, SHAPES, dependent, independent
from benchmarks.hsic_tests import OURS, PEERS, p_of

BLOCK = 50
"""Seeds that are computed before the next cell, so that a grid that is cut short is even."""

FEWER = 500
"""Null sets of a cell with several bandwidths."""

Key = tuple[str, int, int, int]
"""Shape ("null" without dependence), dimension, rows, seed."""


def keys(kind: str, sets: int) -> Iterator[Key]:
    """In the order of their computation."""
    shapes = SHAPES if kind == "power" else ("null",)
    for start in range(0, sets, BLOCK):
        for n in ROWS:
            for d in DIMENSIONS:
                for shape in shapes:
                    for seed in range(start, min(start + BLOCK, sets)):
                        yield shape, d, n, seed


def names(kind: str, seed: int) -> list[str]:
    """Tests of a data set; five bandwidths cost five times as much, so fewer sets have them."""
    if kind == "power":
        return [*OURS, *PEERS]
    return [name for name in OURS if name != "limner, several" or seed < FEWER]


def read(file: Path) -> dict[Key, dict[str, float | None]]:
    """What is there: p by test."""
    found: dict[Key, dict[str, float | None]] = {}
    for line in file.read_text("utf-8").splitlines() if file.exists() else ():
        one: dict[str, Any] = json.loads(line)
        found[one["shape"], one["d"], one["n"], one["seed"]] = one["p"]
    return found


def main() -> None:
    kind, file, sets = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    known = read(file)
    with file.open("a", encoding="utf-8") as out:
        for key in keys(kind, sets):
            if key in known:
                continue
            shape, d, n, seed = key
            x, y = independent(d, n, seed) if kind == "size" else dependent(shape, d, n, seed)
            p = {name: p_of(name, x, y) for name in names(kind, seed)}
            record = {"shape": shape, "d": d, "n": n, "seed": seed, "p": p}
            out.write(json.dumps(record) + "\n")
            out.flush()


if __name__ == "__main__":
    main()
