"""What editors offer and explain in a task file; `|` is the caret."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.labelling.assist import Explained, completions, explain
from limner.labelling.caret import caret
from limner.labelling.places import places

MODELS = ["mini-mlm", 'q"x']
FILES = ["评论.tsv", "it's.csv"]
TASK = """\
# 😀 "x
patterns = [
  "{mask}满意。{text}",  # 甲
  '{text} It was {mask}`.',
]
train.epochs = 3
[labels]
"好评" = "很"
neg = ["不", "没"]
"""


def offered(marked: str) -> dict[str, str]:
    """Labels, and the text after each was taken, with the caret's mark out."""
    at = marked.index("|")
    text = marked.replace("|", "")
    return {
        one.label: text[: one.start] + one.insert + text[one.end :]
        for one in completions(text, at, MODELS, FILES)
    }


def explained(marked: str) -> Explained | None:
    return explain(marked.replace("|", ""), marked.index("|"))


@pytest.mark.parametrize(
    ("marked", "label", "taken"),
    [
        ("mo|", "model", "model = "),
        ('mo| = "x"', "model", 'model = "x"'),
        ("😀\n|", "[data]", "😀\n[data]"),
        ("[da|", "data", "[data]"),
        ("[da|]", "data", "[data]"),
        ("[data]\r\nte|\r\nheader = true", "text", "[data]\r\ntext = \r\nheader = true"),
        ("train.|", "epochs", "train.epochs = "),
        ("train = { ep|, batch = 2 }", "epochs", "train = { epochs = , batch = 2 }"),
        ("model = |", "mini-mlm", 'model = "mini-mlm"'),
        ('model = "mi|n', "mini-mlm", 'model = "mini-mlm'),
        ('model = "|"', 'q"x', 'model = "q\\"x"'),
        ("model = '|'", 'q"x', "model = 'q\"x'"),
        ("calibration = ba|", "batch", 'calibration = "batch"'),
        ('decoding = "|joint" # x', "confident", 'decoding = "confident" # x'),
        ("data.header = t|", "true", "data.header = true"),
        ("train = { unlabelled = |", "false", "train = { unlabelled = false"),
        ('patterns = [\n  "😀{ma|"\n]', "{mask}", 'patterns = [\n  "😀{mask}"\n]'),
        ('patterns = ["{|}。{text}"]', "{mask}", 'patterns = ["{mask}。{text}"]'),
        ('patterns = ["|', "{text}", 'patterns = ["{text}'),
        ("data.files = |", "评论.tsv", 'data.files = ["评论.tsv"]'),
        ("data.files = [|", "评论.tsv", 'data.files = ["评论.tsv"'),
        (
            '[data]\nfiles = ["a.tsv",\n "|"]',
            "it's.csv",
            '[data]\nfiles = ["a.tsv",\n "it\'s.csv"]',
        ),
    ],
)
def test_an_offer_is_written_in_the_place_of_what_is_there(
    marked: str, label: str, taken: str
) -> None:
    assert offered(marked)[label] == taken


@pytest.mark.parametrize(
    ("marked", "absent"),
    [
        ('|\nmodel = "x"', "model"),
        ("[tr|]\n[data]", "data"),
        ("|\ntrain.epochs = 3", "[train]"),
        ("[data]\n|\n[train]\nheader = 3\n[data]\ntext = 1", "text"),
        ('patterns = ["{mask}|"]', "{mask}"),
        ("model = '|'", "it's"),
        ('data.files = ["评论.tsv", "|"]', "评论.tsv"),
        ('data.header = "|"', "true"),
        ("[data]\n|", "epochs"),
    ],
)
def test_what_is_there_already_is_not_offered(marked: str, absent: str) -> None:
    assert absent not in offered(marked)


