"""Strings of Python: what they decode to, where each character came from, half-typed code."""

import ast
import sys
from itertools import pairwise
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.text.passage import HOLE, Passage
from limner.text.passages import passages
from limner.text.python_lexer import tokens

QUOTES = ["'", '"', "'''", '"""']
ATOMS = [
    *"ab #{}()", "é", "中", "😀", "e\u0301", "\u2028", "\x0c", "'", '"', "\\\\", "\\'", '\\"',
    "\\n", "\\t", "\\a", "\\0", "\\101", "\\x41", "\\u4e2d", "\\U0001F600", "\\N{BULLET}", "\\\n",
    "\\\r\n",
]  # fmt: skip
RAW_ATOMS = [*"ab #{}()", "中", "😀", "'", '"', "\\n", "\\d", "\\'", '\\"', "\\\\"]


@st.composite
def literals(draw: st.DrawFn) -> str:
    """A literal that is valid by construction: its own quote is escaped, or apart in a triple."""
    quote = draw(st.sampled_from(QUOTES))
    raw = draw(st.booleans())
    prefix = draw(st.sampled_from(["r", "R"] if raw else ["", "u", "U"]))
    atoms = [atom for atom in (RAW_ATOMS if raw else ATOMS) if atom != quote[0]]
    if len(quote) == 3:
        atoms += ["\n", "\r\n", "\r", quote[0] + " ", quote[:2] + " "]
    return prefix + quote + "".join(draw(st.lists(st.sampled_from(atoms), max_size=12))) + quote


def only(source: str) -> Passage:
    (passage,) = passages("python", source)
    return passage


def texts(source: str) -> list[str]:
    return [passage.text for passage in passages("python", source)]


def pieces(source: str, passage: Passage, start: int, end: int) -> list[str]:
    return [source[slice(*found)] for found in passage.source_ranges(start, end)]


def check_each_character(source: str, passage: Passage, raw: bool) -> None:
    """Each character's source, read alone as a literal, is that character."""
    previous = passage.start
    for at, character in enumerate(passage.text):
        (piece,) = pieces(source, passage, at, at + 1)
        ((start, end),) = passage.source_ranges(at, at + 1)
        assert previous <= start < end <= passage.end
        quoted = '"""\\' + piece + '"""' if piece == '"' else f'"""{piece}"""'
        assert (piece if raw and len(piece) == 1 else ast.literal_eval(quoted)) == (
            "\r" if raw and piece == "\r" else character
        )
        assert passage.text_offset(start) == at
        previous = end


@given(literals())
def test_a_literal_decodes_as_python_decodes_it(source: str):
    value = ast.literal_eval(source)
    assert texts(f"x = {source}\ny = 'next'\n") == [*([value] if value.strip() else []), "next"]


@given(literals())
def test_each_decoded_character_knows_its_source(source: str):
    for passage in passages("python", source):
        check_each_character(source, passage, raw=source[0] in "rR")


@given(st.lists(literals(), min_size=1, max_size=4), st.sampled_from([" ", "\n", "  # it's\n"]))
def test_neighbours_in_brackets_are_one_string(parts: list[str], between: str):
    source = f"f({between.join(parts)})"
    value = ast.literal_eval(source[1:])
    assert texts(source) == ([value] if value.strip() else [])


@given(st.lists(literals(), min_size=1, max_size=4))
def test_the_ranges_of_a_whole_string_hold_no_quotes(parts: list[str]):
    source = " ".join(parts)
    for passage in passages("python", source):
        found = passage.source_ranges(0, len(passage.text))
        assert all(one[1] < other[0] for one, other in pairwise(found))
        assert (passage.start, passage.end) == (0, len(source))


FRAGMENTS = [
    '"', "'", '"""', "'''", "f'", 'f"', 'rf"', "b'", "{", "}", "{x", ":", "!r", "(", ")", "[", "]",
    "\\", "\n", "\r", "# no'te\n", "x", " = ", "中", "😀", "def f", "\\N{", "\ud800",
]  # fmt: skip


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join))
def test_any_text_gives_ordered_passages_with_a_whole_mapping(source: str):
    end = 0
    for passage in passages("python", source):
        assert end <= passage.start < passage.end <= len(source)
        end = passage.end
        assert all(passage.text[hole] == HOLE for hole in passage.holes)
        places = [passage.source_ranges(at, at + 1) for at in range(len(passage.text))]
        assert all(len(place) == 1 for place in places)
        assert places == sorted(places)
        assert all(
            passage.text_offset(place) is not None
            for place in range(passage.start, passage.end + 1)
        )


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('f"a {x} b"', f"a {HOLE} b"),
        ('f"a{x!r:>{w}}b"', f"a{HOLE}b"),
        ('f"{{a}} {x}"', f"{{a}} {HOLE}"),
        ('f"a{d["k"]}b"', f"a{HOLE}b"),
        ("f'a{\"}\"}b'", f"a{HOLE}b"),
        ("f\"a{f'{x} {'y'}'}b\"", f"a{HOLE}b"),
        ('f"a{ {1: 2}[1] }b"', f"a{HOLE}b"),
        ('f"a{x:%Y-%m}b"', f"a{HOLE}b"),
        ('f"a{x:#>{w}}b"', f"a{HOLE}b"),
        ('f"a{x != y}b"', f"a{HOLE}b"),
        ('f"\\N{BULLET} a{x}"', f"• a{HOLE}"),
        ('rf"\\d{x}\\n"', f"\\d{HOLE}\\n"),
        ('f"""a {\n x  # it\'s\n} b"""', f"a {HOLE} b"),
        ('"a" f"{x}" r"\\n"', f"a{HOLE}\\n"),
        ('t"a {x}"', f"a {HOLE}"),
    ],
)
def test_an_expression_in_an_f_string_is_one_hole(source: str, text: str):
    passage = only(source)
    assert passage.text == text
    (hole,) = passage.holes
    (piece,) = pieces(source, passage, hole, hole + 1)
    assert piece[0] == "{" and piece[-1] == "}"


