"""Independence as people and front ends read it: the test is always named, p is never too small."""

import json
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import msgspec
import pytest

from limner.protocol import Binned, Counted, Independence, KernelFacts, PairMatrix, Points, Result
from limner.render import hsic, pairs
from limner.render.card import MIME, Card
from limner.render.hsic_charts import beside, charts
from render.hsic_samples import facts, pair_result, table_result

COUNTED = Counted(x=("甲", "<b>"), y=("x", "y"), counts=((3, 4), (5, 0)))
BINNED = Binned(x_edges=(0.0, 1.0, 2.0), y_edges=(0.0, 1.0), counts=((7,), (0,)))
LABELLED = Points(x=(0.1, 0.9), y=(2.0, 3.0), of=2, x_categories=("甲", "乙"))
SCATTERS = [None, COUNTED, BINNED, LABELLED]


def test_the_headline_names_value_p_test_and_n():
    assert hsic.headline(pair_result()) == "HSIC 0.0961 · p < 0.001 (1000 permutations) · n = 1000"


@pytest.mark.parametrize(
    ("p", "permutations", "said"),
    [
        (1 / 1001, 1000, "p < 0.001"),
        (2 / 1001, 1000, "p = 0.002"),
        (1 / 1000, 999, "p ≤ 0.001"),
        (1 / 200, 199, "p ≤ 0.005"),
        (0.5, 199, "p = 0.5"),
        (1.0, 1000, "p = 1"),
        (3e-30, 0, "p < 0.001"),
        (0.0, 0, "p < 0.001"),
        (0.04321, 0, "p = 0.043"),
    ],
)
def test_p_is_a_bound_where_nothing_smaller_can_be_known(p, permutations, said):
    assert hsic.probability(p, permutations) == said


def test_gamma_is_named_and_called_rough():
    result = pair_result(p_method="gamma", permutations=0, p=1e-12, null=None)
    assert "p < 0.001 (gamma approximation)" in hsic.headline(result)
    assert "rough where it is small" in dict(hsic.facts(result))["p"]


def test_facts_say_kernel_bandwidth_convention_estimator_path_and_error():
    article = KernelFacts(name="gaussian", bandwidth=1.0, convention="article", rule="given")
    result = pair_result(
        kernels=(article, KernelFacts(name="polynomial", degree=3)),
        path="low-rank",
        rank=17,
        error=1e-6,
        error_note="bound",
        dropped=3,
        estimator="unbiased",
    )
    found = dict(hsic.facts(result))
    assert found["kernel of x"] == "gaussian exp(−d²/σ²), σ = 1 (given)"
    assert found["kernel of y"] == "polynomial of degree 3"
    assert "rank 17" in found["computed"] and "1e−06 (bound)" in found["computed"]
    assert "HSIC₁" in found["HSIC"] and "3 left out" in found["pairs"]
    assert "3 left out" in hsic.headline(result)


def test_a_sample_is_said_to_be_one():
    sampled = facts("x", of=5_000_000, note="Masked values count as NaN.")
    result = pair_result(x=sampled)
    assert "a sample of 5,000,000 rows" in dict(hsic.facts(result))["pairs"]
    assert "Masked values count as NaN." in hsic.notes(result)


def test_what_is_spoken_is_no_more_than_was_found():
    assert hsic.spoken(pair_result()).startswith("x and y depend on each other: HSIC 0.0961")
    assert "Nothing here says" in hsic.spoken(pair_result(p=0.4))


def test_the_json_has_the_stable_keys_first_and_no_ids():
    found = json.loads(pair_result(x=facts("x", id="secret")).to_json())
    first = ["method", "n", "statistic", "normalized", "p_value", "p_method"]
    assert list(found)[:6] == first and "id" not in found["x"]
    assert (found["statistic"], found["kernel"], found["ms"]) == (0.0961, "gaussian", 12.3)
    table = json.loads(table_result().to_json())
    assert table["pairs"][0] == {
        "x": "身高",
        "y": "weight, kg",
        "n": 200,
        "statistic": 0.05,
        "normalized": 0.8,
        "p_value": 1e-9,
        "q_value": 3e-9,
        "significant": True,
    }


def test_the_result_offers_the_names_of_the_json():
    result = pair_result()
    assert (result.statistic, result.normalized, result.p_value) == (0.0961, 0.97, 1 / 1001)


