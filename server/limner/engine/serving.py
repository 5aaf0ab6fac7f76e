"""An engine at the end of a socket: requests come in as frames, replies go out as frames.

The worker and the daemon's array protocol both are this. Many requests may be in flight; when the
other side goes away, everything it asked for is cancelled.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from limner.engine.arrays import agree, gone, size_of
from limner.engine.interface import Engine, Listener
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
    Reply,
    Report,
    Request,
    Run,
    Unload,
    Want,
    decode_request,
    encode,
)
from limner.engine.wire import Array, FrameError, message_frame, read_frame
from limner.protocol import (
    ArrayFacts,
    BadInput,
    Cancelled,
    Failure,
    Job,
    LimnerError,
    Priority,
    Result,
)

log = logging.getLogger(__name__)

UNREAD_CAP = 256 << 20
"""A client that lets this many bytes of answers lie is cut off."""


class Urgent(Protocol):
    """An engine whose jobs can become more urgent."""

    def hurry(self, job: Job, priority: Priority) -> None:
        """Make the jobs equal to `job` more urgent."""
        ...


class ServedEngine(Engine, Urgent, Protocol):
    """What can be served."""


RunJob = Callable[[Run, Listener], Awaitable[Result]]
Other = Callable[[Any], Awaitable[Any]]
"""A request of the server's own → its reply."""


class Service:
    """One connection's requests."""

    def __init__(
        self,
        engine: ServedEngine,
        writer: asyncio.StreamWriter,
        *,
        run: RunJob | None = None,
        decode: Callable[[bytes], Any] = decode_request,
        other: Other | None = None,
    ) -> None:
        """`run` replaces `engine.run`; `decode` and `other` add requests to those of an engine."""
        self._engine = engine
        self._writer = writer
        self._run = run or self._run_plain
        self._decode = decode
        self._other = other
        self._tasks: dict[int, asyncio.Task[Any]] = {}
        self._jobs: dict[int, Job] = {}
        self._wanted: dict[tuple[int, str], tuple[ArrayFacts, asyncio.Future[Array]]] = {}
        self._coming: tuple[int, str] | None = None
        """What the next frame is, when it is an array."""

    async def serve(self, reader: asyncio.StreamReader) -> None:
        """Until the other side goes away.

        Raises:
            FrameError: it sent something that is not a request.
        """
        try:
            while (frame := await read_frame(reader, array_cap=self._room())) is not None:
                if isinstance(frame, Array):
                    self._take(frame)
                elif self._coming is not None:
                    raise FrameError("An array was announced and a message came.")
                else:
                    self._accept(self._read(frame))
        except ConnectionError:
            pass  # as good as the end of the stream
        finally:
            await self._cancel_all()

    async def want(self, id: int, facts: ArrayFacts) -> Array:
        """Have the asker of request `id` send an array.

        Raises:
            ArrayGone: it does not have it any more.
        """
        key = (id, facts.id)
        future: asyncio.Future[Array] = asyncio.get_running_loop().create_future()
        self._wanted[key] = facts, future
        self._send(Want(id=id, array=facts.id))
        return await future  # if this is cancelled the answer comes all the same, and is dropped

    # ── inside ────────────────────────────────────────────────────────────────────────────────

    def _room(self) -> int:
        """How large an array may be that comes now; none is taken that was not asked for."""
        return size_of(self._wanted[self._coming][0]) if self._coming is not None else 0

    def _give(self, given: Give) -> None:
        """The asker's answer to `want`."""
        key = (given.id, given.array)
        if key not in self._wanted:
            raise FrameError(f"An array for request {given.id} was not asked for.")
        if given.found:
            self._coming = key
            return
        facts, future = self._wanted.pop(key)
        if not future.done():
            future.set_exception(gone((facts,)))

    def _take(self, array: Array) -> None:
        """An array has come, whole."""
        key, self._coming = self._coming, None
        if key is None:
            raise FrameError("No request here takes an array.")
        facts, future = self._wanted.pop(key)
        if not agree(facts, array):
            raise FrameError("Another array came than was announced.")
        if not future.done():
            future.set_result(array)

    def _read(self, frame: bytes) -> Any:
        try:
            return self._decode(frame)
        except ValueError as error:  # msgspec's errors are ValueErrors
            raise FrameError(f"A request cannot be read: {error}.") from error

    def _accept(self, request: Any) -> None:
        if isinstance(request, Cancel):
            if task := self._tasks.get(request.id):
                task.cancel()
        elif isinstance(request, Hurry):
            if job := self._jobs.get(request.id):
                self._engine.hurry(job, request.priority)
        elif isinstance(request, Give):
            self._give(request)
        elif request.id in self._tasks:
            raise FrameError(f"Request {request.id} is already in flight.")
        else:
            self._begin(request)

    def _begin(self, request: Any) -> None:
        task = asyncio.create_task(self._answer(request))
        self._tasks[request.id] = task
        if isinstance(request, Run):
            self._jobs[request.id] = request.job
        # not awaited: a task that is cancelled before it begins must be answered too
        task.add_done_callback(lambda task: self._finish(request.id, task))

    def _finish(self, id: int, task: asyncio.Task[Any]) -> None:
        self._tasks.pop(id, None)
        self._jobs.pop(id, None)
        if task.cancelled():
            error: BaseException | None = Cancelled("The request was cancelled.")
        else:
            error = task.exception()
        if error is not None:
            _log(id, error)
            self._send(Failed(id=id, failure=Failure.of(error)))
            return
        try:
            self._send(task.result())
        except BadInput as error:  # beyond the cap
            self._send(Failed(id=id, failure=Failure.of(error)))

    async def _answer(self, request: Request) -> Any:
        match request:
            case Run():
                return Done(id=request.id, result=await self._run(request, self._teller(request)))
            case Load():
                await self._engine.load(request.model, pin=request.pin)
                return Ok(id=request.id)
            case Unload():
                await self._engine.unload(request.model)
                return Ok(id=request.id)
            case Ask():
                return Report(id=request.id, status=await self._engine.status())
            case _:
                if self._other is None:
                    raise BadInput(f"{type(request).__name__} is not answered here.")
                return await self._other(request)

    async def _run_plain(self, request: Run, listener: Listener) -> Result:
        return await self._engine.run(request.job, priority=request.priority, listener=listener)

    def _teller(self, request: Run) -> Listener:
        return lambda event: self._send(Event(id=request.id, event=event))

    def _send(self, reply: Reply) -> None:
        if self._writer.is_closing():
            return
        self._writer.write(message_frame(encode(reply)))
        if self._writer.transport.get_write_buffer_size() > UNREAD_CAP:
            log.warning("a client does not read its answers; cut off")
            self._writer.transport.abort()

    async def _cancel_all(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _log(id: int, error: BaseException) -> None:
    """Our own faults with their frames. The message may carry text, so it is for DEBUG only."""
    if isinstance(error, LimnerError):
        return
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("request %d: %s\n%s", id, type(error).__name__, frames)
    log.debug("request %d: %s", id, error)
