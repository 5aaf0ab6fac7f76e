"""What a model wrote, as it is drawn: a row for each token, its texts one below the other."""

from __future__ import annotations

import msgspec

from limner.overlays.attribution import explain, headline
from limner.render import written
from limner.render.attribution_card import attribution_card
from limner.render.html import to_html
from limner.render.svg import to_svg
from limner.render.terminal import to_text
from render.samples import attribution, output


def test_a_row_names_the_token_its_share_and_its_strongest_words():
    first, second = written.rows(output())
    assert first[0] == "bad" and first[1] == "0.75"
    assert first[4].startswith("很差 +1.50, 👍 −0.90")
    assert second[0] == "<b>" and second[4].startswith("很差 +0.50")


def test_what_is_no_output_has_no_rows():
    assert written.rows(attribution()) == []
    assert list(written.one_by_one(attribution())) == []


def test_many_tokens_are_summed_in_the_last_row():
    one = output()
    many = msgspec.structs.replace(one, by_label=(one.by_label[0], *one.by_label[1:] * 50))
    rows = written.rows(many)
    assert len(rows) == written.TOKENS + 1
    assert rows[-1][0] == "36 more"
    whole = sum(scores.difference for scores in many.by_label[1:])
    shown = sum(scores.difference for scores in many.by_label[1 : written.TOKENS + 1])
    assert rows[-1][2] == f"{whole - shown:+.2f}".replace("-", "−")


def test_a_terminal_of_eighty_columns_holds_the_table():
    said = to_text(output(), width=80)
    assert "log p −31.20" in said and "strongest words" in said
    assert all(len(line) <= 80 for line in said.splitlines())
    assert said.count("很差 +1.50") == 1


def test_html_has_the_table_and_a_text_for_each_token_and_obeys_no_token():
    drawn = to_html(output())
    assert "Token by token" in drawn
    assert drawn.count('class="limner-text"') == 3  # the whole output's, and each token's
    assert "<b>" not in drawn and "&lt;b&gt;" in drawn


def test_a_card_has_the_texts_one_below_the_other():
    card = attribution_card(output())
    assert [text.label for text in card.texts] == ["", "bad +0.21", "<b> +0.070"]
    assert [table.caption for table in card.tables][:2] == ["All words", "Token by token"]
    assert all(text.marks for text in card.texts)
    assert "log p −31.20" in card.title
    assert card.charts[0].spec["encoding"]["x"]["title"] == "score (log p)"


def test_a_hover_lists_the_tokens():
    said = explain(output())
    assert "| bad | 0.75 |" in said
    assert "log p" in headline(output()) and "(log p; baseline pad)" in said


def test_without_its_tokens_a_hover_has_their_probabilities_in_order():
    alone = msgspec.structs.replace(output(), by_label=())
    assert r"bad 0.75, \<b\> 0.25" in explain(alone)


def test_a_picture_says_log_p():
    assert "log p −31.20" in to_svg(output())
