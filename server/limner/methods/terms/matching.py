r"""Where the terms of a lexicon stand on a page.

Occurrences come from an Aho–Corasick automaton (Aho and Corasick 1975; daachorse, a double array in
Rust: Kanda, Akabe and Oda 2023). Of those that overlap

    the preferred term wins (what a person accepted goes before what was mined),
    then the leftmost, then the longest.

A page and the terms are compared *folded*: lower case, full-width letters as half-width ones, white
space and hyphens between words as one space, none between a word and a Han character: "IP 地址" is
"IP地址", and "file-\n  system" is "file system". An empty line ends a term, and white space between
two Han characters does. A plural is its singular.

Each word of letters becomes one character: so a term never begins or ends inside a word, without
looking, and the automaton has less to read.

**What it does not show.** Whether a string of characters was meant as the term: 和服 is found in
产品和服务. `Matcher.find(page, words)` leaves out what crosses the edges of given words.

**Cost.** Some tens of nanoseconds a character and a microsecond an occurrence; a lexicon of 20,000
terms is made ready in some tenths of a second, and again with one term more in some hundredths.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import NamedTuple

import daachorse
import numpy as np

_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_IS_HAN = re.compile(f"[{_HAN}]")
_WORD = re.compile(rf"([^\W{_HAN}]+)")
_GAPS = " \t\n\v\f\r\u00a0\u2010\u2011\u3000-"
_EMPTY_LINE = re.compile(r"\n[ \t\r]*\n")
_WIDE = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_TAKEN = re.compile("[\ud800-\udfff\ufffe\uffff\U000f0000-\U0010ffff]")
"""Lone surrogates, which no library takes, and the characters that stand for words here."""

_UNKNOWN, _USED, _BREAK = "\uffff", "\ufffe", "\0"
_FIRST, _LAST = 0xF0000, 0x10FFFD
_MANY = 200

Words = Callable[[str], Iterable[str]]
"""Cuts a line into words, without a gap."""


class Match(NamedTuple):
    """An occurrence of a term; code points of the page."""

    start: int
    end: int
    term: int
    """Which of the terms that the matcher was given."""


class Matcher:
    """Finds terms of two priorities."""

    def __init__(
        self,
        terms: Sequence[str],
        preferred: Sequence[bool] = (),
        *,
        plurals: bool = True,
        like: Matcher | None = None,
    ) -> None:
        """Make a lexicon ready.

        Args:
            terms: what to find; of equal ones the first counts.
            preferred: (K,) which terms go before the others; none where nothing is given.
            plurals: find the other number of English terms too.
            like: a matcher of nearly the same terms, whose work is taken over.

        Raises:
            ValueError: the terms have more than 131,000 different words.
        """
        self._ids: dict[str, str] = like._ids if like else {}
        self._forms: dict[str, tuple[str, ...]] = like._forms if like else {}
        first = [k for k in range(len(terms)) if preferred and preferred[k]]
        rest = [k for k in range(len(terms)) if not (preferred and preferred[k])]
        self._tiers = [self._tier(terms, tier, plurals) for tier in (first, rest) if tier]

    def find(self, page: str, words: Words | None = None) -> list[Match]:
        """The occurrences on a page, in order; none overlaps another.

        Args:
            page: any text.
            words: leave out occurrences that begin or end inside a word.
        """
        if not self._tiers:
            return []
        folded = _fold(page, self._ids)
        if words is not None:
            return _choose(self._along(page, folded, words))
        text, tiers = folded.text, list[list[Match]]()
        for tier in self._tiers:
            found = tier.longest.find(text)
            tiers.append(folded.places(found, tier.terms))
            if len(tiers) < len(self._tiers):
                text = _without(text, found)
        return tiers[0] if len(tiers) == 1 else sorted([*tiers[0], *tiers[1]])

    def _along(self, page: str, folded: _Folded, words: Words) -> list[list[Match]]:
        """All occurrences of each tier that begin and end at edges of words."""
        tiers = [
            sorted(folded.places(tier.every.find_overlapping(folded.text), tier.terms))
            for tier in self._tiers
        ]
        edges = _edges(page, [match for tier in tiers for match in tier], words)
        return [[one for one in tier if {one.start, one.end} <= edges] for tier in tiers]

    def _tier(self, terms: Sequence[str], rows: Sequence[int], plurals: bool) -> _Tier:
        forms = [self._patterns(terms[k]) for k in rows]
        known: dict[str, int] = {}
        for k, (own, *_) in zip(rows, forms, strict=True):
            known.setdefault(own, k)
        for k, (_, *others) in zip(rows, forms, strict=True) if plurals else ():
            for form in others:
                known.setdefault(form, k)
        known.pop("", None)
        return _Tier([*known], [*known.values()])

    def _patterns(self, term: str) -> tuple[str, ...]:
        """A term as `_fold` writes it, and its other number."""
        if term not in self._forms:
            own = fold(term)
            self._forms[term] = tuple(map(self._pattern, (own, *numbers(own))))
        return self._forms[term]

    def _pattern(self, folded: str) -> str:
        """New words get a character."""
        for word in _WORD.findall(folded):
            if word not in self._ids:
                if _FIRST + len(self._ids) > _LAST:
                    raise ValueError("The terms have too many different words.")
                self._ids[word] = chr(_FIRST + len(self._ids))
        return _WORD.sub(lambda word: self._ids[word[0]], folded)


class _Tier:
    """Terms of one priority."""

    def __init__(self, patterns: list[str], terms: list[int]) -> None:
        self.terms = terms
        self._patterns = patterns
        self._every: daachorse.CharwiseDoubleArrayAhoCorasick | None = None
        self.longest = daachorse.CharwiseDoubleArrayAhoCorasick(
            patterns, daachorse.MATCH_KIND_LEFTMOST_LONGEST
        )

    @property
    def every(self) -> daachorse.CharwiseDoubleArrayAhoCorasick:
        """Overlapping occurrences too."""
        if self._every is None:
            self._every = daachorse.CharwiseDoubleArrayAhoCorasick(self._patterns)
        return self._every


@dataclass(frozen=True)
class _Folded:
    """A page as it is compared, and the way back."""

    text: str
    starts: Sequence[int]
    """Where in `text` each part (a word, or what is between two) begins."""
    sources: Sequence[int]
    """What is the page's code point there."""
    ends: Sequence[int]
    """Behind a word; −1 of other parts."""

    def places(self, found: Sequence[tuple[int, int, int]], terms: Sequence[int]) -> list[Match]:
        """Occurrences in `text` as those of the page."""
        starts, sources, ends = self.starts, self.sources, self.ends
        if len(starts) == 1:
            shift = sources[0]
            return [Match(a + shift, b + shift, terms[k]) for a, b, k in found]
        if len(found) > _MANY:
            return self._many(found, terms)
        matches: list[Match] = []
        for a, b, k in found:
            first = bisect_right(starts, a) - 1
            last = bisect_right(starts, b - 1, first) - 1
            end = ends[last] if ends[last] >= 0 else sources[last] + b - starts[last]
            matches.append(Match(sources[first] + a - starts[first], end, terms[k]))
        return matches

    def _many(self, found: Sequence[tuple[int, int, int]], terms: Sequence[int]) -> list[Match]:
        """The same on arrays, which pays for itself on long pages."""
        rows = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found)).reshape(-1, 3)
        starts, sources, ends = map(np.array, (self.starts, self.sources, self.ends))
        first = np.searchsorted(starts, rows[:, 0], "right") - 1
        last = np.searchsorted(starts, rows[:, 1] - 1, "right") - 1
        begins = sources[first] + rows[:, 0] - starts[first]
        stops = np.where(ends[last] >= 0, ends[last], sources[last] + rows[:, 1] - starts[last])
        which = np.array(terms)[rows[:, 2]]
        return [*map(Match, begins.tolist(), stops.tolist(), which.tolist())]


