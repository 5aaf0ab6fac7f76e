"""Terms that may be meant by what is typed: by prefix, and Chinese ones by pinyin too.

    配置文…    → 配置文件           the longest end of the line that a term begins with
    file sy…  → file system       up to three words back
    pzwj…     → 配置文件           initials of pinyin
    peizhi…   → 配置文件           pinyin in full

Readings are pypinyin's: those of the whole term first, and other readings of single characters
(重 zhong, chong) while a term has few of them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product
from weakref import WeakKeyDictionary

from limner.methods.terms.matching import fold
from limner.terms.lexicon import Lexicon, Word

MOST = 50
"""Offers at a time."""
_FARTHEST = 32
"""Characters before the caret that are looked at."""
_READINGS = 4
_LETTERS = re.compile(r"[a-zA-Z]{2,}$")
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD_STARTS = re.compile(r"(?<![\w])\w")


@dataclass(frozen=True)
class Offer:
    """A term that may be meant."""

    word: Word
    text: str
    """To be written: the term, or the spelling that was begun."""
    typed: int
    """Characters before the caret that it replaces."""
    reading: str = ""
    """Pinyin by which it was found; empty: by its own characters."""


def complete(lexicon: Lexicon, before: str, most: int = MOST) -> list[Offer]:
    """What may be meant by the end of a line's text before the caret, the likeliest first."""
    before = before[-_FARTHEST:]
    offers = _by_prefix(lexicon, before)
    if letters := _LETTERS.search(before):
        offers += _by_pinyin(lexicon, letters[0])
    known: dict[str, Offer] = {}
    for offer in offers:
        known.setdefault(offer.text, offer)
    return sorted(known.values(), key=_rank)[:most]


def _rank(offer: Offer) -> tuple[bool, bool, float]:
    word = offer.word
    return bool(offer.reading), word.status != "accepted", -word.strength


def _by_prefix(lexicon: Lexicon, before: str) -> list[Offer]:
    """Of the longest end that any term begins with."""
    for start in _starts(before):
        prefix = fold(before[start:])
        rows = lexicon.beginning(prefix)
        if rows:
            typed = len(before) - start
            return [
                Offer(word, text, typed)
                for word in (lexicon.words[row] for row in rows)
                for text in (word.term, *word.variants)
                if fold(text).startswith(prefix) and fold(text) != prefix
            ]
    return []


def _starts(before: str) -> Iterator[int]:
    """Where the beginning of a term may be: a word's beginning, or any Han character."""
    for start in range(len(before)):
        typed = before[start:]
        if _HAN.match(typed):
            yield start
        elif len(typed.strip()) > 1 and typed[0].isalnum():
            if start == 0 or not before[start - 1].isalnum() or _HAN.match(before[start - 1]):
                yield start


def _by_pinyin(lexicon: Lexicon, letters: str) -> list[Offer]:
    typed = letters.lower()
    readings = _readings_of(lexicon)
    return [
        Offer(lexicon.words[row], lexicon.words[row].term, len(letters), reading)
        for row, reading in readings.beginning(typed)
    ]


def has_reading(word: Word, letters: str) -> bool:
    """Whether a term's pinyin, in full or in initials, begins with these letters."""
    return any(reading.startswith(letters) for reading in readings(word.term))


class _Readings:
    """Pinyin of all Chinese terms of a lexicon, sorted."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    @cached_property
    def _sorted(self) -> list[tuple[str, int]]:
        words = self._lexicon.words
        live = (row for row, word in enumerate(words) if word.status != "rejected")
        return sorted(
            (reading, row) for row in live for reading in readings(words[row].term) if reading
        )

    def beginning(self, typed: str) -> list[tuple[int, str]]:
        """Rows and readings that begin so."""
        table = self._sorted
        at = bisect_left(table, (typed, -1))
        found: dict[int, str] = {}
        while at < len(table) and table[at][0].startswith(typed):
            found.setdefault(table[at][1], table[at][0])
            at += 1
        return [*found.items()]


_made: WeakKeyDictionary[Lexicon, _Readings] = WeakKeyDictionary()


def prepare(lexicon: Lexicon) -> None:
    """Have the readings of its terms ready: the first time they take a second."""
    _readings_of(lexicon).beginning("a")


def _readings_of(lexicon: Lexicon) -> _Readings:
    if lexicon not in _made:
        _made[lexicon] = _Readings(lexicon)
    return _made[lexicon]


def readings(term: str) -> tuple[str, ...]:
    """Initials and full pinyin of a term; nothing of one without Han characters."""
    if not _HAN.search(term):
        return ()
    if term not in _cache:
        if len(_cache) > 200_000:
            _cache.clear()
        _cache[term] = tuple(_spell(term))
    return _cache[term]


_cache: dict[str, tuple[str, ...]] = {}


def sound(term: str) -> str:
    """Full pinyin of a term with the tones; empty of one without Han characters."""
    if not _HAN.search(term):
        return ""
    from pypinyin import lazy_pinyin
    from pypinyin.constants import Style

    return " ".join(lazy_pinyin(term, style=Style.TONE3))


def _spell(term: str) -> Iterator[str]:
    from pypinyin import lazy_pinyin, pinyin  # its dictionaries take a tenth of a second
    from pypinyin.constants import Style

    compact = "".join(term.split()).lower()
    whole = lazy_pinyin(compact)
    yield "".join(one[:1] for one in whole)
    yield "".join(whole)
    others = pinyin(compact, style=Style.FIRST_LETTER, heteronym=True)
    seen = {"".join(one[:1] for one in whole)}
    for choice in islice(product(*[dict.fromkeys(one) for one in others]), _READINGS):
        initials = "".join(choice)
        if initials not in seen:
            seen.add(initials)
            yield initials
