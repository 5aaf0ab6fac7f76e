"""Code-point offsets to and from (line, character) in the units of a client.

Inside Limner every offset counts code points. Editors count UTF-16 units (most), bytes of UTF-8 or
code points. This is the only module that converts; everything else passes offsets through.

A long line is measured once, in blocks of 256 code points, so that a position near the end of a
320,000-character line costs one look-up and one block rather than the line.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from enum import StrEnum

from limner.text.lines import Lines

_BLOCK = 256
_UNIT_BYTES = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
_CODECS = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}


class Encoding(StrEnum):
    """The units in which a client counts the characters of a line."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


def to_position(lines: Lines, offset: int, encoding: Encoding) -> tuple[int, int]:
    r"""The (line, character) of a code-point offset, character in the client's units.

    An offset outside the text, or between the ``\r`` and ``\n`` of one line end, is moved to the
    nearest place a client can name.
    """
    offset = min(max(offset, 0), len(lines.text))
    line = lines.line_of(offset)
    start, end = lines.span(line)
    return line, _units_before(lines, line, min(offset, end) - start, encoding)


def to_positions(
    lines: Lines, offsets: Iterable[int], encoding: Encoding
) -> Iterator[tuple[int, int]]:
    """`to_position` of each; where they ascend within a line, only what is between is measured."""
    line, last, end, units = -1, 0, -1, 0
    for offset in offsets:
        if last <= offset <= end:
            units += _units(lines.text[last:offset], encoding)
            last = offset
        else:
            line, units = to_position(lines, offset, encoding)
            start, end = lines.span(line)
            last = min(max(offset, start), end)
        yield line, units


def to_offset(lines: Lines, line: int, character: int, encoding: Encoding) -> int:
    """The code-point offset of a client's position, clamped as the protocol says.

    A character beyond the line is the line's end, a line beyond the text is the text's end, and a
    character inside a surrogate pair or a UTF-8 sequence is the start of that code point.
    """
    if line < 0:
        return 0
    if line >= len(lines):
        return len(lines.text)
    start, end = lines.span(line)
    return min(start + _column(lines, line, max(character, 0), encoding), end)


def utf16_length(text: str) -> int:
    """The length of a text as JavaScript counts it, in UTF-16 units."""
    return _units(text, Encoding.UTF16)


def utf16_offset(text: str, offset: int) -> int:
    """The UTF-16 offset of a code-point offset, for bundles that JavaScript draws."""
    return min(offset, len(text)) if text.isascii() else _units(text[:offset], Encoding.UTF16)


def _units(text: str, encoding: Encoding) -> int:
    if encoding is Encoding.UTF32 or text.isascii():
        return len(text)
    return len(text.encode(_CODECS[encoding], "surrogatepass")) // _UNIT_BYTES[encoding]


def _units_before(lines: Lines, line: int, column: int, encoding: Encoding) -> int:
    if encoding is Encoding.UTF32 or lines.text.isascii():
        return column
    table = _table(lines, line, encoding)
    if not table:
        return column
    block = min(column // _BLOCK, len(table) - 1)
    begin = lines.starts[line]
    return table[block] + _units(
        lines.text[begin + block * _BLOCK : begin + column],
        encoding,
    )


def _column(lines: Lines, line: int, units: int, encoding: Encoding) -> int:
    if encoding is Encoding.UTF32 or lines.text.isascii():
        return units
    table = _table(lines, line, encoding)
    if not table:
        return units
    block = bisect_right(table, units) - 1
    start, end = lines.span(line)
    begin = start + block * _BLOCK
    piece = lines.text[begin : min(begin + _BLOCK, end)]
    return block * _BLOCK + _code_points(piece, units - table[block], encoding)


def _code_points(piece: str, units: int, encoding: Encoding) -> int:
    """How many whole code points of a block fit into so many units."""
    used = 0
    for count, character in enumerate(piece):
        used += _units(character, encoding)
        if used > units:
            return count
    return len(piece)


def _table(lines: Lines, line: int, encoding: Encoding) -> tuple[int, ...]:
    """Units before each block of a line; empty where every code point is one unit."""
    table = lines.unit_tables.get((line, encoding))
    if table is None:
        start, end = lines.span(line)
        table = _measure(lines.text[start:end], encoding)
        lines.unit_tables[line, encoding] = table
    return table


def _measure(text: str, encoding: Encoding) -> tuple[int, ...]:
    if _units(text, encoding) == len(text):
        return ()
    table = [0]
    for begin in range(0, len(text) - _BLOCK, _BLOCK):
        table.append(table[-1] + _units(text[begin : begin + _BLOCK], encoding))
    return tuple(table)
