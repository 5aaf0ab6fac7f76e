"""Memory of daemon, worker and relays, and what each further client adds."""

from __future__ import annotations

from typing import Any

import psutil

from benchmarks.client import Client
from benchmarks.report import Section
from benchmarks.setting import Setting
from limner.daemon.client import RemoteEngine

CLIENTS = 5


async def measure(setting: Setting, section: Section, document: str) -> None:
    """Open clients one by one, each with a document and a computed probe."""
    engine = RemoteEngine()
    clients = [await _client(document)]
    status = await engine.daemon()
    before = _mib(status.pid)
    rows: list[list[object]] = [
        ["daemon, one client", *before],
        ["worker, mini-sentiment resident", *_mib(status.engine.pid)],
        ["relay of the first client", *_mib(clients[0].pid)],
    ]
    for _ in range(setting.few(CLIENTS, 2)):
        clients.append(await _client(document))
    after = _mib(status.pid)
    rows.append(["relay of a second client", *_mib(clients[1].pid)])
    rows.append([f"daemon, {len(clients)} clients", *after])
    more = len(clients) - 1
    growth = [(b - a) / more for a, b in zip(before, after, strict=True)]
    rows.append(["growth of the daemon per further client", *growth])
    section.table(["memory, MiB", "RSS", "PSS"], rows)
    for client in clients:
        await client.stop()
    await engine.close()


async def _client(document: str) -> Client:
    client, _ = await Client.start()
    client.open(document)
    await client.overlay("done")
    return client


def _mib(pid: int) -> tuple[float, float]:
    """Resident size, and the proportional one (where the system knows it, else the unique one)."""
    found: Any = psutil.Process(pid).memory_full_info()
    shared_out = getattr(found, "pss", 0) or found.uss
    return found.rss / 2**20, shared_out / 2**20