@pytest.mark.parametrize("scatter", SCATTERS, ids=["none", "counted", "binned", "labelled"])
def test_every_kind_of_pairs_is_drawn_with_a_twin_in_words(scatter):
    result = pair_result(scatter=scatter)
    drawn = charts(result)
    assert len(drawn) == (2 if scatter else 1)
    assert all(chart.text for chart in drawn)
    assert "observed: 0.0961" in drawn[-1].text
    assert len(beside(result)["vconcat"]) == len(drawn)
    ET.fromstring(result.to_svg())
    assert "<b>" not in result.to_svg() and "<b>" not in result.to_html()
    assert json.dumps([chart.spec for chart in drawn])


def test_nothing_to_draw_is_no_panel():
    assert beside(pair_result(scatter=None, null=None)) is None
    ET.fromstring(pair_result(scatter=None, null=None).to_svg())


def test_dots_keep_categories_by_name_and_beside_their_middle():
    spec = charts(pair_result(scatter=LABELLED))[0].spec
    assert spec["data"]["values"] == [
        {"x": "甲", "x_beside": 0.1, "y": 2.0},
        {"x": "乙", "x_beside": -0.1, "y": 3.0},
    ]
    assert spec["encoding"]["xOffset"]["field"] == "x_beside"


def test_the_null_distribution_has_a_line_at_the_observed_value():
    bars, line = charts(pair_result())[-1].spec["layer"]
    assert [value["count"] for value in bars["data"]["values"]] == [600, 400]
    assert line["data"]["values"] == [{"observed": 0.0961}]


@pytest.mark.parametrize("result", [pair_result(), table_result()], ids=["pair", "table"])
def test_a_notebook_gets_text_html_and_card(result):
    bundle = result._repr_mimebundle_()
    assert {*bundle} == {"text/plain", "text/html", MIME}
    card = msgspec.convert(bundle[MIME], Card)
    assert card.title in bundle["text/plain"]
    HTMLParser().feed(bundle["text/html"])
    assert "<script" not in bundle["text/html"] and "<svg" in bundle["text/html"]
    assert json.dumps(bundle[MIME]) and card.result["offsets"] == "utf-16"


@pytest.mark.parametrize("result", [pair_result(), table_result()], ids=["pair", "table"])
def test_it_travels_between_processes(result):
    sent = msgspec.msgpack.encode(result)
    assert msgspec.msgpack.Decoder(Result).decode(sent) == result


# ── tables ────────────────────────────────────────────────────────────────────────────────────


def test_a_table_says_how_many_pairs_depend_and_by_which_test():
    expected = "HSIC: 1 of 3 pairs dependent · 3 columns · q ≤ 0.05 (gamma approximation) · n = 200"
    assert pairs.headline(table_result()) == expected


def test_pairs_are_listed_with_the_least_p_first_and_stars():
    rows = pairs.tables(table_result())[0].rows
    assert rows[0] == ("身高", "weight, kg", "0.8", "0.05", "< 0.001", "< 0.001", "*")
    assert rows[-1] == ("weight, kg", "group 👍", "–", "0.0005", "0.5", "0.5", "")


def test_the_heat_map_has_both_halves_and_marks_what_is_significant():
    values = pairs.charts(table_result())[0].spec["data"]["values"]
    assert len(values) == 6
    assert [v["mark"] for v in values if {v["x"], v["y"]} == {"身高", "weight, kg"}] == ["*", "*"]
    assert pairs.charts(table_result())[0].text == "身高 * weight, kg\nweight, kg * 身高"


def test_one_pair_of_a_table_is_told_like_a_pair():
    one = table_result(pairs=table_result().pairs[:1])
    assert pairs.headline(one) == "HSIC 0.05 · p < 0.001 (gamma approximation) · n = 200"
    assert pairs.charts(one) == ()


def test_control_characters_and_tags_of_names_are_harmless():
    columns = tuple(
        msgspec.structs.replace(column, name=f"<i>\x1b[31m{column.name}")
        for column in table_result().columns
    )
    result = table_result(columns=columns)
    for text in (result.to_html(), result.to_svg(), result.to_text()):
        assert "\x1b" not in text
    assert "<i>" not in result.to_html() + result.to_svg()
    ET.fromstring(result.to_svg())


def test_a_hundred_columns_stay_bounded():
    columns = tuple(
        msgspec.structs.replace(table_result().columns[0], name=f"column {i}") for i in range(100)
    )
    many = tuple(
        msgspec.structs.replace(table_result().pairs[0], i=i, j=j)
        for i in range(100)
        for j in range(i + 1, 100)
    )
    result = table_result(columns=columns, pairs=many)
    assert len(pairs.tables(result)[0].rows) == pairs.ROWS
    assert "300 of 4950" in pairs.tables(result)[0].caption
    assert isinstance(result, PairMatrix) and not isinstance(result, Independence)
