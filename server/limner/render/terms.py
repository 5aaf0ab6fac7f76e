"""The terms of a corpus, as people read them: a table with bars, as text, HTML and a card.

Terms, sentences and paths come from documents that nobody vouches for; each is made visible and
escaped where it is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from limner.render import sheet
from limner.render.card import Card, CardTable
from limner.render.runs import clip, one_line, visible
from limner.text.positions import utf16_offset

if TYPE_CHECKING:
    from limner.methods.terms.results import Sentence, Term
    from limner.terms.api import Terms

ROWS = 50
"""Terms of a table and of a card's `result`; `.terms` has all."""
NOTES = 20
BAR = 8
"""Width of a bar, in characters."""
_TERM, _BEFORE, _BEHIND, _PLACE = 40, 16, 40, 40
"""Widths in a table, in columns of a terminal and, around a term, in characters."""

COLUMNS = ("term", "score", "", "count", "ratio", "z", "PMI", "freedom", "inside", "stands in")
_ALIGN = "lrlrrrrrll"
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def headline(result: Terms) -> str:
    """`1,000 terms · 12 documents · 2,060,000 characters · against builtin`."""
    parts = (
        _several(len(result.terms), "term"),
        _several(result.documents, "document"),
        _several(result.chars, "character"),
        _against(result),
    )
    return visible(" · ".join(parts))


def spoken(result: Terms) -> str:
    """The result in a sentence or two."""
    first = ", ".join(one_line(term.term) for term in result.terms[:5])
    said = headline(result).replace(" · ", ", ")
    return f"{said}. First: {first}." if first else f"{said}."


def facts(result: Terms) -> tuple[tuple[str, str], ...]:
    """Names and values in reading order."""
    told = [
        ("least", f"{result.min_count} occurrences of a term"),
        ("candidates", f"{result.candidates:,}"),
        ("tokens", f"{result.tokens:,} Han characters and words"),
        ("seeds", ", ".join(map(one_line, result.seeds))),
        ("time", f"{result.seconds:.1f} s"),
    ]
    return tuple((name, value) for name, value in told if value)


def table(result: Terms) -> CardTable:
    """The best terms, each with its figures and a sentence."""
    terms = result.terms[:ROWS]
    largest = max((term.score for term in terms), default=0.0)
    return CardTable(
        caption=f"The first {ROWS}" if len(result.terms) > ROWS else "",
        columns=COLUMNS,
        align=_ALIGN,
        rows=tuple(_row(term, largest) for term in terms),
    )


def card(result: Terms) -> Card:
    """What front ends draw."""
    return Card(
        method="terms",
        title=headline(result),
        spoken=spoken(result),
        facts=facts(result),
        notes=_notes(result),
        tables=(table(result),) if result.terms else (),
        result=_utf16(to_dict(msgspec.structs.replace(result, terms=result.terms[:ROWS]))),
    )


def plain(result: Terms) -> Card:
    """The card as a terminal has room for it: without sentences."""
    whole = card(result)
    return msgspec.structs.replace(
        whole,
        tables=tuple(
            msgspec.structs.replace(
                one,
                columns=one.columns[:-1],
                align=one.align[:-1],
                rows=tuple(row[:-1] for row in one.rows),
            )
            for one in whole.tables
        ),
    )


def to_text(result: Terms) -> str:
    """Headline, facts, the table, notes."""
    return sheet.to_text(plain(result))


def to_html(result: Terms) -> str:
    """The same and sentences, as a self-contained fragment."""
    return sheet.to_html(card(result))


def bundle(result: Terms) -> dict[str, Any]:
    """For a notebook; a front end takes the richest that it knows."""
    return sheet.bundle(card(result)) | {"text/plain": to_text(result)}


def to_dict(result: Terms) -> dict[str, Any]:
    """The stable JSON: all terms with their sentences, positions in code points."""
    return msgspec.json.decode(msgspec.json.encode(_mendable(msgspec.to_builtins(result))))


def to_json(result: Terms) -> str:
    """One JSON object on one line."""
    return msgspec.json.encode(to_dict(result)).decode()


# ── inside ────────────────────────────────────────────────────────────────────────────────────


def _row(term: Term, largest: float) -> tuple[str, ...]:
    inside = ""
    if term.nested_in is not None:
        inside = f"{clip(one_line(term.nested_in), _TERM)} {term.nested_share:.0%}"
    return (
        clip(one_line(term.term), _TERM),
        _figure(term.score),
        _bar(term.score, largest),
        f"{term.count:,}",
        _figure(term.ratio),
        _figure(term.z),
        _figure(term.pmi),
        _figure(min(term.left_entropy, term.right_entropy)),
        inside,
        _stands(term.sentences[0]) if term.sentences else "",
    )


def _bar(score: float, largest: float) -> str:
    """In eighths of a character."""
    eighths = round(8 * BAR * max(score, 0.0) / largest) if largest > 0 else 0
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).strip()


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return (f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}").replace("-", "−")


def _stands(sentence: Sentence) -> str:
    """The term with some words around it, and where that is."""
    start = max(0, sentence.start - _BEFORE)
    end = min(len(sentence.text), sentence.end + _BEHIND)
    before, behind = "…" if start else "", "…" if end < len(sentence.text) else ""
    unit = "" if sentence.unit == "line" else f"{sentence.unit} "
    path = one_line(sentence.path)
    name = path if len(path) <= _PLACE else f"…{path[-_PLACE:]}"
    place = f"{name}:{unit}{sentence.line}"
    return f"{before}{one_line(sentence.text[start:end])}{behind} ({place})"


def _notes(result: Terms) -> tuple[str, ...]:
    said = [visible(note) for note in result.notes[:NOTES]]
    if len(result.notes) > NOTES:
        said.append(f"and {len(result.notes) - NOTES:,} more such notes.")
    if len(result.terms) > ROWS:
        said.append(f"{ROWS} of {len(result.terms):,} terms are shown; `.terms` has all.")
    return tuple(said)


def _utf16(plain: dict[str, Any]) -> dict[str, Any]:
    """Positions as JavaScript counts them."""
    for term in plain["terms"]:
        for sentence in term["sentences"]:
            for side in ("start", "end"):
                sentence[side] = utf16_offset(sentence["text"], sentence[side])
    return plain | {"offsets": "utf-16"}


def _mendable(value: Any) -> Any:
    """Without lone surrogates (of paths), which JSON cannot hold."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _mendable(one) for key, one in value.items()}  # pyright: ignore
    if isinstance(value, list | tuple):
        return [_mendable(one) for one in value]  # pyright: ignore
    return value


def _against(result: Terms) -> str:
    return f"against {result.background}" if result.background else "without a background"


def _several(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
