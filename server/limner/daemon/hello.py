r"""The first line of a connection to the daemon, and its answer. Standard library only.

    client   LIMNER lsp 1\n      or      LIMNER rpc 1\n
    daemon   LIMNER ready\n      or      LIMNER refused: why\n

Then the stream belongs to the protocol that was asked for. A daemon that is about to leave closes
the connection without an answer, and the client starts another one.
"""

from __future__ import annotations

from typing import Literal

from limner._version import PROTOCOL

Kind = Literal["lsp", "rpc"]

LONGEST = 256
READY = b"LIMNER ready\n"


def greeting(kind: Kind) -> bytes:
    """What a client says first."""
    return f"LIMNER {kind} {PROTOCOL}\n".encode()


def understand(line: bytes) -> Kind | None:
    """Which protocol is asked for, or None."""
    if line == greeting("lsp"):
        return "lsp"
    return "rpc" if line == greeting("rpc") else None


def refusal(why: str) -> bytes:
    """The daemon's no, in one line."""
    return f"LIMNER refused: {' '.join(why.split())}\n".encode()[:LONGEST]
