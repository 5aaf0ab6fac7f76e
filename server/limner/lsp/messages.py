"""What Limner adds to the Language Server Protocol, as types.

docs/reference/protocol.md and the front ends' TypeScript types are written from these classes.
Positions count in the negotiated encoding; hovers and tooltips are Markdown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from limner.protocol import EngineStatus, Frozen, ModelStatus


class Position(Frozen, frozen=True):
    """A position of the protocol."""

    line: int
    character: int


class Range(Frozen, frozen=True):
    """A range of the protocol."""

    start: Position
    end: Position


# ── what is drawn ─────────────────────────────────────────────────────────────────────────────


class OverlayMark(Frozen, frozen=True, kw_only=True):
    """A coloured stretch of the document."""

    range: Range
    value: float
    """score / max|score|, in −1 … 1."""
    hover: str
    """Markdown."""


class OverlayNote(Frozen, frozen=True, kw_only=True):
    """A short text to show after a position."""

    position: Position
    text: str
    tooltip: str
    """Markdown; may be empty."""


class OverlayPanel(Frozen, frozen=True, kw_only=True):
    """A chart and the same in words."""

    title: str
    spec: Mapping[str, Any]
    """Vega-Lite, with inline data only: no url, no href."""
    text: str
    """The twin for whoever cannot see or draw it."""


class Drawing(Frozen, frozen=True, kw_only=True):
    """A result as it is drawn."""

    marks: tuple[OverlayMark, ...]
    notes: tuple[OverlayNote, ...]
    panel: OverlayPanel | None
    preliminary: bool
    """A better one follows: rough, or of a text that has changed since."""


class OverlayProbe(Drawing, frozen=True, kw_only=True):
    """A pinned probe and what to draw for it."""

    id: str
    """Its name in commands; for as long as the connection lasts."""
    method: str
    origin: Literal["directive", "command"]
    """Who pinned it: a comment in the document, or a command of this session."""
    state: Literal["idle", "queued", "loading", "computing", "preliminary", "done", "failed"]
    range: Range
    """The text it looks at; for a comment with none below it, the comment."""
    error: str | None
    """Why there is no result, in one sentence."""
    trouble: str | None
    """The kind of that error, by its name in `limner.errors`: what can be offered depends on it."""
    title: str
    """The result in a line; empty before the first one."""
    model: str
    options: Mapping[str, str]
    """As asked; `limner.configure` changes them, `limner.attribute` takes them back."""
    labels: tuple[str, ...]
    """Of its model; empty where they are not known before loading."""


class OverlayParams(Frozen, frozen=True, kw_only=True):
    """All that is to be drawn on one document."""

    uri: str
    version: int
    """Of the text that the positions count in."""
    probes: tuple[OverlayProbe, ...]
    """In the order of the text; none: draw nothing any more."""
    order: tuple[str, ...] | None = None
    """For clients that declare `changes`: the ids of all, in the order of the text. A probe that is
    not in `probes` is, word for word, as the last notification of this document that had it."""


class HighlightsParams(Frozen, frozen=True, kw_only=True):
    """`limner/highlights`: stretches of a document to mark quietly, beside what probes draw.

    All of the document's, each time; none: mark nothing any more. A client moves them with its own
    edits and drops a notification of a version that it has left behind: one of the newer version
    follows. What they say is asked with `textDocument/hover`.
    """

    uri: str
    version: int
    """Of the text that the positions count in."""
    data: tuple[int, ...]
    """Five numbers each, as semantic tokens have them: lines since the one before, characters since
    the one before (on the same line) or since the line's beginning, length, kind (0 candidate,
    1 accepted by a person), strength (1 … 3). None reaches over a line's end."""


# ── requests ──────────────────────────────────────────────────────────────────────────────────


class ProbeParams(Frozen, frozen=True, rename="camel", kw_only=True):
    """What `limner/probe` is asked."""

    uri: str
    range: Range | None = None
    """Read as it stands unless empty."""
    position: Position | None = None
    """The passage around it is meant."""
    method: str = "attribute"
    options: Mapping[str, str] = {}
    partial_result_token: str | int | None = None
    """Where `$/progress` shall bring preliminary overlays."""


class ProbeAnswer(Frozen, frozen=True, kw_only=True):
    """What `limner/probe` answers."""

    result: Mapping[str, Any]
    """The method's result, as in json.md."""
    overlay: Drawing | None
    """What to draw; null when the document was closed meanwhile."""
    version: int | None
    """Of the text that `overlay` is for."""


class ProbePartial(Frozen, frozen=True, kw_only=True):
    """The value of `$/progress` while `limner/probe` computes."""

    overlay: Drawing | None
    version: int | None


class MethodOption(Frozen, frozen=True, kw_only=True):
    """An option of a method, for whoever offers a choice."""

    name: str
    help: str
    """One sentence."""
    values: tuple[str, ...]
    """Worth offering; none where anything may be written."""


class StatusAnswer(Frozen, frozen=True, kw_only=True):
    """What `limner/status` answers."""

    version: str
    protocol: int
    daemon: str
    """Whom a kernel must reach for its arrays to be found here (`bridge.send(…, daemon=…)`)."""
    engine: EngineStatus
    models: tuple[ModelStatus, ...]
    """All that a document may choose among."""
    probes: Mapping[str, int]
    """How many of this session's probes are in each state."""
    options: Mapping[str, tuple[MethodOption, ...]]
    """Of each method, by its name in directives and by its id."""


class ExportParams(Frozen, frozen=True, kw_only=True):
    """What `limner/export` is asked."""

    uri: str
    probe: str
    """The id of a pinned probe."""
    format: Literal["html", "svg", "json", "text"]


