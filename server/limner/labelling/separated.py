r"""TSV and CSV with the place of every cell.

CSV: RFC 4180; the delimiter is the comma, or the semicolon or tab where the header has more of
those. A quoted cell may span lines. A quote that is opened and not closed is reported with its
line, and reading goes on at the next one.

TSV: one row is one line. A cell is quoted only if it begins with a quote and ends with one right
before the tab or the line's end; in ``"好的" 他说`` the quotes belong to the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from limner.labelling.table import Format, Row, Table, Trouble, Writing
from limner.protocol import TableRefused

_LINE = re.compile(r"[^\r\n]*(\r\n?|\n|\Z)")


@dataclass(frozen=True, slots=True)
class _Cells:
    line: int
    start: int
    end: int
    places: Sequence[tuple[int, int]]


def read(
    text: str, format: Format, text_column: str | int, label_column: str | int, *, header: bool
) -> Table:
    """All rows; raises as `read_table`."""
    begin = 1 if text.startswith("\ufeff") else 0
    delimiter = _delimiter(text, format)
    rows = _rows(text, begin, delimiter, format)
    names: tuple[str, ...] = ()
    troubles: list[Trouble] = []
    if header:
        first = next((one for one in rows if isinstance(one, _Cells)), None)
        if first is None:
            raise TableRefused("The file is empty: its first line names the columns.")
        names = tuple(_value(text, place).strip() for place in first.places)
    at_text = _column(text_column, names, "text")
    at_label = _column(label_column, names, "label")
    found: list[Row] = []
    quoted = plain = 0
    for one in rows:
        if isinstance(one, Trouble):
            troubles.append(one)
            continue
        count = len(one.places)
        if count <= at_text:
            troubles.append(
                Trouble(
                    one.line,
                    f"This line has {count} column{'s' if count != 1 else ''}, and the text is in "
                    f"column {at_text + 1}: complete or remove the line.",
                )
            )
            continue
        before, label = "", ""
        if at_label < count:
            cell = one.places[at_label]
            label = _value(text, cell).strip()
            if label:
                if text[cell[0]] == '"':
                    quoted += 1
                else:
                    plain += 1
        else:
            cell, before = (one.end, one.end), delimiter * (at_label - count + 1)
        content = _value(text, one.places[at_text])
        found.append(Row(len(found), one.line, one.start, one.end, content, label, cell, before))
    writing = Writing(delimiter=delimiter, quoted=quoted > plain)
    return Table(text, format, names, tuple(found), tuple(troubles), writing)


def names(text: str, format: Format) -> tuple[str, ...]:
    """The cells of the first line."""
    begin = 1 if text.startswith("\ufeff") else 0
    for one in _rows(text, begin, _delimiter(text, format), format):
        if isinstance(one, _Cells):
            return tuple(_value(text, place).strip() for place in one.places)
    return ()


def written(label: str, writing: Writing) -> str:
    """A label as a cell."""
    needs = any(c in label for c in (writing.delimiter, '"', "\r", "\n")) or label != label.strip()
    if needs or writing.quoted:
        return '"' + label.replace('"', '""') + '"'
    return label


def _column(column: str | int, names: tuple[str, ...], what: str) -> int:
    if isinstance(column, int):
        if column < 1 or (names and column > len(names)):
            raise TableRefused(
                f"There is no column {column} for the {what}: columns count from 1"
                + (f" to {len(names)}." if names else ".")
            )
        return column - 1
    if not names:
        raise TableRefused(
            f"The file has no header, so the column of the {what} is a number: "
            f"write {what} = 1 or another."
        )
    if column not in names:
        known = ", ".join(names)
        raise TableRefused(
            f"There is no column {column!r} for the {what}: the file has {known}; name one of "
            f"them as {what} under [data], or add the column."
        )
    return names.index(column)


def _delimiter(text: str, format: Format) -> str:
    if format == "tsv":
        return "\t"
    match = _LINE.match(text)
    head = match[0] if match else ""
    counts = {mark: head.count(mark) for mark in (",", ";", "\t")}
    return max(counts, key=lambda mark: counts[mark]) if any(counts.values()) else ","


def _rows(text: str, at: int, delimiter: str, format: Format) -> Iterator[_Cells | Trouble]:
    line, size = 0, len(text)
    inside = '[^"]' if format == "csv" else r'[^"\r\n]'
    quoted = re.compile(rf'"{inside}*(?:""{inside}*)*"(?={re.escape(delimiter)}|\r|\n|\Z)')
    plain = re.compile(rf"[^{re.escape(delimiter)}\r\n]*")
    while at < size:
        match = _LINE.match(text, at)
        assert match
        end = match.start(1)
        if end == at:  # a blank line
            at, line = match.end(), line + 1
            continue
        if text.find('"', at, end) < 0:
            yield _Cells(line, at, end, _split(text, at, end, delimiter))
            at, line = match.end(), line + 1
            continue
        cells = _quoted(text, at, end, delimiter, format, quoted, plain)
        if cells is None:
            yield Trouble(
                line,
                "A quote is opened in this line and not closed before a "
                f"{'comma' if delimiter == ',' else 'delimiter'} or the line's end: close it, or "
                "write it twice if it belongs to the text.",
            )
            at, line = match.end(), line + 1
            continue
        end = cells[-1][1]
        yield _Cells(line, at, end, cells)
        line += sum(1 for _ in re.finditer(r"\r\n?|\n", text[at:end])) + 1
        match = re.compile(r"\r\n?|\n|\Z").match(text, end)
        assert match
        at = match.end()


def _split(text: str, start: int, end: int, delimiter: str) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    while (found := text.find(delimiter, start, end)) >= 0:
        places.append((start, found))
        start = found + 1
    places.append((start, end))
    return places


def _quoted(
    text: str,
    at: int,
    line_end: int,
    delimiter: str,
    format: Format,
    quoted: re.Pattern[str],
    plain: re.Pattern[str],
) -> list[tuple[int, int]] | None:
    """Cells of a row that has quotes; None where one is not closed."""
    places: list[tuple[int, int]] = []
    while True:
        found = quoted.match(text, at) if text[at : at + 1] == '"' else None
        if found is None and format == "csv" and text[at : at + 1] == '"':
            return None
        found = found or plain.match(text, at)
        assert found
        places.append((at, found.end()))
        at = found.end()
        if text[at : at + 1] != delimiter:
            return places
        at += 1


def _value(text: str, place: tuple[int, int]) -> str:
    start, end = place
    if end - start >= 2 and text[start] == '"' and text[end - 1] == '"':
        inner = text[start + 1 : end - 1]
        # in TSV a cell such as "好的" 和 "不" begins and ends with quotes of its own
        if '"' not in inner.replace('""', ""):
            return inner.replace('""', '"')
    return text[start:end]
