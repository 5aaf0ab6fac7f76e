from hypothesis import given
from hypothesis import strategies as st

from limner.protocol import Piece
from limner.render.runs import clip, columns, one_line, segments, visible
from render.samples import attribution, truncated

SPAN = st.tuples(st.integers(0, 30), st.integers(0, 30), st.floats(-2, 2))


@given(st.text(max_size=24), st.lists(SPAN, max_size=8))
def test_runs_give_back_every_character_once_whatever_the_spans(text, spans):
    words = tuple(Piece(text="", start=a, end=b, score=s) for a, b, s in spans)
    (runs,) = segments(attribution(text=text, words=words, tokens=words))
    assert "".join(run.text for run in runs) == text


def test_the_strongest_word_has_full_strength_and_weak_ones_none():
    (runs,) = segments(attribution())
    assert {run.text: run.step for run in runs if run.score is not None} == {
        "房间": 1,
        "很差": 4,
        "早餐": 0,
        "👍": -3,
        "<great>": -2,
    }


def test_what_the_model_did_not_read_is_marked():
    (runs,) = segments(truncated())
    assert [run.text for run in runs if run.unread] == ["，but the 早餐 👍 is <great>"]


def test_a_pair_has_its_own_runs():
    word = Piece(text="ok", start=0, end=2, score=1.0, segment=1)
    first, second = segments(attribution(pair="ok then", words=(word,)))
    assert [run.step for run in first] == [0]
    assert [run.text for run in second] == ["ok", " then"]


def test_without_words_the_tokens_are_drawn():
    (runs,) = segments(attribution(words=()))
    assert any(run.step == 4 for run in runs)


def test_nothing_that_a_terminal_obeys_is_left():
    shown = visible("a\x1b[31mb\x07\u202ec\x9bd\ud800\x7f\ufffce\n\t")
    assert shown == "a␛[31mb␇\ufffdc\ufffdd\ufffd␡{…}e\n\t"


def test_a_cell_has_one_line():
    assert one_line("a\r\nb\tc\rd") == "a⏎b⇥c⏎d"


def test_chinese_takes_two_columns_and_a_combining_mark_none():
    assert (columns("很a"), columns("é"), columns("e\u0301")) == (3, 1, 1)


@given(st.text(max_size=20), st.integers(1, 20))
def test_a_clipped_text_fits(text, limit):
    assert columns(clip(text, limit)) <= max(limit, 1)
