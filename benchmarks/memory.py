"""One measurement of peak memory, in a process that does nothing else; `cost` starts it.

`python -m benchmarks.memory limner|captum NODES ROWS_AT_ONCE THREADS TOKENS`
"""

from __future__ import annotations

import json
import sys
import threading
import time

import psutil
import torch

from benchmarks import texts
from benchmarks.peers import batch_of, captum, ours
from benchmarks.setting import Setting
from benchmarks.subjects import Subject, base_size
from limner.engine.local import LocalEngine

EVERY = 0.005
"""Seconds between two looks; a node takes some 100 ms."""


class Peak:
    """The highest resident size seen while open."""

    def __enter__(self) -> Peak:
        self._process = psutil.Process()
        self._over = threading.Event()
        self.start = self.highest = self._process.memory_info().rss
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.is_set():
            self.highest = max(self.highest, self._process.memory_info().rss)
            time.sleep(EVERY)


def compute(subject: Subject, engine: LocalEngine, text: str, side: str, n: int, rows: int) -> None:
    if side == "limner":
        ours(engine, subject, [text], target=1, min_nodes=n, max_nodes=n)
    else:
        captum(subject.module, batch_of(subject, [text]), [1], n, at_once=rows or None)


def main() -> None:
    side, (nodes, rows, threads, tokens) = sys.argv[1], map(int, sys.argv[2:6])
    torch.set_num_threads(threads)
    subject = base_size()
    engine = LocalEngine(Setting(threads=threads).config)
    compute(subject, engine, subject.texts[0][:8], side, 5, 4)  # kernels, code, arenas
    text = texts.cut(subject.tokenizer, subject.texts, tokens)
    with Peak() as peak:
        compute(subject, engine, text, side, nodes, rows)
    print(json.dumps({"peak": peak.highest - peak.start}))


if __name__ == "__main__":
    main()
