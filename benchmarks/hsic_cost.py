"""One run of one test in a process of its own: seconds of CPU, and memory beyond the data.

`python -m benchmarks.hsic_cost NAME ROWS DIMENSIONS`; `hsic` starts it.
"""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.hsic_tests import PEERS, ours
from limner.methods._contract import Given, run

Array = np.ndarray[Any, Any]


def matrix(x: Array, y: Array) -> None:
    """All pairs of x's columns."""
    from limner.methods.hsic import MATRIX
    from limner.methods.hsic.params import MatrixParams
    from limner.protocol import ArrayFacts

    facts = ArrayFacts(name="x", dtype="float64", shape=x.shape, of=len(x))
    run(MATRIX, None, (Given(facts, x),), MatrixParams())


def _dcor_t(x: Array, y: Array) -> Any:
    from dcor.independence import distance_correlation_t_test

    return distance_correlation_t_test(x, y)


TESTS = {
    "limner, 1,000 permutations": partial(ours, permutations=1000),
    "limner, gamma": partial(ours, test="gamma"),
    "limner, several": partial(ours, permutations=1000, bandwidth="several"),
    "limner, all pairs": matrix,
    "hyppo, chi²": PEERS["hyppo"],
    "KCI, gamma": PEERS["KCI"],
    "dcor, 199 permutations": PEERS["dcor"],
    "dcor, t-test": _dcor_t,
}


def peak_kib() -> int:
    """Peak of resident memory since the last call; getrusage's is inherited from the parent."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
            return int(line.split()[1])
    raise OSError("this kernel does not tell a process's peak of memory")


def main() -> None:
    name, n, d = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    random = np.random.default_rng(0)
    call = TESTS[name]
    small = random.normal(size=(60, d))
    call(small, random.normal(size=(60, d)))  # imports, compilation
    x = random.normal(size=(n, d))
    y = 0.1 * (x**2 - 1) + random.normal(size=(n, d))
    peak_kib()  # forgets that of the warm-up
    before = peak_kib()
    cpu, wall = time.process_time(), time.perf_counter()
    call(x, y)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(json.dumps({"cpu": cpu, "wall": wall, "mib": (peak_kib() - before) / 1024}))


if __name__ == "__main__":
    main()
