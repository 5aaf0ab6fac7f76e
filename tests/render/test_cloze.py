"""Cloze results as people and front ends read them: no figure without what it is measured by."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import msgspec
import pytest

from limner.protocol import Candidate
from limner.render import cloze
from limner.render import cloze_words as words
from limner.render.card import MIME, Card
from limner.render.cloze_charts import counted
from limner.render.runs import columns
from limner.results.cloze import Epoch, PatternRank
from render.cloze_samples import OTHERS, candidates, labels, quality, report, training
from render.test_pictures import Tags

ALL = [candidates(), labels(), report(), training()]
EMPTY = [
    candidates(candidates=(), entropy=float("nan")),
    labels(probabilities=(), scores=(), truncated=()),
    report(confusion=((0, 0), (0, 0)), patterns=(), quality=quality(reliability=())),
    training(epochs=(), kept=0, saved=None, after=quality()),
]
HOSTILE = "<script>alert(1)</script>|\n\x1b[31m\u202e\u200f\u2028]]>&\"'שלום"
BAD = [
    candidates(
        model=HOSTILE,
        text=f"{HOSTILE}____{HOSTILE}",
        gap=(len(HOSTILE), len(HOSTILE) + 4),
        candidates=(Candidate(text=HOSTILE, probability=0.5, tokens=1, label=HOSTILE),),
        notes=(HOSTILE,),
        device=HOSTILE,
    ),
    labels(model=HOSTILE, labels=(HOSTILE, "b"), patterns=(HOSTILE, "p"), notes=(HOSTILE,)),
    report(
        model=HOSTILE,
        head=None,
        labels=(HOSTILE, HOSTILE),
        patterns=(PatternRank(pattern=HOSTILE, information=0.1, agreement=1.0),),
        notes=(HOSTILE,),
    ),
    training(model=HOSTILE, saved=HOSTILE, notes=(HOSTILE,), labels=(HOSTILE, "b")),
]
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e]")
REFUSED = {
    *("url", "sequence", "graticule", "baseURL", "loader", "marks", "signals", "scales", "axes"),
    *("expr", "signal", "href", "usermeta", "bind", "element", "patch", "on", "clear", "cursor"),
}
"""What protocol/src/spec.ts refuses or strips."""


def names(results):
    return [type(one).__name__ for one in results]


def keys(value, data=False):
    """All keys of a spec that are not columns of its data."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not data:
                yield key
            yield from keys(item, data or key in ("values", "datasets"))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from keys(item, data)


# ── all of them ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("result", ALL + EMPTY, ids=names(ALL + EMPTY))
def test_a_notebook_gets_text_html_and_card(result):
    bundle = result._repr_mimebundle_()
    assert {*bundle} == {"text/plain", "text/html", MIME}
    card = msgspec.convert(bundle[MIME], Card)
    assert card.title in bundle["text/plain"].replace("\n", " ")
    assert card.result["offsets"] == "utf-16" and card.result["method"] == card.method
    assert "NaN" not in json.dumps(bundle[MIME])


@pytest.mark.parametrize("result", ALL + EMPTY + BAD, ids=names(ALL + EMPTY + BAD))
def test_html_nests_and_loads_nothing(result):
    seen = Tags(result.to_html())
    assert not seen.open
    assert not seen.tags & {"script", "img", "link", "iframe", "a", "object", "b", "use", "image"}
    assert not {name for name in seen.attributes if name.startswith("on") or "href" in name}
    assert "url(" not in result.to_html() and "@import" not in result.to_html()
    assert cloze.to_page(result, title=HOSTILE).startswith("<!doctype html>")


@pytest.mark.parametrize("result", BAD, ids=names(BAD))
def test_what_files_hold_is_shown_and_never_obeyed(result):
    bundle = result._repr_mimebundle_()
    for drawn in (bundle["text/plain"], bundle["text/html"], result.to_svg()):
        assert not OBEYED.search(drawn)
    for drawn in (bundle["text/html"], result.to_svg()):
        assert "<script" not in drawn
    ET.fromstring(result.to_svg())
    card = cloze.card(result)
    shown = [card.title, card.spoken, *card.notes, *(text for pair in card.facts for text in pair)]
    shown += [cell for table in card.tables for row in (table.columns, *table.rows) for cell in row]
    shown += [text.text for text in card.texts]
    assert not [text for text in shown if OBEYED.search(text) or "\n" in text]
    assert not OBEYED.search("".join(chart.text for chart in card.charts))


@pytest.mark.parametrize("result", ALL + BAD, ids=names(ALL + BAD))
def test_charts_have_inline_data_and_nothing_that_front_ends_refuse(result):
    charts = cloze.card(result).charts
    assert charts
    for chart in charts:
        found = {*keys(chart.spec)}
        assert not found & REFUSED and "values" in found
        assert not OBEYED.search(json.dumps(chart.spec, ensure_ascii=False))


