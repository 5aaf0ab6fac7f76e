"""`python -m limner.terms.miner FOLDER`: mine a folder for editors, in a process of its own.

Counting keeps a core busy for seconds or minutes, and nobody's hover shall wait for it. On stdout
stands one JSON object a line: what is being done, then how it ended. SIGTERM ends it in order: what
was counted stays.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from limner.protocol import BadInput, LimnerError
from limner.terms import decisions, store, where
from limner.terms.api import Terms, mine

Told = Callable[[str, int, int], None]

LEAST_FOR_VECTORS = 300_000
MOST_FOR_VECTORS = 30_000_000
"""Characters of a corpus whose word vectors are worth their time."""


def mine_folder(
    folder: Path,
    *,
    top: int,
    seeds: tuple[str, ...] = (),
    again: bool = False,
    told: Told = lambda doing, done, total: None,
) -> Terms:
    """Mine a folder, keep the result for editors, and add the terms' neighbours when there are any.

    Without `seeds` those of the folder's `*.terms.toml` are taken, as far as they occur. `again`,
    after a document has changed: terms keep the neighbours that they had, because learning vectors
    takes longer than all else.

    Raises:
        BadInput: as `mine`.
    """
    before = store.load(folder) if again else None
    found = _mine(folder, top, seeds, told)
    if before is not None:
        found = _with_those_of(before.terms, found)
    store.save(folder, found, time.time())
    if not again and LEAST_FOR_VECTORS <= found.chars <= MOST_FOR_VECTORS:
        found = _with_neighbours(folder, found, told)
        store.save(folder, found, time.time())
    return found


def _mine(folder: Path, top: int, seeds: tuple[str, ...], told: Told) -> Terms:
    if seeds:
        return mine(folder, seeds=seeds, top=top, progress=told)
    file = where.decided_file(folder)
    decided = decisions.read(file).seeds if file else ()
    if decided:
        with contextlib.suppress(BadInput):  # gensim is missing, or a seed does not occur any more
            return mine(folder, seeds=decided, top=top, progress=told)
    return mine(folder, top=top, progress=told)


def _with_those_of(before: Terms, found: Terms) -> Terms:
    known = {term.term: term.neighbours for term in before.terms}
    terms = tuple(
        msgspec.structs.replace(term, neighbours=known.get(term.term, ())) for term in found.terms
    )
    return msgspec.structs.replace(found, terms=terms)


def _with_neighbours(folder: Path, found: Terms, told: Told) -> Terms:
    from limner.methods.terms.chain import neighbours
    from limner.terms.corpus import open_index

    opened = open_index(where.index_path([folder]))
    try:
        terms = neighbours(opened.index, found.terms, told)
    except BadInput:  # gensim is not installed
        return found
    finally:
        opened.close()
    return msgspec.structs.replace(found, terms=terms)


def main() -> None:
    """The process."""
    parser = argparse.ArgumentParser(prog="limner-miner")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--top", type=int, default=2000)
    parser.add_argument("--seeds", nargs="*", default=())
    parser.add_argument("--again", action="store_true")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, _interrupted)
    with contextlib.suppress(OSError):
        os.nice(10)
    try:
        found = mine_folder(
            given.folder,
            top=given.top,
            seeds=tuple(given.seeds),
            again=given.again,
            told=_Telling(time.monotonic),
        )
    except LimnerError as error:
        _say({"error": str(error)})
    except KeyboardInterrupt:
        _say({"cancelled": True})
    else:
        _say({"terms": len(found.terms), "documents": found.documents, "seconds": found.seconds})


class _Telling:
    """Progress, some times a second."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = 0.0
        self._doing = ""

    def __call__(self, doing: str, done: int, total: int) -> None:
        now = self._clock()
        if doing != self._doing or now - self._last > 0.2:
            self._doing, self._last = doing, now
            _say({"doing": doing, "done": done, "total": total})


def _say(what: dict[str, Any]) -> None:
    try:
        sys.stdout.buffer.write(msgspec.json.encode(what) + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # whoever asked is gone; what is counted stays
        raise KeyboardInterrupt from None


def _interrupted(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
