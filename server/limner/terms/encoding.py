"""Bytes into text: UTF-8, GB18030, and what charset-normalizer makes of the rest."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from charset_normalizer import from_bytes

_SAMPLE = 1 << 16
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Unreadable(Exception):
    """A file that is left out; the message says why, in words that follow its name."""


@dataclass(frozen=True)
class Decoded:
    """Text and what a reader should know of it."""

    text: str
    note: str = ""


def is_binary(head: bytes) -> bool:
    """Whether the beginning of a file is no text: zeros, and no mark of a wide encoding."""
    return b"\0" in head and not head.startswith(_WIDE_MARKS)


def encoding_of(data: bytes) -> str | None:
    """utf-8-sig, gb18030 or what charset-normalizer says; None: none fits."""
    if _fits(data, "utf-8-sig"):
        return "utf-8-sig"
    if not data.startswith(_WIDE_MARKS) and _fits(data, "gb18030") and _looks_chinese(data):
        return "gb18030"
    best = from_bytes(data[:_SAMPLE]).best()
    return best.encoding if best is not None and _fits(data, best.encoding) else None


def decode(data: bytes) -> Decoded:
    """All of a file's bytes.

    Raises:
        Unreadable: it is not text, or in no encoding that can be told.
    """
    if is_binary(data[: 1 << 13]):
        raise Unreadable("is not text (it has zero bytes): left out")
    encoding = encoding_of(data)
    lines = _line_by_line(data) if encoding not in ("utf-8-sig", "gb18030") else None
    if lines is not None and not data.startswith(_WIDE_MARKS):
        return Decoded(lines, "mixes UTF-8 and GB18030: read line by line")
    if encoding is None:
        raise Unreadable("is in no encoding that could be told: convert it to UTF-8; left out")
    return Decoded(data.decode(encoding))


def _fits(data: bytes, encoding: str) -> bool:
    """Whether it decodes; a character cut off at the very end is no objection."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _looks_chinese(data: bytes) -> bool:
    """GB18030 decodes nearly anything; real Chinese is made of GB2312's characters."""
    text = codecs.getincrementaldecoder("gb18030")().decode(data[:_SAMPLE])
    wide = [character for character in text if character > "\x7f"]
    common = sum(_in_gb2312(character) for character in wide)
    return common >= 0.9 * len(wide)


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _line_by_line(data: bytes) -> str | None:
    """Each line in UTF-8 or, if Chinese, GB18030; None where a line is neither."""
    lines: list[str] = []
    for line in data.split(b"\n"):
        if _fits(line, "utf-8-sig"):
            lines.append(line.decode("utf-8-sig", "replace"))
        elif _fits(line, "gb18030") and _looks_chinese(line):
            lines.append(line.decode("gb18030", "replace"))
        else:
            return None
    return "\n".join(lines)