def fold(term: str) -> str:
    """A term as it is compared: equal texts are the same term."""
    parts = _WORD.split(_lower(term))
    return "".join([*_between(parts)]).strip(" " + _BREAK)


def _between(parts: list[str]) -> Iterator[str]:
    for k, part in enumerate(parts):
        yield part if k % 2 else _gap(part, k > 0, k + 1 < len(parts))[0]


def _lower(text: str) -> str:
    if text.isascii():
        return text.lower()
    text = _TAKEN.sub("\ufffd", text)
    text = _WIDE.sub(lambda wide: chr(ord(wide[0]) - 0xFEE0), text)
    lower = text.lower()
    if len(lower) != len(text):  # İ and a few others become two characters
        lower = "".join(one if len(one.lower()) > 1 else one.lower() for one in text)
    return lower


def _fold(page: str, ids: dict[str, str]) -> _Folded:
    """A page with a character for each word of `ids`, and one for all that are not."""
    parts = _WORD.split(_lower(page))
    if len(parts) == 1:
        text, shift = _gap(parts[0], False, False)
        return _Folded(text, [0], [shift], [-1])
    sources = [0, *accumulate(map(len, parts))]
    ends = [-1] * len(parts)
    ends[1::2] = sources[2::2]
    folded = parts
    folded[1::2] = [ids.get(word, _UNKNOWN) for word in parts[1::2]]
    last = len(parts) - 1
    for k, part in enumerate(parts[0::2]):
        if part == " " or (part and part[0] not in _GAPS and part[-1] not in _GAPS):
            continue
        folded[2 * k], shift = _gap(part, k > 0, 2 * k < last)
        sources[2 * k] += shift
    return _Folded("".join(folded), [*accumulate(map(len, folded[:-1]), initial=0)], sources, ends)


