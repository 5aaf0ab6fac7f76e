"""The types that daemon, worker and front ends share; the errors are in `limner.errors`.

Plain frozen data, nothing that computes. Offsets are code points into the text that was asked
about; only `limner.text.positions` turns them into a client's units.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, Literal

from limner._version import PROTOCOL as PROTOCOL
from limner.description import ArrayFacts as ArrayFacts
from limner.description import Description as Description
from limner.description import Frequency as Frequency
from limner.description import Histogram as Histogram
from limner.description import Summary as Summary
from limner.errors import ERRORS, LimnerError
from limner.errors import ArrayGone as ArrayGone
from limner.errors import ArrayRefused as ArrayRefused
from limner.errors import BadInput as BadInput
from limner.errors import Cancelled as Cancelled
from limner.errors import DaemonUnreachable as DaemonUnreachable
from limner.errors import MissingValues as MissingValues
from limner.errors import ModelRefused as ModelRefused
from limner.errors import OutOfMemory as OutOfMemory
from limner.errors import TableRefused as TableRefused
from limner.errors import TaskRefused as TaskRefused
from limner.errors import TextRefused as TextRefused
from limner.errors import UnknownBaseline as UnknownBaseline
from limner.errors import UnknownModel as UnknownModel
from limner.errors import UnknownTarget as UnknownTarget
from limner.errors import UnsupportedModel as UnsupportedModel
from limner.errors import WorkerDied as WorkerDied
from limner.frozen import Frozen as Frozen
from limner.independence import Binned as Binned
from limner.independence import Column as Column
from limner.independence import Counted as Counted
from limner.independence import Independence as Independence
from limner.independence import KernelFacts as KernelFacts
from limner.independence import Pair as Pair
from limner.independence import PairMatrix as PairMatrix
from limner.independence import PathName as PathName
from limner.independence import Points as Points
from limner.independence import Scatter as Scatter
from limner.results.attribution import Attribution as Attribution
from limner.results.attribution import BaselineScores as BaselineScores
from limner.results.attribution import Explained as Explained
from limner.results.attribution import Faithfulness as Faithfulness
from limner.results.attribution import InputPicture as InputPicture
from limner.results.attribution import LabelScores as LabelScores
from limner.results.attribution import Piece as Piece
from limner.results.attribution import TensorAttribution as TensorAttribution
from limner.results.attribution import Truncation as Truncation
from limner.results.cloze import Candidate as Candidate
from limner.results.cloze import Candidates as Candidates
from limner.results.cloze import ClozeLabels as ClozeLabels
from limner.results.cloze import ClozeTraining as ClozeTraining
from limner.results.cloze import Quality as Quality
from limner.status import EngineStatus as EngineStatus
from limner.status import ModelStatus as ModelStatus

ATTRIBUTIONS = (
    "integrated_gradients",
    "saliency",
    "input_x_gradient",
    "deeplift",
    "occlusion",
    "shapley_sampling",
)
"""Methods that answer with an attribution: one call, one result, one overlay."""

MAX_CHARACTERS = 1_000_000
"""Longest text of one job, in code points; longer ones are refused with a clear sentence."""


class Failure(Frozen, frozen=True, kw_only=True):
    """An error on the wire: the class's name and its sentence."""

    kind: str
    message: str

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        """Describe `error`; what is not ours becomes a plain LimnerError with its type named."""
        if isinstance(error, LimnerError):
            return cls(kind=type(error).__name__, message=str(error))
        return cls(kind="LimnerError", message=f"{type(error).__name__}: {error}")

    def error(self) -> LimnerError:
        """The exception this failure describes."""
        kinds = {kind.__name__: kind for kind in ERRORS}
        return kinds.get(self.kind, LimnerError)(self.message)


# ── jobs ──────────────────────────────────────────────────────────────────────────────────────


class Priority(IntEnum):
    """Who goes first; smaller is sooner."""

    CARET = 0
    """A hover, the probe under the caret, a person waiting at a prompt."""
    VISIBLE = 1
    """Pinned probes in the visible range."""
    PINNED = 2
    """Pinned probes elsewhere."""
    CORPUS = 3
    """Training, mining, whole files."""


class TextInput(Frozen, frozen=True, kw_only=True, tag="text"):
    """A text for a method to read."""

    text: str
    pair: str | None = None
    """Second text of a pair (entailment, similarity), or None."""
    holes: tuple[int, ...] = ()
    """Offsets in `text` of U+FFFC placeholders (f-string holes), read as one mask token each."""
    gap: tuple[int, int] | None = None
    """Where in `text` a `[MASK]` or `____` stands that is asked about; read as mask tokens."""


class TextsInput(Frozen, frozen=True, kw_only=True, tag="texts"):
    """Texts for a method to read together."""

    texts: tuple[str, ...]
    labels: tuple[str | None, ...] = ()
    """What people say of each, for methods that learn; None: not labelled."""


class ArraysInput(Frozen, frozen=True, kw_only=True, tag="arrays"):
    """Arrays for a method to read. Their numbers are kept apart, under their ids."""

    arrays: tuple[ArrayFacts, ...]


class Job(Frozen, frozen=True, kw_only=True):
    """One method on one input with one model, or none."""

    method: str
    model: str
    """A configured or bundled model's name, or an absolute folder when a person named it; empty
    for a method that needs no model."""
    input: TextInput | TextsInput | ArraysInput
    params: Mapping[str, Any] = {}
    """The method's own parameters by name; the method checks them."""


class Progress(Frozen, frozen=True, kw_only=True, tag="progress"):
    """Where a job stands."""

    stage: Literal["queued", "loading", "computing"]
    done: int = 0
    total: int = 0
    message: str = ""


class Partial(Frozen, frozen=True, kw_only=True, tag="partial"):
    """A first, rough result; a finer one follows."""

    result: Result


# ── results ───────────────────────────────────────────────────────────────────────────────────


Result = (
    Attribution | Description | Independence | PairMatrix | Candidates | ClozeLabels | ClozeTraining
)
"""The union of the results that travel between processes."""


# ── overlays: what front ends draw ────────────────────────────────────────────────────────────


class Mark(Frozen, frozen=True, kw_only=True):
    """A range with a value in −1 … 1 (score / max|score|) and a hover text (Markdown)."""

    start: int
    end: int
    value: float
    hover: str


class Note(Frozen, frozen=True, kw_only=True):
    """A short text after a position, with a Markdown tooltip."""

    at: int
    text: str
    tooltip: str = ""


class Panel(Frozen, frozen=True, kw_only=True):
    """A chart: a Vega-Lite spec without links, and its text twin."""

    title: str
    spec: Mapping[str, Any]
    text: str


class Overlay(Frozen, frozen=True, kw_only=True):
    """A probe's result as it is drawn, in code points of the document's version."""

    marks: tuple[Mark, ...] = ()
    notes: tuple[Note, ...] = ()
    panel: Panel | None = None
    preliminary: bool = False
