"""The tree of errors; each message says what happened and what to do, in one sentence.

::

    LimnerError                what happened + what to do, in one sentence
    ├── BadInput               the caller can mend it                      (CLI exit 2)
    │   ├── UnknownModel
    │   ├── ModelRefused       pickle weights, remote code, not a model folder
    │   ├── UnsupportedModel   loads, but not what the method needs (no logits, no offsets …)
    │   ├── UnknownTarget
    │   ├── UnknownBaseline
    │   ├── TextRefused        empty, or beyond the caps
    │   ├── TaskRefused        a cloze task that cannot be followed: patterns, label words, columns
    │   ├── TableRefused       a data file that cannot be read, or has changed meanwhile
    │   ├── ArrayRefused       no array, or none that can be read
    │   ├── MissingValues      rows with gaps, which are left out only when that is asked for
    │   └── ArrayGone          the array is no longer kept: send it again
    ├── Cancelled              somebody said stop
    ├── OutOfMemory            even one row at a time does not fit
    ├── WorkerDied             the process with the models went away twice
    └── DaemonUnreachable      the daemon does not start or does not answer
"""

from __future__ import annotations


class LimnerError(Exception):
    """What happened and what to do, in one sentence."""


class BadInput(LimnerError):
    """The caller can mend it."""


class UnknownModel(BadInput):
    """No model of that name is allowed here."""


class ModelRefused(BadInput):
    """The model's folder is not one that may be loaded."""


class UnsupportedModel(BadInput):
    """The model loads but is not what the method needs."""


class UnknownTarget(BadInput):
    """No label of that name or index."""


class UnknownBaseline(BadInput):
    """No baseline of that name."""


class TextRefused(BadInput):
    """The text is empty or beyond the caps."""


class TaskRefused(BadInput):
    """A cloze task says what cannot be done."""


class TableRefused(BadInput):
    """A data file cannot be read or written as it stands."""


class ArrayRefused(BadInput):
    """It is no array, or none that can be read or kept."""


class MissingValues(BadInput):
    """Rows have missing or infinite values, and nobody said to leave them out."""


class ArrayGone(BadInput):
    """The array is no longer kept."""


class Cancelled(LimnerError):
    """Somebody said stop."""


class OutOfMemory(LimnerError):
    """Even one row at a time does not fit."""


class WorkerDied(LimnerError):
    """The process with the models went away twice."""


class DaemonUnreachable(LimnerError):
    """The daemon does not start or does not answer."""


ERRORS: tuple[type[LimnerError], ...] = (
    LimnerError,
    BadInput,
    UnknownModel,
    ModelRefused,
    UnsupportedModel,
    UnknownTarget,
    UnknownBaseline,
    TextRefused,
    TaskRefused,
    TableRefused,
    ArrayRefused,
    MissingValues,
    ArrayGone,
    Cancelled,
    OutOfMemory,
    WorkerDied,
    DaemonUnreachable,
)
