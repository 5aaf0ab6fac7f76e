"""What is said over the wire: requests to an engine and its replies, both tagged unions.

Every request carries an `id` of the asker's; every reply repeats it. `Event`s come before the
one final reply (`Done`, `Failed`, `Ok`, `Report`) of their request. Before it, the answering side
may `Want` an array; the asking side then sends `Give` and the array's frame.
"""

from __future__ import annotations

import msgspec

from limner.protocol import EngineStatus, Failure, Frozen, Job, Partial, Priority, Progress, Result


class Run(Frozen, frozen=True, kw_only=True, tag="run"):
    """Compute `job`; answered by Events, then Done or Failed."""

    id: int
    job: Job
    priority: Priority = Priority.CARET
    shrink: int = 0
    """How often to halve the batch budget: 1 when the worker died on this job before."""


class Cancel(Frozen, frozen=True, kw_only=True, tag="cancel"):
    """Stop the run `id`; it is answered by Failed once its compute has stopped."""

    id: int


class Hurry(Frozen, frozen=True, kw_only=True, tag="hurry"):
    """The run `id` has become more urgent; not answered."""

    id: int
    priority: Priority


class Load(Frozen, frozen=True, kw_only=True, tag="load"):
    """Make a model resident; answered by Ok or Failed."""

    id: int
    model: str
    pin: bool = False


class Unload(Frozen, frozen=True, kw_only=True, tag="unload"):
    """Let go of a model; answered by Ok or Failed."""

    id: int
    model: str


class Ask(Frozen, frozen=True, kw_only=True, tag="ask"):
    """How are you? Answered by Report."""

    id: int


class Want(Frozen, frozen=True, kw_only=True, tag="want"):
    """The request `id` needs the numbers of an array; answered by Give."""

    id: int
    array: str
    """`ArrayFacts.id`; empty for the array that the request itself is about."""


class Give(Frozen, frozen=True, kw_only=True, tag="give"):
    """The answer to Want; the array's frame follows at once, unless it is not there any more."""

    id: int
    array: str
    found: bool = True


class Event(Frozen, frozen=True, kw_only=True, tag="event"):
    """Progress or a partial result of the run `id`."""

    id: int
    event: Progress | Partial


class Done(Frozen, frozen=True, kw_only=True, tag="done"):
    """The run's result."""

    id: int
    result: Result


class Failed(Frozen, frozen=True, kw_only=True, tag="failed"):
    """The request's error."""

    id: int
    failure: Failure


class Ok(Frozen, frozen=True, kw_only=True, tag="ok"):
    """Done, and nothing to say."""

    id: int


class Report(Frozen, frozen=True, kw_only=True, tag="report"):
    """The engine's state."""

    id: int
    status: EngineStatus


Request = Run | Cancel | Hurry | Load | Unload | Ask | Give
Reply = Event | Want | Done | Failed | Ok | Report

encode = msgspec.msgpack.Encoder().encode
"""Any message → its bytes."""

decode_request = msgspec.msgpack.Decoder(Request).decode
decode_reply = msgspec.msgpack.Decoder(Reply).decode
