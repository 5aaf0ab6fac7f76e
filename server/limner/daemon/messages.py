"""What the daemon answers beside an engine's requests."""

from __future__ import annotations

from typing import Literal

import msgspec

from limner.engine.messages import Done, Event, Failed, Ok, Report, Request, Want
from limner.protocol import ArrayFacts, EngineStatus, Frozen


class Describe(Frozen, frozen=True, kw_only=True, tag="describe"):
    """Who are you, and who is connected? Answered by Described."""

    id: int


class Stop(Frozen, frozen=True, kw_only=True, tag="stop"):
    """Leave; answered by Ok, then the connection ends."""

    id: int


class Keep(Frozen, frozen=True, kw_only=True, tag="keep"):
    """Keep an array for a while; answered by Want, and when it has come by Kept, or by Failed."""

    id: int
    array: ArrayFacts
    """Without an id."""


class Kept(Frozen, frozen=True, kw_only=True, tag="kept"):
    """The array is here, and jobs may refer to it."""

    id: int
    array: ArrayFacts
    """With the id that it was given."""


class Forget(Frozen, frozen=True, kw_only=True, tag="forget"):
    """Let go of all arrays; answered by Ok."""

    id: int


class KeptArray(Frozen, frozen=True, kw_only=True):
    """One of the arrays that are kept; not its id, which only who sent it shall know."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    bytes: int
    seconds: float
    """Since it was used last."""


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
    arrays: tuple[KeptArray, ...] = ()
    arrays_budget_bytes: int = 0


class Described(Frozen, frozen=True, kw_only=True, tag="described"):
    """The daemon's state."""

    id: int
    status: DaemonStatus


DaemonRequest = Request | Describe | Stop | Keep | Forget
DaemonReply = Event | Want | Done | Failed | Ok | Report | Described | Kept

decode_request = msgspec.msgpack.Decoder(DaemonRequest).decode
decode_reply = msgspec.msgpack.Decoder(DaemonReply).decode
