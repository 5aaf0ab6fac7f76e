"""`%hsic` in a shell of this process: arrays of the kernel compared where they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch

from limner.notebook.magics.refusal import Refused
from limner.protocol import Independence, PairMatrix

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=80)
Y = X + 0.1 * RANDOM.normal(size=80)
TABLE = {"身高": X, "weight": Y, "z": RANDOM.normal(size=80), "组": RANDOM.choice(["甲", "乙"], 80)}


@pytest.mark.parametrize("line", ["x y", "x, y", "x,  y --seed 1", "--kernel gaussian x y"])
def test_two_arrays_are_compared_drawn_and_returned(cells, line):
    ran = cells(f"%hsic {line}", x=X, y=Y)
    assert isinstance(ran.value, Independence) and ran.error is None
    assert (ran.value.x.name, ran.value.y.name, ran.value.n) == ("x", "y", 80)
    assert ran.value.p_value == ran.value.p < 0.001 < ran.value.normalized
    assert ran.out.count("permutations) · n = 80") == 1


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])
def test_a_table_gives_all_pairs_labels_beside_numbers(cells, make):
    ran = cells("%hsic df", df=make(TABLE))
    assert isinstance(ran.value, PairMatrix)
    assert [column.name for column in ran.value.columns] == list(TABLE)
    assert ran.value.columns[-1].kernel.name == "delta"
    assert "1 of 6 pairs dependent" in ran.out


def test_two_columns_of_a_table_are_a_pair(cells):
    ran = cells('%hsic df[["身高", "组"]]', df=pd.DataFrame(TABLE))
    assert isinstance(ran.value, Independence)
    assert (ran.value.x.name, ran.value.y.kind) == ("身高", "categories")


def test_columns_tensors_and_expressions_are_arrays(cells):
    ran = cells('%hsic df["z"] t[:, 0]', df=pd.DataFrame(TABLE), t=torch.tensor(X)[:, None])
    assert ran.value.n == 80 and ran.error is None


def test_a_duplicated_index_does_not_matter(cells):
    frame = pd.DataFrame(TABLE, index=[0] * 80)
    assert cells('%hsic df["身高"] df["weight"]', df=frame).value.n == 80


def test_options_are_those_of_the_terminal(cells):
    ran = cells("%hsic x y --test gamma --bandwidth 1 --convention article", x=X, y=Y)
    assert ran.value.p_method == "gamma"
    assert ran.value.kernels[0].convention == "article" and ran.value.kernels[0].bandwidth == 1


def test_an_assigned_result_is_drawn_once(cells):
    ran = cells("r = %hsic x y\nprint(r.n)", x=X, y=Y)
    assert ran.out.count("n = 80") == 1 and ran.out.endswith("80\n")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("%hsic", "Name two arrays or a table"),
        ("%hsic x", "One column alone"),
        ("%hsic x nosuch", "nosuch cannot be evaluated"),
        ("%hsic x short", "80"),
        ("%hsic x word", "not an array"),
        ("%hsic x y --kernel cubic", "ernel"),
        ("%hsic x y --bandwidth big", "give a positive number"),
        ("%hsic x y --permutations 0", "not in the range"),
        ("%hsic x y --nosuch 1", "No such option"),
        ("%hsic x holes", "--drop"),
    ],
)
def test_bad_input_is_one_sentence(cells, line, sentence):
    holes = X.copy()
    holes[3] = np.nan
    ran = cells(line, x=X, y=Y, short=X[:9], word="text", holes=holes)
    assert isinstance(ran.error, Refused), ran.error
    assert ran.out.strip() == f"limner: {ran.error}" and "\n" not in str(ran.error)
    if sentence != "--drop":
        assert sentence in str(ran.error)


def test_help_names_the_options(cells):
    said = cells("%hsic --help").out
    assert said.startswith("Usage: %hsic") and "--convention" in said and "--drop" in said


def test_tab_offers_options_values_and_variables(cells):
    cells("", heights=X)
    assert {"--kernel", "--drop", "--help"} <= set(cells.complete("%hsic x y --"))
    assert "gaussian" in cells.complete("%hsic x y --kernel ")
    assert cells.complete("%hsic x y --test=g") == ["gamma"]
    assert "heights" in cells.complete("%hsic hei")
