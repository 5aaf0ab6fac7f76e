"""Bringing the probes of a document up to date with its newest text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from limner.lsp.asks import Ask, as_read
from limner.lsp.documents import Document
from limner.lsp.matching import match
from limner.lsp.probe import Origin, Probe, State
from limner.overlays import draw
from limner.protocol import BadInput, Job, LimnerError
from limner.text.passages import Passage, Run

JobOf = Callable[[Ask, Passage], Job]

NOTHING_BELOW = "No text below this comment: put it on the line above a string or paragraph."


def settle(
    document: Document, probes: Sequence[Probe], new: Callable[[], str], job_of: JobOf
) -> tuple[list[Probe], list[Probe]]:
    """The probes that the document has now, and those of them that must run."""
    kept: list[Probe] = []
    run: list[Probe] = []
    for probe, passage, error in _places(document, probes, new):
        kept.append(probe)
        if bring_up(probe, passage, error, job_of):
            run.append(probe)
    kept = [probe for probe in kept if not _written_down(probe, kept)]
    for probe in probes:
        if probe not in kept:
            probe.stop()
    return kept, [probe for probe in run if probe in kept]


def _written_down(probe: Probe, probes: Sequence[Probe]) -> bool:
    """Whether a directive now asks what a command had asked: the comment takes over."""
    return probe.origin is Origin.COMMAND and any(
        other.origin is Origin.DIRECTIVE and other.job == probe.job and other.span == probe.span
        for other in probes
    )


def bring_up(
    probe: Probe, passage: Passage | None, error: LimnerError | None, job_of: JobOf
) -> bool:
    """Point `probe` at `passage`; whether it must run."""
    probe.passage = passage
    probe.span = (passage.start, passage.end) if passage else None
    job = None
    if passage and not error:
        try:
            job = job_of(probe.ask, passage)
        except LimnerError as refused:
            error = refused
    if job is None or passage is None:
        probe.stop()
        probe.job, probe.state, probe.overlay, probe.result = None, State.IDLE, None, None
        if error:
            probe.fail(error)
        return False
    if job == probe.job:
        return not _still_good(probe, passage)
    probe.job = job
    return True


def _still_good(probe: Probe, passage: Passage) -> bool:
    """The same question as before: answered, being answered, failed or stopped stays so."""
    if probe.result is not None:
        seen = as_read(probe.job, passage) if probe.job else passage
        probe.overlay = draw(probe.result, seen)
        probe.state, probe.touched = State.DONE, False
        return True
    running = probe.task is not None and not probe.task.done()
    return running or probe.stopped or probe.state is State.FAILED


def _places(
    document: Document, probes: Sequence[Probe], new: Callable[[], str]
) -> Iterator[tuple[Probe, Passage | None, LimnerError | None]]:
    pinned = [probe for probe in probes if probe.origin is Origin.DIRECTIVE]
    for directive, probe in match(document.directives, pinned):
        ask = Ask(directive.method, directive.options)
        place = (directive.start, directive.end)
        if probe is None:
            probe = Probe(new(), document.uri, Origin.DIRECTIVE, ask, place)
        probe.ask, probe.anchor, probe.directive = ask, place, directive
        wrong = directive.errors or (() if directive.passage else (NOTHING_BELOW,))
        yield probe, directive.passage, BadInput(wrong[0]) if wrong else None
    for probe in probes:
        if probe.origin is Origin.COMMAND:
            # what it looked at is gone with its text; where half-typed code hides it, it waits
            start, end = probe.span or probe.anchor
            if start == end or (probe.ask.arrays and not names(document, probe)):
                continue
            if probe.ask.arrays:
                probe.anchor = (start, end)
                yield probe, named(document, start, end), None
                continue
            passage = document.passage_at(start) or document.passage_at(end)
            if passage:
                probe.anchor = (passage.start, passage.end)
            yield probe, passage, None


def named(document: Document, start: int, end: int) -> Passage:
    """The place of an array's name, in the place of a text to read."""
    text = document.text[start:end]
    return Passage("name", start, end, text, (), (Run(0, len(text), start, end),))


def names(document: Document, probe: Probe) -> bool:
    """Whether the place still has the name that the arrays were read from, and no more of one.

    When it is edited it means another array: nothing is known of that one.
    """
    start, end = probe.span or probe.anchor
    text = document.text
    beside = text[max(0, start - 1) : start] + text[end : end + 1]
    grown = any(one == "_" or one.isalnum() for one in beside)
    return not grown and probe.passage is not None and text[start:end] == probe.passage.text
