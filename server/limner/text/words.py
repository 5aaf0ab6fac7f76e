"""Words, as a reader sees them: what token scores are added up over.

Chinese is grouped by jieba, with the Latin letters its words may hold (T恤, K线); words of other
scripts and numbers are whole (don't, e-mail, 3.14); an emoji is one word with its skin tone,
joiners and flag letters; punctuation stands alone. White space belongs to no word.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise

from limner.text.chinese import chinese_words

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff々〇"
_KATAKANA = "\u30a1-\u30faー\u31f0-\u31ff\uff66-\uff9f"
_HIRAGANA = "\u3041-\u3096\u309d\u309e"
_PICTURE = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe"
    "\u2600-\u27bf\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001f1e5\U0001f200-\U0001faff"
)
_ASCII = re.compile(r"\d+(?:[.,]\d+){1,9}(?!\w)|\w+(?:['-]\w+)*|\S", re.ASCII)
_IDEOGRAPH = re.compile(f"[{_HAN}]")


def word_spans(text: str) -> list[tuple[int, int]]:
    """The words of a text, in order, as (start, end) in code points; all but white space."""
    return list(_spans(text) if len(text) <= 20_000 else _split(text))


def group_by_words(
    spans: Sequence[tuple[int, int]], words: Sequence[tuple[int, int]]
) -> list[list[int]]:
    """The tokens grouped into words: indices into `spans`, every index once.

    A token that straddles words joins them into one group, so no group splits a token. A token
    outside every word (empty, or white space) is a group by itself. Groups are in the order of
    their first tokens, and indices in order within each. `words` are sorted and do not overlap.
    """
    touched = [_touched(span, words) for span in spans]
    joined = bytearray(len(words))
    for first, last in touched:
        if last > first:
            joined[first:last] = b"\1" * (last - first)
    names = list(accumulate((1 - bond for bond in joined[:-1]), initial=0))
    groups: dict[int, list[int]] = {}
    for index, (first, last) in enumerate(touched):
        groups.setdefault(names[first] if first <= last else -1 - index, []).append(index)
    return list(groups.values())


def _touched(span: tuple[int, int], words: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """First and last word that a token shares a character with; (0, -1) for none."""
    start, end = span
    if start >= end:
        return 0, -1
    first = _count(words, start, 1)
    last = _count(words, end - 1, 0) - 1
    return (first, last) if first <= last else (0, -1)


def _count(words: Sequence[tuple[int, int]], offset: int, side: int) -> int:
    """How many words begin (side 0) or end (side 1) at or before an offset."""
    low, high = 0, len(words)
    while low < high:
        middle = (low + high) // 2
        if words[middle][side] <= offset:
            low = middle + 1
        else:
            high = middle
    return low


@lru_cache(maxsize=128)
def _spans(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(_split(text))


def _split(text: str) -> Iterator[tuple[int, int]]:
    if text.isascii():
        return (match.span() for match in _ASCII.finditer(text))
    return _with_chinese(text)


def _with_chinese(text: str) -> Iterator[tuple[int, int]]:
    """Words by pattern, and stretches that hold ideographs cut again by jieba."""
    stretch: list[tuple[int, int]] = []
    for match in _pattern().finditer(text):
        if match.lastgroup is None:
            yield from _cut(text, stretch)
            stretch = []
            yield match.span()
            continue
        if stretch and stretch[-1][1] != match.start():
            yield from _cut(text, stretch)
            stretch = []
        stretch.append(match.span())
    yield from _cut(text, stretch)


def _cut(text: str, stretch: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """A stretch of adjoining words cut by jieba, which never cuts a Latin word or number."""
    if not stretch:
        return stretch
    start, end = stretch[0][0], stretch[-1][1]
    if not _IDEOGRAPH.search(text, start, end):
        return stretch
    found = accumulate(map(len, chinese_words(text[start:end])), initial=start)
    inside = {
        place
        for first, last in stretch
        if not _IDEOGRAPH.match(text, first)
        for place in range(first + 1, last)
    }
    marks = (place for place in found if place not in inside and not _is_mark(text, place))
    edges = sorted({start, end, *marks})
    return list(pairwise(edges))


def _is_mark(text: str, at: int) -> bool:
    return at < len(text) and unicodedata.category(text[at])[0] == "M"


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """Words of any script; the named groups may be part of a Chinese word.

    The standard library has no class for combining marks, so it is built here, on first use.
    """
    marks = _marks()
    picture = rf"[{_PICTURE}](?:\ufe0f|[\U0001f3fb-\U0001f3ff])?[\U000e0020-\U000e007f]*"
    letter = rf"(?:(?![{_HAN}{_KATAKANA}{_HIRAGANA}])\w[{marks}\u200c\u200d]*)"
    return re.compile(
        r"[\U0001f1e6-\U0001f1ff]{2}"
        r"|[0-9#*]\ufe0f?\u20e3"
        rf"|{picture}(?:\u200d{picture})*[{marks}]*"
        rf"|(?P<han>[{_HAN}]+[{marks}]*)"
        rf"|[{_KATAKANA}]+[{marks}]*|[{_HIRAGANA}]+[{marks}]*"
        rf"|(?P<number>\d+(?:[.,]\d+){{1,9}})(?!{letter})"
        rf"|(?P<ascii>[A-Za-z0-9_]+(?:['’-][A-Za-z0-9_]+)*)(?!{letter}|[{marks}])"
        rf"|{letter}+(?:['’-]{letter}+)*"
        rf"|\S[{marks}\ufe0f]*"
    )


def _marks() -> str:
    """The combining marks as ranges of a character class."""
    ranges: list[str] = []
    first: int | None = None
    for code in (*range(0x300, 0x1F000), *range(0xE0100, 0xE01F1)):
        if unicodedata.category(chr(code))[0] == "M":
            first = code if first is None else first
        elif first is not None:
            ranges.append(f"\\U{first:08x}-\\U{code - 1:08x}")
            first = None
    return "".join(ranges)