@pytest.mark.parametrize(
    "marked",
    [
        "# mo|",
        'model = "x"|',
        'model = "x" |',
        "[labels]\n|",
        "labels = { |",
        "labels.|",
        "[foo]\n|",
        'patterns = ["{{|"]',
        "patterns = |",
        "[train.x]\n|",
        "title = '|'",
    ],
)
def test_where_nothing_fits_nothing_is_offered(marked: str) -> None:
    assert offered(marked) == {}


def test_an_open_list_does_not_hide_the_lines_below() -> None:
    text = 'patterns = [\n  "{mask}\n[labels]\na = "b"\n[data]\nte'
    here, keys = caret(text, len(text))
    assert [key.path for key in keys] == [("patterns",), ("labels",), ("labels", "a"), ("data",)]
    assert here.table == ("data",)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("at", "place", "said"),
    [
        ("patterns", "patterns", "It must be there."),
        ("epochs", "train.epochs", "Values: from 1, up to 1000. Default: 12."),
        ("labels]", "labels", "two labels or more"),
        ("满意", '"{mask}满意。{text}"', "▁▁满意。东西很好，送货也快\n很满意。"),
        ("It was", "'{text} It was {mask}`.'", "The food was great It was ▁▁`."),
        ("好评", '"好评"', "很满意。东西很好，送货也快"),
        ("neg", "neg", "没满意。"),
    ],
)
def test_keys_and_patterns_are_explained(end: str, at: str, place: str, said: str) -> None:
    text = TASK.replace("\n", end)
    found = explain(text, text.index(at) + 1)
    assert found and said in found.markdown and said in found.plain
    assert text[found.start : found.end] == place


@pytest.mark.parametrize("marked", ["# mod|el = 3", "fo|o = 1", 'model = "x|"', "|", "[fo|o]"])
def test_what_is_none_of_the_task_is_not_explained(marked: str) -> None:
    assert explained(marked) is None


def test_what_a_file_says_is_no_markup() -> None:
    pattern = "{mask}{text}\\n````\\n![x](http://x/)"
    found = explained(f'patterns = ["|{pattern}"]\n[labels]\na = "b"\n')
    assert found
    fence = found.markdown.rpartition("\n")[2]
    assert fence == "`" * 5
    assert found.markdown.count(fence) == 2


PIECES = [
    *('"', "'", '"""', "'''", "[", "]", "{", "}", "=", ",", ".", "#", "\n", "\r\n", " ", "\\"),
    *("labels", "patterns", "data", "train", "text", "好评", "😀", "{mask}", "{text}", "0", "true"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.data())
def test_any_half_written_text_has_its_offers(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    for offer in completions(text, at, MODELS, FILES):
        assert 0 <= offer.start <= at <= offer.end <= len(text)
        assert not set(text[offer.start : offer.end]) & {"\n", "\r"}
    if found := explain(text, at):
        assert found.start <= at <= found.end


NAMES = st.sampled_from(["a", "b-c", '"好 评"', "'x.y'", '"q\\"z"', "a.b", '"#"'])
VALUES = st.sampled_from(
    [
        '"很"',
        "'#\"'",
        '"""a\n"b" # c\n"""',
        "'''\n[x]\n'''",
        '[\n  "x", # "y\n  \'z\',\n]',
        "{ k = 1 }",
        "3",
    ]
)
LINES = st.one_of(
    st.tuples(NAMES, VALUES).map(" = ".join),
    NAMES.map("[{}]".format),
    st.sampled_from(["# 'x", "", '# "😀" = [']),
)


@given(st.lists(LINES, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_both_locators_find_the_keys_that_toml_has(lines: list[str], end: str) -> None:
    text = "\n".join(lines).replace("\n", end)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    expected = {("a",): "a" in data, ("好 评",): "好 评" in data, ("#",): "#" in data}
    found = places(text)
    for path, there in expected.items():
        assert any(one[:1] == path for one in found) == there
    _, keys = caret(text, 0)
    named = {key.path for key in keys if "\\" not in "".join(key.path)}
    assert named == {one for one in found if all(isinstance(k, str) and '"' not in k for k in one)}
