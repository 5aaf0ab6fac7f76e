"""A card of numbers and names as text and HTML."""

from __future__ import annotations

import pytest

from limner.render import sheet
from limner.render.card import MIME, Card, CardChart, CardPicture, CardTable
from render.test_pictures import HOSTILE, Tags


def card(word: str = "a", **over: object) -> Card:
    table = CardTable(
        caption=word, columns=("name", word), align="lr", rows=((word, "1.0"), ("b", "20"))
    )
    chart = CardChart(title=word, spec={}, text=f"chart of {word}")
    picture = CardPicture(title=word, rows=1, columns=1, values=(1.0,), text=f"picture of {word}")
    given = {
        "method": "describe",
        "title": word,
        "spoken": word,
        "facts": ((word, word),),
        "notes": (f"note {word}",),
        "tables": (table,),
        "charts": (chart,),
        "pictures": (picture,),
    }
    return Card(**(given | over))


def test_text_says_everything_with_columns_on_their_sides():
    assert sheet.to_text(card()).splitlines() == [
        "a",
        "a  a",
        "name    a",
        "a     1.0",
        "b      20",
        "chart of a",
        "picture of a",
        "! note a",
    ]


def test_text_has_no_escapes_even_where_colours_are_asked_for(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in sheet.to_text(card(HOSTILE))


@pytest.mark.parametrize("drawn", [card(), card(HOSTILE), card(facts=(), tables=(), charts=())])
def test_html_nests_loads_nothing_and_obeys_nobody(drawn):
    seen = Tags(sheet.to_html(drawn))
    assert not seen.open
    assert not seen.tags & {"script", "img", "link", "iframe", "a"}
    assert seen.attributes <= {"class", "scope", "style", "aria-label"}


def test_a_bundle_has_all_three():
    assert {*sheet.bundle(card())} == {"text/plain", "text/html", MIME}
