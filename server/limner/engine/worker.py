"""The process with the models: `python -m limner.engine.worker --fd N`.

It inherits one end of a socket pair, reads the user's configuration from it, says when it is ready,
and serves a `LocalEngine` until the other end closes; so it cannot outlive the daemon. Standard
output and error are the daemon's log.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import Callable

import msgspec

from limner.config import Config
from limner.engine.arrays import Arrays, arrays_of
from limner.engine.devices import be_nice
from limner.engine.interface import Listener
from limner.engine.local import LocalEngine
from limner.engine.messages import Failed, Ok, Run, encode
from limner.engine.serving import Service
from limner.engine.wire import Array, message_frame, read_frame
from limner.protocol import Failure, LimnerError, Result

log = logging.getLogger(__name__)

Build = Callable[[Config], LocalEngine]


def build_real(config: Config) -> LocalEngine:
    """Limner's own methods and the allowed models."""
    engine = LocalEngine(config, set_threads=True)
    engine.sources.methods()  # imports torch: seconds that should pass while we are starting
    return engine


def main(build: Build = build_real) -> None:
    """Serve on the inherited socket, then leave without ceremony."""
    parser = argparse.ArgumentParser(prog="limner-worker")
    parser.add_argument("--fd", type=int, required=True)
    fd = parser.parse_args().fd
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    be_nice()
    asyncio.run(_serve(socket.socket(fileno=fd), build))


async def _serve(sock: socket.socket, build: Build) -> None:
    reader, writer = await asyncio.open_unix_connection(sock=sock)
    setup = await read_frame(reader)
    if not isinstance(setup, bytes):
        return
    config = msgspec.msgpack.decode(setup, type=Config)
    try:
        engine = build(config)
    except LimnerError as error:
        writer.write(message_frame(encode(Failed(id=0, failure=Failure.of(error)))))
        await writer.drain()
        return
    writer.write(message_frame(encode(Ok(id=0))))

    arrays = Arrays()

    async def run(request: Run, listener: Listener) -> Result:
        return await engine.run(
            request.job,
            priority=request.priority,
            listener=listener,
            shrink=request.shrink,
            arrays=await _arrays_for(request, arrays, service),
        )

    service = Service(engine, writer, run=run)
    await service.serve(reader)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(engine.close(), 2)
    logging.shutdown()
    os._exit(0)  # torch's threads do not like an orderly interpreter shutdown in mid-batch


async def _arrays_for(request: Run, arrays: Arrays, service: Service) -> dict[str, Array]:
    """What the job refers to, asked for where it is not here yet (or no longer)."""
    found: dict[str, Array] = {}
    for facts in arrays_of(request.job):
        if facts.id in found:
            continue
        kept = arrays.get(facts.id)
        if kept is None:
            array = await service.want(request.id, facts)
            arrays.put(facts, array)
        else:
            array = kept.array
        found[facts.id] = array
    return found


if __name__ == "__main__":
    main()
