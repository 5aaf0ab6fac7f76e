"""Edits against a reference that numbers every character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.text.edits import Edit, apply_edits, map_offset, map_range, shrink

START = "abcdefghij"


@st.composite
def edit_lists(draw: st.DrawFn) -> list[Edit]:
    length, edits = len(START), []
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, length))
        end = draw(st.integers(start, length))
        edits.append(Edit(start, end, draw(st.text("xyz中😀", max_size=3))))
        length += edits[-1].growth
    return edits


ranges = st.tuples(st.integers(0, 10), st.integers(0, 10)).map(sorted)


def numbered(edits: list[Edit]) -> list[int | None]:
    """The old offset of each character of the new text; None for characters that were typed."""
    cells: list[int | None] = list(range(len(START)))
    for edit in edits:
        cells[edit.start : edit.end] = [None] * len(edit.text)
    return cells


@given(edit_lists())
def test_edits_apply_one_after_the_other(edits: list[Edit]):
    text = list(START)
    for edit in edits:
        text[edit.start : edit.end] = list(edit.text)
    assert apply_edits(START, edits) == "".join(text)


@given(edit_lists(), ranges)
def test_a_mapped_mark_covers_the_characters_it_covered(edits: list[Edit], mark: list[int]):
    start, end = mark
    mapped = map_range(start, end, edits)
    if mapped is not None:
        assert apply_edits(START, edits)[slice(*mapped)] == START[start:end]


def together(edits: list[Edit], start: int, end: int) -> bool:
    """Whether the characters of a mark still stand side by side."""
    cells = numbered(edits)
    return any(cells[at : at + end - start] == list(range(start, end)) for at in range(len(cells)))


@given(edit_lists(), ranges)
def test_a_mark_whose_characters_were_parted_is_dropped(edits: list[Edit], mark: list[int]):
    start, end = mark
    if start < end and not together(edits, start, end):
        assert map_range(start, end, edits) is None


@given(edit_lists(), ranges)
def test_one_edit_drops_no_mark_but_the_one_it_changed(edits: list[Edit], mark: list[int]):
    start, end = mark
    if start < end and together(edits[:1], start, end):
        assert map_range(start, end, edits[:1]) is not None


@given(edit_lists(), st.integers(0, 9))
def test_a_place_stays_before_the_character_that_follows_it(edits: list[Edit], offset: int):
    cells = numbered(edits)
    if offset in cells:
        assert map_offset(offset, edits, right=True) == cells.index(offset)


@given(edit_lists(), st.integers(1, 10))
def test_a_place_stays_behind_the_character_before_it(edits: list[Edit], offset: int):
    cells = numbered(edits)
    if offset - 1 in cells:
        assert map_offset(offset, edits) == cells.index(offset - 1) + 1


@given(edit_lists(), st.integers(0, 10), st.booleans())
def test_a_mapped_place_lies_in_the_new_text(edits: list[Edit], offset: int, right: bool):
    assert 0 <= map_offset(offset, edits, right=right) <= len(apply_edits(START, edits))


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (Edit(0, 0, "xx"), (5, 8)),
        (Edit(3, 3, "xx"), (5, 8)),
        (Edit(6, 6, "xx"), (3, 6)),
        (Edit(4, 4, "x"), None),
        (Edit(2, 8, ""), None),
        (Edit(2, 3, ""), (2, 5)),
        (Edit(6, 7, ""), (3, 6)),
        (Edit(5, 7, "fg"), None),
    ],
)
def test_an_edit_moves_or_ends_the_mark_on_def(edit: Edit, expected: tuple[int, int] | None):
    assert map_range(3, 6, [edit]) == expected


def test_at_an_insertion_a_place_goes_to_the_side_that_is_asked_for():
    assert map_offset(3, [Edit(3, 3, "xx")]) == 3
    assert map_offset(3, [Edit(3, 3, "xx")], right=True) == 5


def test_inside_a_replaced_range_a_place_goes_to_the_side_that_is_asked_for():
    assert map_offset(4, [Edit(2, 6, "x")]) == 2
    assert map_offset(4, [Edit(2, 6, "x")], right=True) == 3


@given(edit_lists())
def test_a_shrunk_edit_does_the_same(edits: list[Edit]):
    new = apply_edits(START, edits)
    small = shrink(START, Edit(0, len(START), new))
    assert apply_edits(START, [small]) == new
    assert small.text == "" or START[small.start : small.end][:1] != small.text[:1]


def test_marks_outside_a_shrunk_edit_survive_a_whole_document_change():
    edit = shrink("good film, bad end", Edit(0, 18, "good film, sad end"))
    assert edit == Edit(11, 12, "s")
    assert map_range(0, 9, [edit]) == (0, 9)
