"""Arrays from a notebook's kernel to the daemon, asked for by a front end.

The front end evaluates ``__import__("limner.notebook.bridge", …).send(["x"], daemon="…")`` in a
silent `user_expressions` request; the answer is the MIME bundle of what `send` returns. It never
raises: whatever is wrong is in the answer, in one sentence. Importing this imports next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, TypeVar

from limner.notebook.bridge.trouble import Trouble, told

if TYPE_CHECKING:
    from limner.arrays import Source
    from limner.engine.wire import Array
    from limner.notebook.bridge.beside import Partners
    from limner.notebook.bridge.fingerprint import Digests
    from limner.protocol import ArrayFacts

MIME = "application/vnd.limner.arrays.v1+json"

Answer = TypeVar("Answer")

WHILE_RUNNING = "It was read while a cell was running: its numbers may be from before and after."


@dataclass(frozen=True)
class Sent:
    """The answer to a front end: arrays that the daemon keeps now, or why not."""

    arrays: tuple[ArrayFacts, ...] = ()
    digests: tuple[str, ...] = ()
    error: Trouble | None = None

    def __repr__(self) -> str:
        """In words, for whoever calls it by hand."""
        if self.error is not None:
            return f"Nothing was sent: {self.error.message}"
        said = (f"{one.name} {one.dtype} {one.shape}" for one in self.arrays)
        return f"Sent to Limner: {', '.join(said)}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        both = zip(self.arrays, self.digests, strict=True)
        arrays = [{**_told(one), "digest": digest} for one, digest in both]
        data = {"version": 1, "arrays": arrays, "error": told(self.error)}
        return {MIME: data, "text/plain": repr(self)}


def send(
    names: str | Iterable[str],
    daemon: str | None = None,
    limit: int | None = None,
    namespace: Mapping[str, Any] | None = None,
    columns: bool = False,
) -> Sent:
    """Send the arrays that these names mean in the kernel to the daemon, and say their ids.

    Args:
        names: dotted or indexed names, as `x`, `net.fc.weight`, `df["age"]`; nothing is evaluated.
        daemon: the name of the socket that the front end is connected to; the kernel's own must
            be the same. None starts one if need be.
        limit: most bytes of all arrays together; of larger ones a sample of rows is sent.
        namespace: where the names are looked up, by default the notebook's.
        columns: send the columns of a single table (a DataFrame, two-dimensional numbers) as arrays
            of their own, labels beside numbers; several names are sent as they are.
    """
    from limner.notebook.bridge.fingerprint import digest

    def sent(asked: Sequence[str]) -> Sent:
        _check_daemon(daemon)
        found = _found(asked, limit, namespace, columns=columns)
        before = tuple(digest(*one) for one in found)  # what a running cell changes then is seen
        return Sent(_deliver(found, start=daemon is None), before)

    return _answered(Sent, names, sent)


def digests(
    names: str | Iterable[str],
    limit: int | None = None,
    namespace: Mapping[str, Any] | None = None,
    columns: bool = False,
) -> Digests:
    """What `send` would send of these names now, as digests; nothing is sent."""
    from limner.notebook.bridge.fingerprint import Digests, digest

    def read(asked: Sequence[str]) -> Digests:
        found = _found(asked, limit, namespace, columns=columns)
        return Digests(tuple(digest(*one) for one in found))

    return _answered(Digests, names, read)


def partners(name: str, namespace: Mapping[str, Any] | None = None) -> Partners:
    """The names of arrays that have as many rows as this one, to choose a second one from."""
    from limner.notebook.bridge.beside import Partners, partners_of
    from limner.notebook.bridge.names import BadName, NoSuchName

    try:
        return partners_of(name, _namespace() if namespace is None else namespace)
    except BadName as error:
        return Partners(error=Trouble("bad-name", str(error)))
    except NoSuchName as error:
        return Partners(error=Trouble("no-such-name", str(error)))
    except Trouble as trouble:
        return Partners(error=trouble)


# ── inside ────────────────────────────────────────────────────────────────────────────────────


def _answered(
    kind: Callable[..., Answer], names: str | Iterable[str], work: Callable[[Sequence[str]], Answer]
) -> Answer:
    """What `work` makes of the names; what is wrong becomes the answer's error."""
    asked = [names] if isinstance(names, str) else list(names)
    try:
        return work(asked)
    except Trouble as trouble:
        return kind(error=trouble)
    except Exception as error:  # of the person's own objects; the kernel must not hear of it
        said = f"{', '.join(asked)} cannot be read ({type(error).__name__}: {error})."
        said = f"{said} Copy it into a numpy array first."
        return kind(error=Trouble("not-an-array", said))


