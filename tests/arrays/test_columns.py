"""A table as its columns: numbers beside labels, named as they are in the table."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch

from limner.arrays import columns_of
from limner.notebook.bridge import _sources
from limner.protocol import ArrayRefused

TABLE = {"身高": [1.5, 2.5], "组": ["甲", "乙"], "n": [1, 2]}


def names(value):
    return [source.name for source in columns_of("t", value)]


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])
def test_a_frame_is_its_columns_each_of_its_kind(make):
    found = columns_of("t", make(TABLE))
    assert [one.name for one in found] == ["身高", "组", "n"]
    assert [one.kind for one in found] == ["numeric", "categories", "numeric"]
    np.testing.assert_array_equal(found[0].fetch(np.array([1])), [2.5])


def test_columns_of_one_name_are_numbered():
    assert names(pd.DataFrame([[1, 2, 3]], columns=["a", "b", "a"])) == ["a", "b", "a (2)"]


@pytest.mark.parametrize("make", [np.ones, torch.ones], ids=["numpy", "torch"])
def test_two_dimensional_numbers_are_named_by_their_place(make):
    assert names(make((4, 2))) == ["t[:, 0]", "t[:, 1]"]
    assert names(make((4, 1))) == names(make(4)) == ["t"]
    assert names(make((4, 2, 2))) == ["t"]


def test_what_cannot_be_read_is_left_out_and_said():
    frame = pd.DataFrame({"a": [1, 2], "odd": [{}, []]})
    (only,) = columns_of("t", frame)
    assert only.name == "a" and "Left out: odd" in only.note
    with pytest.raises(ArrayRefused, match="no column of numbers or labels"):
        columns_of("t", frame[["odd"]])


def test_too_many_columns_are_refused():
    with pytest.raises(ArrayRefused, match="has 501 columns"):
        columns_of("t", np.ones((3, 501)))


def test_a_front_end_gets_columns_of_one_table_and_several_names_as_they_are():
    kernel = {"df": pd.DataFrame(TABLE), "x": np.ones((2, 2))}
    assert [one.name for one in _sources(["df"], kernel, apart=True)] == ["身高", "组", "n"]
    assert [one.name for one in _sources(["df", "x"], kernel)] == ["df", "x"]
