"""Results that were computed before, in memory, least recently used out first.

They are kept encoded: their size is then exact, and what is handed out cannot be changed by whoever
gets it.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Any

import msgspec

from limner.engine.model import Model
from limner.methods._contract import Method
from limner.protocol import Result

_encode = msgspec.msgpack.Encoder(order="deterministic").encode
_decode = msgspec.msgpack.Decoder(Result).decode


def cache_key(model: Model, method: Method, params: Any, input: Any) -> bytes:
    """A hash of everything that a result depends on."""
    parts = (model.name, model.revision, method.id, method.version, params, input)
    return hashlib.blake2b(_encode(parts), digest_size=20).digest()


class Cache:
    """Results by key, at most `capacity` bytes of them."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.bytes = 0
        self.hits = 0
        self._entries: OrderedDict[bytes, bytes] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: bytes) -> Result | None:
        """The result, or None."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        self.hits += 1
        return _decode(entry)

    def put(self, key: bytes, result: Result) -> None:
        """Keep a result; one larger than the capacity is not kept."""
        entry = _encode(result)
        self.bytes -= len(self._entries.pop(key, b""))
        if len(entry) > self.capacity:
            return
        self._entries[key] = entry
        self.bytes += len(entry)
        while self.bytes > self.capacity:
            _, oldest = self._entries.popitem(last=False)
            self.bytes -= len(oldest)
