"""The committed split of the reviews, and the texts each model may see.

A review belongs to train, valid or test by the SHA-256 of its normalised text alone, so the split
survives any reordering of the files and can be recomputed by anyone.
"""

import csv
import hashlib
import random
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from training import sources

SPLIT_FILE = Path("training/reviews-split.tsv")
LABELS = ("negative", "positive")
_ENGLISH_CHARS = {"encyclopedia-en": 1_200_000, "debian-handbook-en": 400_000, "foldoc-en": 600_000}


@dataclass(frozen=True)
class Review:
    """One review: its normalised text, and 1 for positive or 0 for negative."""

    text: str
    label: int
    split: str


def normalise(text: str) -> str:
    """Text by which reviews are compared: NFKC, whitespace runs to one space, ends stripped."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()


def digest(text: str) -> str:
    """First 16 hexadecimal digits of the SHA-256 of the normalised text."""
    return hashlib.sha256(normalise(text).encode()).hexdigest()[:16]


def split_of(key: str) -> str:
    """Part of the split of a `digest`: train (80 %), valid (10 %) or test (10 %)."""
    bucket = int(key[:8], 16) % 10
    return "test" if bucket == 9 else "valid" if bucket == 8 else "train"


def reviews() -> list[Review]:
    """All distinct reviews with their part of the split; texts keep their punctuation's width.

    Texts found in both classes are left out. A train review that repeats the first 20 letters of
    a held-out one is marked "dropped" and used nowhere.
    """
    texts: dict[str, tuple[str, int]] = {}
    both: set[str] = set()
    for label, name in enumerate(("neg", "pos")):
        for line in sources.reviews(name):
            if not (text := normalise(line)):
                continue
            key = digest(text)
            if texts.setdefault(key, (_display(line), label))[1] != label:
                both.add(key)
    kept = [
        Review(text, label, split_of(key))
        for key, (text, label) in sorted(texts.items())
        if key not in both
    ]
    held_out = {skeleton(review.text) for review in kept if review.split != "train"}
    return [
        replace(review, split="dropped")
        if review.split == "train" and skeleton(review.text) in held_out
        else review
        for review in kept
    ]


def skeleton(text: str) -> str:
    """First 20 letters and digits: what two near-duplicates share, punctuation apart."""
    return re.sub(r"[\W_]+", "", normalise(text)).lower()[:20]


def _display(line: str) -> str:
    return re.sub(r"\s+", " ", sources.half_width(line)).strip()


def select(split: str) -> list[Review]:
    """Reviews of one part of the split."""
    return [review for review in reviews() if review.split == split]


def write_split() -> None:
    """Write `reviews-split.tsv`."""
    write_rows(SPLIT_FILE, reviews(), LABELS)


def write_rows(path: Path, rows: Iterable[Review], labels: tuple[str, ...]) -> None:
    """Write a split: digest, label, part, one text a row, and no text."""
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, delimiter="\t", lineterminator="\n")
        writer.writerow(("sha256_16", "label", "split"))
        writer.writerows((digest(row.text), labels[row.label], row.split) for row in rows)


def general_documents() -> dict[str, list[str]]:
    """Lines of every general source (no reviews), English sources cut to their share.

    Any line that holds the text of a held-out review is removed.
    """
    held_out = {digest(r.text) for r in reviews() if r.split in ("valid", "test")}
    documents: dict[str, list[str]] = {}
    for name in sources.GENERAL:
        lines = [line for line in sources.general_lines(name) if digest(line) not in held_out]
        if limit := _ENGLISH_CHARS.get(name):
            random.Random(f"share of {name}").shuffle(lines)
            total = 0
            kept = []
            for line in lines:
                total += len(line)
                if total > limit:
                    break
                kept.append(line)
            lines = kept
        documents[name] = lines
    return documents


def is_held_out_line(line: str) -> bool:
    """Whether a line of general text is kept for measuring the held-out loss (one in fifty)."""
    return int(digest(line)[:8], 16) % 50 == 0
