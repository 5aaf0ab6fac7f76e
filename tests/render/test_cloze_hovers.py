"""What editors say of a labelled row and of words for a gap, as Markdown."""

from __future__ import annotations

import re

import pytest

from limner.overlays.cloze import hover_of_candidates, hover_of_row
from limner.protocol import Candidate
from render.cloze_samples import candidates
from render.test_cloze import BAD, HOSTILE, OBEYED


def hover(p, by_pattern=(), **given):
    about = dict(model="mini-mlm", calibration="batch", head=None, truncated=False) | given
    return hover_of_row(p, by_pattern, **about)


def test_a_hover_of_a_row_has_labels_then_votes_then_what_to_mind():
    said = hover(
        {"negative": 0.119, "positive": 0.881},
        [
            ("{text} {mask}", {"negative": 0.3, "positive": 0.7}),
            ("{mask}!", {"negative": 0.6, "positive": 0.4}),
        ],
        truncated=True,
    )
    assert said.split("\n") == [
        "**positive** 88.1 %, +76.2 points over negative",
        "",
        "| label | probability |  |",
        "| :-- | --: | :-- |",
        "| positive | 88.1 % | ██████████▋ |",
        "| negative | 11.9 % | █▍ |",
        "",
        "| pattern | says | probability |  |",
        "| :-- | :-- | --: | :-- |",
        r"| \{text\} \{mask\} | positive | 70.0 % |  |",
        r"| \{mask\}! | negative | 60.0 % | ≠ |",
        "",
        "Model: mini-mlm · calibrated on the texts' own mean",
        "",
        "⚠ The text is longer than the model reads: its end was left out.",
    ]


def test_a_hover_names_the_head_in_place_of_a_calibration():
    assert "Model: mini-mlm, head 3" in hover({"a": 1.0}, head=3)
    assert "calibrat" not in hover({"a": 1.0}, head=3)


def test_a_hover_of_many_labels_is_short():
    said = hover({f"label {i}": 0.02 for i in range(50)})
    assert "| 38 more | 76.0 % |  |" in said and said.count("\n") < 25


def test_a_hover_of_candidates_has_five_words_and_entropy_in_words():
    many = tuple(Candidate(text=f"w{i}", probability=0.1, tokens=1) for i in range(9))
    said = hover_of_candidates(candidates(candidates=many, notes=("mind this",)))
    assert said.count("10.0 %") == 5 and "| label |" not in said
    assert "2.5 nats, as undecided as among 12 equally likely ones" in said
    assert said.endswith("⚠ mind this")
    assert "| 不 | 20.1 % | ███▉ | negative |" in hover_of_candidates(candidates())
    assert "No word" in hover_of_candidates(candidates(candidates=()))


@pytest.mark.parametrize(
    "said",
    [
        hover_of_candidates(BAD[0]),
        hover({HOSTILE: 0.5, "b": 0.5}, [(HOSTILE, {HOSTILE: 1.0})] * 2, model=HOSTILE),
    ],
    ids=["candidates", "row"],
)
def test_a_hover_shows_hostile_names_and_obeys_none(said):
    assert "<script" not in said.replace("\\<script", "") and not OBEYED.search(said)
    for block in said.split("\n\n"):
        rows = [re.sub(r"\\.", "", line) for line in block.split("\n") if line.startswith("|")]
        assert len({row.count("|") for row in rows}) <= 1