class ExportAnswer(Frozen, frozen=True, kw_only=True):
    """What `limner/export` answers."""

    text: str


# ── lexicons ──────────────────────────────────────────────────────────────────────────────────


TermStatus = Literal["candidate", "accepted", "rejected"]
"""Mined; taken by a person; called no term by a person."""


class LexiconParams(Frozen, frozen=True, kw_only=True):
    """What `limner/lexicon` is asked: rows of the lexicon that a document has."""

    uri: str
    """Of a document or a folder."""
    query: str = ""
    """Terms that contain it, or whose pinyin initials begin with it."""
    status: Literal["all", "candidate", "accepted", "rejected", "page"] = "all"
    """page: those that stand in the document."""
    sort: Literal["score", "count", "ratio", "z", "pmi", "term", "page"] = "score"
    """page: by the occurrences in the document."""
    descending: bool = True
    offset: int = 0
    limit: int = 200


class LexiconTerm(Frozen, frozen=True, kw_only=True):
    """A row; figures are null where nothing was mined (a term that a person added)."""

    term: str
    status: TermStatus
    seed: bool
    variants: tuple[str, ...]
    """Other spellings that a person merged into it."""
    count: int | None
    background: int | None
    score: float | None
    ratio: float | None
    z: float | None
    pmi: float | None
    here: int
    """Occurrences in the document."""
    strength: float
    """0 … 1, for a bar: its place among the lexicon's scores."""


class LexiconAnswer(Frozen, frozen=True, kw_only=True):
    """What `limner/lexicon` answers."""

    folder: str | None
    """URI of the folder that the lexicon is of; null: there is none, `limner.terms.mine` makes
    it."""
    title: str
    """A line about it: what was mined, against what, when."""
    mining: bool
    """Whether it is being mined now; progress is told by `$/progress`."""
    notes: tuple[str, ...]
    """What is wrong, a sentence each: lines of a file that cannot be read, documents left out."""
    total: int
    """Rows that fit the question."""
    all: int
    """Terms of the lexicon."""
    undo: str | None
    """What `limner.terms.undo` would take back, in words."""
    terms: tuple[LexiconTerm, ...]
    """From `offset` on, at most `limit`."""


class TermParams(Frozen, frozen=True, kw_only=True):
    """What `limner/term` is asked: all that is known of one term."""

    uri: str
    term: str


class TermPlace(Frozen, frozen=True, kw_only=True):
    """A sentence that a term stands in."""

    uri: str
    line: int
    """From 0; −1 where the file has no lines (PDF, .docx)."""
    where: str
    """The file's name and line, page or paragraph, for people."""
    text: str
    start: int
    """Of the term in `text`, in UTF-16 units."""
    end: int


class TermAnswer(Frozen, frozen=True, kw_only=True):
    """What `limner/term` answers."""

    term: str
    status: TermStatus
    seed: bool
    markdown: str
    """As the hover says it."""
    places: tuple[TermPlace, ...]
    similar: tuple[str, ...]
    """Terms that may be the same, to merge with."""


class LexiconChanged(Frozen, frozen=True, kw_only=True):
    """`limner/lexiconChanged`: what `limner/lexicon` answers may be another now."""

    folder: str | None


# ── commands ──────────────────────────────────────────────────────────────────────────────────


class CommandArgument(msgspec.Struct, frozen=True, kw_only=True):
    """The one object that each command of a probe takes."""

    uri: str
    position: Position | None = None
    """The passage or probe around it is meant."""
    range: Range | None = None
    """The passage that begins there is meant, or the one around its beginning."""
    options: Mapping[str, str] = {}
    """As in a directive: model, target, baseline …"""
    beside: bool = False
    """Keep the probe that is there, to compare."""
    probe: str | None = None
    """The id of a pinned probe, in place of position and range."""


class Pinned(Frozen, frozen=True):
    """What `limner.describe` and `limner.hsic` answer."""

    probe: str
    """The id of the probe that they pinned, or asked anew."""


class TermsArgument(msgspec.Struct, frozen=True, kw_only=True):
    """The one object that the commands `limner.terms.…` take."""

    uri: str
    """Of a document or a folder: its lexicon is meant."""
    term: str = ""
    """Of accept, reject, forget, seed and merge."""
    into: str = ""
    """Of merge: the term that `term` is a spelling of."""
    format: Literal["tsv", "jieba", "tbx", "json"] = "tsv"
    """Of export."""
    seeds: tuple[str, ...] = ()
    """Of mine: keep what a chain of word vectors reaches from these; none: from the lexicon's."""


class TermsAnswer(Frozen, frozen=True, kw_only=True):
    """What the commands `limner.terms.…` answer."""

    said: str
    """What was done, a sentence."""
    text: str | None = None
    """Of export: the file's contents, to be saved by the client …"""
    name: str | None = None
    """… under this name."""


class ClozeArgument(msgspec.Struct, frozen=True, kw_only=True):
    """The one object that the commands `limner.cloze.…` take."""

    uri: str
    """Of a data file."""
    line: int | None = None
    """Of a row, from 0; of accept, and of next to go on from."""
    character: int | None = None
    label: str = ""
    """Of accept; empty: the predicted one."""
    above: float = 0.9
    """Of acceptAll: the least probability."""
    head: int | None = None
    """Of rollback: the version to label with, 0 for none; left out: the one before."""


class ClozeAnswer(Frozen, frozen=True, kw_only=True):
    """What the commands `limner.cloze.…` answer."""

    said: str
    """What was done or found, a sentence."""
    line: int | None = None
    """Of next: where the row's label stands."""
    character: int | None = None
    text: str | None = None
    """Of report: the tables, as a terminal shows them; of new: the file's path."""
