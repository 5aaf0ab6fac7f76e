"""didChange against a plain model of an editor, in all three encodings."""

import itertools
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as lsp

from limner.lsp import convert
from limner.lsp.asks import Ask
from limner.lsp.documents import Document, Documents
from limner.lsp.probe import Origin, Probe, follow
from limner.protocol import Mark, Note, Overlay
from limner.text.edits import Edit, apply_edits, shrink
from limner.text.positions import Encoding

PIECES = ["a", "b", " ", "\n", "\r", "\r\n", "\u2028", "电", "🎬", "é", "\x0b"]
TEXT = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


class Change(NamedTuple):
    start: int
    end: int
    text: str


CHANGES = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), TEXT), max_size=5)


def between_cr_and_lf(text: str, at: int) -> bool:
    return text[at - 1 : at + 1] == "\r\n"


def typed(text: str, raw: tuple[int, int, str]) -> Change:
    """A change that an editor can make: no place is inside a line end."""
    start, end = sorted((min(raw[0], len(text)), min(raw[1], len(text))))
    start -= between_cr_and_lf(text, start)
    end += between_cr_and_lf(text, end)
    return Change(start, end, raw[2])


@given(TEXT, CHANGES, st.sampled_from(Encoding))
def test_the_servers_text_is_the_editors(text: str, raw: list, encoding: Encoding):
    documents = Documents()
    documents.open("u", "plaintext", 1, text)
    first = documents.get("u")
    assert first is not None
    events: list[lsp.TextDocumentContentChangeEvent] = []
    for one in raw:
        change = typed(text, one)
        lines = Document("u", "plaintext", 1, text).lines
        place = convert.range_of(lines, change.start, change.end, encoding)
        events.append(lsp.TextDocumentContentChangePartial(range=place, text=change.text))
        text = text[: change.start] + change.text + text[change.end :]
    edits = convert.edits_of(first, events, encoding)
    assert documents.edit("u", 2, edits).text == text
    since = documents.edits_since(first)
    assert since is not None
    assert apply_edits(first.text, since) == text


@given(TEXT, CHANGES, st.data())
def test_a_mark_stays_on_its_characters_or_goes(text: str, raw: list, data: st.DataObject):
    start = data.draw(st.integers(0, max(0, len(text) - 1)))
    end = data.draw(st.integers(min(start + 1, len(text)), len(text)))
    overlay = Overlay(marks=(Mark(start=start, end=end, value=1.0, hover=""),))
    marked = text[start:end]
    documents = Documents()
    document = documents.open("u", "plaintext", 1, text)
    for version, one in enumerate(raw):
        change = typed(document.text, one)
        place = convert.range_of(document.lines, change.start, change.end, Encoding.UTF16)
        event = lsp.TextDocumentContentChangePartial(range=place, text=change.text)
        edits = convert.edits_of(document, [event], Encoding.UTF16)
        document = documents.edit("u", version, edits)
        overlay = follow(overlay, edits)
    for mark in overlay.marks:
        assert document.text[mark.start : mark.end] == marked


@given(TEXT, CHANGES, st.data())
def test_a_probes_places_are_those_of_its_overlay_followed_edit_by_edit(
    text: str, raw: list, data: st.DataObject
):
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    marks = tuple(
        Mark(start=a, end=b, value=1.0, hover="") for a, b in itertools.pairwise(cuts) if a < b
    )
    followed = Overlay(marks=marks, notes=(Note(at=cuts[-1] if cuts else 0, text="", tooltip=""),))
    probe = Probe("p1", "u", Origin.COMMAND, Ask("attribute", {}), (0, len(text)))
    probe.overlay = followed
    for one in raw:
        change = typed(text, one)
        edit = shrink(text, Edit(change.start, change.end, change.text))
        text = apply_edits(text, [edit])
        probe.edited([edit])
        followed = follow(followed, [edit])
        assert probe.overlay == followed


@given(TEXT, TEXT)
def test_a_whole_text_change_is_its_difference(before: str, after: str):
    document = Document("u", "plaintext", 1, before)
    whole = lsp.TextDocumentContentChangeWholeDocument(text=after)
    edits = convert.edits_of(document, [whole], Encoding.UTF16)
    assert apply_edits(before, edits) == after
