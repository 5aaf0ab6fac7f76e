"""Terms as text, HTML and a card; whatever a document holds is shown and never obeyed."""

from __future__ import annotations

import json

import msgspec
import pytest

from limner.methods.terms.results import Sentence, Term
from limner.render import terms as render
from limner.render.card import MIME, Card
from limner.terms import Terms

HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e"


def term(name: str, **given) -> Term:
    figures = dict(
        count=40, language="zh", score=11.5, unit=2.0, whole=30, pmi=4.5, split=("文件", "系统")
    )
    figures |= dict(left_entropy=3.0, right_entropy=2.0, nested_in=None, nested_share=0.0)
    figures |= dict(c_value=40.0, background=3, ratio=712.3, delta=5.0, z=-14.0)
    return Term(term=name, **(figures | given))


def result(*terms: Term, **given) -> Terms:
    about = dict(documents=1, chars=2_060_000, tokens=1_900_000, background="builtin")
    about |= dict(min_count=5, candidates=12_345, seconds=2.04)
    return Terms(terms=terms, **(about | given))


SENTENCE = Sentence(text="😀 挂载文件系统。", start=4, end=8, path="docs/a.md", line=7)
PLAIN = result(
    term("文件系统", sentences=(SENTENCE,)),
    term("内核", score=5.75, ratio=None, z=None, pmi=None, nested_in="内核态", nested_share=0.25),
)


def test_the_table_has_figures_bars_and_a_sentence():
    first, second = render.table(PLAIN).rows
    assert first == (
        *("文件系统", "11.5", "████████", "40", "712", "−14.0", "4.5", "2.0", ""),
        "😀 挂载文件系统。 (docs/a.md:7)",
    )
    assert second == ("内核", "5.8", "████", "40", "–", "–", "–", "2.0", "内核态 25%", "")


def test_text_and_html_say_the_same_in_one_headline():
    said = "2 terms · 1 document · 2,060,000 characters · against builtin"
    assert PLAIN.to_text().startswith(said) and said in PLAIN.to_html()
    assert "文件系统" in PLAIN.to_text() and "a.md" not in PLAIN.to_text()
    assert "(docs/a.md:7)" in PLAIN.to_html()
    assert max(map(len, PLAIN.to_text().split("\n"))) <= 100


def test_the_card_is_drawn_by_any_front_end():
    found = PLAIN._repr_mimebundle_()
    card = msgspec.convert(found[MIME], Card)
    assert (card.method, card.tables[0].columns[0]) == ("terms", "term")
    assert card.spoken.endswith("First: 文件系统, 内核.")
    sentence = card.result["terms"][0]["sentences"][0]
    assert (sentence["start"], sentence["end"]) == (5, 9)
    assert {*found} == {"text/plain", "text/html", MIME}


def test_json_has_all_terms_and_code_points():
    plain = json.loads(result(*(term(str(k)) for k in range(200)), PLAIN.terms[0]).to_json())
    assert len(plain["terms"]) == 201
    assert plain["terms"][-1]["sentences"][0]["start"] == 4
    assert json.loads(result(term("\ud800")).to_json())["terms"][0]["term"] == "?"


def test_a_card_is_bounded_and_says_so():
    many = result(*(term(str(k)) for k in range(5000)), notes=("left out.",) * 5000)
    card = render.card(many)
    assert len(card.tables[0].rows) == len(card.result["terms"]) == render.ROWS
    assert card.notes[-2:] == (
        "and 4,980 more such notes.",
        "50 of 5,000 terms are shown; `.terms` has all.",
    )
    assert len(msgspec.json.encode(render.bundle(many))) < 200_000


@pytest.mark.parametrize("draw", [render.to_text, render.to_html])
def test_what_documents_hold_is_shown_and_never_obeyed(draw):
    sentence = Sentence(text=HOSTILE * 9, start=0, end=4, path=HOSTILE, line=1)
    bad = term(HOSTILE, nested_in=HOSTILE, sentences=(sentence,))
    found = result(bad, notes=(HOSTILE,), background=HOSTILE, seeds=(HOSTILE,))
    drawn = draw(found)
    assert "\x1b" not in drawn and "\u202e" not in drawn
    assert draw is render.to_text or "<script" not in drawn
    for cell in (*render.table(found).rows[0], render.card(found).title, *render.card(found).notes):
        assert "\x1b" not in cell and "\u202e" not in cell


def test_nothing_found_is_said():
    empty = result()
    assert empty.to_text().startswith("0 terms · 1 document")
    assert render.card(empty).tables == ()
