"""The picture of a game: its phase plane, the way of its runs, its eigenvalues."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import msgspec
import numpy as np
import pytest

from limner.in_place.games import gan_dynamics
from limner.methods.gan_dynamics.field import of_preset
from limner.methods.gan_dynamics.flow import follow
from limner.methods.gan_dynamics.portrait import BEND, HEAD, TAIL, line, plane_of
from limner.methods.gan_dynamics.presets import PRESETS, Knobs
from limner.render import game
from limner.render.game_charts import usual_growth
from limner.results.game import Portrait

SVG = "{http://www.w3.org/2000/svg}"
OPTIONS = {"steps": 50, "time": 60}


@pytest.fixture(scope="module")
def settles():
    return gan_dynamics(preset="wgan-gp", **OPTIONS)


def kinds(picture):
    return [one.get("class", "") for one in ET.fromstring(picture).iter()]


def test_the_picture_has_plane_distances_eigenvalues_and_says_so_in_words(settles):
    picture = settles.to_svg()
    root = ET.fromstring(picture)
    assert root.find(f"{SVG}title").text == game.headline(settles)
    assert root.find(f"{SVG}desc").text == game.spoken(settles)
    found = kinds(picture)
    assert found.count("value") == 2 and found.count("disc") == 1
    assert "shrinks" in found and "grows" not in found
    for i, run in enumerate(settles.lines):
        assert found.count(f"run r{i}") == 3  # in the plane, over time, in the legend
        assert f">{run.name}: distance" in picture
    assert "prefers-color-scheme:dark" in picture and len(picture) < 80_000


def test_rules_reach_no_farther_than_the_picture(settles):
    style = re.search("<style>(.*?)</style>", settles.to_svg())
    assert style
    rules = style.group(1).replace("@media (prefers-color-scheme:dark){", "")
    named = [name for rule in rules.split("}") if rule for name in rule.split("{")[0].split(",")]
    assert named and all(name.startswith(".limner-gan ") for name in named)


def test_without_eigenvalues_there_are_two_charts_and_of_networks_only_these(settles):
    assert "value" not in kinds(gan_dynamics(preset="wgan", **OPTIONS).to_svg())
    alone = kinds(msgspec.structs.replace(settles, portrait=None, lines=()).to_svg())
    assert "disc" in alone and "arrow" not in alone
    nothing = msgspec.structs.replace(settles, portrait=None, lines=(), eigenvalues=None)
    assert game.headline(nothing) in nothing.to_svg()


def test_what_runs_away_and_what_is_not_finite_is_drawn_without_it(settles):
    wild = msgspec.structs.replace(
        settles.lines[0],
        x=(0.1, 1e300, float("nan"), None, 0.1, 0.2),
        y=(0.1, 1e300, 0.0, None, 0.1, 0.2),
        distance=(0.1, float("inf"), float("nan"), 0.0),
        time=(0.0, 1.0, 2.0, 3.0),
    )
    picture = msgspec.structs.replace(settles, lines=(wild,)).to_svg()
    ET.fromstring(picture)
    assert not re.search(r"nan|inf|e\+", "".join(re.findall(' d="([^"]*)"', picture)))


def test_a_hostile_name_is_text(settles):
    picture = msgspec.structs.replace(settles, preset="<script>\u202e").to_svg()
    assert "<script" not in picture and "\u202e" not in picture


def test_a_page_and_a_notebook_s_html_have_the_picture(settles):
    assert settles.to_html().count("<svg xmlns") == 1
    assert "<svg xmlns" in settles._repr_mimebundle_()["text/html"]


def test_a_long_run_is_drawn_as_its_two_ends_and_bends_softly():
    field = of_preset(next(one for one in PRESETS if one.name == "vanilla"), Knobs(), 2)
    start = np.array([0.1, 0.2, 0.2, 0.1])
    path = follow(field, start, 1000)
    found = line("gradient flow", path, plane_of(start, np.zeros(4), 2, 1.0))
    gap = found.x.index(None)
    assert (gap, len(found.x)) == (HEAD, HEAD + 1 + TAIL)
    bends = []
    for part in (slice(0, gap), slice(gap + 1, None)):
        along = np.diff(np.array([found.x[part], found.y[part]], float))
        bends += np.abs(np.diff(np.unwrap(np.arctan2(along[1], along[0])))).tolist()
    assert np.median(bends) < 1.2 * BEND
    away = path.x[-1]
    assert found.x[-1] == pytest.approx(away[:2] @ start[:2] / np.linalg.norm(start[:2]), abs=0.05)


def test_one_wild_cell_does_not_wash_out_the_others():
    plane = Portrait(side=1.0, cells=10, growth=(*[0.5] * 97, None, None, 1e9), arrows=())
    assert usual_growth(plane) == 0.5
    assert usual_growth(Portrait(side=1.0, cells=1, growth=(None,), arrows=())) == 1.0