def test_a_literal_replacement_character_is_no_hole():
    assert only(f'f"{HOLE}{{x}}"').holes == (1,)


@pytest.mark.parametrize("source", ['b"a"', "rb'a'", 'Rb"a" b"c"', '""', '"  "', 'f"{x}"'])
def test_bytes_and_strings_with_nothing_to_read_are_left_out(source: str):
    assert texts(source) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = [\n  'a',\n  'b'\n]", ["a", "b"]),
        ('"""doc"""\n"other"', ["doc", "other"]),
        ('f("a"\n# it\'s\n  "b")', ["ab"]),
        ('x = "a" \\\n  "b"', ["ab"]),
        ('"a" + "b"', ["a", "b"]),
        ('def f():\n  """doc"""\n  return "a"', ["doc", "a"]),
        ("# it's\nx = 'a'", ["a"]),
    ],
)
def test_strings_join_only_where_python_joins_them(source: str, expected: list[str]):
    assert texts(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('x = "a film\ny = "d"\n', ["a film", "d"]),
        ('print("a film)\nz = f("b")\n', ["a film)", "b"]),
        ('x = """a film\ny = 1\nz = "q"\n', ["a film", "q"]),
        ('f"a {na"\ny = "s"\n', [f"a {HOLE}", "s"]),
        ('f"a {"\ny = "s"\n', [f"a {HOLE}", "s"]),
        ('f"a {x["k\ny = "s"\n', [f"a {HOLE}", "s"]),
        ('f"""a {na\nb {x} c"""\ny = "s"', [f"a {HOLE}\nb {HOLE} c", "s"]),
        ("x = [\n 'a\n 'b',\n]\n", ["a", "b"]),
        ('f("a"\n\ndef g():\n  "doc"\n', ["a", "doc"]),
        ('x = "a\\', ["a"]),
        (
            '"\\x4 \\u12 \\N{no such name} \\U00110000"',
            ["\\x4 \\u12 \\N{no such name} \\U00110000"],
        ),
    ],
)
def test_half_typed_code_disturbs_nothing_below(source: str, expected: list[str]):
    assert texts(source) == expected


def test_a_lone_surrogate_becomes_a_character_that_tokenizers_take():
    passage = only(r'"a\ud83db"')
    assert passage.text == "a\ufffdb"
    assert pieces(r'"a\ud83db"', passage, 1, 2) == [r"\ud83d"]


def test_the_source_of_text_over_two_literals_is_two_ranges():
    source = 'f("good "\n  "film")'
    passage = only(source)
    assert pieces(source, passage, 0, 9) == ["good ", "film"]
    assert pieces(source, passage, 3, 7) == ["d ", "fi"]
    assert passage.source_ranges(2, 2) == ()


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ('|"ab"', 0), ('"|ab"', 0), ('"a|b"', 1), ('"ab|"', 2), ('"ab"|', 2),
        ('"a" |"b"', 1), ('"a\\|nb"', 1), ('f"a{x|}b"', 1), ('f"a{x}|b"', 2), ('x| = "ab"', None),
    ],
)  # fmt: skip
def test_a_cursor_in_the_source_has_a_place_in_the_text(marked: str, expected: int | None):
    cursor = marked.index("|")
    assert only(marked.replace("|", "")).text_offset(cursor) == expected


UNITS = ['f"{', '"f"{', "f\"{'", '\\"""', "f'''{", 'f"{x:{', "f'{f\"{"]


@pytest.mark.parametrize("unit", UNITS)
def test_hostile_nesting_neither_raises_nor_takes_quadratic_time(unit: str):
    short, long = (steps_to_read(unit * count) for count in (1000, 4000))
    assert long < 6 * short


def steps_to_read(source: str) -> int:
    """Lines of code run while reading: a clock that the machine's load does not move."""
    steps = 0

    def count(frame: FrameType, event: str, arg: object) -> object:
        nonlocal steps
        steps += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        list(tokens(source))
    finally:
        sys.settrace(before)
    return steps
