"""`limner.terms.mine`: from files and folders to terms."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from os import PathLike
from pathlib import Path
from typing import Literal

from limner.methods.terms.chain import follow
from limner.methods.terms.contrast import Background
from limner.methods.terms.mine import mine as find_terms
from limner.methods.terms.results import Params, Term
from limner.methods.terms.rules import read_rules
from limner.protocol import BadInput, Frozen
from limner.terms.backgrounds import BuiltinBackground, TextBackground
from limner.terms.corpus import Opened, Told, add_texts, named_texts, open_index, update
from limner.terms.where import index_path

AnyPath = str | PathLike[str]


class Terms(Frozen, frozen=True, kw_only=True):
    """The terms of a corpus, best first, and what they were mined from."""

    method: Literal["terms"] = "terms"
    documents: int
    chars: int
    """Code points of text, markup left out."""
    tokens: int
    """Han characters and words."""
    background: str | None
    min_count: int
    """Least occurrences of a term."""
    candidates: int
    """How many were looked at."""
    seconds: float
    seeds: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """Documents that were left out or read with care, a sentence each."""
    terms: tuple[Term, ...]

    def to_text(self) -> str:
        """The first terms with their figures, as lines."""
        from limner.render import terms

        return terms.to_text(self)

    def to_html(self) -> str:
        """The same with sentences, as a self-contained fragment."""
        from limner.render import terms

        return terms.to_html(self)

    def to_json(self) -> str:
        """One JSON object on one line, with all terms."""
        from limner.render import terms

        return terms.to_json(self)

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        from limner.render import terms

        return terms.bundle(self)


def mine(
    paths: AnyPath | Iterable[AnyPath] = (),
    background: AnyPath | Iterable[AnyPath] | Literal["builtin", "none"] | None = None,
    seeds: Sequence[str] = (),
    *,
    texts: Iterable[str] | Mapping[str, str] = (),
    top: int = 1000,
    min_count: int | None = None,
    rank: Literal["score", "unit"] = "score",
    rules: AnyPath | None = None,
    index: AnyPath | Literal[False] | None = None,
    progress: Told = lambda doing, done, total: None,
) -> Terms:
    """Mine the terms of documents (txt, md, tex, rst, html; docx and pdf with limner[documents]).

    Args:
        paths: files and folders.
        texts: texts of this process, besides or instead of files, perhaps with names for the
            places in results. They are counted anew each time.
        background: files or a folder of other texts; None or "builtin": general Chinese and English
            that come along; "none": no contrast, terms are ranked by how free they stand.
        seeds: keep the terms that a chain of word vectors reaches from these (needs limner[chain]).
        top: most terms.
        min_count: least occurrences; None: 2, 3, 5 or a millionth of the tokens, by size.
        rank: "unit" ranks by how much a term looks like a word, whatever the background says.
        rules: a file in the form of `methods/terms/rules.toml`.
        index: where counts are kept for the next time; None: the cache folder; False: nowhere.
        progress: called with what is being done, how much of how much (bytes, then characters).

    Raises:
        BadInput: a path does not exist, nothing could be read, a seed does not occur; an item of
            `texts` is no text, or an index is named for texts.
    """
    began = time.monotonic()
    files = _paths(paths)
    named = named_texts(texts)
    if named:
        if index:
            raise BadInput("Texts are not kept in an index: leave it out, or give files.")
        index = False
    read = read_rules(None if rules is None else Path(rules))
    with ExitStack() as stack:
        opened = _indexed(files, index, progress, stack)
        add_texts(opened, named, progress)
        corpus = opened.index
        if not corpus.tokens:
            raise BadInput(_nothing(opened))
        against = _background(background, index, progress, stack, opened)
        wanted = Params(min_count=min_count, top=max(top, 20_000) if seeds else top, rank=rank)
        mined = find_terms(corpus, wanted, read, against, progress)
        terms = mined.terms
        if seeds:
            terms = follow(corpus, terms, tuple(seeds), progress)[:top]
        return Terms(
            documents=corpus.documents,
            chars=corpus.chars,
            tokens=corpus.tokens,
            background=against.name if against else None,
            min_count=mined.min_count,
            candidates=mined.candidates,
            seconds=round(time.monotonic() - began, 3),
            seeds=tuple(seeds),
            notes=tuple(opened.notes),
            terms=terms,
        )


def _indexed(
    files: list[Path], index: AnyPath | Literal[False] | None, told: Told, stack: ExitStack
) -> Opened:
    place = None if index is False else Path(index) if index else index_path(files)
    opened = open_index(place)
    stack.callback(opened.close)
    update(opened, files, told)
    return opened


def _background(
    named: AnyPath | Iterable[AnyPath] | None,
    index: AnyPath | Literal[False] | None,
    told: Told,
    stack: ExitStack,
    ours: Opened,
) -> Background | None:
    if named == "none":
        return None
    if named is None or named == "builtin":
        return BuiltinBackground()
    files = _paths(named)
    # an index that was named is the corpus's; the background's is always found by its paths
    opened = _indexed(files, False if index is False else None, told, stack)
    if not opened.index.tokens:
        raise BadInput(f"No text in the background: {_nothing(opened)}")
    ours.notes += [f"background: {note}" for note in opened.notes]
    return TextBackground(opened.index, ", ".join(str(file) for file in files), told)


def _paths(paths: AnyPath | Iterable[AnyPath]) -> list[Path]:
    if isinstance(paths, str | PathLike):
        return [Path(paths)]
    return [Path(path) for path in paths]


def _nothing(opened: Opened) -> str:
    if opened.notes:
        return f"no text could be read: {opened.notes[0]}"
    return (
        "no text was found: name files, or folders with .txt, .md, .tex, .rst, .html, .docx, .pdf."
    )
