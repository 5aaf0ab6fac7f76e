"""Figures against numpy's and pandas' own, also where sums overflow or digits run out."""

import math

import msgspec
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import limner
from limner.methods import METHODS, _order, describe
from limner.protocol import ArrayRefused, BadInput, Description

FLOATS = st.floats(allow_nan=True, allow_infinity=True, width=64)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    """Several pieces for each array."""
    monkeypatch.setattr(describe, "CHUNK", 7)


@given(hnp.arrays(np.float64, st.integers(1, 40), elements=FLOATS))
def test_what_is_not_finite_is_counted_and_the_rest_has_its_quartiles(array):
    summary = limner.describe(array).overall
    finite = array[np.isfinite(array)]
    assert summary is not None
    assert summary.count == array.size
    assert summary.finite == finite.size
    assert summary.nan == np.isnan(array).sum()
    assert (summary.inf, summary.minus_inf) == ((array == np.inf).sum(), (array == -np.inf).sum())
    if not finite.size:
        assert summary.quartiles is None
        return
    assert (summary.min, summary.max) == (finite.min(), finite.max())
    with np.errstate(all="ignore"):
        expected = np.quantile(finite, (0.25, 0.5, 0.75))
    for found, wanted in zip(summary.quartiles, expected, strict=True):
        assert math.isfinite(found)
        if np.isfinite(wanted):
            assert found == pytest.approx(wanted, rel=1e-9, abs=1e-300)


@given(
    hnp.arrays(
        st.sampled_from([np.int8, np.uint8, np.int16, np.int32, np.float32, np.float16, np.bool_]),
        st.integers(2, 40),
        elements={"allow_nan": False, "allow_infinity": False},
    )
)
def test_mean_and_spread_are_those_of_pandas(array):
    summary = limner.describe(array).overall
    wide = pd.Series(array.astype(np.float64))
    assert summary is not None
    assert summary.mean == pytest.approx(wide.mean(), rel=1e-9, abs=1e-9 * wide.abs().max())
    assert summary.sd == pytest.approx(wide.std(), rel=1e-6, abs=1e-7 * wide.abs().max())


@settings(max_examples=50)
@given(hnp.arrays(np.float64, st.integers(2, 60), elements=st.floats(-1e6, 1e6, width=32)))
def test_the_histogram_has_the_bins_of_numpy(array):
    found = limner.describe(array, bins=10_000).histogram
    counts, edges = np.histogram(array, bins="auto")
    assert found is not None
    assert sum(found.counts) == array.size
    if array.min() < array.max():
        assert len(found.counts) == len(counts)
        assert np.allclose(found.edges, edges)
        assert list(found.counts) == np.histogram(array, bins=np.array(found.edges))[0].tolist()


def test_a_small_spread_beside_a_large_mean_keeps_its_digits():
    summary = limner.describe(1e15 + np.arange(100.0)).overall
    assert summary is not None
    assert summary.sd == pytest.approx(np.arange(100.0).std(ddof=1), rel=1e-12)


def test_large_whole_numbers_are_subtracted_as_such():
    summary = limner.describe((1 << 62) + np.arange(5)).overall
    assert summary is not None
    assert summary.sd == pytest.approx(math.sqrt(2.5), rel=1e-12)
    assert summary.max == (1 << 62) + 4


def test_the_whole_range_of_unsigned_numbers_is_taken():
    summary = limner.describe(np.array([0, (1 << 64) - 1], np.uint64)).overall
    assert summary is not None
    assert summary.mean == pytest.approx(2.0**63)


@pytest.mark.parametrize("scale", [1e308, 1e-308, 5e-324])
def test_squares_neither_overflow_nor_vanish(scale):
    summary = limner.describe(np.array([-1.0, 0.0, 1.0]) * scale).overall
    assert summary is not None
    assert summary.mean == 0
    assert summary.sd == pytest.approx(scale, rel=1e-9)


def test_each_column_of_a_table_has_figures_and_the_whole_has_none():
    frame = pd.DataFrame({"age": [1, 2, 3], "height": [1.5, None, 2.5], "city": ["a", "b", "a"]})
    found = limner.describe(frame, name="people")
    assert found.overall is None
    assert [column.name for column in found.columns] == ["age", "height"]
    assert found.columns[1].nan == 1
    assert found.histogram is not None and found.histogram.name == "age"
    assert found.notes == ("Left out, because they hold no numbers: city.",)


def test_of_many_columns_the_first_have_figures_and_all_count():
    array = np.arange(90.0).reshape(3, 30)
    found = limner.describe(array, columns=4)
    assert [column.name for column in found.columns] == ["0", "1", "2", "3"]
    assert found.overall is not None
    assert found.overall.count == 90
    assert found.overall.mean == pytest.approx(array.mean())
    assert found.notes == ("The first 4 of 30 columns have figures.",)


def test_texts_are_counted_the_most_frequent_first():
    found = limner.describe(["b", "a", "b", None, "c"], top=2)
    assert [(one.value, one.count) for one in found.frequencies] == [("b", 2), ("a", 1)]
    assert (found.distinct, found.missing) == (3, 1)


def test_truth_values_have_two_bins():
    found = limner.describe(np.array([True, False, True]))
    assert found.histogram is not None
    assert found.histogram.counts == (1, 2)


def test_one_value_has_no_spread():
    found = limner.describe([3.0])
    assert found.overall is not None
    assert (found.overall.mean, found.overall.sd) == (3.0, None)


def test_no_finite_value_is_said():
    found = limner.describe([float("nan")])
    assert found.histogram is None
    assert found.notes == ("No value is finite.",)
    assert "1 NaN" in found.to_text()


def test_the_users_array_is_left_as_it_was():
    array = np.array([3.0, 1.0, np.nan, 2.0])
    before = array.copy()
    limner.describe(array)
    np.testing.assert_array_equal(array, before)


def test_an_unknown_option_is_refused():
    with pytest.raises(BadInput, match="bins"):
        limner.describe([1.0], bins="many")


def test_two_arrays_at_once_are_refused():
    with pytest.raises(BadInput, match="One array"):
        next(describe.plan(None, (), describe.Params()))


def test_an_empty_array_is_refused():
    with pytest.raises(ArrayRefused, match="empty"):
        limner.describe(np.zeros((0, 3)))


def test_it_is_one_of_the_methods_and_its_result_travels():
    assert METHODS["describe"] is describe.METHOD
    found = limner.describe(np.arange(10.0))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=Description) == found


@given(st.lists(st.lists(st.integers(-5, 5), max_size=6), min_size=1, max_size=5), st.data())
def test_any_rank_is_found_among_sorted_pieces(lists, data):
    everything = sorted(number for one in lists for number in one)
    if not everything:
        return
    pieces = [np.sort(np.array(one, np.int64)) for one in lists if one]
    rank = data.draw(st.integers(0, len(everything) - 1))
    assert _order.smallest(pieces, rank) == everything[rank]
