"""English interface strings with their Chinese translations, cleaned and split.

LibreOffice's gettext catalogues repeat strings among programs and translate one string in several
ways. Strings are compared without case, digits and punctuation; those that share an English or a
Chinese side form a group, and a group goes as a whole to train, valid or test, by a hash: neither
a held-out source nor a held-out translation was ever seen in training.
"""

import functools
import hashlib
import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from training import sources
from training.sources import HAN

PARTS = {"valid": 4, "test": 6}
"""Per cent of the groups; the rest is train."""
LONGEST = 160
"""Characters of an English string."""

_ACCELERATOR = re.compile(r"\s*\([~_&]?[A-Z0-9]\)|[~_](?=\S)")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Pair:
    """An English string, its translation, and the part of the split that both are in."""

    source: str
    target: str
    part: str


def clean(text: str) -> str:
    """A label as it is read: no accelerator marks, runs of white space one space."""
    return _SPACE.sub(" ", _ACCELERATOR.sub("", sources.half_width(text))).strip()


def _is_text(source: str, target: str) -> bool:
    words = re.findall(r"[A-Za-z]{2,}", source)
    return bool(words) and len(source) <= LONGEST and len(HAN.findall(target)) >= 1


def _key(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text.lower()) or text


@functools.cache
def pairs() -> tuple[Pair, ...]:
    """Each English string once, with its most frequent translation, in the order of its hash."""
    cleaned = ((clean(english), clean(chinese)) for english, chinese in sources.translations())
    counts = Counter(pair for pair in cleaned if _is_text(*pair))
    best: dict[str, str] = {}
    for (source, target), _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        best.setdefault(source, target)
    rows = sorted(best.items(), key=lambda row: hashlib.sha256(row[0].encode()).hexdigest())
    english, english_of = np.unique([_key(source) for source, _ in rows], return_inverse=True)
    chinese, chinese_of = np.unique([_key(target) for _, target in rows], return_inverse=True)
    size = len(english) + len(chinese)
    links = (np.ones(len(rows)), (english_of, chinese_of + len(english)))
    _, groups = connected_components(sparse.coo_matrix(links, (size, size)), directed=False)
    names: dict[int, str] = {}
    for row, group in zip(english_of, groups[english_of], strict=True):
        names[group] = min(names.get(group, "\uffff"), str(english[row]))
    return tuple(
        Pair(source, target, _part(names[group]))
        for (source, target), group in zip(rows, groups[english_of], strict=True)
    )


def _part(name: str) -> str:
    bucket = int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) % 100
    for part, share in PARTS.items():
        if bucket < share:
            return part
        bucket -= share
    return "train"


def select(part: str) -> list[Pair]:
    """The pairs of one part of the split."""
    return [pair for pair in pairs() if pair.part == part]
