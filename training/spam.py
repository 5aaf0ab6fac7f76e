"""The e-mails of the spam classifier: near-duplicates out, then a split by hash.

As with the reviews, the part of the split depends on the SHA-256 of the cleaned text alone. Spam
comes in campaigns, so messages that are nearly the same are merged first, and a train message
that still shares half of its five-word runs with a held-out one is used nowhere.
"""

import functools
import re

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import CountVectorizer

from training import data, mails, sources
from training.data import Review

SPLIT_FILE = data.SPLIT_FILE.with_name("spam-split.tsv")
LABELS = ("ham", "spam")
RUN = 5
SAME = 0.8  # Jaccard similarity of sets of five-word runs
CLOSE = 0.5
SHORTEST = 20  # letters


@functools.cache
def raw_messages() -> tuple[tuple[bytes, int], ...]:
    """All raw messages with 1 for spam and 0 for ham."""
    return tuple((raw, int(group.startswith("spam"))) for group, raw in sources.mails())


def is_english(text: str) -> bool:
    """Whether there are 20 ASCII letters, and hardly any others."""
    letters = re.findall(r"[^\W\d_]", text)
    ascii_letters = sum(letter.isascii() for letter in letters)
    return ascii_letters >= SHORTEST and ascii_letters >= 0.95 * len(letters)


def similarity(texts: list[str]) -> sparse.coo_matrix:
    """Jaccard similarity of the five-word runs of each pair that shares one; exact."""
    counter = CountVectorizer(analyzer=_runs, binary=True, dtype=np.float32)
    runs = counter.fit_transform(texts)
    shared = (runs @ runs.T).tocoo()
    sizes = np.asarray(runs.sum(1)).ravel()
    union = sizes[shared.row] + sizes[shared.col] - shared.data
    return sparse.coo_matrix((shared.data / union, (shared.row, shared.col)), shared.shape)


def _runs(text: str) -> list[str]:
    words = re.findall(r"[^\W\d_]+", text.lower())
    return [" ".join(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1))]


@functools.cache
def messages() -> tuple[Review, ...]:
    """All messages that are kept, in the order of their hash, with their part of the split.

    Of near-duplicates the one with the smallest hash is kept; if their labels differ, none is.
    """
    cleaned = [(mails.clean(raw), label) for raw, label in raw_messages()]
    rows = sorted((data.digest(text), text, label) for text, label in cleaned if is_english(text))
    keys, texts, labels = (list(column) for column in zip(*rows, strict=True))
    alike = similarity(texts)
    same = alike.data >= SAME
    graph = sparse.coo_matrix((alike.data[same], (alike.row[same], alike.col[same])), alike.shape)
    _, groups = connected_components(graph, directed=False)
    first: dict[int, int] = {}
    mixed: set[int] = set()
    for at, group in enumerate(groups):
        if labels[first.setdefault(group, at)] != labels[at]:
            mixed.add(group)
    kept = np.array([at for group, at in first.items() if group not in mixed])
    parts = np.array([data.split_of(key) for key in keys])
    close = (alike.data >= CLOSE) & (parts[alike.col] != "train") & np.isin(alike.col, kept)
    dropped = set(alike.row[close]) & set(np.flatnonzero(parts == "train"))
    return tuple(
        Review(texts[at], labels[at], "dropped" if at in dropped else str(parts[at]))
        for at in kept.tolist()
    )


def select(split: str) -> list[Review]:
    """Messages of one part of the split."""
    return [message for message in messages() if message.split == split]


def write_split() -> None:
    """Write `spam-split.tsv`."""
    data.write_rows(SPLIT_FILE, messages(), LABELS)
