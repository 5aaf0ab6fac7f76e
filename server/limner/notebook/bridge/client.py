"""The kernel's side of the daemon's socket: arrays out, ids back. Each step is waited for."""

from __future__ import annotations

import socket
from types import TracebackType

from limner.daemon.connect import connect
from limner.daemon.messages import Keep, Kept, decode_reply
from limner.engine.blocking import read_message, send_array, send_message
from limner.engine.messages import Failed, Give, Want, encode
from limner.engine.wire import Array
from limner.protocol import ArrayFacts, DaemonUnreachable

PATIENCE = 60.0
"""Seconds that one step may take before the daemon counts as gone."""


class Client:
    """One connection; a context manager."""

    def __init__(self, connection: socket.socket) -> None:
        """`connection` was greeted already."""
        connection.settimeout(PATIENCE)
        self._connection = connection
        self._asked = 0

    def keep(self, facts: ArrayFacts, array: Array) -> ArrayFacts:
        """Have the daemon keep an array; with the id that it has there.

        Raises:
            LimnerError: it does not want it; says why.
            OSError: it went away.
        """
        self._asked += 1
        self._send(Keep(id=self._asked, array=facts))
        while True:
            reply = decode_reply(read_message(self._connection))
            if isinstance(reply, Want):
                self._send(Give(id=reply.id, array=reply.array))
                send_array(self._connection, array)
            elif isinstance(reply, Kept):
                return reply.array
            elif isinstance(reply, Failed):
                raise reply.failure.error()
            else:
                raise DaemonUnreachable("The daemon answers something else; restart the kernel.")

    def _send(self, message: Keep | Give) -> None:
        send_message(self._connection, encode(message))

    def __enter__(self) -> Client:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hang up."""
        self._connection.close()


def dial(*, start: bool) -> Client | None:
    """A connection to this environment's daemon, or None when none runs and `start` is False.

    Raises:
        NoDaemon: it does not start, or refuses.
    """
    connection = connect("rpc", start=start)
    return Client(connection) if connection is not None else None
