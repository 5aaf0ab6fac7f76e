"""One connection, from its first byte to its last."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import psutil

from limner.config import Config
from limner.engine.arrays import Arrays
from limner.engine.interface import Engine
from limner.lsp.server import LimnerServer
from limner.lsp.wire import MAX_MESSAGE

if TYPE_CHECKING:
    from limner.terms.shelf import Shelf

log = logging.getLogger(__name__)

WATCH = 3.0
"""Seconds between two looks at whether the client's process still lives."""

_LENGTH = re.compile(rb"content-length:\s*(\d+)\s*$", re.IGNORECASE)


async def serve_connection(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    *,
    engine: Engine,
    config: Config,
    arrays: Arrays | None = None,
    shelf: Callable[[], Shelf] | None = None,
) -> None:
    """Serve one client until it says `exit`, disappears, or its process is gone.

    Its jobs are cancelled then; the engine, and everybody else's session, go on.
    """
    await serve(LimnerServer(engine, config, arrays=arrays, shelf=shelf), reader, writer)


async def serve(
    server: LimnerServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """`serve_connection` for a server that was made already."""
    server.wire.set_writer(writer)
    watch = asyncio.create_task(_process_gone(server))
    talk = asyncio.create_task(_talk(server, reader))
    try:
        await asyncio.wait((talk, watch), return_when=asyncio.FIRST_COMPLETED)
        if talk.done():
            talk.result()
    finally:
        server.close()
        for task in (talk, watch):
            task.cancel()
        writer.close()


async def _talk(server: LimnerServer, reader: asyncio.StreamReader) -> None:
    while not server.wire.exited:
        try:
            body = await read_message(reader)
        except _TooLong as error:
            server.warn(str(error))
            continue
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        if body is None:
            return
        server.wire.receive(body)
        # handlers that this message started run before the next message is looked at
        await asyncio.sleep(0)


class _TooLong(Exception):
    """A message above the cap, which was skipped."""


async def read_message(reader: asyncio.StreamReader) -> bytes | None:
    """The next message's body; None at the end of the stream."""
    length: int | None = None
    while True:
        try:
            header = await reader.readline()
        except ValueError:  # a header of more than 64 KiB is not ours
            log.error("The client does not speak the language server protocol")
            return None
        if not header:
            return None
        if found := _LENGTH.match(header.rstrip(b"\r\n")):
            length = int(found[1])
        if header in (b"\r\n", b"\n") and length is not None:
            break
    if length <= MAX_MESSAGE:
        return await reader.readexactly(length)
    await _skip(reader, length)
    raise _TooLong(
        f"A message of {length:,} bytes was skipped; at most {MAX_MESSAGE:,} are taken: "
        "close or split the document."
    )


async def _skip(reader: asyncio.StreamReader, length: int) -> None:
    while length:
        length -= len(await reader.readexactly(min(length, 1 << 20)))


async def _process_gone(server: LimnerServer) -> None:
    """Return when the client's process has ended.

    Only one that was seen alive is watched: in a container its number may mean nothing here.
    """
    seen = False
    while True:
        await asyncio.sleep(WATCH)
        process = server.process_id
        if process is None:
            continue
        alive = psutil.pid_exists(process)
        if seen and not alive:
            log.info("The client's process %d is gone", process)
            return
        seen = seen or alive
