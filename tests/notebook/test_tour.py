"""The tour runs, and what is saved with it is what it shows."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import msgspec
import nbformat
import pytest

from limner.render.card import MIME, Card

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[2]


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


tour = script("tour")


def drawn(notebook) -> list[tuple[str, list[object]]]:
    """For each code cell, its source and what it left behind, without numbers."""
    return [
        (cell.source, [shape(output) for output in cell.outputs])
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def shape(output) -> object:
    if output.output_type == "stream":
        return output.name
    kinds = sorted(output.data)
    if MIME not in output.data:
        return kinds
    card = msgspec.convert(output.data[MIME], Card)
    tables = [table.columns for table in card.tables]
    return kinds, card.method, [t.label for t in card.texts], tables, len(card.pictures)


@pytest.fixture(scope="module")
def saved():
    return tour.load()


def test_the_tour_runs_and_shows_what_was_saved(saved, tmp_path):
    """If this fails after a change of what is drawn, run `make docs`."""
    again = tour.run(tour.load(), tmp_path)
    assert drawn(again) == drawn(saved)


def test_the_tour_is_a_valid_notebook_that_knows_nothing_of_a_machine(saved):
    nbformat.validate(saved)
    text = tour.TOUR.read_text("utf-8")
    assert str(Path.home()) not in text and str(ROOT) not in text and "/tmp/" not in text
    assert len(text) < 400_000


def test_every_picture_of_the_tour_has_text_and_html_beside_it(saved):
    outputs = [o for c in saved.cells if c.cell_type == "code" for o in c.outputs if "data" in o]
    assert len(outputs) >= 8
    assert all({*o.data} == {MIME, "text/plain", "text/html"} for o in outputs)
    assert not any("\x1b" in o.data["text/plain"] for o in outputs)


def test_links_of_the_tour_lead_somewhere(saved):
    for cell in saved.cells:
        for target in cell.source.split("](")[1:] if cell.cell_type == "markdown" else ():
            assert (tour.TOUR.parent / target.partition(")")[0]).exists()
