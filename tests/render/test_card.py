"""The card is plain data, bounded, safe, and says everything twice."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.protocol import Faithfulness, InputPicture, Piece, TensorAttribution
from limner.render.attribution_card import CHARACTERS, MARKS, ROWS, attribution_card
from limner.render.card import MIME, Card
from limner.render.mime import bundle
from limner.render.tensor_card import tensor_card
from render.samples import TEXT, attribution, long, truncated, two_baselines, two_labels
from render.test_pictures import hostile
from render.test_tensor import result as tensor

URLS = ("url", "href")


def cut(text: str, start: int, end: int) -> str:
    """A stretch of a text by UTF-16 units, as JavaScript cuts it."""
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def keys(value: Any) -> set[str]:
    """Every key at any depth."""
    if isinstance(value, dict):
        return {*value, *(key for inner in value.values() for key in keys(inner))}
    return (
        {key for inner in value for key in keys(inner)}
        if isinstance(value, list | tuple)
        else set()
    )


def test_a_bundle_has_text_html_and_a_card():
    assert {*bundle(attribution())} == {"text/plain", "text/html", MIME}
    assert {*attribution()._repr_mimebundle_()} == {*bundle(attribution())}


@pytest.mark.parametrize(
    "result",
    [attribution(), truncated(), two_labels(), hostile(), long(50), tensor(5), tensor(3, 4)],
)
def test_a_card_comes_back_from_json_as_it_was(result):
    plain = bundle(result)[MIME]
    assert msgspec.to_builtins(msgspec.json.decode(msgspec.json.encode(plain), type=Card)) == plain
    assert not keys(plain["charts"]) & {*URLS}


def test_marks_lie_on_their_words_as_javascript_counts():
    (text,) = attribution_card(attribution()).texts
    assert text.text == TEXT
    drawn = {cut(text.text, mark.start, mark.end): mark for mark in text.marks}
    assert {word: mark.step for word, mark in drawn.items()} == {
        "房间": 1,
        "很差": 4,
        "👍": -3,
        "<great>": -2,
    }
    assert drawn["👍"].value == -0.6


def test_a_hover_says_score_share_baseline_and_both_directions():
    (text,) = attribution_card(attribution()).texts
    assert text.marks[1].hover == (
        "很差 +2.00 · +714 % of ΔF · baseline pad · all words: +2.10 towards, −1.82 away"
    )


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5)), max_size=6))
def test_whatever_the_spans_marks_are_in_order_inside_the_text_and_apart(text, spans):
    words = tuple(Piece(text="", start=a, end=a + n, score=1.0 + a) for a, n in spans)
    (drawn,) = attribution_card(attribution(text=text, words=words, tokens=())).texts
    places = [place for mark in drawn.marks for place in (mark.start, mark.end)]
    assert places == sorted(places)
    assert all(0 <= place <= 2 * len(drawn.text) for place in places)


def test_what_was_not_read_is_a_stretch():
    (text,) = attribution_card(truncated()).texts
    assert cut(text.text, *text.unread) == "，but the 早餐 👍 is <great>"


def test_a_pair_is_a_second_text():
    word = Piece(text="ok", start=0, end=2, score=1.0, segment=1)
    first, second = attribution_card(attribution(pair="ok then", words=(word,))).texts
    assert (first.label, second.label) == ("text", "pair")
    assert [cut(second.text, m.start, m.end) for m in second.marks] == ["ok"]


def test_nothing_in_a_card_is_obeyed_by_a_terminal():
    drawn = msgspec.to_builtins(attribution_card(hostile()))
    del drawn["result"]  # the data is as it was given
    assert "\\u001b" not in msgspec.json.encode(drawn).decode()


def test_facts_and_notes_say_how_it_was_computed():
    card = attribution_card(truncated())
    assert ("model", "mini-sentiment on cpu") in card.facts
    assert any("read the first 4 of 24 characters" in note for note in card.notes)
    assert "很差 +2.00" in card.spoken


def test_several_results_stand_side_by_side():
    card = attribution_card(attribution(), attribution(baseline="mask"))
    assert [text.label for text in card.texts] == ["baseline pad", "baseline mask"]
    assert card.tables[0].columns == ("word", "baseline pad", "baseline mask")
    (chart,) = card.charts
    assert chart.title == "What moved mini-sentiment: negative 0.93"
    assert chart.spec["encoding"]["yOffset"]["sort"] == ["baseline pad", "baseline mask"]
    groups = {value["of"] for value in chart.spec["data"]["values"]}
    assert groups == {"baseline pad", "baseline mask"}
    assert card.result["side_by_side"][0]["baseline"] == "mask"
    assert ("ΔF", "0.28") in card.facts
    assert card.tables[1].columns == ("", "baseline pad", "baseline mask")


def test_only_what_differs_is_told_for_each_of_several_results():
    card = attribution_card(attribution(), attribution(baseline="mask", delta=0.02))
    assert ("δ", "2.0 %") not in card.facts
    assert ("δ", "0.4 %", "2.0 %") in card.tables[1].rows


def test_another_baseline_of_the_same_job_stands_beside_it():
    card = attribution_card(two_baselines())
    assert [text.label for text in card.texts] == ["baseline pad", "baseline mask"]
    assert [m.step for m in card.texts[1].marks] == [-m.step for m in card.texts[0].marks]
    assert card.tables[0].rows[0] == ("很差", "+2.00", "−2.00")
    assert "side_by_side" not in card.result


def test_faithfulness_is_a_table_beside_random_orders():
    measured = Faithfulness(
        baseline="pad",
        shares=(0.1, 0.5),
        comprehensiveness=1.5,
        sufficiency=0.25,
        comprehensiveness_at=(1.0, 2.0),
        sufficiency_at=(0.5, 0.0),
        random_comprehensiveness=0.5,
        random_comprehensiveness_spread=0.125,
        random_sufficiency=1.0,
        random_sufficiency_spread=0.25,
        orders=10,
        seed=0,
        evaluations=44,
    )
    table = attribution_card(attribution(faithfulness=measured)).tables[1]
    assert table.rows == (
        ("comprehensiveness (high is good)", "+1.50", "+0.50 ± 0.125"),
        ("sufficiency (low is good)", "+0.25", "+1.00 ± 0.25"),
    )


def test_scores_that_promise_no_sum_have_no_shares():
    card = attribution_card(attribution(complete=False, delta=None))
    assert card.tables[0].columns == ("word", "score")
    assert "of ΔF" not in card.texts[0].marks[0].hover


def test_two_models_are_told_apart_by_their_names():
    card = attribution_card(attribution(), attribution(model="mine"))
    assert [text.label for text in card.texts] == ["mini-sentiment", "mine"]


def test_every_label_has_a_column():
    assert attribution_card(two_labels()).tables[0].columns[-2:] == ("negative", "positive")


def test_the_last_row_sums_the_rest():
    table = attribution_card(long(10_000)).tables[0]
    assert len(table.rows) == ROWS + 1
    assert table.rows[-1][0] == "9,900 weaker words"
    shown = sum(float(row[1].replace("−", "-")) for row in table.rows)
    assert shown == pytest.approx(sum(w.score for w in long(10_000).words), abs=0.5)


def test_a_long_text_keeps_its_strongest_marks():
    words = tuple(
        Piece(text="a", start=2 * i, end=2 * i + 1, score=0.5 + i / 5000) for i in range(2500)
    )
    (text,) = attribution_card(attribution("a " * 2500, words=words, tokens=words)).texts
    assert len(text.marks) == MARKS
    assert text.marks[0].start == 2 * 500


def test_a_million_characters_make_a_small_card():
    card = attribution_card(long(200_000))
    assert len(card.texts[0].text) == CHARACTERS
    assert len(msgspec.json.encode(card)) < 3_000_000
    assert any("Only the first 100,000" in note for note in card.notes)


def test_the_data_counts_as_javascript_counts():
    plain = bundle(attribution())[MIME]["result"]
    assert plain["offsets"] == "utf-16"
    for word in plain["words"]:
        assert cut(TEXT, word["start"], word["end"]) == word["text"]


def test_what_is_not_a_number_is_not_drawn():
    broken = attribution(scores={"房间": math.nan, "很差": 2.0})
    (text,) = attribution_card(broken).texts
    assert [cut(text.text, m.start, m.end) for m in text.marks] == ["很差"]
    assert b"NaN" not in msgspec.json.encode(bundle(broken)[MIME])


# ── tensors ───────────────────────────────────────────────────────────────────────────────────


def with_picture(*shape: int) -> TensorAttribution:
    picture = InputPicture(png=b"\x89PNG", low=0.0, high=1.0)
    return msgspec.structs.replace(tensor(*shape), picture=picture)


def test_a_vector_is_a_chart_of_bars():
    card = tensor_card(tensor(5))
    (chart,) = card.charts
    assert not card.pictures
    values = chart.spec["data"]["values"]
    assert [value["score"] for value in values] == [1.0, -2.0, 3.0, -4.0, 5.0]
    assert "+5.00  [4]" in chart.text


def test_a_map_has_a_value_for_each_cell():
    (picture,) = tensor_card(tensor(3, 4)).pictures
    assert (picture.rows, picture.columns) == (3, 4)
    assert picture.values[-1] == -1.0
    assert picture.hovers[-1] == "[2, 3] −12.00"
    assert picture.under is None


def test_an_image_lies_under_its_map():
    card = tensor_card(with_picture(3, 4, 4))
    assert card.pictures[0].under == "data:image/png;base64,iVBORw=="
    assert ("picture", "0 is drawn black, 1 white") in card.facts
    assert 'href="data:image/png;base64,iVBORw=="' in with_picture(3, 4, 4).to_html()
    assert "picture" not in card.result


def test_a_large_map_is_summed_in_blocks_and_leaves_its_entries_out():
    card = tensor_card(tensor(3, 600, 400))
    (picture,) = card.pictures
    assert picture.rows <= 256 and picture.columns <= 256
    assert picture.hovers is None and card.result["scores"] is None
    assert len(msgspec.json.encode(card)) < 1_000_000


def test_the_table_of_a_tensor_sums_up():
    table = tensor_card(tensor(3, 28, 28)).tables[0]
    assert table.rows[-1][0] == "2,328 weaker entries"


def test_every_key_of_a_card_is_there_even_when_empty():
    assert {*bundle(tensor(5))[MIME]} == {*Card.__struct_fields__}
    assert attribution().method == bundle(attribution())[MIME]["method"]
