"""Frames sent and read by a caller that waits, on a plain socket: `wire` without an event loop.

A notebook's kernel sends its arrays this way, straight from their memory.
"""

from __future__ import annotations

import socket

from limner.engine.wire import (
    FRAME,
    MESSAGE,
    Array,
    FrameError,
    array_frame,
    check_frame,
    message_frame,
)


def send_message(connection: socket.socket, body: bytes) -> None:
    """Send one encoded message.

    Raises:
        BadInput: it is beyond the cap.
        OSError: the other side is gone.
    """
    connection.sendall(message_frame(body))


def send_array(connection: socket.socket, array: Array) -> None:
    """Send an array without copying it; raises as `send_message`."""
    for piece in array_frame(array):
        connection.sendall(piece)


def read_message(connection: socket.socket) -> bytes:
    """Wait for one message.

    Raises:
        FrameError: what came is not one.
        ConnectionError: the stream ended.
        OSError: the connection failed, or its timeout passed.
    """
    kind, length = FRAME.unpack(_exactly(connection, FRAME.size))
    check_frame(kind, length)
    if kind != MESSAGE:
        raise FrameError("An array came where a message was expected. Both sides must be Limner.")
    return bytes(_exactly(connection, length))


def _exactly(connection: socket.socket, size: int) -> bytearray:
    data = bytearray(size)
    room = memoryview(data)
    while room:
        count = connection.recv_into(room)
        if not count:
            raise ConnectionError("The other side went away.")
        room = room[count:]
    return data
