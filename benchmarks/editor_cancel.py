"""From a cancel to an idle engine, through the daemon."""

from __future__ import annotations

import asyncio
import contextlib
import random
import statistics
import time

from benchmarks.report import Section
from benchmarks.setting import Setting, percentile
from limner.daemon.client import RemoteEngine
from limner.protocol import Job, Partial, Progress, TextInput

WANTED = 0.1
"""Seconds that are published."""


async def measure(setting: Setting, section: Section, text: str) -> None:
    """Cancel long jobs at random moments of their compute."""
    asking, looking = RemoteEngine(), RemoteEngine()
    draw = random.Random(1)
    times: list[float] = []
    looks: list[float] = []
    for i in range(setting.few(20, 2)):
        await _one(asking, looking, f"{text[:-1]}{chr(0x4E00 + i)}", draw.random(), times, looks)
    status = await looking.status()
    await asking.close()
    await looking.close()
    p95 = percentile(times, 0.95)
    section.say(
        f"Cancel → idle: {len(times)} jobs of 129 nodes on one text of 512 tokens, cancelled at "
        f"random moments: median {statistics.median(times) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms "
        f"until the engine says that nothing runs (asking takes "
        f"{statistics.median(looks) * 1000:.1f} ms; {status.cancelled} cancelled, none finished)."
    )
    section.target(
        "cancel → idle, p95", f"≤ {WANTED * 1000:.0f} ms", f"{p95 * 1000:.0f} ms", p95 <= WANTED
    )


async def _one(
    asking: RemoteEngine,
    looking: RemoteEngine,
    text: str,
    moment: float,
    times: list[float],
    looks: list[float],
) -> None:
    computing = asyncio.Event()

    def listen(event: Progress | Partial) -> None:
        if isinstance(event, Progress) and event.stage == "computing" and event.done:
            computing.set()

    job = Job(
        method="integrated_gradients",
        model="mini-sentiment",
        input=TextInput(text=text),
        params={"min_nodes": 129, "max_nodes": 129},
    )
    task = asyncio.create_task(asking.run(job, listener=listen))
    await asyncio.wait_for(computing.wait(), 120)
    await asyncio.sleep(moment / 4)  # somewhere within a micro-batch
    if task.done():
        raise RuntimeError("The job was over before it could be cancelled.")
    task.cancel()
    began = time.perf_counter()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    while True:
        asked = time.perf_counter()
        status = await looking.status()
        looks.append(time.perf_counter() - asked)
        if not status.running and not status.queued:
            break
    times.append(time.perf_counter() - began)