def _gap(text: str, after: bool, before: bool) -> tuple[str, int]:
    """What is between two words, folded, and how many characters less are at its beginning."""
    core = text.strip(_GAPS)
    if not core:
        if not (after and before):
            return "", len(text)
        return (_BREAK if _EMPTY_LINE.search(text) else " "), 0
    lead = text.index(core[0])
    tail = len(text) - lead - len(core)
    head = "" if not (after and lead) or _IS_HAN.match(core) else " "
    foot = "" if not (before and tail) or _IS_HAN.match(core[-1]) else " "
    if "\n" in text:
        if _EMPTY_LINE.search(text, 0, lead):
            head = _BREAK
        if _EMPTY_LINE.search(text, len(text) - tail):
            foot = _BREAK
    return head + core + foot, lead - len(head)


def _without(text: str, found: Sequence[tuple[int, int, int]]) -> str:
    """A text with what was found made unreadable."""
    parts: list[str] = []
    done = 0
    for start, end, _ in found:
        parts += text[done:start], _USED * (end - start)
        done = end
    return "".join([*parts, text[done:]])


def _choose(tiers: Sequence[Sequence[Match]]) -> list[Match]:
    """Tier by tier the leftmost, then longest of sorted occurrences that overlap none before."""
    chosen: list[Match] = []
    for tier in tiers:
        taken, at, free = chosen, 0, 0
        chosen = [*taken]
        for one in sorted(tier, key=lambda match: (match.start, -match.end)):
            while at < len(taken) and taken[at].end <= one.start:
                at += 1
            clear = at == len(taken) or one.end <= taken[at].start
            if clear and one.start >= free:
                chosen.append(one)
                free = one.end
        chosen.sort()
    return chosen


def _edges(page: str, found: Iterable[Match], words: Words) -> set[int]:
    """Edges of words on the lines that have an occurrence."""
    edges: set[int] = set()
    cut = 0
    for one in sorted(found):
        if one.end > cut:
            begin = page.rfind("\n", 0, one.start) + 1
            cut = page.find("\n", one.end) + 1 or len(page)
            edges.update(accumulate(map(len, words(page[begin:cut])), initial=begin))
    return edges


def numbers(term: str) -> list[str]:
    """The other number of an English term's last word: a plural's singular, or the reverse.

    `term` is folded. Regular forms only.
    """
    last = re.search(r"(?<![a-z])[a-z]{3,}$", term)
    if last is None:
        return []
    word = last[0]
    if word.endswith("ies") and len(word) > 4:
        return [f"{term[:-3]}y"]
    if re.search(r"(?:ss|x|z|ch|sh)es$", word):
        return [term[:-2]]
    if re.search(r"[^sui]s$", word) and len(word) > 3:
        return [term[:-1]]
    if re.search(r"(?:s|x|z|ch|sh)$", word):
        return [f"{term}es"]
    return [f"{term[:-1]}ies" if re.search(r"[^aeiou]y$", word) else f"{term}s"]
