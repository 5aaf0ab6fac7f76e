"""A lexicon as a file: TSV, a user dictionary of jieba, TBX, JSON. Written whole or not at all.

`importing` reads the same four.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from limner.atomic import replace_file
from limner.protocol import BadInput
from limner.terms import tbx as _tbx
from limner.terms.entry import Entry

FIGURES = (
    *("count", "score", "ratio", "z", "delta", "pmi", "left_entropy", "right_entropy"),
    *("background", "unit", "whole", "c_value", "nested_in", "nested_share"),
)
COLUMNS = ("term", *FIGURES, "language", "status", "variants")
"""Of a TSV, after a header line."""

_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_JIEBA = re.compile(r"[\u4e00-\u9fd5a-zA-Z0-9+#&._%-]+")
"""What jieba looks for words in; it cuts at any other character (`jieba.re_han_default`)."""


def tsv(entries: Sequence[Entry]) -> str:
    r"""One term a line, tab-separated, a header first; empty where there is no number.

    Variants are separated by `|`. A tab, a line end, a backslash, and `|` inside a variant are
    written `\t`, `\n`, `\r`, `\\`, `\|`.
    """
    lines = ["\t".join(COLUMNS)]
    for entry in entries:
        figures = (getattr(entry.mined, name, None) for name in FIGURES)
        variants = "|".join(_cell(one).replace("|", "\\|") for one in entry.variants)
        values = (entry.term, *figures, entry.language, entry.status)
        cells = ["" if value is None else _cell(str(value)) for value in values]
        lines.append("\t".join([*cells, variants]))
    return "\n".join([*lines, ""])


def jieba(entries: Sequence[Entry]) -> str:
    """A word a line, as `jieba.load_userdict` reads it, with variants; no rejected terms.

    Left out are terms with spaces and other characters that jieba cuts at whatever its dictionary
    says. Without counts: then jieba gives each word the frequency that it needs to be cut as one,
    which it computes from the words before it, so the short ones come first.
    """
    live = (entry for entry in entries if entry.status != "rejected")
    words = dict.fromkeys(word for entry in live for word in (entry.term, *entry.variants))
    fitting = sorted((word for word in words if _JIEBA.fullmatch(word)), key=len)
    return "".join(f"{word}\n" for word in fitting)


def tbx(entries: Sequence[Entry]) -> str:
    """TBX-Basic (ISO 30042:2019): see `limner.terms.tbx`."""
    return "".join(_tbx.written(iter(entries)))


def as_json(entries: Sequence[Entry]) -> str:
    """An object with everything, sentences too; a term a line."""
    lines = ",\n".join(json.dumps(_plain(entry), ensure_ascii=False) for entry in entries)
    return _whole(f'{{"method": "terms", "terms": [\n{lines}\n]}}\n')


def _plain(entry: Entry) -> dict[str, Any]:
    figures: dict[str, Any] = msgspec.to_builtins(entry.mined) if entry.mined else {}
    own = {"term": entry.term, "language": entry.language}
    return figures | own | {"status": entry.status, "variants": [*entry.variants]}


def _cell(text: str) -> str:
    return _whole("".join(_ESCAPES.get(character, character) for character in text))


def _whole(text: str) -> str:
    """Without lone surrogates, which no file can hold."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


FORMATS: dict[str, Callable[[Sequence[Entry]], str]] = {
    "tsv": tsv,
    "jieba": jieba,
    "tbx": tbx,
    "json": as_json,
}
_SUFFIXES = {".json": "json", ".dict": "jieba", ".txt": "jieba", ".tbx": "tbx", ".xml": "tbx"}


def format_of(path: Path) -> str:
    """By the name: .json, .dict or .txt (jieba), .tbx or .xml, else TSV."""
    return _SUFFIXES.get(path.suffix.lower(), "tsv")


def suffix_of(form: str) -> str:
    """How names of files of a format end."""
    return next((suffix for suffix, name in _SUFFIXES.items() if name == form), ".tsv")


def write(path: Path, text: str) -> None:
    """Put `text` into the file at once, so that no reader sees half of it.

    Raises:
        BadInput: the folder cannot be written.
    """
    try:
        replace_file(path, text.encode())
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from error
