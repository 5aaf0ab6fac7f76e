"""A term of a lexicon as files hold it, whether it was mined or added by a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from limner.methods.terms.results import Term
from limner.methods.terms.surfaces import language

Status = Literal["candidate", "accepted", "rejected"]
"""Mined; taken by a person; called no term by a person."""


@dataclass(frozen=True)
class Entry:
    """One term."""

    term: str
    language: str = "zh"
    """zh, en (any script of words), or mixed."""
    status: Status = "candidate"
    variants: tuple[str, ...] = ()
    """Other spellings."""
    mined: Term | None = None
    """Figures and sentences; None of a term that was not mined."""


def entry_of(term: Term) -> Entry:
    """A mined term."""
    return Entry(term.term, term.language, mined=term)


def language_of(term: str) -> str:
    """What `surfaces.language` says, at once for plain terms: files have ten thousands of them."""
    if _HAN.fullmatch(term):
        return "zh"
    if _LATIN.fullmatch(term):
        return "en"
    return language(term)


_HAN = re.compile("[\u4e00-\u9fa5]+")
_LATIN = re.compile("[A-Za-z]+(?: [A-Za-z]+)*")
