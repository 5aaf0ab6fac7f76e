"""Data files on disk: read with their encoding, written back at once, and not over a change."""

from __future__ import annotations

import codecs
import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path

from limner import atomic
from limner.protocol import TableRefused

MOST = 200 << 20
"""Largest file, in bytes."""


@dataclass(frozen=True)
class TextFile:
    """A file's text and what is needed to write it back."""

    text: str
    """With its line ends, and with its byte order mark if it has one in UTF-8."""
    encoding: str
    digest: str
    """Of its bytes."""


def read_text_file(path: Path) -> TextFile:
    """Read all of a file.

    Raises:
        TableRefused: absent, no regular file, too large, no text.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise TableRefused(f"{path} is no regular file: name a data file.")
        if path.stat().st_size > MOST:
            raise TableRefused(f"{path} is larger than {MOST >> 20} MiB: split it.")
        data = path.read_bytes()
    except OSError as error:
        raise TableRefused(f"{path} cannot be read: {error.strerror}.") from error
    encoding = _encoding(data)
    if encoding is None:
        raise TableRefused(f"{path} is in no encoding that could be told: save it as UTF-8.")
    return TextFile(data.decode(encoding), encoding, _digest(data))


def write_text_file(path: Path, text: str, like: TextFile) -> None:
    """Put `text` in the place of what `like` was read from, or leave the file as it is.

    Raises:
        TableRefused: it has changed meanwhile, or its encoding has no such characters.
    """
    target = path.resolve()
    if read_text_file(target).digest != like.digest:
        raise TableRefused(f"{path} has changed on disk since it was read: read it again.")
    try:
        data = text.encode(like.encoding)
    except UnicodeEncodeError as error:
        raise TableRefused(
            f"{path} is in {like.encoding}, which cannot write {error.object[error.start]!r}: "
            "save it as UTF-8 first."
        ) from error
    replace_file(target, data)


def replace_file(path: Path, data: bytes) -> None:
    """Let a new file take the place of an old one: readers see the one or the other.

    Raises:
        TableRefused: the folder cannot be written.
    """
    try:
        atomic.replace_file(path, data)
    except OSError as error:
        raise TableRefused(f"{path} cannot be written: {error.strerror}.") from error


def _encoding(data: bytes) -> str | None:
    """One that gives the same bytes back."""
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.encode(encoding) == data:
            return encoding
        if wide:  # the codec writes this machine's byte order
            order = "utf-16-le" if data.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
            return order
    return None


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
