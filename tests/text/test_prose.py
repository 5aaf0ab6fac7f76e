"""Paragraphs of Markdown and plain text, and the cursor in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.text.passages import Passage, passage_at, passages


def texts(language: str, source: str) -> list[str]:
    return [passage.text for passage in passages(language, source)]


def check(language: str, source: str, *expected: str) -> None:
    """The passages read so, and every character but a joining space is its own source."""
    found = passages(language, source)
    assert [passage.text for passage in found] == list(expected)
    for passage in found:
        for at, character in enumerate(passage.text):
            ((start, end),) = passage.source_ranges(at, at + 1)
            piece = source[start:end]
            assert piece == character or (character == " " and piece.isspace())
            assert passage.text_offset(start) == at


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("one\ntwo\n\nthree", ["one two", "three"]),
        ("one  \n  two\n \t\nthree\n", ["one two", "three"]),
        ("中文\n句子", ["中文句子"]),
        ("中文，\r\n句子", ["中文，句子"]),
        ("中文\nLatin\n中", ["中文 Latin 中"]),
        ("한국\n문장", ["한국 문장"]),
        ("a\rb\r\rc", ["a b", "c"]),
        ("a\u2028b", ["a\u2028b"]),
        ("", []),
        (" \n\t\n", []),
        ("one\n# limner: attribute\ntwo\n<!-- limner: terms -->\nthree", ["one", "two", "three"]),
    ],
)
def test_plain_text_is_cut_at_blank_lines_and_directives(source: str, expected: list[str]):
    check("plaintext", source, *expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# Head #\n\nPara *one*\n`two`\n", ["Head", "Para *one* `two`"]),
        ("C# is one\n=====\n", ["C# is one"]),
        ("## About C#\n", ["About C#"]),
        ("> quote\n> goes on\nlazily\n>\n> again\n", ["quote goes on lazily", "again"]),
        ("- a\n  b\n- [ ] c\n\n  d\n1. e\n", ["a b", "c", "d", "e"]),
        ("> - 中文\n>   句子\n", ["中文句子"]),
        ("a\r\nb\r\n\r\n> 😀 c\r\n> d", ["a b", "😀 c d"]),
        ("a\rb", ["a b"]),
        ("---\ntitle: x\n---\nbody\n", ["body"]),
        ("a\n\n```py\nx = 'b'\n```\n\n    code\n", ["a"]),
        ("<!-- a comment\ngoes on -->\nbody\n\n<div>\nhtml\n</div>\n", ["body"]),
        ("above\n<!-- limner: attribute -->\nbelow\n", ["above", "below"]),
        ("| a | b |\n|---|---|\n| c | d |\n\nbody", ["body"]),
        ("[x]: http://x\n\nbody [x]", ["body [x]"]),
        ("", []),
    ],
)
def test_markdown_gives_its_running_text_without_markers(source: str, expected: list[str]):
    check("markdown", source, *expected)


PIECES = [
    *"ab #>-*`|", "中", "文", "😀", "\n", "\n\n", "\r\n", "\r", "> ", "- ", "1. ", "    ", "```\n",
    "<!--", "-->", "---\n", "===\n", "\u2028", "\0", "\ud800", "# limner: x", "<!-- limner: x -->",
]  # fmt: skip


@pytest.mark.parametrize("language", ["markdown", "plaintext", "unheard-of"])
@given(source=st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_text_gives_ordered_passages_that_copy_the_source(language: str, source: str):
    end = 0
    for passage in passages(language, source):
        assert end <= passage.start < passage.end <= len(source)
        end = passage.end
        for at, character in enumerate(passage.text):
            ((start, stop),) = passage.source_ranges(at, at + 1)
            assert passage.start <= start < stop <= passage.end
            piece = source[start:stop].replace("\ud800", "\ufffd")
            assert piece == character or (character == " " and piece.isspace())


def test_an_unknown_language_is_read_as_plain_text():
    assert texts("latex", "a\n\nb") == ["a", "b"]


def test_a_quote_marker_inside_a_range_parts_it():
    source = "> good\n> film"
    (passage,) = passages("markdown", source)
    found = passage.source_ranges(2, 7)
    assert [source[start:end] for start, end in found] == ["od\n", "fi"]


@pytest.mark.parametrize(
    ("offset", "expected"),
    [(0, "one"), (2, "one"), (3, "one"), (4, None), (5, "two"), (8, "two"), (9, None)],
)
def test_the_passage_under_a_cursor_includes_its_borders(offset: int, expected: str | None):
    found = passage_at(passages("plaintext", "one\n\ntwo\n"), offset)
    assert (found.text if found else None) == expected


def test_between_two_that_touch_the_cursor_is_in_the_second():
    found = [Passage("string", 0, 3, "a"), Passage("string", 3, 6, "b")]
    assert passage_at(found, 3) is found[1]
    assert passage_at([], 3) is None
