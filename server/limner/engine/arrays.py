"""Arrays that somebody sent, kept for the jobs that will refer to them.

Each lies under an id that is a hash of its content under a secret of this process: nobody can guess
it, and an array that is sent again is recognised, so that its results come from the cache. They
leave when nobody has used them for a while, and the least recently used when room is needed.
"""

from __future__ import annotations

import hashlib
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import msgspec

from limner.engine.wire import ITEM_SIZES, Array
from limner.protocol import ArrayFacts, ArrayGone, ArrayRefused, ArraysInput, Job

CAPACITY = 1 << 30
"""Bytes kept at most."""

SECONDS = 30 * 60.0
"""How long an array is kept that nobody uses."""


@dataclass(eq=False)
class Kept:
    """An array, what is known of it, and when it was used last."""

    facts: ArrayFacts
    array: Array
    used: float


class Arrays:
    """See the module."""

    def __init__(
        self,
        capacity: int = CAPACITY,
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.capacity = capacity
        self._seconds = seconds
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    @property
    def bytes(self) -> int:
        """How many are kept."""
        return sum(len(kept.array.data) for kept in self._kept.values())

    def check(self, facts: ArrayFacts) -> None:
        """Refuse an array before it is sent.

        Raises:
            ArrayRefused: it is larger than all that may be kept, or of no known type.
        """
        if facts.dtype not in ITEM_SIZES or not facts.shape or min(facts.shape) < 0:
            raise ArrayRefused(f"{facts.name} is not an array that can be kept.")
        size = size_of(facts)
        if size > self.capacity:
            raise ArrayRefused(
                f"{facts.name} has {size >> 20} MiB; at most {self.capacity >> 20} MiB are kept. "
                "Send a part of it, or set a smaller limit."
            )

    def id_of(self, facts: ArrayFacts, array: Array) -> str:
        """What it will be known by. It reads every byte, about a second for a gigabyte."""
        hashed = hashlib.blake2b(key=self._secret, digest_size=16)
        bare = msgspec.structs.replace(facts, id="")
        hashed.update(msgspec.msgpack.encode((bare, array.order)))
        hashed.update(array.data)
        return hashed.hexdigest()

    def put(self, facts: ArrayFacts, array: Array) -> None:
        """Keep an array under `facts.id`, and let others go to make room."""
        self._kept.pop(facts.id, None)
        self.expire()
        while self._kept and self.bytes + len(array.data) > self.capacity:
            self._kept.popitem(last=False)
        self._kept[facts.id] = Kept(facts, array, self._clock())

    def get(self, id: str) -> Kept | None:
        """The array of that id, or None; it counts as used."""
        self.expire()
        kept = self._kept.get(id)
        if kept is not None:
            kept.used = self._clock()
            self._kept.move_to_end(id)
        return kept

    def find(self, id: str) -> Array | None:
        """Its numbers alone, or None."""
        kept = self.get(id)
        return kept.array if kept is not None else None

    def expire(self) -> None:
        """Let go of those that nobody has used for long; the oldest come first."""
        while self._kept:
            id, oldest = next(iter(self._kept.items()))
            if self._clock() - oldest.used <= self._seconds:
                return
            del self._kept[id]

    def forget(self) -> None:
        """Let go of all of them."""
        self._kept.clear()

    def listed(self) -> tuple[tuple[ArrayFacts, float], ...]:
        """What is kept, and how many seconds ago each was used."""
        self.expire()
        return tuple((kept.facts, self._clock() - kept.used) for kept in self._kept.values())


def size_of(facts: ArrayFacts) -> int:
    """Bytes of the array."""
    return math.prod(facts.shape) * ITEM_SIZES[facts.dtype]


def agree(facts: ArrayFacts, array: Array) -> bool:
    """Whether `array` is what was announced."""
    return (array.dtype, array.shape) == (facts.dtype, facts.shape)


def arrays_of(job: Job) -> tuple[ArrayFacts, ...]:
    """The arrays that a job refers to."""
    return job.input.arrays if isinstance(job.input, ArraysInput) else ()


def gone(facts: Iterable[ArrayFacts]) -> ArrayGone:
    """What to say when they are not there."""
    names = ", ".join(one.name for one in facts)
    return ArrayGone(f"The array {names} is no longer kept: run it again to send it anew.")
