"""Use the cores that others leave: two threads waiting for a busy core are slower than one."""

import os
import time
from pathlib import Path

import torch


class Threads:
    """Chooses the number of torch threads from the load that other processes cause."""

    def __init__(self, cores: int) -> None:
        """Start at `cores` threads, the most that will be used."""
        self.cores = cores
        self.ticks = os.sysconf("SC_CLK_TCK")
        self.last = self._read()

    def adapt(self) -> None:
        """Leave out as many threads as there are cores kept busy by others since last time."""
        now = self._read()
        seconds, others = now[0] - self.last[0], now[1] - self.last[1]
        self.last = now
        free = self.cores - others / max(seconds, 1e-3) / self.ticks
        torch.set_num_threads(max(1, min(self.cores, int(free + 0.6))))

    def _read(self) -> tuple[float, float]:
        """Wall seconds, and ticks spent by all processes but this one."""
        fields = [int(f) for f in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
        busy = sum(fields[:8]) - fields[3] - fields[4]
        own = sum(os.times()[:2]) * self.ticks
        return time.monotonic(), busy - own
