"""Files into pieces of text with the lines that they begin on.

Plain text is read in blocks, so a file of any size, or one with a single endless line, takes a few
megabytes. Other formats are read whole, up to `MOST_BYTES`. A file that cannot be read raises
`Unreadable` and stops nobody else.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import Any

from limner.protocol import BadInput
from limner.terms import markup
from limner.terms.encoding import Unreadable, decode, encoding_of, is_binary

PIECE = 1 << 18
"""Code points; a document's n-grams are counted within its pieces."""
MOST_BYTES = 64 << 20
"""Of a file that has to be read whole."""
_BLOCK = 1 << 20
_WHOLE = 4 << 20
"""Bytes of a plain text that is read whole, so that its encoding is sure."""

MARKUP: dict[str, Callable[[str], str]] = {
    ".md": markup.markdown,
    ".markdown": markup.markdown,
    ".tex": markup.tex,
    ".rst": markup.rst,
    ".html": markup.html,
    ".htm": markup.html,
    ".xhtml": markup.html,
}
SUFFIXES = frozenset({".txt", ".text", ".docx", ".pdf", *MARKUP})
"""Of files that are taken from a folder; a file named by itself is taken whatever its name."""
_SKIPPED = {"node_modules", "__pycache__", "site-packages"}


@dataclass(frozen=True)
class Read:
    """A piece of a document."""

    text: str
    line: int
    """That it begins on, from 1; of a PDF its page, of a .docx its paragraph."""
    unit: str = "line"
    note: str = ""
    """What a reader should know of the document."""


def documents(paths: Iterable[Path]) -> list[Path]:
    """The files that `paths` name and the readable documents in folders, in order, each once.

    Raises:
        BadInput: a path does not exist.
    """
    found: dict[Path, None] = {}
    for path in paths:
        path = path.expanduser().absolute()
        if path.is_dir():
            found.update(dict.fromkeys(_walk(path)))
        elif path.exists():
            found[path] = None
        else:
            raise BadInput(f"{path} does not exist: name a file or a folder.")
    return list(found)


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _SKIPPED)
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                yield Path(root, name)


def read(path: Path) -> Iterator[Read]:
    """The pieces of one document, in order.

    Raises:
        Unreadable: why it is left out.
    """
    suffix = path.suffix.lower()
    try:
        if not S_ISREG(path.stat().st_mode):  # reading a pipe may wait for ever
            raise Unreadable("is no regular file: left out")
        if suffix == ".pdf":
            return _cut(_pdf(path), "page", "\f")
        if suffix == ".docx":
            return _cut(_docx(path), "paragraph", "\n")
        if suffix not in MARKUP and path.stat().st_size > _WHOLE:
            return _plain_in_blocks(path)
        decoded = decode(_bytes(path))
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}; left out") from error
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    return _cut(MARKUP[suffix](text) if suffix in MARKUP else text, "line", "\n", decoded.note)


def pieces(text: str) -> Iterator[Read]:
    """The pieces of plain text that is in memory already, in order."""
    whole = text.encode("utf-8", "replace").decode("utf-8")  # without lone surrogates
    return _cut(whole.replace("\r\n", "\n").replace("\r", "\n"), "line", "\n")


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise Unreadable(f"is larger than {MOST_BYTES >> 20} MB: split it, or save it as .txt")
    return path.read_bytes()


def _cut(text: str, unit: str, mark: str, note: str = "") -> Iterator[Read]:
    line, start = 1, 0
    while start < len(text):
        end = _end(text, start)
        yield Read(markup.plain(text[start:end]), line, unit, note)
        line += text.count(mark, start, end)
        start = end


def _end(text: str, start: int) -> int:
    """Behind the last line end, else the last white space or full stop, else anywhere."""
    end = start + PIECE
    if end >= len(text):
        return len(text)
    for mark in ("\n", "。", "，", " "):
        found = text.rfind(mark, start + PIECE // 2, end)
        if found >= 0:
            return found + 1
    return end


def _plain_in_blocks(path: Path) -> Iterator[Read]:
    with path.open("rb") as file:
        head = file.read(_BLOCK)
        if is_binary(head[: 1 << 13]):
            raise Unreadable("is not text (it has zero bytes): left out")
        encoding = encoding_of(head)
        if encoding is None:
            raise Unreadable("is in no encoding that could be told: convert it to UTF-8; left out")
        file.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        line, rest, note = 1, "", ""
        while block := file.read(_BLOCK):
            rest += decoder.decode(block)
            if "\ufffd" in rest:
                note = f"has bytes that are not {encoding.removesuffix('-sig')}: left out"
            while len(rest) > PIECE:
                end = _end(rest, 0)
                yield Read(markup.plain(rest[:end]), line, note=note)
                line += rest.count("\n", 0, end)
                rest = rest[end:]
        rest += decoder.decode(b"", final=True)
        if rest:
            yield Read(markup.plain(rest), line, note=note)


def _docx(path: Path) -> str:
    try:
        import docx
        from docx.opc.exceptions import PackageNotFoundError
    except ImportError as error:
        raise Unreadable("needs python-docx: pip install 'limner[documents]'; left out") from error
    try:
        document = docx.Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        raise Unreadable("is no .docx file: left out") from error
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def _pdf(path: Path) -> str:
    try:
        import pypdfium2  # pyright: ignore[reportMissingTypeStubs]
    except ImportError as error:
        raise Unreadable("needs pypdfium2: pip install 'limner[documents]'; left out") from error
    try:
        with pypdfium2.PdfDocument(path) as document:
            pages: Any = document
            return "\f".join(page.get_textpage().get_text_bounded() for page in pages)
    except pypdfium2.PdfiumError as error:
        raise Unreadable("cannot be opened as a PDF (damaged, or with a password): left out") from (
            error
        )
