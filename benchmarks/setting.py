"""Where and how a benchmark runs: threads, sizes, the machine, and the clock."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from limner.config import Config, EngineSettings
from limner.engine.devices import cores


def default_threads() -> int:
    """One, on both sides: threads that wait for a core somebody else uses measure the waiting."""
    return 1


@dataclass(frozen=True)
class Setting:
    """One run of one benchmark."""

    threads: int
    quick: bool = False
    """Tiny sizes, to see that everything works."""
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    @property
    def config(self) -> Config:
        """Our engine on the CPU with as many threads as the peers get."""
        return Config(engine=EngineSettings(device="cpu", threads=self.threads))

    def few(self, count: int, quick: int = 1) -> int:
        """`count`, or `quick` of it."""
        return min(count, quick) if self.quick else count

    def stamp(self, name: str, seconds: float) -> str:
        """When, where and how."""
        versions = ", ".join(
            f"{package} {importlib.metadata.version(package)}"
            for package in ("torch", "transformers", "captum")
        )
        return (
            f"<sub>{time.strftime('%Y-%m-%d %H:%M')}, `python -m benchmarks {name}`, "
            f"{seconds:.0f} s; {_processor()}, {cores()} cores, {platform.system()}; Python "
            f"{platform.python_version()}, {versions}; torch threads: {self.threads}; load of the "
            f"machine before and after: {self.load:.1f}, {os.getloadavg()[0]:.1f}</sub>"
        )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


@dataclass(frozen=True)
class Time:
    """Seconds by the clock, and of all cores together."""

    wall: float
    cpu: float


def timed(call: Callable[[], Any]) -> tuple[Any, Time]:
    """The result and what it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = call()
    return result, Time(time.perf_counter() - wall, time.process_time() - cpu)


def interleaved(calls: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, list[Time]]:
    """Times of several calls, round after round: A B C, A B C."""
    times: dict[str, list[Time]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(timed(call)[1])
    return times


def median(times: Sequence[Time]) -> Time:
    """Of each clock apart."""
    return Time(
        statistics.median(time.wall for time in times),
        statistics.median(time.cpu for time in times),
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of them do not exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, -int(-share * len(ranked) // 1) - 1))]
