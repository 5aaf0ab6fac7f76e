"""Directives: what they say, what they look at, and how they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.text.directives import Directive, directives, format_directive
from limner.text.passages import passages


def read(language: str, source: str) -> tuple[Directive, ...]:
    return directives(language, source, passages(language, source))


def check(language: str, source: str, *targets: str | None) -> None:
    """The directives of a source look at the passages that read so."""
    found = read(language, source)
    assert [each.passage and each.passage.text for each in found] == list(targets)
    for each in found:
        assert "limner:" in source[each.start : each.end]
        assert each.errors == ()


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ('# limner: attribute\nx = "a"\n', "a"),
        ('# limner: attribute\r\n\r\nx = f(\r\n  1,\r\n  "a" "b")\r\n', "ab"),
        ('# limner: attribute\n# more words\n\n"""doc"""\n', "doc"),
        ('# limner: attribute\nx = 1\ny = "a"\n', None),
        ('# limner: attribute\ndef f():\n    """doc"""\n', "doc"),
        ('# limner: attribute\n@cached\ndef f():\n    """doc"""\n', "doc"),
        ('if x:\n    # limner: attribute\n    y = 1\nz = "a"\n', None),
        ('if x:\n    # limner: attribute\n    y = [\n"a"]\n', "a"),
        ('x = [\n    # limner: attribute\n    "a",\n    "b",\n]\n', "a"),
        ('f(\n    # limner: attribute\n    x,\n)("a")\n', None),
        ('# limner: attribute\nx = 1 + \\\n"a"\n', "a"),
        ('# limner: attribute\nx = b"a"\n"b"\n', None),
        ("# limner: attribute", None),
    ],
)
def test_in_python_it_looks_at_the_first_string_of_the_next_statement(
    source: str, target: str | None
):
    check("python", source, target)


@pytest.mark.parametrize(
    "source", ['x = "# limner: attribute"', '"""\n# limner: attribute\n"""', "limner: attribute"]
)
def test_in_python_only_a_real_comment_is_a_directive(source: str):
    assert read("python", source) == ()


def test_stacked_comments_look_at_the_same_string():
    check("python", '# limner: attribute\n# limner: cloze\nx = "a"\n', "a", "a")
    check("markdown", "<!-- limner: cloze -->\n<!-- limner: terms -->\n\na\n", "a", "a")
    check("plaintext", "# limner: cloze\n\n# limner: terms\na", "a", "a")


def test_a_comment_behind_code_says_where_it_belongs():
    (found,) = read("python", 'x = "a"  # limner: attribute\ny = "b"\n')
    assert found.passage is None
    assert found.errors == ("Put this comment on its own line, above what it looks at.",)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("<!-- limner: attribute -->\na\nb\n\nc", "a b"),
        ("above\n\n  <!-- limner: attribute -->\n\n- item\n", "item"),
        ("<!-- limner: attribute -->\n## Head\n", "Head"),
        ("> <!-- limner: attribute -->\n>\n> quote\n", "quote"),
        ("1. one\n   <!-- limner: attribute -->\n   two\n", "two"),
        ("<!-- limner:\n  attribute -->\na", "a"),
        ("<!-- limner: attribute -->\n```\ncode\n```\na\n", None),
        ("<!-- limner: attribute -->\n\n1. [x] done\n", "done"),
        ("a\n\n<!-- limner: attribute -->\n", None),
    ],
)
def test_in_markdown_it_looks_at_the_next_block_of_text(source: str, target: str | None):
    check("markdown", source, target)


def test_in_markdown_code_holds_no_directives():
    assert read("markdown", "```\n<!-- limner: attribute -->\n```\na\n") == ()


def test_in_plain_text_both_forms_look_at_the_next_paragraph():
    check("plaintext", "a\n# limner: cloze\nb\n\n<!-- limner: terms -->\n\nc\nd", "b", "c d")
    assert read("plaintext", "a # limner: cloze\n") == ()


def test_its_place_is_the_comment_without_indentation():
    (found,) = read("python", "if x:\n    # limner: attribute\n    'a'\n")
    assert (found.line, found.start, found.end) == (1, 10, 29)


def test_options_are_read_bare_and_quoted():
    (found,) = read("plaintext", '# limner: attribute model=a/b-1 target="not \\"good\\"" k=3')
    assert found.method == "attribute"
    assert found.options == {"model": "a/b-1", "target": 'not "good"', "k": "3"}
    assert found.errors == ()


@pytest.mark.parametrize(
    ("words", "options", "mentioned"),
    [
        ("attribute model", {}, "'model'"),
        ("attribute model=", {}, "model has no value"),
        ("attribute model=a model=b k=1", {"model": "a", "k": "1"}, "model is given twice"),
        ('attribute model="a', {}, "model is malformed"),
        ("attribute 1x=2", {}, "'1x'"),
        ("", {}, "Name a method"),
        ("model=a", {"model": "a"}, "Name a method"),
        ("attribute ,", {}, "','"),
    ],
)
@pytest.mark.parametrize("language", ["python", "markdown", "plaintext"])
def test_a_malformed_option_is_named_in_one_sentence(
    language: str, words: str, options: dict[str, str], mentioned: str
):
    source = f"<!-- limner: {words} -->" if language == "markdown" else f"# limner: {words}"
    (found,) = read(language, source)
    (error,) = found.errors
    assert mentioned in error and error.endswith(".")
    assert found.options == options


names = st.from_regex(r"\A[A-Za-z_][A-Za-z0-9_.-]{0,5}\Z")
values = st.text() | st.text('a"\\-> <!=#\r\n\t中\u2028')


@pytest.mark.parametrize("language", ["python", "markdown", "plaintext"])
@given(options=st.dictionaries(names, values, max_size=3))
def test_what_is_written_is_read_back(language: str, options: dict[str, str]):
    comment = format_directive(language, "attribute", options)
    assert "\n" not in comment and "\r" not in comment
    (found,) = read(language, f"{comment}\n'text'\n")
    assert (found.method, found.options, found.errors) == ("attribute", options, ())
    assert found.passage is not None
    assert (found.start, found.end) == (0, len(comment))


def test_simple_values_are_written_bare():
    options = {"model": "sentiment", "target": "not good"}
    expected = '# limner: attribute model=sentiment target="not good"'
    assert format_directive("python", "attribute", options, "    ") == "    " + expected
    assert format_directive("markdown", "terms", {}) == "<!-- limner: terms -->"


@pytest.mark.parametrize(("method", "name"), [("At tribute", "k"), ("attribute", "a b"), ("", "k")])
def test_a_name_that_cannot_be_read_back_is_refused(method: str, name: str):
    with pytest.raises(ValueError, match="cannot be written"):
        format_directive("python", method, {name: "v"})
