"""One probe: a method applied to a passage, where it stands, and what is drawn for it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from limner.lsp.asks import Ask
from limner.overlays.markdown import escape
from limner.protocol import Job, LimnerError, Mark, Note, Overlay, Result
from limner.text.directives import Directive
from limner.text.edits import Edit, map_offset, map_range
from limner.text.passages import Passage

HINT = 100
"""Longest note of a failure, in characters; the tooltip has the whole sentence."""


class Origin(StrEnum):
    """Who pinned a probe."""

    DIRECTIVE = "directive"
    """A comment in the document; it lives as long as the comment does."""
    COMMAND = "command"
    """A code action or lens; it lives until unpinned or closed."""


class State(StrEnum):
    """Where a probe stands."""

    IDLE = "idle"
    """Nothing to run: no passage at the moment, or stopped by the user."""
    QUEUED = "queued"
    """Its text changed or it is new; waiting for the debounce or for its turn in the engine."""
    LOADING = "loading"
    """The engine is loading its model."""
    COMPUTING = "computing"
    """The engine is at it; nothing to show yet but what was there before."""
    PRELIMINARY = "preliminary"
    """A rough result is drawn, a finer one follows."""
    DONE = "done"
    """The result is drawn."""
    FAILED = "failed"
    """It could not be computed; a note says why."""

    @property
    def busy(self) -> bool:
        """Whether something is still to come by itself."""
        return self in (State.QUEUED, State.LOADING, State.COMPUTING, State.PRELIMINARY)


@dataclass
class Probe:
    """A pinned probe. Places are code points of the document's newest text."""

    id: str
    uri: str
    origin: Origin
    ask: Ask
    anchor: tuple[int, int]
    """The directive comment, or the passage where a command pinned it."""
    span: tuple[int, int] | None = None
    """Where the passage is now."""
    passage: Passage | None = None
    """The passage as last read; its own offsets count in the text it was read from."""
    directive: Directive | None = None
    job: Job | None = None
    """What was last asked of the engine."""
    state: State = State.IDLE
    overlay: Overlay | None = None
    result: Result | None = None
    error: LimnerError | None = None
    cost: float | None = None
    """Seconds that the last run took."""
    touched: bool = False
    """An edit changed its text since the last run: the caret is here."""
    asked: bool = False
    """A person asked for the next run."""
    stopped: bool = False
    """The user stopped it, or lets nothing run by itself; it runs on an edit or on request."""
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    def edited(self, edits: Sequence[Edit]) -> bool:
        """Follow `edits`; whether one of them changed what the probe looks at."""
        self.anchor = _follow(self.anchor, edits)
        if self.overlay:
            self.overlay = follow(self.overlay, edits)
        if self.span is None:
            return False
        near = _touch(self.span, edits)
        self.span = _follow(self.span, edits)
        self.touched = self.touched or near
        return near

    def stop(self) -> None:
        """Cancel the running job, if any."""
        if self.task and not self.task.done():
            self.task.cancel()
        self.task = None

    def fail(self, error: LimnerError) -> None:
        """Show why there is no result instead of one."""
        self.state, self.error = State.FAILED, error
        self.overlay = self.result = None

    @property
    def shown(self) -> Overlay:
        """What is drawn now: the overlay, and in its note where the probe stands."""
        if self.state is State.FAILED and self.error:
            return Overlay(notes=(self._note(f"⚠ {self.error}", f"⚠ {escape(str(self.error))}"),))
        if self.state is State.IDLE and self.stopped:
            overlay = self.overlay or Overlay()
            note = self._note("⏸ stopped", "Run it again with “Limner: re-run”.")
            return msgspec.structs.replace(overlay, notes=(note,))
        if not self.state.busy:
            return self.overlay or Overlay()
        if self.overlay is None:
            what = self.state.value
            if self.state is State.LOADING and self.job:
                what = f"loading {self.job.model}"
            return Overlay(notes=(self._note(f"… {what}", ""),), preliminary=True)
        notes = tuple(
            msgspec.structs.replace(note, text=f"… {note.text}") for note in self.overlay.notes
        )
        return msgspec.structs.replace(self.overlay, notes=notes, preliminary=True)

    def _note(self, text: str, tooltip: str) -> Note:
        at = (self.span or self.anchor)[1]
        if len(text) > HINT:
            text = text[: HINT - 1].rstrip() + "…"
        return Note(at=at, text=text, tooltip=tooltip)


def follow(overlay: Overlay, edits: Sequence[Edit]) -> Overlay:
    """`overlay` after `edits`: marks whose characters changed are dropped, the others move."""
    if not edits:
        return overlay
    marks = tuple(
        Mark(start=place[0], end=place[1], value=mark.value, hover=mark.hover)
        for mark in overlay.marks
        if (place := _same_word(mark.start, mark.end, edits))
    )
    notes = tuple(
        msgspec.structs.replace(note, at=map_offset(note.at, edits)) for note in overlay.notes
    )
    return msgspec.structs.replace(overlay, marks=marks, notes=notes)


def _same_word(start: int, end: int, edits: Sequence[Edit]) -> tuple[int, int] | None:
    """Where a marked word is after the edits; None when it changed or letters grew onto it."""
    for edit in edits:
        if edit.text and (
            (edit.start == end and _grows(edit.text[0]))
            or (edit.end == start and _grows(edit.text[-1]))
        ):
            return None
        place = map_range(start, end, (edit,))
        if place is None:
            return None
        start, end = place
    return start, end


def _grows(character: str) -> bool:
    """Whether it makes another word of the letters beside it; Chinese words stand side by side."""
    return character.isalnum() and ord(character) < 0x2E80


def _touch(span: tuple[int, int], edits: Sequence[Edit]) -> bool:
    """Whether an edit is in the place or at its border: a paragraph grows at its ends."""
    for edit in edits:
        if edit.start <= span[1] and edit.end >= span[0]:
            return True
        span = _follow(span, (edit,))
    return False


def _follow(span: tuple[int, int], edits: Sequence[Edit]) -> tuple[int, int]:
    """A place that grows and shrinks with what is edited inside it."""
    start, end = map_offset(span[0], edits, right=True), map_offset(span[1], edits)
    return min(start, end), max(start, end)
