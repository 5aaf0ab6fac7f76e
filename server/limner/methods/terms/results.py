"""What mining takes and gives: parameters, a corpus, terms with their reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Protocol

import msgspec

from limner.methods.terms.counting import Grams
from limner.protocol import Frozen

SENTENCES = 3
"""Per term."""


class Params(Frozen, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to mine; the defaults suit some megabytes of documents."""

    min_count: Annotated[int, msgspec.Meta(ge=2)] | None = None
    """Least occurrences of a term; None: 2, 3, 5 or a millionth of the tokens, by size."""
    top: Annotated[int, msgspec.Meta(ge=1)] = 1000
    """Most terms."""
    strong_pmi: tuple[float, float, float] = (2.0, 4.0, 6.0)
    """Least PMI, in nats, of 2-, 3- and 4-grams that hold a segment together."""
    loose_pmi: float = 1.0
    """Least PMI of a candidate."""
    min_freedom: Annotated[float, msgspec.Meta(ge=0)] = 0.5
    """Least entropy, in nats, of the neighbours on either side."""
    rank: Literal["score", "unit"] = "score"
    """score: as terms; unit: as words, whatever the background says."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a document inside a chunk."""

    start: int
    """Code point of the chunk that it begins at."""
    path: str
    line: int
    """Of its first character, from 1 (of a PDF: the page; of a .docx: the paragraph)."""
    unit: str = "line"
    """What `line` counts."""


@dataclass(frozen=True)
class Chunk:
    """Text of several documents with a break between them."""

    text: str
    pieces: Sequence[Piece]


class Corpus(Protocol):
    """Where the text comes from."""

    @property
    def tokens(self) -> int:
        """All of them."""
        ...

    @property
    def chars(self) -> int:
        """Code points of all documents."""
        ...

    def chunks(self) -> Iterator[Chunk]:
        """All text, the same every time."""
        ...

    def frequent(self, least: int) -> Grams:
        """n-grams that occur `least` times or more."""
        ...


class Sentence(Frozen, frozen=True, kw_only=True):
    """Where a term stands."""

    text: str
    start: int
    """Of the term in `text`, in code points."""
    end: int
    path: str
    line: int
    """From 1."""
    unit: str = "line"
    """What `line` counts: line, page or paragraph."""


class Link(Frozen, frozen=True, kw_only=True):
    """A step of a chain from a seed, or a neighbour."""

    term: str
    similarity: float
    """Cosine of this term and the next one in the chain; of a neighbour and its term."""


class Term(Frozen, frozen=True, kw_only=True):
    """A term with the reasons for it. Logarithms are natural."""

    term: str
    count: int
    """Occurrences, inside longer terms too."""
    language: str
    """zh, en (any script of words), or mixed."""
    score: float
    """What terms are ranked by: contrast, freedom, rarity of the characters (`scoring`)."""
    unit: float
    """How much it looks like a word: freedom + 0.7 · log(1 + whole) less 1 per token beyond two."""
    whole: int
    """Occurrences as a whole segment of the text."""
    pmi: float | None
    """At its weakest split; None for one token."""
    split: tuple[str, str] | None
    """That split."""
    left_entropy: float
    """Of what stands before it, in nats."""
    right_entropy: float
    nested_in: str | None
    """The most frequent longer candidate that it is part of."""
    nested_share: float
    """Which share of its occurrences that one has."""
    c_value: float
    background: int | None
    """Occurrences in the background."""
    ratio: float | None
    """How many times more frequent here, smoothed (the article's)."""
    delta: float | None
    """Log-odds against the background, shrunk by a Dirichlet prior."""
    z: float | None
    """δ over its standard error."""
    chain: tuple[Link, ...] | None = None
    """From a seed to the term before this one; empty for a seed, None where no seeds were given."""
    neighbours: tuple[Link, ...] = ()
    """Terms of the most similar word vectors; empty where no vectors were learnt."""
    sentences: tuple[Sentence, ...] = ()


class Mined(Frozen, frozen=True, kw_only=True):
    """What a corpus's terms are."""

    terms: tuple[Term, ...]
    candidates: int
    """How many were looked at."""
    min_count: int
