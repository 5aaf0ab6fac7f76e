"""A language server's framing, as far as a relay needs it: bodies in, bodies out, none understood.

`limner.lsp.wire` has the same limits; it is not imported, because it brings pygls, and Jupyter
should not start slower for us.
"""

from __future__ import annotations

import asyncio
import re

MAX_MESSAGE = 64 << 20
"""Longest message, in bytes; the daemon's own limit."""

_LENGTH = re.compile(rb"content-length:\s*(\d+)\s*$", re.IGNORECASE)


class TooLong(Exception):
    """A message above the limit."""


def too_long(length: int) -> str:
    """What to say of a message from an editor that is above the limit."""
    return (
        f"A message of {length:,} bytes was skipped; at most {MAX_MESSAGE:,} are taken: "
        "close or split the document."
    )


def framed(body: bytes) -> bytes:
    """One message as the daemon reads it."""
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


async def read_body(reader: asyncio.StreamReader) -> bytes | None:
    """The next message; None at the end of the stream.

    Raises:
        TooLong: it is above the limit.
        asyncio.IncompleteReadError: the stream ends inside it.
    """
    length = None
    while True:
        header = await reader.readline()
        if not header:
            return None
        if found := _LENGTH.match(header.rstrip(b"\r\n")):
            length = int(found[1])
        if header == b"\r\n" and length is not None:
            break
    if length > MAX_MESSAGE:
        raise TooLong(f"a message of {length:,} bytes; at most {MAX_MESSAGE:,} are taken")
    return await reader.readexactly(length)
