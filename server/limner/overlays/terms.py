"""Why a word is a term: what a hover says, and the side panels."""

from __future__ import annotations

import re
from pathlib import Path

from limner.methods.terms.results import Link, Sentence, Term
from limner.overlays.markdown import escape
from limner.terms.lexicon import Lexicon, Word

_ESCAPED = re.compile(r"\\([^a-zA-Z0-9\s])")
_WIDE = 60
"""Characters of a sentence on either side of its term."""


def explain(lexicon: Lexicon, word: Word, here: int | None = None) -> str:
    """Markdown about one term; `here`: its occurrences on the page."""
    parts = [_head(lexicon, word)]
    if word.mined is None:
        parts.append("Not mined from these documents: a person added it.")
    else:
        parts += _mined(lexicon, word, word.mined, here)
    if word.variants:
        parts.append(f"Spellings: {', '.join(escape(one) for one in word.variants)}")
    if word.mined is not None:
        parts += [_sentence(lexicon.folder, one) for one in word.mined.sentences]
    return "\n\n".join(parts)


def explain_plainly(lexicon: Lexicon, word: Word, here: int | None = None) -> str:
    """The same as plain text."""
    text = explain(lexicon, word, here)
    return _ESCAPED.sub(r"\1", text.replace("\\\n", "\n").replace("**", ""))


def _head(lexicon: Lexicon, word: Word) -> str:
    said = [f"**{escape(word.term)}**"]
    if word.status != "candidate":
        said.append("accepted" if word.status == "accepted" else "not a term")
    if word.seed:
        said.append("seed")
    if word.mined is not None and lexicon.stored is not None:
        total = len(lexicon.stored.terms.terms)
        place = round((1 - word.strength) * total) + 1
        said.append(f"number {place:,} of {total:,} terms")
    return " · ".join(said)


def _mined(lexicon: Lexicon, word: Word, term: Term, here: int | None) -> list[str]:
    counts = [f"{term.count:,} in the folder"]
    if here is not None:
        counts.insert(0, f"{here:,} on this page")
    if term.background is not None:
        named = lexicon.stored.terms.background if lexicon.stored else None
        counts.append(f"{term.background:,} in the background ({escape(named or '')})")
    said = [f"Occurrences: {', '.join(counts)}"]
    if term.ratio is not None and term.z is not None:
        said.append(
            f"Contrast: {_number(term.ratio)} times as frequent as in the background, "
            f"z {term.z:.1f}; score {term.score:.1f}"
        )
    freedom = f"entropy {term.left_entropy:.1f} before, {term.right_entropy:.1f} behind"
    if term.split is not None and term.pmi is not None:
        first, second = term.split
        said.append(
            f"Holds together: PMI {term.pmi:.1f} at its weakest split, "
            f"{escape(first)} | {escape(second)}"
        )
    said.append(f"Stands freely: {freedom}; {term.whole:,} times a segment of its own")
    if term.nested_in:
        said.append(f"Part of: {escape(term.nested_in)} ({term.nested_share:.0%})")
    if term.chain:
        said.append("From the seeds: " + " → ".join(map(_link, term.chain)))
    if term.neighbours:
        said.append("Near it: " + ", ".join(map(_link, term.neighbours)))
    return ["\\\n".join(said)]


def _link(link: Link) -> str:
    return f"{escape(link.term)} {link.similarity:.2f}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _sentence(folder: Path, sentence: Sentence) -> str:
    """A quotation with the term in bold, and its place."""
    before, behind = sentence.text[: sentence.start], sentence.text[sentence.end :]
    head = f"…{before[-_WIDE:]}" if len(before) > _WIDE else before
    tail = f"{behind[:_WIDE]}…" if len(behind) > _WIDE else behind
    term = sentence.text[sentence.start : sentence.end]
    quoted = f"{escape(head)}**{escape(term)}**{escape(tail)}"
    return f"> {quoted}\\\n> — {escape(place_of(folder, sentence))}"


def place_of(folder: Path, sentence: Sentence) -> str:
    """Its file, from the folder on, and line, page or paragraph."""
    path = Path(sentence.path)
    name = str(path.relative_to(folder)) if path.is_relative_to(folder) else path.name
    unit = ":" if sentence.unit == "line" else f", {sentence.unit} "
    return f"{name}{unit}{sentence.line}"
