"""`limner lsp`: copies bytes between an editor's pipes and the daemon. Standard library only.

It reads the editor's stream just enough to know whether `shutdown` and `exit` went by, because the
same end of the connection is the editor's wish after an `exit`, and a fault before one.
"""

from __future__ import annotations

import os
import re
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from limner.daemon.connect import COMMAND, NoDaemon, connect

CHUNK = 1 << 18

_METHOD = re.compile(rb'"method"\s*:\s*"(shutdown|exit)"')
"""Inside a JSON string the quotes would be escaped, so a document's text cannot look like this."""

_OVERLAP = 64
"""Bytes looked at again, in case a method's name is cut between two reads."""


@dataclass
class Seen:
    """What has gone by from the editor."""

    shutdown: bool = False
    exit: bool = False
    end: bool = False
    tail: bytes = b""

    def look(self, chunk: bytes) -> None:
        """Note the methods in the next bytes."""
        for method in _METHOD.findall(self.tail + chunk):
            self.shutdown |= method == b"shutdown"
            self.exit |= method == b"exit"
        self.tail = (self.tail + chunk)[-_OVERLAP:] if len(chunk) < _OVERLAP else chunk[-_OVERLAP:]

    def status(self) -> int:
        """Exit status when the connection ends now: as the LSP specification has it."""
        if self.exit:
            return 0 if self.shutdown else 1
        return 0 if self.end else 3


def relay(command: Sequence[str] = COMMAND, *, inward: int = 0, outward: int = 1) -> int:
    """Copy until either side ends; the process's exit status."""
    try:
        connection = connect("lsp", command=command)
    except NoDaemon as error:
        print(f"limner: {error}", file=sys.stderr)
        return 3
    assert connection is not None
    seen = Seen()
    with connection:
        threading.Thread(target=_inward, args=(inward, connection, seen), daemon=True).start()
        _outward(connection, outward)
    status = seen.status()
    if status == 3:
        sentence = "the daemon ended; restart the language server. `limner daemon logs` says more."
        print(f"limner: {sentence}", file=sys.stderr)
    return status


def _inward(source: int, connection: socket.socket, seen: Seen) -> None:
    """Editor → daemon; at the editor's end, say so to the daemon and let it finish."""
    try:
        while chunk := os.read(source, CHUNK):
            seen.look(chunk)
            connection.sendall(chunk)
        seen.end = True
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        return  # the daemon's end; the other direction notices too


def _outward(connection: socket.socket, sink: int) -> None:
    """Daemon → editor."""
    buffer = bytearray(CHUNK)
    view = memoryview(buffer)
    try:
        while count := connection.recv_into(buffer):
            sent = 0
            while sent < count:
                sent += os.write(sink, view[sent:count])
    except OSError:
        return  # reset by the daemon's death, or the editor has closed its end


def main() -> None:
    """Relay, then leave at once: a thread may still be waiting for the editor's next byte."""
    status = relay()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
