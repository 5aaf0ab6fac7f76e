"""A lexicon as a file: TSV, a user dictionary of jieba, JSON. Written whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from limner.methods.terms.results import Term
from limner.protocol import BadInput

COLUMNS = (
    *("term", "count", "score", "ratio", "z", "delta", "pmi", "left_entropy", "right_entropy"),
    *("background", "unit", "whole", "c_value", "nested_in", "nested_share", "language"),
)
"""Of a TSV, after a header line."""


def tsv(terms: tuple[Term, ...]) -> str:
    """One term a line, tab-separated, a header first; empty where there is no number."""
    lines = ["\t".join(COLUMNS)]
    for term in terms:
        values = (getattr(term, name) for name in COLUMNS)
        lines.append("\t".join("" if value is None else str(value) for value in values))
    return "\n".join([*lines, ""])


def jieba(terms: tuple[Term, ...]) -> str:
    """A word a line, as `jieba.load_userdict` reads it; terms with spaces are left out.

    Without counts: then jieba gives each word the frequency that it needs to be cut as one.
    """
    words = (term.term for term in terms if not any(c.isspace() for c in term.term))
    return "".join(f"{word}\n" for word in words)


def as_json(terms: tuple[Term, ...]) -> str:
    """An object with everything, sentences too."""
    data: dict[str, Any] = {"method": "terms", "terms": [msgspec.to_builtins(t) for t in terms]}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


FORMATS: dict[str, Callable[[tuple[Term, ...]], str]] = {
    "tsv": tsv,
    "jieba": jieba,
    "json": as_json,
}


def format_of(path: Path) -> str:
    """By the name: .json, .dict or .txt (jieba), else TSV."""
    return {".json": "json", ".dict": "jieba", ".txt": "jieba"}.get(path.suffix.lower(), "tsv")


def write(path: Path, text: str) -> None:
    """Put `text` into the file at once, so that no reader sees half of it.

    Raises:
        BadInput: the folder cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            os.chmod(name, 0o666 & ~_umask())
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from error


def _umask() -> int:
    now = os.umask(0)
    os.umask(now)
    return now
