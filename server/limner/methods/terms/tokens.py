"""Text as tokens: a Han character is one, and so is a word of any other script.

Chinese and English then are one stream, and a mixed term (IP地址, C语言) is an n-gram like any
other. Everything here is computed on whole arrays of code points, never character by character.

A token is a 64-bit number made of its characters, lower-cased, full-width forms as half-width ones:
the same word gets the same number in every chunk, process and machine, so that counts can be
merged without a vocabulary. Two of 10⁷ different n-grams collide with probability 3·10⁻⁶.

**Breaks.** No n-gram reaches over a break: punctuation, a number, an empty line, white space
between two Han characters. White space (one line end included) and single hyphens are no break
beside a word of letters: "real-time system" are three tokens, and "IP 地址" is "IP地址".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

BREAK, HYPHEN, GAP, HAN, LETTER, DIGIT = range(6)

LONGEST = 64
"""Characters of a word; what is longer is data."""

_BMP = 0x10000
_BASE = np.uint64(0x9E3779B97F4A7C15)
_GRAM = np.uint64(0xD1342543DE82EF95)
_HAN_BLOCKS = ((0x3005, 0x3008), (0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))
_GAPS = " \t\n\r\u00a0\u3000"
_HYPHENS = "-\u2010\u2011"


@dataclass(frozen=True)
class Tokens:
    """The tokens of one text, T of them."""

    ids: Keys  # (T,)
    starts: Ints  # (T,) code points
    ends: Ints  # (T,) end excluded
    han: Bools  # (T,)
    breaks: Bools  # (T,) whether there is a break behind the token; the last one is True

    def __len__(self) -> int:
        """T."""
        return len(self.ids)


def code_points(text: str) -> NDArray[np.uint32]:
    """(C,) of `text`; numpy keeps strings as code points, so nothing is encoded."""
    return np.array(text, dtype=f"U{max(1, len(text))}").reshape(1).view(np.uint32)[: len(text)]


def tokenize(text: str) -> Tokens:
    """The tokens of a text, in order."""
    codes = code_points(text)
    kinds, folded = _tables()
    inside = np.minimum(codes, _BMP - 1)
    kind = kinds[inside]
    if len(codes) and int(codes.max()) >= _BMP:
        kind = np.where(codes < _BMP, kind, np.where(codes < 0x20000, BREAK, HAN)).astype(np.uint8)
        codes = np.where(codes < _BMP, folded[inside], codes)
    else:
        codes = folded[inside]
    word = kind >= LETTER
    before = np.zeros(len(kind), bool)
    before[1:] = word[:-1]
    han_at = kind == HAN
    starts = np.flatnonzero(han_at | (word & ~before))
    if not len(starts):
        empty = np.zeros(0, np.int64)
        return Tokens(empty.astype(np.uint64), empty, empty, empty.astype(bool), empty.astype(bool))
    after = np.ones(len(kind), bool)
    after[:-1] = ~word[1:]
    ends = np.flatnonzero(han_at | (word & after)) + 1
    han = han_at[starts]
    ids = _hash(codes, starts, ends)
    breaks = _breaks(codes, kind, starts, ends, han)
    return _without_others(Tokens(ids, starts, ends, han, breaks), kind)


def _hash(codes: NDArray[np.uint32], starts: Ints, ends: Ints) -> Keys:
    """One number per token: Σ code·Bⁱ over its characters, mixed; all modulo 2⁶⁴."""
    ids = codes[starts].astype(np.uint64)
    lengths = ends - starts
    longer = np.flatnonzero(lengths > 1)
    for k in range(1, LONGEST):
        if not len(longer):
            break
        ids[longer] = ids[longer] * _BASE + codes[starts[longer] + k]
        longer = longer[lengths[longer] > k + 1]
    return mix(ids)


def mix(values: Keys) -> Keys:
    """Spread 64-bit numbers evenly (the finaliser of splitmix64, Steele et al. 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def grams(ids: Keys, n: int) -> Keys:
    """(T − n + 1,): a number per n-gram, whether or not a break lies inside."""
    total = ids
    for k in range(1, n):
        total = total[:-1] * _GRAM + ids[k:]
    return total


def within(breaks: Bools, n: int) -> Bools:
    """(T − n + 1,): whether the n-gram at each token has no break inside."""
    if len(breaks) < n:
        return np.zeros(0, bool)
    size = len(breaks) - n + 1
    whole = np.ones(size, bool)
    for k in range(n - 1):
        whole &= ~breaks[k : k + size]
    return whole


def spans(ids: Keys, starts: Ints, lengths: Ints) -> Keys:
    """A number per span of tokens, the same as that of `grams`."""
    total = ids[starts].copy()
    for k in range(1, int(lengths.max(initial=1))):
        longer = np.flatnonzero(lengths > k)
        total[longer] = total[longer] * _GRAM + ids[starts[longer] + k]
    return total


def key_of(term: str) -> int | None:
    """The number of a whole term; None where it has no token or a break inside."""
    tokens = tokenize(term)
    if not len(tokens) or tokens.breaks[:-1].any():
        return None
    return int(grams(tokens.ids, len(tokens))[0])


def _breaks(
    codes: NDArray[np.uint32], kind: NDArray[np.uint8], starts: Ints, ends: Ints, han: Bools
) -> Bools:
    breaks = np.ones(len(starts), bool)
    left, right = ends[:-1], starts[1:]
    touching = left == right
    breaks[:-1] = ~touching
    apart = np.flatnonzero(~touching & ~(han[:-1] & han[1:]))
    if len(apart):
        left, right = left[apart], right[apart]
        breaks[apart] = (
            (_count(kind == BREAK, left, right) > 0)
            | (_count(codes == 10, left, right) > 1)
            | ((_count(kind == HYPHEN, left, right) > 0) & (right - left > 1))
        )
    return breaks


def _count(flags: Bools, starts: Ints, ends: Ints) -> Ints:
    """How many of `flags` are set in each range."""
    sums = np.zeros(len(flags) + 1, np.int64)
    np.cumsum(flags, out=sums[1:])
    return sums[ends] - sums[starts]


def _without_others(tokens: Tokens, kind: NDArray[np.uint8]) -> Tokens:
    """Numbers and endless words are breaks: nobody calls 1998 a term, nor a line of base64."""
    first, last = kind[tokens.starts] == DIGIT, kind[tokens.ends - 1] == DIGIT
    long = tokens.ends - tokens.starts > LONGEST
    maybe = np.flatnonzero((first & last) | long)
    if not len(maybe):
        return tokens
    letters = _count(kind == LETTER, tokens.starts[maybe], tokens.ends[maybe])
    numbers = maybe[(letters == 0) | long[maybe]]
    keep = np.ones(len(tokens), bool)
    keep[numbers] = False
    breaks = tokens.breaks.copy()
    breaks[numbers] = True
    # a run of numbers breaks behind the last token before it
    last_kept = np.maximum.accumulate(np.where(keep, np.arange(len(tokens)), -1))[numbers]
    breaks[last_kept[last_kept >= 0]] = True
    return Tokens(
        tokens.ids[keep], tokens.starts[keep], tokens.ends[keep], tokens.han[keep], breaks[keep]
    )


@cache
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Kind and folded code of every code point of the basic plane."""
    kinds = np.full(_BMP, BREAK, np.uint8)
    folded = np.arange(_BMP, dtype=np.uint32)
    for code in range(_BMP):
        character = chr(code)
        if character.isdigit():
            kinds[code] = DIGIT
        elif character.isalpha() or character == "_":
            kinds[code] = LETTER
            lower = character.lower()
            folded[code] = ord(lower) if len(lower) == 1 else code
    for code in range(0xFF01, 0xFF5F):
        half = code - 0xFEE0
        if kinds[half] >= LETTER:
            kinds[code], folded[code] = kinds[half], folded[half]
    for first, end in _HAN_BLOCKS:
        kinds[first:end] = HAN
    kinds[0x3006] = BREAK
    kinds[[ord(gap) for gap in _GAPS]] = GAP
    kinds[[ord(hyphen) for hyphen in _HYPHENS]] = HYPHEN
    return kinds, folded
