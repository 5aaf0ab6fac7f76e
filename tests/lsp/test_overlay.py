"""`limner/overlay` with and without `changes`, of the same edits."""

from __future__ import annotations

from typing import Any

from lsp.client import URI, Client, capabilities_with, connect

CHANGES = {"experimental": {"limner": {"overlay": {"version": 1, "changes": True}}}}
FULL = {"experimental": {"limner": {"overlay": {"version": 1}}}}
PROBE = '# limner: attribute\nx = "the film was 差 👍 {} bad"\n'
TEXT = "".join(PROBE.replace("{}", str(i)) + "y = 1\n" for i in range(4))

EDITS = (
    ((2, 0, 2, 0), "好"),  # between probes, on a line of its own
    ((0, 0, 0, 0), "\n"),  # above all of them
    ((5, 9, 5, 13), "play"),  # in the second
    ((4, 0, 4, 19), ""),  # the second's comment
    ((1, 0, 1, 0), "z = '🎬'\r\n"),
)


class Received:
    """What a client keeps: the last of each probe."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}
        self.sent = 0

    def whole(self, params: dict[str, Any]) -> list[Any]:
        self.sent += len(params["probes"])
        self.known |= {probe["id"]: probe for probe in params["probes"]}
        return [self.known[id] for id in params["order"]]


async def told(client: Client) -> list[dict[str, Any]]:
    """The notifications until everything is computed."""
    await client.idle()
    await client.request("limner/status", {})  # whatever was on its way is here before the answer
    return client.take("limner/overlay")


async def test_told_changes_add_up_to_what_is_told_whole():
    received = Received()
    async with (
        connect(capabilities=capabilities_with(FULL)) as full,
        connect(capabilities=capabilities_with(CHANGES)) as changes,
    ):
        for client in (full, changes):
            client.open(TEXT)
        whole = (await told(full))[-1]["probes"]
        mine = [received.whole(params) for params in await told(changes)]
        assert len(whole) == 4
        assert mine[-1] == whole
        for version, edit in enumerate(EDITS, start=2):
            for client in (full, changes):
                client.change(version, edit)
            whole = (await told(full))[-1]["probes"]
            mine = [received.whole(params) for params in await told(changes)]
            assert mine[-1] == whole


async def test_a_key_beside_many_probes_tells_nothing_of_them():
    async with connect(capabilities=capabilities_with(CHANGES)) as client:
        client.open(TEXT)
        await told(client)
        client.change(2, ((2, 0, 2, 0), "好"))
        assert [params["probes"] for params in await told(client)] == [[]]
        assert URI in client.server.drawn


async def test_a_probe_made_anew_says_what_a_moved_one_said():
    async with connect(capabilities=capabilities_with(FULL)) as client:
        client.open(TEXT)
        await told(client)
        for version, edit in enumerate(EDITS[:2], start=2):
            client.change(version, edit)
        moved = (await told(client))[-1]["probes"]
        for probe in client.server.probes.of(URI):
            probe.drawn = None
        client.server.drawn.clear()
        client.server.outbox.changed(URI)
        anew = (await told(client))[-1]["probes"]
        assert anew == moved
