"""Words of many scripts, and tokens grouped by them."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.text.chinese import private_folder
from limner.text.words import group_by_words, word_spans


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in word_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I don't e-mail.", ["I", "don't", "e-mail", "."]),
        ("3.14, 1,000 x_1", ["3.14", ",", "1,000", "x_1"]),
        ("a@b.com!?", ["a", "@", "b", ".", "com", "!", "?"]),
        ("naïve café’s e\u0301te\u0301", ["naïve", "café’s", "e\u0301te\u0301"]),
        ("我来到北京清华大学。", ["我", "来到", "北京", "清华大学", "。"]),
        ("用pandas_v2处理", ["用", "pandas_v2", "处理"]),
        ("买T恤，价格3.5元", ["买", "T恤", "，", "价格", "3.5", "元"]),
        ("한국어 텍스트", ["한국어", "텍스트"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("👩\u200d👩\u200d👧👍🏽", ["👩\u200d👩\u200d👧", "👍🏽"]),
        ("🇨🇳🇺🇸 1\ufe0f\u20e3 ❤\ufe0f", ["🇨🇳", "🇺🇸", "1\ufe0f\u20e3", "❤\ufe0f"]),
        ("  \n\u3000", []),
        ("a\ufffcb", ["a", "\ufffc", "b"]),
    ],
)
def test_a_text_falls_into_the_words_a_reader_sees(text: str, expected: list[str]):
    assert words(text) == expected


PIECES = [
    *"ab1'-._, \n", "中", "国", "人民", "T恤", "é", "\u0301", "\ufe0f", "\u200d", "😀", "👍🏽", "🇨",
    "か", "カ", "한", "\u3000", "\u20e3", "3.5", "\U000e0100", "\ud800", "々", "𠮷",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text())
def test_words_cover_all_but_white_space_once(text: str):
    spans = word_spans(text)
    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    covered = {place for start, end in spans for place in range(start, end)}
    assert covered == {place for place, each in enumerate(text) if not each.isspace()}


def test_a_stretch_without_punctuation_is_cut_piece_by_piece():
    spans = word_spans("清华大学" * 20_000)
    assert set(spans) == {(start, start + 4) for start in range(0, 80_000, 4)}


def test_a_caller_may_change_the_list_it_got():
    word_spans("one two").clear()
    assert words("one two") == ["one", "two"]


def check_groups(
    spans: list[tuple[int, int]], found: list[tuple[int, int]], expected: list[list[int]]
) -> None:
    assert group_by_words(spans, found) == expected


def test_the_tokens_of_a_word_are_one_group():
    check_groups([(0, 2), (2, 5), (6, 8)], [(0, 5), (6, 8)], [[0, 1], [2]])


def test_a_token_over_two_words_joins_them():
    check_groups([(0, 1), (1, 3), (3, 4), (4, 5)], [(0, 2), (2, 4), (4, 5)], [[0, 1, 2], [3]])


def test_a_token_with_its_leading_space_belongs_to_the_word_behind_it():
    check_groups([(0, 3), (3, 7), (7, 9)], [(0, 3), (4, 9)], [[0], [1, 2]])


def test_tokens_outside_every_word_stand_alone():
    check_groups(
        [(0, 0), (0, 2), (2, 3), (3, 5), (0, 0)], [(0, 2), (3, 5)], [[0], [1], [2], [3], [4]]
    )


def test_the_byte_tokens_of_one_emoji_are_one_group():
    check_groups([(0, 1), (0, 1), (0, 1), (1, 2)], [(0, 1), (1, 2)], [[0, 1, 2], [3]])


def test_without_words_or_tokens_there_is_nothing_to_join():
    check_groups([], [(0, 1)], [])
    check_groups([(0, 1), (1, 2)], [], [[0], [1]])


spans_of_20 = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)).map(sorted).map(tuple))


@given(spans_of_20, st.sets(st.integers(0, 20)), st.integers(1, 3))
def test_groups_partition_the_tokens_by_the_words_they_share(
    spans: list[tuple[int, int]], cuts: set[int], keep: int
):
    edges = sorted(cuts)
    found = [pair for at, pair in enumerate(pairwise(edges)) if at % 4 < keep]
    groups = group_by_words(spans, found)
    assert sorted(index for group in groups for index in group) == list(range(len(spans)))
    assert all(group == sorted(group) for group in groups)
    assert [group[0] for group in groups] == sorted(group[0] for group in groups)
    home = {index: number for number, group in enumerate(groups) for index in group}
    for word in found:
        inside = {home[at] for at, span in enumerate(spans) if overlap(span, word)}
        assert len(inside) <= 1


def overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])


def test_the_cache_folder_is_made_for_the_user_alone(tmp_path: Path):
    folder = tmp_path / "deep" / "jieba"
    assert private_folder(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert private_folder(folder)


def test_a_cache_folder_that_others_could_fill_is_refused(tmp_path: Path):
    folder = tmp_path / "jieba"
    folder.mkdir()
    folder.chmod(0o777)
    (folder / "jieba.cache").write_bytes(b"planted")
    assert not private_folder(folder)


def test_a_link_and_a_file_are_no_cache_folder(tmp_path: Path):
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").touch()
    assert not private_folder(tmp_path / "link")
    assert not private_folder(tmp_path / "file")
