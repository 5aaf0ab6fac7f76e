"""How many threads torch gets on a CPU: as many as the work deserves and the machine has idle.

Threads of one operation wait for each other. On a machine that is busy with something else, the
user's own training for one, a second thread makes small operations 3–200 times slower; so we look
at what the others use and take what is left, and for tiny work we do not even ask.
"""

from __future__ import annotations

import sys
import time
import weakref
from collections.abc import Callable, Generator
from contextlib import contextmanager

import psutil

from limner.engine.devices import cores
from limner.engine.model import Model

SERIAL_OPERATIONS = 5e9
"""What one thread computes in less than 100 ms."""

LOOK_EVERY = 0.5
"""Seconds between two looks at the machine."""


class Others:
    """Cores that other processes keep busy, over the last half second or so."""

    def __init__(self) -> None:
        self._own = psutil.Process()
        self._then = self._look()
        self._busy = 0.0

    def busy(self) -> float:
        """In cores of those we may use."""
        now = self._look()
        passed = now[0] - self._then[0]
        if passed >= LOOK_EVERY:
            all_busy, own_busy = now[1] - self._then[1], now[2] - self._then[2]
            share = cores() / (psutil.cpu_count() or 1)
            self._busy = max(0.0, all_busy - own_busy) / passed * share
            self._then = now
        return self._busy

    def _look(self) -> tuple[float, float, float]:
        """Clock, busy seconds of all cores, busy seconds of this process."""
        times, own = psutil.cpu_times(), self._own.cpu_times()
        return time.monotonic(), times.user + times.nice + times.system, own.user + own.system


def threads_for(model_bytes: int, tokens: int, others: Callable[[], float]) -> int:
    """One for tiny work, else the cores that are free.

    A forward and backward pass costs about six operations per parameter and token.
    """
    operations = 6 * (model_bytes / 4) * tokens
    if operations < SERIAL_OPERATIONS:
        return 1
    return max(1, int(cores() - others() + 0.5))


class Threads:
    """Sets torch's threads before a batch when it should have another number."""

    def __init__(
        self, fixed: int = 0, others: Callable[[], float] | None = None, most: int | None = None
    ) -> None:
        """`fixed` is the user's own choice; 0: as the work and the machine are, up to `most`."""
        self.fixed = fixed
        self._most = most or cores()
        self.now = 0
        self._others = others or Others().busy
        self._model: Callable[[], Model | None] = lambda: None
        self._size, self._on_cpu = 0, False

    def before_batch(self, model: Model, tokens: int) -> None:
        """Hook of the scheduler, called on the thread that computes."""
        if self._model() is not model:  # measuring walks over all parameters
            self._model = weakref.ref(model)
            self._size, self._on_cpu = model.bytes, str(model.device) == "cpu"
        torch = sys.modules.get("torch")
        if torch is None or not self._on_cpu:
            return
        wanted = self.fixed or min(self._most, threads_for(self._size, tokens, self._others))
        if wanted != self.now:
            torch.set_num_threads(wanted)
            self.now = wanted

    @contextmanager
    def restored(self) -> Generator[None]:
        """Leave torch's threads as they were found."""
        torch = sys.modules.get("torch")
        found = torch.get_num_threads() if torch is not None else 0
        self.now = found
        try:
            yield
        finally:
            if torch is not None and self.now != found:
                torch.set_num_threads(found)
                self.now = found
