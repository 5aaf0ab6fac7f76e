"""Whether arrays hold what they held: front ends compare digests before they call one stale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from limner.notebook.bridge.trouble import Trouble, told

if TYPE_CHECKING:
    from limner.engine.wire import Array
    from limner.protocol import ArrayFacts

MIME = "application/vnd.limner.digests.v1+json"


@dataclass(frozen=True)
class Digests:
    """The answer to a front end: a digest of what each array would send now, or why not."""

    digests: tuple[str, ...] = ()
    error: Trouble | None = None

    def __repr__(self) -> str:
        """In words, for whoever calls it by hand."""
        return self.error.message if self.error else ", ".join(self.digests)

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        data = {"version": 1, "digests": list(self.digests), "error": told(self.error)}
        return {MIME: data, "text/plain": repr(self)}


def digest(facts: ArrayFacts, array: Array) -> str:
    """Of the values that are sent, and of what they mean: type, shape, labels."""
    import hashlib

    import msgspec

    meaning = msgspec.structs.replace(facts, id="", note="")
    found = hashlib.blake2b(msgspec.msgpack.encode(meaning), digest_size=16)
    found.update(array.data)
    return found.hexdigest()
