"""Data files that a document names: where a path stands, and which file may be looked into.

Documents are untrusted. A path is followed only to a regular file inside an open folder or the
document's own, symbolic links resolved first; addresses of the network are no paths.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from limner.files.place import SUFFIXES
from limner.lsp.documents import Document
from limner.overlays.markdown import escape, table
from limner.render.runs import visible

if TYPE_CHECKING:
    from limner.files.look import Look

LONGEST = 1000
"""Longest path that is looked at, in characters."""
ROWS = 30
"""Lines of the table in a hover."""

_ENDS = "|".join(re.escape(suffix) for suffix in SUFFIXES)
_LINK = re.compile(r"\]\(\s*(?:<(?P<bracketed>[^<>\r\n]+)>|(?P<bare>[^\s()]+))[^()\r\n]*\)")
_WORD = re.compile(rf"[^\s()\[\]<>\"'`|,;]+(?:{_ENDS})(?![\w.])", re.IGNORECASE)
_SCHEMES = ("file", "vscode-notebook-cell")


@dataclass(frozen=True)
class Mention:
    """A path as a document writes it, and where."""

    path: str
    start: int
    end: int


def mention_at(document: Document, at: int) -> Mention | None:
    """The path to a data file under the pointer: a string of Python, a link, a word of a text."""
    if document.kind == "python":
        passage = document.passage_at(at)
        if passage is None or passage.holes or not _is_path(passage.text):
            return None
        return Mention(passage.text, passage.start, passage.end)
    line = document.lines.line_of(at)
    start, _ = document.lines.span(line)
    found = _mentions(document.line_text(line)[: 4 * LONGEST], document.kind)
    for path, begin, end in found:
        if start + begin <= at <= start + end and _is_path(path):
            return Mention(path, start + begin, start + end)
    return None


def file_of(mention: Mention, document: Document, folders: Iterable[str]) -> Path | None:
    """The file that is meant, or None where it is absent or outside of all folders.

    `folders` are the URIs of the client's open folders.
    """
    home = path_of(document.uri)
    roots = [home.parent] if home else []
    roots += [folder for uri in folders if (folder := path_of(uri))]
    for root in roots:
        try:
            found = (root / mention.path).resolve(strict=True)
            if any(found.is_relative_to(one.resolve()) for one in roots) and found.is_file():
                return found
        except (OSError, RuntimeError, ValueError):
            continue
    return None


def path_of(uri: str) -> Path | None:
    """The local file of a document's or cell's URI; None for what is on no disk of ours."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme not in _SCHEMES:
        return None
    # a cell's host is the editor's name of the machine that we run on
    if parts.scheme == "file" and parts.netloc not in ("", "localhost"):
        return None
    path = Path(unquote(parts.path))
    return path if path.is_absolute() else None


def explain(path: Path, found: Look, *, markdown: bool = True) -> str:
    """A hover: how many rows, and the columns with their types."""
    head = [f"**{escape(path.name)}**" if markdown else path.name]
    if found.rows is not None:
        head.append(f"{'about ' if found.about else ''}{found.rows:,} rows")
    head.append(f"{found.count:,} column{'s' if found.count != 1 else ''}")
    shown = found.columns[:ROWS]
    if markdown:
        rows = [tuple(escape(cell) for cell in column) for column in shown]
        said = table(("name", "type", ""), "lll", rows)
    else:
        said = "\n".join(visible("  ".join(column)).rstrip() for column in shown)
    more = f"\n\n… and {found.count - len(shown):,} more" if found.count > len(shown) else ""
    return f"{' · '.join(head)}\n\n{said}{more}"


def _mentions(line: str, kind: str) -> Iterator[tuple[str, int, int]]:
    if kind == "markdown":
        for link in _LINK.finditer(line):
            name = "bracketed" if link["bracketed"] else "bare"
            yield unquote(link[name]), link.start(name), link.end(name)
    for word in _WORD.finditer(line):
        yield word[0], word.start(), word.end()


def _is_path(text: str) -> bool:
    """Whether it ends like a data file and is neither an address nor over several lines."""
    if len(text) > LONGEST or "://" in text or not text.isprintable():
        return False
    return text.lower().endswith(SUFFIXES)