@pytest.mark.parametrize("result", ALL + EMPTY, ids=names(ALL + EMPTY))
def test_the_picture_stands_alone_and_its_rules_stay_inside(result):
    picture = result.to_svg()
    root = ET.fromstring(picture)
    assert root.find("{http://www.w3.org/2000/svg}desc").text
    style = root.find("{http://www.w3.org/2000/svg}style").text
    assert "prefers-color-scheme:dark" in style
    selectors = ",".join(re.findall(r"([^{}]+)\{[^{}]*\}", style)).split(",")
    assert all(one.startswith(".limner-cloze .") for one in selectors)


@pytest.mark.parametrize("result", ALL, ids=names(ALL))
def test_colours_come_only_when_asked_and_say_nothing_alone(result, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    plain, coloured = result.to_text(), result.to_text(color=True)
    assert "\x1b" not in plain and "\x1b[" in coloured
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert bare.split() == plain.split()
    assert max(map(columns, plain.split("\n"))) <= 80


@pytest.mark.parametrize("result", ALL + EMPTY, ids=names(ALL + EMPTY))
def test_json_has_every_field_and_the_method_first(result):
    plain = json.loads(result.to_json())
    assert next(iter(plain)) == "method" and "kind" not in plain
    assert {*type(result).__struct_fields__} <= {*plain}


# ── words ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.632, "63.2 %"),
        (0, "0.0 %"),
        (1, "100.0 %"),
        (0.0001, "< 0.1 %"),
        (0.99999, "> 99.9 %"),
        (-0.05, "−5.0 %"),
        (float("nan"), "–"),
    ],
)
def test_per_cent_has_one_decimal_and_never_rounds_to_certainty(share, said):
    assert words.percent(share) == said


def test_entropy_is_said_as_a_number_of_choices():
    assert words.undecided(0.01) == "nearly certain"
    assert words.undecided(2.48) == "as undecided as among 12 equally likely ones"
    assert words.undecided(0.6931) == "as undecided as among 2.0 equally likely ones"


def test_a_blank_word_is_seen():
    assert words.cell(" ") == "“ ”" and words.cell("") == "“”"


# ── words for a gap ───────────────────────────────────────────────────────────────────────────


def test_the_sentence_shows_its_gap_and_the_table_the_words():
    card = cloze.card(candidates())
    assert card.texts[0].text == "😀[____]满意。房间很差"
    assert card.title == "很 63.2 % · 不 20.1 % · 非常 < 0.1 % · of 3 words"
    assert card.tables[0].rows[0] == ("不", "20.1 %", "███▉", "1", "negative")
    assert "😀<strong>[____]</strong>满意" in candidates().to_html()
    assert card.result["gap"] == [2, 8]
    assert json.loads(candidates().to_json())["gap"] == [1, 7]


def test_labels_have_a_column_only_where_a_task_is_bound():
    free = candidates(candidates=(Candidate(text="很", probability=0.6, tokens=1),))
    assert cloze.card(free).tables[0].columns[-1] == "tokens"


def test_a_long_text_is_cut_around_its_gap():
    far = candidates(text="字" * 5000 + "____" + "尾" * 5000, gap=(5000, 5004))
    text = cloze.card(far).texts[0].text
    assert text.startswith("…字") and text.endswith("尾…") and len(text) < 420


# ── labels ────────────────────────────────────────────────────────────────────────────────────


def test_the_headline_counts_labels_and_names_model_calibration_and_cuts():
    assert cloze.card(labels()).title == (
        "3 texts · positive 66.7 % · negative 33.3 % · mini-mlm · contextual calibration · 1 cut"
    )


def test_texts_are_listed_as_they_are_or_the_least_certain_first():
    said = labels().to_text(["好吃" * 40, "b\nb", "c"])
    rows = [line.split() for line in said.split("\n") if re.match(r" +\d  ", line)]
    assert [row[0] for row in rows] == ["0", "1", "2"]
    assert rows[1] == ["1", "negative", "55.0", "%", "10.0", "%", "b⏎b"]
    assert rows[2][-2:] == ["cut", "c"] and rows[0][-1].endswith("…")
    unsure = labels().to_text(["x", "y", "z"], least_certain=True, most=2)
    assert re.findall(r"^ +(\d)  ", unsure, re.M) == ["1", "2"]
    assert "Texts, 2 of 3, the least certain first" in unsure
    assert "<td" in labels().to_html([HOSTILE] * 3)
    assert "<script" not in labels().to_html([HOSTILE] * 3)


def test_texts_that_were_not_labelled_are_refused():
    with pytest.raises(ValueError, match="3 texts were labelled and 1 are given"):
        labels().to_text(["a"])


def test_the_histogram_begins_where_a_likeliest_label_can():
    assert [low for low, *_ in counted([0.55, 1.0], 2)] == [0.5, 0.6, 0.7, 0.8, 0.9]
    assert counted([0.55, 1.0], 2)[-1] == (0.9, 1.0, 1)
    assert counted([0.25], 4)[0] == (0.2, 0.3, 1)


