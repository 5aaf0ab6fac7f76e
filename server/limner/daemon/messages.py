"""What the daemon answers beside an engine's requests."""

from __future__ import annotations

from typing import Literal

import msgspec

from limner.engine.messages import Done, Event, Failed, Ok, Report, Request
from limner.protocol import EngineStatus, Frozen


class Describe(Frozen, frozen=True, kw_only=True, tag="describe"):
    """Who are you, and who is connected? Answered by Described."""

    id: int


class Stop(Frozen, frozen=True, kw_only=True, tag="stop"):
    """Leave; answered by Ok, then the connection ends."""

    id: int


class SessionStatus(Frozen, frozen=True, kw_only=True):
    """One connection."""

    id: int
    kind: Literal["lsp", "rpc"]
    pid: int
    """Of the other side (a relay, a terminal, a kernel); 0 when the system does not tell."""
    seconds: float
    """How long it has been here."""


class DaemonStatus(Frozen, frozen=True, kw_only=True):
    """The daemon, its connections, its engine."""

    version: str
    protocol: int
    pid: int
    seconds: float
    """How long it has been up."""
    socket: str
    log: str
    memory_bytes: int
    sessions: tuple[SessionStatus, ...]
    engine: EngineStatus


class Described(Frozen, frozen=True, kw_only=True, tag="described"):
    """The daemon's state."""

    id: int
    status: DaemonStatus


DaemonRequest = Request | Describe | Stop
DaemonReply = Event | Done | Failed | Ok | Report | Described

decode_request = msgspec.msgpack.Decoder(DaemonRequest).decode
decode_reply = msgspec.msgpack.Decoder(DaemonReply).decode
