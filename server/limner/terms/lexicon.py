"""The terms of a folder: what was mined, and what people decided about it, in one list."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from limner.methods.terms.matching import Match, Matcher, fold
from limner.methods.terms.results import Term
from limner.methods.terms.surfaces import language
from limner.protocol import BadInput
from limner.terms import decisions, store, where
from limner.terms.decisions import Decisions
from limner.terms.entry import Entry, Status


@dataclass(frozen=True)
class Word:
    """A term of a lexicon."""

    term: str
    status: Status
    seed: bool
    variants: tuple[str, ...]
    """Other spellings that a person merged into it."""
    mined: Term | None
    """None: a person added it, and it was not mined."""
    strength: float
    """0 … 1: its place among the scores; 1 of what was added."""


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Terms in the order of their scores, those that were not mined first."""

    folder: Path
    words: tuple[Word, ...]
    matcher: Matcher
    rows: Sequence[int]
    """Which word the matcher's terms are (spellings are terms of their own there)."""
    stored: store.Stored | None
    decided: Decisions
    file: Path | None
    """Its `*.terms.toml`."""

    def find(self, page: str, *, segmented: bool = False) -> list[Match]:
        """Occurrences; `term` is a row of `words`. With `segmented`, none crosses jieba's words."""
        words = None
        if segmented:
            from limner.text.chinese import chinese_words  # loads jieba, which takes a second

            words = chinese_words
        return [Match(start, end, self.rows[k]) for start, end, k in self.matcher.find(page, words)]

    @cached_property
    def by_fold(self) -> dict[str, int]:
        """Row of a term or spelling, by its folded text."""
        found: dict[str, int] = {}
        for row, word in enumerate(self.words):
            for text in (word.term, *word.variants):
                found.setdefault(fold(text), row)
        return found

    def row(self, word: Word) -> int:
        """Where one of its words stands."""
        return self.by_fold[fold(word.term)]

    def get(self, term: str) -> Word | None:
        """The word of that text or spelling, whatever its case."""
        row = self.by_fold.get(fold(term))
        return None if row is None else self.words[row]

    @cached_property
    def prefixes(self) -> tuple[list[str], list[int]]:
        """Folded texts of what may be offered, sorted, and their rows."""
        live = [
            (fold(text), row)
            for row, word in enumerate(self.words)
            if word.status != "rejected"
            for text in (word.term, *word.variants)
        ]
        live.sort()
        return [text for text, _ in live], [row for _, row in live]

    def beginning(self, prefix: str) -> list[int]:
        """Rows of the terms that begin so (folded) and are longer."""
        texts, rows = self.prefixes
        at = bisect_left(texts, prefix)
        found: dict[int, None] = {}
        while at < len(texts) and texts[at].startswith(prefix):
            if len(texts[at]) > len(prefix):
                found[rows[at]] = None
            at += 1
        return [*found]

    def entries(self) -> list[Entry]:
        """As files hold them."""
        return [
            Entry(
                word.term,
                word.mined.language if word.mined else language(word.term),
                word.status,
                word.variants,
                word.mined,
            )
            for word in self.words
        ]

    @property
    def title(self) -> str:
        """A line about where it comes from."""
        if self.stored is None:
            return f"{len(self.words):,} terms of {self.file.name if self.file else self.folder}"
        terms = self.stored.terms
        day = time.strftime("%Y-%m-%d %H:%M", time.localtime(self.stored.mined))
        against = f"against {terms.background}" if terms.background else "without a background"
        return (
            f"{len(self.words):,} terms of {terms.documents:,} documents with {terms.chars:,} "
            f"characters, {against}, {day}"
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What is wrong with the files that it comes from."""
        said = [f"{self.file}:{one.line}: {one.said}" for one in self.decided.complaints]
        return (*said, *(self.stored.terms.notes if self.stored else ()))


def load(folder: Path, like: Lexicon | None = None) -> Lexicon | None:
    """The lexicon of a folder; None where there is none. `like` is that of before, for speed."""
    stored = store.load(folder)
    file = where.decided_file(folder)
    if stored is None and file is None:
        return None
    decided = decisions.read(file) if file else Decisions()
    if decided.broken and like is not None:
        # a file that is just being typed into takes no decision back
        kept = like.decided
        decided = Decisions(
            kept.accepted, kept.rejected, kept.seeds, kept.variants, decided.complaints, True
        )
    return combine(folder, stored, decided, file, like)


def combine(
    folder: Path,
    stored: store.Stored | None,
    decided: Decisions,
    file: Path | None = None,
    like: Lexicon | None = None,
) -> Lexicon:
    """One list of both."""
    words = tuple(_words(stored.terms.terms if stored else (), decided))
    texts: list[str] = []
    preferred: list[bool] = []
    rows: list[int] = []
    for row, word in enumerate(words):
        if word.status == "rejected":
            continue
        for text in (word.term, *word.variants):
            texts.append(text)
            preferred.append(word.status == "accepted")
            rows.append(row)
    try:
        matcher = Matcher(texts, preferred, like=like.matcher if like else None)
    except ValueError as error:
        raise BadInput(f"The lexicon of {folder} is too large: {error}") from error
    return Lexicon(folder, words, matcher, rows, stored, decided, file)


def _words(mined: Sequence[Term], decided: Decisions) -> list[Word]:
    status: dict[str, Status] = {fold(term): "accepted" for term in decided.accepted}
    status |= {fold(term): "accepted" for term in decided.variants}
    status |= {fold(term): "rejected" for term in decided.rejected}
    seeds = {fold(term) for term in decided.seeds}
    spellings = {fold(one) for found in decided.variants.values() for one in found}
    variants = {fold(term): found for term, found in decided.variants.items()}
    found: dict[str, Word] = {}
    for place, term in enumerate(mined):
        key = fold(term.term)
        if key not in found and key not in spellings:
            found[key] = Word(
                term=term.term,
                status=status.get(key, "candidate"),
                seed=key in seeds,
                variants=variants.get(key, ()),
                mined=term,
                strength=round(1 - place / len(mined), 4),
            )
    added = (*decided.accepted, *decided.variants, *decided.rejected, *decided.seeds)
    new: dict[str, Word] = {}
    for term in added:
        key = fold(term)
        if key not in found and key not in new and key not in spellings:
            new[key] = Word(
                term=term,
                status=status.get(key, "candidate"),
                seed=key in seeds,
                variants=variants.get(key, ()),
                mined=None,
                strength=1.0,
            )
    return [*new.values(), *found.values()]
