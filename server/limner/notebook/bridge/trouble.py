"""Why the bridge did not do what a front end asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "not-an-array", "too-large", "no-such-name", "bad-name", "remote-kernel", "no-daemon"
]


@dataclass(frozen=True)
class Trouble(Exception):
    """Why nothing was sent."""

    kind: Kind
    message: str


def told(trouble: Trouble | None) -> dict[str, str] | None:
    """As front ends read it."""
    return {"kind": trouble.kind, "message": trouble.message} if trouble else None
