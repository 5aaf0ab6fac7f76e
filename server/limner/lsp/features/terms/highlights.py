"""`limner/highlights`, and the same as semantic tokens for clients without overlays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from limner.lsp.messages import HighlightsParams
from limner.lsp.terms import Page
from limner.text.lines import Lines
from limner.text.positions import Encoding, to_positions

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer

METHOD = "limner/highlights"
STRENGTHS = 3

Stretch = tuple[int, int, int, int]
"""Start, end (code points, within a line) and two numbers; of a term its kind (0 candidate,
1 accepted) and strength (1 … 3)."""


def notify(ls: LimnerServer, uri: str) -> None:
    """Send the document's terms, if they are not what the client has."""
    document = ls.document(uri)
    if document is None:
        ls.highlighted.pop(uri, None)
        return
    page = ls.terms.drawn(document) if ls.settings.highlight else None
    data = encode(document.lines, stretches(document.lines, page), ls.client.encoding)
    told = (document.version, data)
    before = ls.highlighted.get(uri)
    if told == before or not (data or (before and before[1])):
        return
    ls.highlighted[uri] = told
    ls.wire.tell(METHOD, HighlightsParams(uri=uri, version=document.version, data=tuple(data)))


def stretches(lines: Lines, page: Page | None) -> Iterator[Stretch]:
    """The terms of a page in order, cut at line ends."""
    if page is None:
        return
    for match in page.marked:
        word = page.word(match)
        kind = int(word.status == "accepted")
        strength = min(STRENGTHS, 1 + int(word.strength * STRENGTHS))
        first, last = lines.line_of(match.start), lines.line_of(match.end)
        for line in range(first, last + 1):
            begin, stop = lines.span(line)
            start, end = max(begin, match.start), min(stop, match.end)
            # the white space that a line begins with is not part of a term
            start += len(lines.text[start:end]) - len(lines.text[start:end].lstrip())
            if start < end:
                yield start, end, kind, strength


def encode(lines: Lines, found: Iterable[Stretch], encoding: Encoding) -> list[int]:
    """Five numbers each, the place relative to the one before."""
    listed = [*found]
    offsets = (at for start, end, _, _ in listed for at in (start, end))
    places = iter(to_positions(lines, offsets, encoding))
    data: list[int] = []
    last_line = last_character = 0
    for _, _, kind, strength in listed:
        (line, character), (_, stop) = next(places), next(places)
        if line != last_line:
            last_character = 0
        data += line - last_line, character - last_character, stop - character, kind, strength
        last_line, last_character = line, character
    return data
