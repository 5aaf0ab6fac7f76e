"""Latency and memory through the real command: `limner lsp`, its daemon, its worker.

Everything runs in a runtime folder of its own, so that no user's daemon is asked or stopped. The
times include what an editor's user waits for: pipes, JSON, relay, daemon, worker, and the wait
after an edit that the server makes by itself.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from benchmarks import editor_cancel, editor_memory, texts
from benchmarks.client import Client
from benchmarks.report import Section
from benchmarks.setting import Setting, percentile
from benchmarks.subjects import mini_sentiment
from limner.daemon import client as daemon

LINE = "# limner: attribute model=mini-sentiment\n"
START = len('review = "')
SHORT = 40
LETTERS = "真很挺太最更超特极略稍怪够好坏大小多少快慢新旧高低长短冷热干湿轻重"


def measure(setting: Setting) -> Section:
    section = Section("editor: from a keystroke to the picture")
    section.say(
        "`limner lsp` as an editor starts it, the client declaring `experimental.limner.overlay`, "
        "model `mini-sentiment`, torch threads as the worker chooses them."
    )
    subject = mini_sentiment()
    pool = [texts.cut(subject.tokenizer, subject.texts, n) for n in (SHORT, 128, 512)]
    with own_daemon():
        asyncio.run(_measure(setting, section, [text.replace('"', "”") for text in pool]))
    return section


@contextmanager
def own_daemon() -> Iterator[None]:
    """A runtime folder and a configuration of our own; the daemon in it is stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="limner-bench-") as folder:
        runtime = Path(folder) / "run"
        runtime.mkdir(mode=0o700)
        own = {"XDG_RUNTIME_DIR": str(runtime), "LIMNER_CONFIG": str(Path(folder) / "config.toml")}
        with patch.dict(os.environ, own):
            try:
                yield
            finally:
                daemon.stop()


async def _measure(setting: Setting, section: Section, pool: Sequence[str]) -> None:
    short, long, longest = pool
    await _starts(setting, section, short)
    await _edits(setting, section, short, long)
    await editor_cancel.measure(setting, section, longest)
    await editor_memory.measure(setting, section, LINE + f'review = "{short}"\n')


async def _starts(setting: Setting, section: Section, text: str) -> None:
    """From spawn to the reply to initialize, and to the first picture."""
    cold: list[float] = []
    first: list[float] = []
    warm: list[float] = []
    for _ in range(setting.few(3)):
        await asyncio.to_thread(daemon.stop)
        began = time.perf_counter()
        client, seconds = await Client.start()
        cold.append(seconds)
        client.open(LINE + f'review = "{text}"\n')
        first.append((await client.overlay("done"))[0] - began)
        await client.stop()
    for _ in range(setting.few(10, 2)):
        client, seconds = await Client.start()
        warm.append(seconds)
        await client.stop()
    section.table(
        ["start", "runs", "median, ms", "p95, ms"],
        [
            ["spawn → initialize reply, no daemon yet", *_summary(cold)],
            ["spawn → converged overlay, no daemon yet", *_summary(first)],
            ["spawn → initialize reply, daemon running", *_summary(warm)],
        ],
    )


async def _edits(setting: Setting, section: Section, short: str, long: str) -> None:
    """From an edit to the first and to the converged overlay; hovers in between."""
    count = setting.few(30, 3)
    rows: list[list[object]] = []
    for what, text, place, settings in (
        (f"{SHORT} tokens", short, 10, {}),
        ("128 tokens", long, 20, {}),
        (f"{SHORT} tokens, debounceMs = 0", short, 30, {"debounceMs": 0}),
    ):
        client, _ = await Client.start(**settings)
        client.open(LINE + f'review = "{text}"\n')
        await client.overlay("done")
        first, last = await _type(client, place, count)
        rows.append([f"edit → first overlay, {what}", *_summary(first)])
        rows.append([f"edit → converged overlay, {what}", *_summary(last)])
        if not settings and text is short:
            hovers = await _hovers(client, text, count)
            rows.append(["hover on a computed probe", *_summary(hovers)])
        await client.stop()
    section.table(["while typing, daemon and model warm", "runs", "median, ms", "p95, ms"], rows)


async def _type(client: Client, place: int, count: int) -> tuple[list[float], list[float]]:
    """Another letter at `place`; each edit makes a text that was never seen: no cache answers."""
    first: list[float] = []
    last: list[float] = []
    for i in range(count):
        sent = client.replace(1, START + place, LETTERS[i])
        rough, _ = await client.overlay("preliminary", "done")
        fine, _ = await client.overlay("done")
        first.append(rough - sent)
        last.append(fine - sent)
    return first, last


async def _hovers(client: Client, text: str, count: int) -> list[float]:
    times: list[float] = []
    for i in range(count):
        place = {"line": 1, "character": START + i % len(text)}
        document = {"uri": client.received[-1][1]["uri"]}
        began = time.perf_counter()
        reply = await client.request(
            "textDocument/hover", {"textDocument": document, "position": place}
        )
        times.append(time.perf_counter() - began)
        assert reply is not None
    return times


def _summary(seconds: Sequence[float]) -> list[object]:
    return [len(seconds), statistics.median(seconds) * 1000, percentile(seconds, 0.95) * 1000]
