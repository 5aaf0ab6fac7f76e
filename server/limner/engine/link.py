"""The asking side of `serving`: an engine behind a socket."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from limner.engine.interface import Listener
from limner.engine.messages import (
    Ask,
    Cancel,
    Done,
    Event,
    Failed,
    Give,
    Hurry,
    Load,
    Ok,
    Report,
    Run,
    Unload,
    Want,
    decode_reply,
    encode,
)
from limner.engine.wire import Array, FrameError, array_frame, message_frame, read_frame
from limner.protocol import EngineStatus, Job, Priority, Result


class LinkClosed(ConnectionError):
    """The other side went away while something was asked of it."""


@dataclass(eq=False)
class _Asked:
    """A request on its way."""

    answer: asyncio.Future[Any]
    listener: Listener | None = None
    job: Job | None = None
    alarm: asyncio.TimerHandle | None = None
    """Rings when a cancel is not honoured."""


class Link:
    """One connection to an engine; `run` and the rest may be called many times at once."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        decode: Callable[[bytes], Any] = decode_reply,
        overdue: Callable[[], None] | None = None,
        patience: float = 10.0,
        arrays: Callable[[str], Array | None] = lambda id: None,
    ) -> None:
        """`overdue` is called when a cancelled run has not stopped after `patience` seconds.

        `arrays` finds what a job refers to, when the other side asks for it.
        """
        self._reader = reader
        self._writer = writer
        self._decode = decode
        self._overdue = overdue
        self._patience = patience
        self._arrays = arrays
        self._ids = itertools.count(1)
        self._asked: dict[int, _Asked] = {}
        self._listening = asyncio.create_task(self._listen())

    @property
    def alive(self) -> bool:
        """Whether the other side was there when we last heard."""
        return not self._listening.done()

    async def closed(self) -> None:
        """Wait until the other side goes away."""
        await asyncio.wait([self._listening])

    async def run(
        self,
        job: Job,
        *,
        priority: Priority = Priority.CARET,
        listener: Listener | None = None,
        shrink: int = 0,
    ) -> Result:
        """Compute `job` over there.

        Raises:
            LinkClosed: the other side went away.
            LimnerError: its answer.
        """
        id, asked = self._new(listener, job)
        request = Run(id=id, job=job, priority=priority, shrink=shrink)
        reply = await self._exchange(id, asked, request)
        assert isinstance(reply, Done)
        return reply.result

    def hurry(self, job: Job, priority: Priority) -> None:
        """Make the runs of `job` more urgent."""
        for id, asked in self._asked.items():
            if asked.job == job:
                self._send(Hurry(id=id, priority=priority))

    async def load(self, model: str, *, pin: bool = False) -> None:
        """Make a model resident over there; raises as `run`."""
        reply = await self.ask(lambda id: Load(id=id, model=model, pin=pin))
        assert isinstance(reply, Ok)

    async def unload(self, model: str) -> None:
        """Let go of a model over there; raises as `run`."""
        reply = await self.ask(lambda id: Unload(id=id, model=model))
        assert isinstance(reply, Ok)

    async def status(self) -> EngineStatus:
        """The engine's state over there; raises as `run`."""
        reply = await self.ask(lambda id: Ask(id=id))
        assert isinstance(reply, Report)
        return reply.status

    async def ask(self, request: Callable[[int], msgspec.Struct]) -> Any:
        """Send the request made for an id, and wait for its reply; raises as `run`."""
        id, asked = self._new()
        return await self._exchange(id, asked, request(id))

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        self._listening.cancel()
        await asyncio.wait([self._listening])
        try:
            await self._writer.wait_closed()
        except ConnectionError:
            return  # it was gone before

    # ── inside ────────────────────────────────────────────────────────────────────────────────

    def _new(self, listener: Listener | None = None, job: Job | None = None) -> tuple[int, _Asked]:
        asked = _Asked(asyncio.get_running_loop().create_future(), listener, job)
        return next(self._ids), asked

    async def _exchange(self, id: int, asked: _Asked, request: msgspec.Struct) -> Any:
        if not self.alive:
            raise LinkClosed("The other side is gone.")
        self._send(request)  # raises when the message is too large, before it is remembered
        self._asked[id] = asked
        try:
            return await asked.answer
        except asyncio.CancelledError:
            self._cancel(id, asked)
            raise

    def _cancel(self, id: int, asked: _Asked) -> None:
        """Say so, and keep an eye on whether it stops."""
        if id not in self._asked:
            return
        asked.listener = None
        self._send(Cancel(id=id))
        if self._overdue is not None:
            loop = asyncio.get_running_loop()
            asked.alarm = loop.call_later(self._patience, self._overdue)

    def _send(self, message: msgspec.Struct) -> None:
        frame = message_frame(encode(message))
        if not self._writer.is_closing():
            self._writer.write(frame)

    async def _listen(self) -> None:
        try:
            while (frame := await read_frame(self._reader)) is not None:
                if isinstance(frame, bytes):
                    self._hear(self._decode(frame))
        except (ConnectionError, FrameError, msgspec.DecodeError):
            pass  # the other side is not to be trusted any more; the finally says so
        finally:
            self._hang_up()

    def _give(self, want: Want) -> None:
        """Answered always, also when the run was cancelled meanwhile: the other side waits."""
        array = self._arrays(want.array)
        self._send(Give(id=want.id, array=want.array, found=array is not None))
        if array is not None and not self._writer.is_closing():
            self._writer.writelines(array_frame(array))

    def _hear(self, reply: Any) -> None:
        if isinstance(reply, Want):
            self._give(reply)
            return
        asked = self._asked.get(reply.id)
        if asked is None:
            return
        if isinstance(reply, Event):
            if asked.listener is not None:
                asked.listener(reply.event)
            return
        del self._asked[reply.id]
        if asked.alarm is not None:
            asked.alarm.cancel()
        if asked.answer.done():
            return
        if isinstance(reply, Failed):
            asked.answer.set_exception(reply.failure.error())
        else:
            asked.answer.set_result(reply)

    def _hang_up(self) -> None:
        asked, self._asked = self._asked, {}
        for one in asked.values():
            if one.alarm is not None:
                one.alarm.cancel()
            if not one.answer.done():
                one.answer.set_exception(LinkClosed("The other side went away."))
        self._writer.close()
