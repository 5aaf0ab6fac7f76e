"""A data file that a task is bound to, as one version of its document stands."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from limner.lsp.documents import MAX_DOCUMENT, Document
from limner.protocol import BadInput, LimnerError
from limner.text.edits import Edit

if TYPE_CHECKING:
    from limner.labelling.table import Row, Table
    from limner.labelling.task import Task


@dataclass(frozen=True)
class Prediction:
    """What the task says of a text."""

    p: tuple[float, ...]
    """Of each label."""
    by_pattern: tuple[tuple[float, ...], ...]
    """The same of each pattern alone."""
    truncated: bool

    @property
    def label(self) -> int:
        """Index of the likeliest label."""
        return self.p.index(max(self.p))

    @property
    def margin(self) -> float:
        """How far the likeliest is from the next."""
        first, second, *_ = sorted(self.p, reverse=True)
        return first - second


@dataclass(frozen=True)
class Sheet:
    """What is known of one version of a data file without asking a model."""

    document: Document
    path: Path
    task_file: Path
    task: Task | None
    table: Table | None
    error: LimnerError | None
    """Why there is no task or no table."""
    warning: str | None = None
    """What to mind though it works."""

    @cached_property
    def key(self) -> str:
        """What predictions depend on beside the texts; another one makes them void."""
        if self.task is None:
            return ""
        said = (
            self.task.model,
            self.task.head,
            str(self.task_file) if self.task.head else "",
            self.task.patterns,
            list(self.task.labels.items()),
            self.task.calibration,
            self.task.decoding,
        )
        return hashlib.blake2b(msgspec.json.encode(said), digest_size=16).hexdigest()

    @property
    def labels(self) -> tuple[str, ...]:
        """The task's labels."""
        return tuple(self.task.labels) if self.task else ()

    @cached_property
    def rows(self) -> Sequence[Row]:
        """Rows with a text."""
        return [row for row in self.table.rows if row.text.strip()] if self.table else []

    @cached_property
    def texts(self) -> list[str]:
        """The different ones, in order."""
        return list(dict.fromkeys(row.text for row in self.rows))

    def between(self, start: int, end: int) -> Sequence[Row]:
        """Rows that reach into a stretch of the text."""
        first = bisect_left(self.rows, start, key=lambda row: row.end)
        last = bisect_right(self.rows, end, key=lambda row: row.start)
        return self.rows[first:last]


@dataclass
class Predictions:
    """What a model said of a data file's texts, whatever row they stand in now."""

    key: str
    bias: tuple[tuple[float, ...], ...] | None = None
    by_text: dict[str, Prediction] = field(default_factory=dict[str, Prediction])
    notes: tuple[str, ...] = ()
    error: LimnerError | None = None
    stopped: bool = False
    """The user stopped it; it goes on when asked."""
    of: Sheet | None = None
    """The sheet that `missing` was made for."""
    missing: deque[str] = field(default_factory=deque[str])
    """Its texts from the first one on that is not known."""


def least_certain(
    sheet: Sheet, known: Mapping[str, Prediction], after: int | None = None
) -> Row | None:
    """The unlabelled row whose labels are closest; the next one of it, if it is `after` itself."""
    open_ = [row for row in sheet.rows if not row.label and row.text in known]
    if not open_:
        return None
    ranked = sorted(open_, key=lambda row: (known[row.text].margin, row.index))
    if after is not None and ranked[0].index == after and len(ranked) > 1:
        return ranked[1]
    return ranked[0]


def moved(at: int, edits: Sequence[Edit]) -> int:
    """Where the end of a row is after edits: what is typed at a row's end belongs to it."""
    for edit in edits:
        if edit.end <= at:
            at += edit.growth
        elif edit.start < at:
            at = edit.start + len(edit.text)
    return at


def read_sheet(
    document: Document, path: Path, roots: tuple[Path, ...], written: Mapping[Path, str]
) -> Sheet | None:
    """Find and read the task, then the table; None where no task names the file.

    `written` has the texts of task files that are open: they count, saved or not.
    """
    from limner.labelling.heads import mismatch
    from limner.labelling.reading import load, parse
    from limner.labelling.table import format_of, read_table

    task_file = task_file_of(path, roots)
    if task_file is None:
        return None
    task: Task | None = None
    try:
        if document.too_long:
            raise BadInput(
                f"{path.name} has more than {MAX_DOCUMENT:,} characters: label it in a terminal, "
                f"with `limner cloze predict {task_file.name}`, or split it."
            )
        text = written.get(task_file)
        if text is None:
            task = load(task_file)
        else:
            parsed = parse(text)
            task = parsed.task
            if task is None:
                first = parsed.complaints[0]
                raise BadInput(f"{task_file.name}:{first.line}: {first.said}")
        table = read_table(
            document.text,
            format_of(path),
            text_column=task.data.text,
            label_column=task.data.label,
            header=task.data.header,
        )
    except LimnerError as error:
        return Sheet(document, path, task_file, task, None, error)
    warning = mismatch(task, task_file) if task.head else None
    return Sheet(document, path, task_file, task, table, None, warning)


def task_file_of(path: Path, roots: tuple[Path, ...]) -> Path | None:
    """The task file that names a data file."""
    from limner.labelling.where import task_of

    return task_of(path, roots)


def stamp(task_file: Path) -> object:
    """What changes with a file on disk."""
    try:
        stat = task_file.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
