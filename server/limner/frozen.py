"""The base of all types that processes exchange."""

from __future__ import annotations

import msgspec


class Frozen(msgspec.Struct, frozen=True):
    """Base of every serialised type: immutable; each is built by keyword."""