def test_a_card_of_many_texts_stays_bounded_and_says_so():
    many = labels(
        probabilities=((0.5, 0.5),) * 200_000,
        scores=(((0.0, 0.0),) * 2,) * 200_000,
        truncated=(1, 199_999),
    )
    card = cloze.card(many)
    assert len(msgspec.json.encode(card)) < 300_000
    assert card.result["truncated"] == [1]
    assert "leaves out scores and the texts behind the first 5,000" in card.notes[-1]


# ── report ────────────────────────────────────────────────────────────────────────────────────


def test_accuracy_stands_beside_its_interval_and_the_majority():
    card = cloze.card(report())
    assert card.title == (
        "accuracy 77.5 % (95 % interval 62.5 % to 87.7 %) · majority 55.0 % · 40 texts"
    )
    assert dict(card.facts)["majority"] == "55.0 %: always “positive”"
    assert dict(card.facts)["model"] == "mini-mlm, head 3"
    figures = {row[0]: row[1:] for row in card.tables[0].rows}
    assert figures["accuracy"] == ("77.5 %", "70.0 %", "55.0 %")
    assert figures["calibration error"] == ("8.4 %", "21.5 %", "–")


def test_a_task_that_may_be_no_better_than_the_majority_is_said_to_be_so():
    assert not cloze.card(report()).notes
    weak = report(majority=0.7)
    assert "Nothing shows that this is better" in cloze.card(weak).notes[-1]


def test_the_confusion_marks_what_is_right_and_lists_the_worst_of_many_labels():
    table = cloze.card(report()).tables[1]
    assert table.columns == ("right", "positive", "negative", "found")
    assert table.rows[0] == ("positive", "✓ 18", "4", "81.8 %")
    n = 12
    square = tuple(tuple(9 if i == j else int(j == i + 1) for j in range(n)) for i in range(n))
    many = report(labels=tuple(f"label {i}" for i in range(n)), confusion=square)
    table = cloze.card(many).tables[1]
    assert table.rows[0] == ("label 0", "label 1", "1", "10.0 %") and len(table.rows) == n - 1


def test_reliability_has_a_diagonal_and_dots_by_count_that_differ_in_shape():
    (chart,) = cloze.card(report()).charts
    line, dots = chart.spec["layer"]
    assert [value["said"] for value in line["data"]["values"]] == [0, 1]
    assert [value["texts"] for value in dots["data"]["values"]] == [12, 28, 40]
    assert dots["encoding"]["shape"]["scale"]["range"] == ["circle", "square"]
    assert "calibrated    50 … 60 %      12  55.3 %  58.3 %   +3.0 points" in chart.text
    same = report(uncalibrated=quality())
    assert {v["which"] for v in cloze.card(same).charts[0].spec["layer"][1]["data"]["values"]} == {
        "calibrated"
    }
    assert OTHERS != quality().reliability


def test_patterns_are_listed_with_what_speaks_for_them():
    table = cloze.card(report()).tables[2]
    assert table.rows[0] == ("{mask}满意。{text}", "77.5 %", "0.510", "0.210 nats", "90.0 %")
    assert table.rows[1][1:3] == ("–", "–")


# ── training ──────────────────────────────────────────────────────────────────────────────────


def test_a_training_says_before_after_and_which_pass_was_kept():
    card = cloze.card(training())
    assert card.title == "accuracy 77.5 % → 85.0 % on 40 held-out texts · pass 2 of 3 kept"
    assert card.tables[0].rows[0] == ("accuracy", "77.5 %", "85.0 %", "+7.5 points")
    assert card.tables[0].rows[2] == ("log loss, nats", "0.510", "0.400", "−0.110")
    facts = dict(card.facts)
    assert "they also chose the pass" in facts["held out"]
    assert facts["saved"] == "reviews.heads/001.safetensors"


def test_the_learning_curve_marks_the_kept_pass_and_leaves_out_what_is_no_number():
    chart = cloze.card(training()).charts[0]
    losses, right = chart.spec["vconcat"]
    assert [one["pass"] for one in losses["layer"][0]["data"]["values"]] == [1, 2]
    assert [one["pass"] for one in right["layer"][0]["data"]["values"]] == [0, 1, 2, 3]
    assert losses["layer"][2]["data"]["values"] == [{"pass": 2, "said": "kept"}]
    assert [line.split()[-1] for line in chart.text.split("\n")[1:]] == [
        *("before", "0.510", "kept", "0.510")
    ]
    assert "kept" in training().to_svg()


def test_a_training_that_did_not_help_says_that_nothing_was_kept():
    worse = (Epoch(epoch=1, train_loss=0.7, held_out=quality(accuracy=0.5)),)
    found = training(kept=0, saved=None, after=quality(), epochs=worse)
    card = cloze.card(found)
    assert card.title == "accuracy 77.5 % on 40 held-out texts · nothing kept: no pass was better"
    assert dict(card.facts)["saved"] == "nowhere"
    assert "kept" not in found.to_svg().split("</desc>")[1].split("</style>")[1].split("\n", 1)[1]