def _found(
    asked: Sequence[str], limit: int | None, namespace: Mapping[str, Any] | None, *, columns: bool
) -> list[tuple[ArrayFacts, Array]]:
    """What the names mean, read; the columns of a single table apart where they are wanted so."""
    known = _namespace() if namespace is None else namespace
    return _fetch(_sources(asked, known, apart=columns and len(asked) == 1), limit)


def _check_daemon(name: str | None) -> None:
    """Refuse when the front end's daemon belongs to another installation than this kernel's."""
    if name is None:
        return
    import sys

    from limner.daemon.paths import identity

    if PurePath(name).name.removesuffix(".sock") != identity():
        raise Trouble(
            "remote-kernel",
            f"This kernel runs in another environment ({sys.prefix}) or has another version of "
            "Limner than the editor: install the same version of limner there, or choose the "
            "kernel of the environment that the editor's Limner runs in.",
        )


def _sources(
    names: Sequence[str], namespace: Mapping[str, Any], *, apart: bool = False
) -> Sequence[Source]:
    """What the names mean; of one table its columns, where they are wanted `apart`."""
    from limner.arrays import columns_of, read
    from limner.notebook.bridge.names import BadName, NoSuchName, resolve
    from limner.protocol import ArrayRefused

    if not names:
        raise Trouble("bad-name", "No name was given: select the name of an array.")
    try:
        found = [(name.strip(), resolve(name, namespace)) for name in names]
        return columns_of(*found[0]) if apart else [read(*one) for one in found]
    except BadName as error:
        raise Trouble("bad-name", str(error)) from None
    except NoSuchName as error:
        raise Trouble("no-such-name", str(error)) from None
    except ArrayRefused as error:
        raise Trouble("not-an-array", str(error)) from None


def _fetch(sources: Sequence[Source], limit: int | None) -> list[tuple[ArrayFacts, Array]]:
    """The rows to send of each, in this process's memory."""
    import msgspec

    from limner.arrays import LIMIT, facts_of, fit
    from limner.engine.wire import Array
    from limner.protocol import ArrayRefused

    try:
        picked = fit(sources, LIMIT if limit is None else limit)
    except ArrayRefused as error:
        raise Trouble("too-large", str(error)) from None
    found: list[tuple[ArrayFacts, Array]] = []
    for source, rows in zip(sources, picked, strict=True):
        values = source.fetch(rows)
        facts = facts_of(source, values)
        if _beside_a_running_cell():
            note = " ".join(filter(None, (facts.note, WHILE_RUNNING)))
            facts = msgspec.structs.replace(facts, note=note)
        found.append((facts, Array.of(values)))
    return found


def _deliver(found: Sequence[tuple[ArrayFacts, Array]], *, start: bool) -> tuple[ArrayFacts, ...]:
    from limner.daemon.connect import NoDaemon
    from limner.notebook.bridge.client import dial
    from limner.protocol import ArrayRefused, LimnerError

    try:
        client = dial(start=start)
        if client is None:
            raise Trouble(
                "remote-kernel",
                "Limner's daemon is not where this kernel runs: arrays can be looked at only when "
                "the kernel runs on the machine of the Jupyter server, as the same user.",
            )
        with client:
            return tuple(client.keep(facts, array) for facts, array in found)
    except ArrayRefused as error:
        raise Trouble("too-large", str(error)) from None
    except (NoDaemon, LimnerError) as error:
        raise Trouble("no-daemon", str(error)) from None
    except OSError as error:
        raise Trouble(
            "no-daemon", f"The daemon went away while the array was sent ({error}): try again."
        ) from None


def _namespace() -> Mapping[str, Any]:
    """The notebook's variables."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        raise Trouble("no-such-name", "There is no notebook here: give namespace=globals().")
    return shell.user_ns


def _beside_a_running_cell() -> bool:
    """Whether a subshell asks, which front ends use while a cell keeps the main thread."""
    import threading

    return threading.current_thread() is not threading.main_thread()


def _told(facts: ArrayFacts) -> dict[str, object]:
    """As front ends read it."""
    note = facts.note
    if facts.rows < facts.of:
        used = f"Too large: {facts.rows:,} of {facts.of:,} rows are used."
        note = " ".join(filter(None, (used, note)))
    return {
        "name": facts.name,
        "id": facts.id,
        "dtype": facts.dtype,
        "shape": list(facts.shape),
        "rows": facts.rows,
        "of": facts.of,
        "kind": facts.kind,
        "note": note,
    }
