"""One probe: a method applied to a passage, where it stands, and what is drawn for it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from limner.lsp.asks import Ask
from limner.lsp.drawn import Drawn
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
    base: Overlay | None = None
    """What is drawn, at the places of an earlier text; `overlay` has them as they are now."""
    moved: int = 0
    """How far all of `base` has moved since, by edits before it."""
    extent: tuple[int, int] = (0, 0)
    """The first and the last place in `base`."""
    drawn: Drawn | None = field(default=None, repr=False)
    """As it was last told to a client that draws overlays."""
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
        self._move(edits)
        if self.span is None:
            return False
        near = _touch(self.span, edits)
        self.span = _follow(self.span, edits)
        self.touched = self.touched or near
        return near

    def _move(self, edits: Sequence[Edit]) -> None:
        """Follow edits of other places by a sum: a key does not draw a page of probes anew."""
        if self.base is None:
            return
        low, high = (at + self.moved for at in self.extent)
        moved = 0
        for done, edit in enumerate(edits):
            if edit.end < low + moved:
                moved += edit.growth
            elif edit.start <= high + moved:
                self.overlay = follow(shifted(self.base, self.moved + moved), edits[done:])
                return
        self.moved += moved

    @property
    def overlay(self) -> Overlay | None:
        """The drawn result at its places in the newest text."""
        return self.base and shifted(self.base, self.moved)

    @overlay.setter
    def overlay(self, overlay: Overlay | None) -> None:
        self.base, self.moved = overlay, 0
        if overlay:
            places = [place for mark in overlay.marks for place in (mark.start, mark.end)]
            places += [note.at for note in overlay.notes]
            self.extent = (min(places), max(places)) if places else (0, 0)

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
        return shifted(*self.placed)

    @property
    def placed(self) -> tuple[Overlay, int]:
        """What is drawn now, and how far its places have moved; its marks are those of `base`."""
        base = self.base
        if self.state is State.FAILED and self.error:
            note = self._note(f"⚠ {self.error}", f"⚠ {escape(str(self.error))}")
            return Overlay(notes=(note,)), 0
        if self.state is State.IDLE and self.stopped:
            note = self._note("⏸ stopped", "Run it again with “Limner: re-run”.", self.moved)
            return msgspec.structs.replace(base or Overlay(), notes=(note,)), self.moved
        if not self.state.busy:
            return base or Overlay(), self.moved
        if base is None:
            what = self.state.value
            if self.state is State.LOADING and self.job:
                what = f"loading {self.job.model}"
            return Overlay(notes=(self._note(f"… {what}", ""),), preliminary=True), 0
        notes = tuple(msgspec.structs.replace(note, text=f"… {note.text}") for note in base.notes)
        return msgspec.structs.replace(base, notes=notes, preliminary=True), self.moved

    def _note(self, text: str, tooltip: str, moved: int = 0) -> Note:
        at = (self.span or self.anchor)[1] - moved
        if len(text) > HINT:
            text = text[: HINT - 1].rstrip() + "…"
        return Note(at=at, text=text, tooltip=tooltip)


def shifted(overlay: Overlay, by: int) -> Overlay:
    """`overlay` with every place moved by as much."""
    if not by:
        return overlay
    marks = tuple(
        Mark(start=mark.start + by, end=mark.end + by, value=mark.value, hover=mark.hover)
        for mark in overlay.marks
    )
    notes = tuple(msgspec.structs.replace(note, at=note.at + by) for note in overlay.notes)
    return msgspec.structs.replace(overlay, marks=marks, notes=notes)


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
