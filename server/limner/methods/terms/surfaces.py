"""How terms are written, and sentences that they stand in."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

from limner.methods.terms.results import SENTENCES, Chunk, Corpus, Sentence
from limner.methods.terms.tokens import Ints, code_points, tokenize

_ENDS = "。！？!?；;\n\r\0\f"
_WIDEST = 120


class Surfaces:
    """Strings and sentences of the terms that are shown, read in one more pass over the chunks."""

    def __init__(self, corpus: Corpus, places: NDArray[np.int64], rows: Ints, inside: Ints) -> None:
        around = inside[rows]
        wanted = np.unique(np.concatenate((rows, around[around >= 0])))
        self._sentences: dict[int, list[Sentence]] = {int(row): [] for row in wanted}
        table = places[wanted].reshape(-1, 3)
        owners = np.repeat(wanted, SENTENCES)
        for number, chunk in enumerate(corpus.chunks()):
            lines = _Lines(chunk.text)
            for at in np.flatnonzero(table[:, 0] == number):
                sentence = _sentence(chunk, lines, int(table[at, 1]), int(table[at, 2]))
                self._sentences[int(owners[at])].append(sentence)

    def sentences(self, row: int) -> tuple[Sentence, ...]:
        """Up to three."""
        return tuple(self._sentences[row])

    def text(self, row: int) -> str:
        """As most of the sentences write it; lower case where they differ equally."""
        forms = [_surface(s.text[s.start : s.end]) for s in self._sentences[row]]
        return max(dict.fromkeys(forms), key=lambda form: (forms.count(form), form.islower()))


class _Lines:
    """Ends of lines and of pages of a chunk, found once."""

    def __init__(self, text: str) -> None:
        codes = code_points(text)
        self._ends = {mark: np.flatnonzero(codes == ord(mark)) for mark in "\n\f"}

    def between(self, start: int, end: int, mark: str) -> int:
        """How many there are."""
        first, last = np.searchsorted(self._ends[mark], (start, end))
        return int(last - first)


def _surface(text: str) -> str:
    return " ".join(text.split())


def _sentence(chunk: Chunk, lines: _Lines, start: int, end: int) -> Sentence:
    """The sentence around a place, at most some hundred characters on either side."""
    text = chunk.text
    first = max(text.rfind(mark, max(0, start - _WIDEST), start) for mark in _ENDS) + 1
    first = max(first, start - _WIDEST, 0)
    last = min(
        (found for mark in _ENDS if (found := text.find(mark, end, end + _WIDEST)) >= 0),
        default=min(len(text), end + _WIDEST),
    )
    while first < start and text[first].isspace():
        first += 1
    while last > end and text[last - 1].isspace():
        last -= 1
    piece = chunk.pieces[bisect_right(chunk.pieces, start, key=lambda one: one.start) - 1]
    return Sentence(
        text=text[first:last],
        start=start - first,
        end=end - first,
        path=piece.path,
        line=piece.line + lines.between(piece.start, start, "\f" if piece.unit == "page" else "\n"),
        unit=piece.unit,
    )


def language(term: str) -> str:
    """zh, en or mixed."""
    han = tokenize(term).han
    return "zh" if han.all() else "mixed" if han.any() else "en"
