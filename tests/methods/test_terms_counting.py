"""Tokens and counts: what is one word, what breaks, and that counts add up."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.methods.terms.counting import (
    ORDER,
    SEPARATOR,
    Table,
    count,
    distinct,
    merge_grams,
    negative,
)
from limner.methods.terms.tokens import grams, key_of, tokenize

DOCUMENTS = st.lists(
    st.text(alphabet="操作系统内核，。 ab\n1-C", max_size=40), min_size=1, max_size=6
)


def words(text: str) -> list[str]:
    tokens = tokenize(text)
    return [text[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True)]


def phrases(text: str) -> list[str]:
    """The text between breaks, tokens joined by |."""
    found, line = [], []
    for word, broken in zip(words(text), tokenize(text).breaks, strict=True):
        line.append(word)
        if broken:
            found.append("|".join(line))
            line = []
    return found


def same(one, other) -> bool:
    return all(
        np.array_equal(a.keys, b.keys) and np.array_equal(a.counts, b.counts)
        for a, b in zip(one, other, strict=True)
    )


def test_a_han_character_and_a_word_are_a_token_each():
    assert words("配置IP地址") == ["配", "置", "IP", "地", "址"]


def test_a_mixed_term_is_the_same_with_and_without_a_space():
    assert key_of("IP 地址") == key_of("ip地址") == key_of("ＩＰ地址")


def test_a_hyphen_joins_words_and_a_dash_between_spaces_parts_them():
    assert phrases("real-time system - kernel") == ["real|time|system", "kernel"]


def test_punctuation_numbers_and_empty_lines_break_and_a_line_end_between_words_does_not():
    assert phrases("a b, c d\ne f\n\ng 1998 h") == ["a|b", "c|d|e|f", "g", "h"]


def test_white_space_between_han_characters_breaks():
    assert phrases("操作 系统") == ["操|作", "系|统"]


def test_endless_words_are_data_and_no_tokens():
    assert words("x" * 100_000 + " kernel") == ["kernel"]


def test_characters_beyond_the_basic_plane_are_read():
    assert words("𠀀字😀") == ["𠀀", "字"]


def test_numbers_of_n_grams_are_numbers_of_their_tokens():
    tokens = tokenize("操作系统")
    assert int(grams(tokens.ids, 4)[0]) == key_of("操作系统")
    assert key_of("操作，系统") is None


@given(DOCUMENTS)
@settings(max_examples=60, deadline=None)
def test_counts_of_documents_add_up_to_the_counts_of_all(documents):
    assert same(merge_grams([count(d) for d in documents]), count(SEPARATOR.join(documents)))


@given(DOCUMENTS, DOCUMENTS)
@settings(max_examples=60, deadline=None)
def test_documents_that_are_taken_away_leave_the_counts_of_the_others(kept, gone):
    everything = count(SEPARATOR.join([*kept, *gone]))
    rest = merge_grams([everything, negative(count(SEPARATOR.join(gone)))])
    assert same(rest, count(SEPARATOR.join(kept)))


def test_counts_are_those_of_python():
    text = "系统操作系统，操作系统"
    pairs = count(text)[1]
    wanted = {key_of("系统"): 3, key_of("统操"): 1, key_of("操作"): 2, key_of("作系"): 2}
    assert dict(zip(pairs.keys.tolist(), pairs.counts.tolist(), strict=True)) == wanted
    assert len(count(text)) == ORDER


@given(st.lists(st.integers(0, 2**64 - 1), max_size=300), st.lists(st.integers(0, 2**64 - 1)))
@settings(max_examples=60, deadline=None)
def test_a_table_finds_every_key_and_no_other(keys, others):
    kept = distinct(np.array(keys, np.uint64)).keys
    wanted = np.array([*keys, *others], np.uint64)
    rows = Table(kept).rows(wanted)
    for key, row in zip(wanted.tolist(), rows.tolist(), strict=True):
        assert (kept[row] == key) if row >= 0 else key not in set(keys)
