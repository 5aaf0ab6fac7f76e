"""Offsets to and from the positions of clients, in all three units."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from limner.text.lines import Lines
from limner.text.positions import (
    Encoding,
    to_offset,
    to_position,
    to_positions,
    utf16_length,
    utf16_offset,
)

PIECES = [
    *"ab ", "é", "e\u0301", "中", "文", "😀", "👩\u200d👩\u200d👧", "🇨🇳", "𝒳",
    "\n", "\r", "\r\n", "\u2028", "\u2029", "\u0085", "\x0b", "\x0c", "\x1c",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
long_texts = st.lists(st.sampled_from(["a" * 200, "中" * 150, "😀" * 130, "\n"]), max_size=9).map(
    "".join
)
encodings = st.sampled_from(Encoding)


def units(text: str, encoding: Encoding) -> int:
    codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
    return len(text.encode(codec)) // {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]


def reference_lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def check_round_trip(text: str, encoding: Encoding) -> None:
    lines = Lines(text)
    rows = reference_lines(text)
    for offset in range(len(text) + 1):
        line, character = to_position(lines, offset, encoding)
        if text[max(0, offset - 1) : offset + 1] == "\r\n":
            assert (line, character) == to_position(lines, offset - 1, encoding)
            continue
        start = lines.starts[line]
        assert character == units(rows[line][: offset - start], encoding)
        assert to_offset(lines, line, character, encoding) == offset


@given(texts, encodings)
@example("a😀\r\n\rb\u2028c", Encoding.UTF16)
def test_an_offset_survives_the_way_to_the_client_and_back(text: str, encoding: Encoding):
    check_round_trip(text, encoding)


@given(long_texts, encodings)
@example("中" * 256, Encoding.UTF8)
@example("中" * 257, Encoding.UTF8)
@example("😀" * 512 + "a", Encoding.UTF16)
def test_an_offset_survives_on_lines_of_many_blocks(text: str, encoding: Encoding):
    check_round_trip(text, encoding)


@given(texts, encodings, st.lists(st.integers(-2, 40)))
def test_many_positions_are_those_of_each(text: str, encoding: Encoding, offsets: list[int]):
    lines = Lines(text)
    for asked in (offsets, sorted(offsets)):
        each = [to_position(lines, offset, encoding) for offset in asked]
        assert list(to_positions(lines, asked, encoding)) == each


@given(texts)
def test_lines_end_at_carriage_return_and_line_feed_only(text: str):
    lines = Lines(text)
    spans = [lines.span(line) for line in range(len(lines))]
    assert [text[start:end] for start, end in spans] == reference_lines(text)
    assert [start for start, _ in spans] == list(lines.starts)


@given(texts)
def test_every_offset_lies_on_the_line_that_was_begun_last(text: str):
    lines = Lines(text)
    for offset in range(len(text) + 1):
        line = lines.line_of(offset)
        assert lines.starts[line] <= offset
        assert line + 1 == len(lines) or offset < lines.starts[line + 1]


@pytest.mark.parametrize("line", [-1, 2])
def test_a_line_that_is_not_there_has_no_span(line: int):
    with pytest.raises(IndexError):
        Lines("a\nb").span(line)


@pytest.mark.parametrize("encoding", Encoding)
def test_a_character_beyond_the_line_is_the_line_end(encoding: Encoding):
    lines = Lines("a😀\r\nb")
    assert to_offset(lines, 0, 99, encoding) == 2
    assert to_offset(lines, 1, 99, encoding) == 4 + 1


@pytest.mark.parametrize("encoding", Encoding)
def test_a_line_beyond_the_text_is_the_text_end(encoding: Encoding):
    assert to_offset(Lines("a\n中"), 7, 0, encoding) == 3


def test_numbers_below_zero_are_read_as_zero():
    lines = Lines("ab\ncd")
    assert to_offset(lines, -1, 1, Encoding.UTF16) == 0
    assert to_offset(lines, 1, -1, Encoding.UTF16) == 3
    assert to_position(lines, -5, Encoding.UTF16) == (0, 0)


def test_a_place_inside_a_surrogate_pair_is_the_start_of_the_character():
    assert to_offset(Lines("a😀b"), 0, 2, Encoding.UTF16) == 1


@pytest.mark.parametrize(("character", "offset"), [(1, 0), (2, 0), (3, 1), (4, 1), (6, 1), (7, 2)])
def test_a_place_inside_a_utf8_sequence_is_the_start_of_the_character(character: int, offset: int):
    assert to_offset(Lines("中😀b"), 0, character, Encoding.UTF8) == offset


@given(st.text(), st.integers(0, 50))
def test_utf16_counts_are_those_of_javascript(text: str, offset: int):
    assert utf16_length(text) == units(text, Encoding.UTF16)
    assert utf16_offset(text, offset) == units(text[:offset], Encoding.UTF16)


def test_lone_surrogates_are_counted_and_do_not_raise():
    lines = Lines("\ud800a")
    assert to_position(lines, 1, Encoding.UTF16) == (0, 1)
    assert to_position(lines, 1, Encoding.UTF8) == (0, 3)
    assert utf16_length("\ud800a") == 2


def test_a_long_line_is_measured_once():
    lines = Lines("😀中" * 160_000)
    for offset in (319_999, 5, 160_000):
        to_position(lines, offset, Encoding.UTF16)
    assert list(lines.unit_tables) == [(0, "utf-16")]
