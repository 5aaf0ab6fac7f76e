"""Terms that may be spellings of one another, for a person to merge.

file system, filesystem (but for white space and hyphens the same); colour, color (a character more
or other, in words of five letters or four Han characters); 账户, 帐户 (other characters of the same
sound).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from limner.methods.terms.matching import fold
from limner.terms.completing import sound
from limner.terms.lexicon import Lexicon, Word

_APART = re.compile(r"[\W_]+")
_LEAST_LETTERS, _LEAST_HAN = 5, 4


def similar(lexicon: Lexicon, word: Word) -> list[Word]:
    """Terms that may be the same as this one, what occurs most often first."""
    keys = _keys_of(lexicon)
    rows = {row for key in _keys(word.term) for row in keys.get(key, ())}
    found = [lexicon.words[row] for row in sorted(rows)]
    found = [one for one in found if one is not word and one.status != "rejected"]
    return sorted(found, key=lambda one: -(one.mined.count if one.mined else 0))


_made: WeakKeyDictionary[Lexicon, dict[str, list[int]]] = WeakKeyDictionary()


def _keys_of(lexicon: Lexicon) -> dict[str, list[int]]:
    """Rows by what similar terms have in common; made once for a lexicon."""
    if lexicon not in _made:
        keys: dict[str, list[int]] = defaultdict(list)
        for row, word in enumerate(lexicon.words):
            for key in set(_keys(word.term)):
                keys[key].append(row)
        _made[lexicon] = keys
    return _made[lexicon]


def _keys(term: str) -> Iterator[str]:
    """A term without gaps, with each one of its characters left out, and how it sounds."""
    joined = _APART.sub("", fold(term))
    yield joined
    if len(joined) >= (_LEAST_LETTERS if joined.isascii() else _LEAST_HAN):
        for k in range(len(joined)):
            yield f"{joined[:k]}\0{joined[k + 1 :]}"
            yield f"{joined[:k]}{joined[k + 1 :]}"
    if len(joined) > 1 and (said := sound(joined)):
        yield f"\1{said}"
