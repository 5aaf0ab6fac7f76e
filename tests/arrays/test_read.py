"""What people have in their kernels, read as arrays, or refused with what to do."""

import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch

from limner.arrays import facts_of, fit, read
from limner.protocol import ArrayRefused


def values(value, name="x"):
    return read(name, value).fetch(None)


@pytest.mark.parametrize(
    "value",
    [
        [1, 2, 3],
        (1, 2, 3),
        range(1, 4),
        np.array([1, 2, 3], ">i4"),
        np.arange(6)[1:4],
        torch.tensor([1, 2, 3]),
        torch.tensor([1.0, 2.0, 3.0], requires_grad=True),
        torch.tensor([1.0, 2.0, 3.0], dtype=torch.bfloat16),
        pd.Series([1, 2, 3]),
        pd.Series([1, 2, 3], dtype="Int64"),
        pd.Index([1, 2, 3]),
        pl.Series([1, 2, 3]),
    ],
    ids=lambda value: f"{type(value).__module__}.{type(value).__name__}",
)
def test_what_holds_numbers_is_read(value):
    np.testing.assert_array_equal(values(value), [1, 2, 3])


@pytest.mark.parametrize(
    "value",
    [
        [1, None, 3],
        np.ma.masked_array([1, 2, 3], [False, True, False]),
        pd.Series([1, None, 3]),
        pd.Series([1, None, 3], dtype="Int64"),
        pl.Series([1, None, 3]),
    ],
    ids=["list", "masked", "pandas", "Int64", "polars"],
)
def test_what_is_missing_becomes_nan(value):
    np.testing.assert_array_equal(values(value), [1, np.nan, 3])


@pytest.mark.parametrize(
    "value",
    [
        ["b", None, "a", "b"],
        np.array(["b", "", "a", "b"])[[0, 2, 3]],
        pd.Series(["b", None, "a", "b"]),
        pd.Series(["b", None, "a", "b"], dtype="category"),
        pl.Series(["b", None, "a", "b"]),
        pl.Series(["b", None, "a", "b"], dtype=pl.Categorical),
    ],
    ids=["list", "numpy", "pandas", "category", "polars", "Categorical"],
)
def test_texts_become_categories(value):
    source = read("x", value)
    codes = source.fetch(None)
    assert source.kind == "categories"
    named = [source.categories[code] if code >= 0 else None for code in codes]
    assert [one for one in named if one] == ["b", "a", "b"]


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])
def test_a_table_gives_its_numbers(make):
    source = read("df", make({"a": [1, 2], "b": [True, False], "c": ["x", "y"]}))
    np.testing.assert_array_equal(source.fetch(None), [[1, 1], [2, 0]])
    assert source.columns == ("a", "b")
    assert "c" in source.note


@pytest.mark.parametrize(
    "value",
    [
        np.array(["2020-01-01", "NaT"], "datetime64[D]"),
        pd.Series(pd.to_datetime(["2020-01-01", None])),
        pd.Series(pd.to_datetime(["2020-01-01", None]).tz_localize("UTC")),
    ],
    ids=["numpy", "pandas", "zoned"],
)
def test_dates_become_seconds_and_that_is_said(value):
    source = read("t", value)
    np.testing.assert_array_equal(source.fetch(None), [1577836800, np.nan])
    assert "1970" in source.note


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (3, "single number"),
        (np.float64(3), "single number"),
        (torch.tensor(3.0), "single number"),
        (np.array(3), "single number"),
        ([], "empty"),
        (np.zeros((0, 3)), "empty"),
        ([[1, 2], [3]], "different lengths"),
        ([1, "a"], "other things"),
        ([{}, {}], "other things"),
        (np.array([1, "a"], object), "object"),
        (np.zeros(2, complex), "complex"),
        (np.zeros(2, "i4,f4"), "fields"),
        (torch.eye(2).to_sparse(), "sparse"),
        (torch.zeros(2, dtype=torch.complex64), "complex"),
        (torch.zeros(2, device="meta"), "meta"),
        (pd.DataFrame({"a": ["x"]}), "no column of numbers"),
        (pl.Series([[1], [2]]), "column of List"),
        (pd.Series([{1}, {2}]), "neither number nor text"),
        ("text", "type str"),
        (len, "type builtin"),
        ([str(i) for i in range(10_001)], "group them"),
    ],
)
def test_what_is_no_array_is_refused_by_name(value, why):
    with pytest.raises(ArrayRefused, match=why) as caught:
        values(value, "thing")
    assert "thing" in str(caught.value)


def test_no_library_is_imported_that_the_person_has_not():
    script = (
        "import sys; from limner.arrays import read; read('x', [1]).fetch(None); "
        "sys.exit(bool({'torch', 'pandas', 'polars'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=120).returncode == 0


def test_what_is_too_large_keeps_an_even_sample_of_rows():
    source = read("x", np.arange(1000))
    (rows,) = fit([source], 800)
    found = source.fetch(rows)
    facts = facts_of(source, found)
    assert (facts.rows, facts.of) == (100, 1000)
    assert all(10 * i <= one < 10 * i + 10 for i, one in enumerate(found))
    np.testing.assert_array_equal(found, source.fetch(fit([source], 800)[0]))


def test_arrays_of_equal_length_keep_the_same_rows():
    x, y = read("x", np.arange(1000)), read("y", torch.arange(3000).reshape(1000, 3) // 3)
    of_x, of_y = fit([x, y], 3200)
    np.testing.assert_array_equal(x.fetch(of_x), y.fetch(of_y)[:, 0])
    assert x.fetch(of_x).nbytes + y.fetch(of_y).nbytes <= 3200


def test_a_row_that_is_too_large_is_refused():
    with pytest.raises(ArrayRefused, match="raise the limit"):
        fit([read("x", np.zeros((2, 1000)))], 100)


def test_what_fits_is_taken_whole_and_not_copied():
    array = np.arange(10)
    source = read("x", array)
    assert fit([source]) == [None]
    assert np.shares_memory(source.fetch(None), array)
