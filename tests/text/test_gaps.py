"""Gaps in texts, and where they are in the source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.text.gaps import asked, asked_at, gaps
from limner.text.passages import passages


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("房间很[MASK]，", ["[MASK]"]),
        ("我____很____你", ["____", "____"]),
        ("It was ______.", ["______"]),
        ("{mask}满意<mask>", ["{mask}", "<mask>"]),
        ("a ___ b", []),
        ("a ____stressed____ b", []),
        ("甲\n________\n乙", []),
        ("____ is first and last is ____", ["____", "____"]),
    ],
)
def test_what_is_a_gap(text, found):
    assert [text[gap.start : gap.end] for gap in gaps(text)] == found


def python(source):
    return passages("python", source)[0]


def test_the_asked_gap_is_written_for_a_model_and_maps_to_the_source():
    source = 'x = "😀\\u623f____，[MASK]"\r\n'
    passage = python(source)
    second = asked_at(passage, source.index("[MASK]") + 2)
    assert second is not None
    assert second.passage.text == "😀房[MASK]，[MASK]"
    assert second.gap == (9, 15)
    assert source[slice(*second.source)] == "[MASK]"
    first = asked(passage, 0)
    assert first is not None
    assert source[slice(*first.source)] == "____"
    assert first.passage.source_ranges(1, 2) == ((6, 12),)
    assert asked(passage, 2) is None
    assert asked_at(passage, source.index("😀")) is None


def test_a_hole_of_an_f_string_is_no_gap_and_moves_with_them():
    passage = python('y = f"{mask}____{name}好"')
    (gap,) = gaps(passage.text)
    found = asked(passage)
    assert found is not None and gap.start == 1
    assert found.passage.text == "\ufffc[MASK]\ufffc好"
    assert found.passage.holes == (0, 7)


def test_joined_strings_and_quoted_paragraphs():
    source = 'z = ("房间很"\n     "[MASK]，好")'
    found = asked(python(source))
    assert found is not None
    assert source[slice(*found.source)] == "[MASK]"
    quote = "> 房间很\n> ____，好\n"
    (passage,) = passages("markdown", quote)
    found = asked(passage)
    assert found is not None and quote[slice(*found.source)] == "____"


@given(
    st.lists(
        st.sampled_from(["房", "😀", "a", " ", "\\n", "\\u597d", "[MASK]", "____", "<mask>", "，"]),
        min_size=1,
        max_size=12,
    )
)
def test_every_character_of_the_asked_text_maps_to_what_it_came_from(pieces):
    source = f'v = "{"".join(pieces)}"'
    for passage in passages("python", source):
        for index in range(len(gaps(passage.text))):
            found = asked(passage, index)
            assert found is not None
            text, (start, end) = found.passage.text, found.gap
            assert text[start:end] == "[MASK]"
            assert source[slice(*found.source)] in ("[MASK]", "<mask>") or set(
                source[slice(*found.source)]
            ) == {"_"}
            for i, char in enumerate(text):
                ((low, high),) = found.passage.source_ranges(i, i + 1)
                if not any(g <= i < g + 6 for g in _all(text)) and high - low == 1:
                    assert source[low] == char


def _all(text):
    at = text.find("[MASK]")
    while at >= 0:
        yield at
        at = text.find("[MASK]", at + 6)
