"""A lexicon in TBX (TermBase eXchange): ISO 30042:2019, dialect TBX-Basic, DCA style.

An entry is a concept; its variants are further terms of it, each in the section of its language
(`zh` where there are Han characters, else `en`). Statuses are TBX-Basic's:

    accepted    preferredTerm-admn-sts
    rejected    deprecatedTerm-admn-sts
    candidate   none: nobody has decided
    variants    admittedTerm-admn-sts

Sentences are *contexts* with their place as *source*; counts and scores, for which the dialect has
no category, are a note. What XML cannot hold (control characters) is U+FFFD. A file without any
entry is not valid: the core structure wants one concept.

Files of other tools are read whatever the dialect and style, TBX 2 too. The main term of a concept
is the preferred one, else the first. Parsing is expat's, of the standard library: it opens nothing
else by itself, and a file that declares an entity, of which XML bombs are made, is not read on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat
from xml.sax.saxutils import escape

from limner.methods.terms.results import Sentence, Term
from limner.terms.entry import Entry, Status, language_of

NAMESPACE = "urn:iso:std:iso:30042:ed-2"
_HEAD = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<tbx type="TBX-Basic" style="dca" xml:lang="en" xmlns="{NAMESPACE}">
<tbxHeader><fileDesc><sourceDesc><p>Terms of a domain, from Limner.</p></sourceDesc></fileDesc>\
</tbxHeader>
<text><body>
"""
_TAIL = "</body></text>\n</tbx>\n"

PREFERRED, ADMITTED, DEPRECATED = (
    f"{status}Term-admn-sts" for status in ("preferred", "admitted", "deprecated")
)
_WRITTEN: dict[Status, str] = {"accepted": PREFERRED, "rejected": DEPRECATED}
_READ: dict[str, Status] = {
    "preferred": "accepted",
    "deprecated": "rejected",
    "superseded": "rejected",
    "obsolete": "rejected",
}
"""First word of a status, in TBX 3's and TBX 2's spellings."""

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLOCK = 1 << 16


# ── writing ───────────────────────────────────────────────────────────────────────────────────


def written(entries: Iterator[Entry]) -> Iterator[str]:
    """The file, a piece after the other."""
    yield _HEAD
    for number, entry in enumerate(entries, 1):
        yield f'<conceptEntry id="c{number}">\n'
        sections: dict[str, list[str]] = {_tag(entry.term): [_main(entry)]}
        for variant in entry.variants:
            sections.setdefault(_tag(variant), []).append(_section(variant, ADMITTED))
        for tag, terms in sections.items():
            yield f'<langSec xml:lang="{tag}">\n{"".join(terms)}</langSec>\n'
        yield "</conceptEntry>\n"
    yield _TAIL


def _tag(term: str) -> str:
    return "en" if language_of(term) == "en" else "zh"


def _main(entry: Entry) -> str:
    about = ""
    if entry.mined is not None:
        about = "".join(_context(one) for one in entry.mined.sentences)
        about += f"<note>{_text(_figures(entry.mined))}</note>\n"
    return _section(entry.term, _WRITTEN.get(entry.status), about)


def _section(term: str, status: str | None, about: str = "") -> str:
    note = f'<termNote type="administrativeStatus">{status}</termNote>\n' if status else ""
    return f"<termSec>\n<term>{_text(term)}</term>\n{note}{about}</termSec>\n"


def _context(sentence: Sentence) -> str:
    unit = "" if sentence.unit == "line" else f"{sentence.unit} "
    source = f"{sentence.path}:{unit}{sentence.line}"
    return (
        f'<descripGrp><descrip type="context">{_text(sentence.text)}</descrip>'
        f'<admin type="source">{_text(source)}</admin></descripGrp>\n'
    )


def _figures(term: Term) -> str:
    ratio = "" if term.ratio is None else f", {term.ratio:.4g} times the background's frequency"
    return f"{term.count} occurrences, score {term.score:.4g}{ratio}"


def _text(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", text), {"\r": "&#13;"})


# ── reading ───────────────────────────────────────────────────────────────────────────────────


def read(text: str) -> Iterator[tuple[int, Entry | str]]:
    """Lines, and the entry that begins there or what is wrong."""
    reading = _Reading()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, about: reading.begin(
        name, about, parser.CurrentLineNumber
    )
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.characters
    parser.EntityDeclHandler = _refuse
    try:
        for start in range(0, len(text), _BLOCK):
            parser.Parse(text[start : start + _BLOCK])
            yield from reading.taken()
        parser.Parse("", True)
    except expat.ExpatError as error:
        yield from reading.taken()
        why = expat.ErrorString(error.code)
        yield error.lineno, f"is not well-formed XML ({why}); nothing after it is read."
    except _Declared:
        yield from reading.taken()
        line = parser.CurrentLineNumber
        yield line, "declares an entity, which is not read: replace it by its text."
    yield from reading.taken()
    if not reading.concepts:
        yield 1, "there is no conceptEntry (or termEntry) in it: is it a TBX file?"


class _Declared(Exception):
    """An entity."""


def _refuse(*about: object) -> NoReturn:
    raise _Declared


@dataclass
class _Concept:
    line: int
    terms: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """With the first word of the status, or nothing."""


class _Reading:
    """Concepts out of elements, whatever stands around them."""

    def __init__(self) -> None:
        self.concepts = 0
        self._taken: list[tuple[int, Entry | str]] = []
        self._concept: _Concept | None = None
        self._text: list[str] | None = None
        """Of the element that is being read, None where nobody wants it."""
        self._term, self._status = "", ""

    def taken(self) -> list[tuple[int, Entry | str]]:
        """What was read since."""
        taken, self._taken = self._taken, []
        return taken

    def begin(self, name: str, about: dict[str, str], line: int) -> None:
        name = _local(name)
        if name in ("conceptEntry", "termEntry"):
            self._concept = _Concept(line)
        elif name in ("termSec", "tig", "ntig"):
            self._term, self._status = "", ""
        elif name in ("term", "administrativeStatus") or _is_status(name, about):
            self._text = []

    def characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end(self, name: str) -> None:
        name = _local(name)
        if name == "term":
            self._term = self._took()
        elif name in ("termNote", "administrativeStatus") and self._text is not None:
            self._status = re.split("[^a-z]|Term", self._took(), maxsplit=1)[0]
        elif name in ("termSec", "tig", "ntig"):
            if self._concept is not None and self._term:
                self._concept.terms.append((self._term, self._status))
        elif name in ("conceptEntry", "termEntry"):
            self._finish()

    def _took(self) -> str:
        text, self._text = "".join(self._text or ()), None
        return text.strip()

    def _finish(self) -> None:
        concept, self._concept = self._concept, None
        if concept is None:
            return
        self.concepts += 1
        if not concept.terms:
            self._taken.append((concept.line, "is a concept without a term: left out."))
            return
        main = next((one for one in concept.terms if one[1] == "preferred"), concept.terms[0])
        variants = tuple(dict.fromkeys(text for text, _ in concept.terms if text != main[0]))
        status = _READ.get(main[1], "candidate")
        self._taken.append((concept.line, Entry(main[0], language_of(main[0]), status, variants)))


def _is_status(name: str, about: dict[str, str]) -> bool:
    kinds = ("administrativeStatus", "normativeAuthorization")
    return name == "termNote" and about.get("type") in kinds


def _local(name: str) -> str:
    """Without the prefix: DCT style has `min:administrativeStatus`."""
    return name.rpartition(":")[2]
