"""HSIC: what is refused, what is warned of, and which objects are understood."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch

import limner
from limner.protocol import ArrayRefused, BadInput, Binned, Counted, Points

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=120)
Y = X**2 + RANDOM.normal(size=120)
NAN = np.where(np.arange(120) < 3, np.nan, X)


@pytest.mark.parametrize(
    ("x", "y", "options", "said"),
    [
        (X[:3], Y[:3], {}, "3 usable rows are too few"),
        (X, Y[:50], {}, r"different numbers of rows \(x has 120, y has 50\)"),
        (np.ones(120), Y, {}, "All values of x are equal"),
        (["a"] * 120, Y, {}, "All values of x are equal"),
        (NAN, Y, {}, "3 of 120 rows have a missing or infinite value: .* drop=True"),
        (np.where(X > 2, np.inf, X), Y, {}, "missing or infinite"),
        (np.where(np.arange(120) < 118, np.nan, X), Y, {"drop": True}, "2 usable rows"),
        (X, Y, {"kernel": "cosine"}, "Unknown kernel 'cosine': choose"),
        (X, Y, {"bandwidth": 0}, "bandwidth 0.* is none"),
        (X, Y, {"bandwidth": "wide"}, "bandwidth 'wide' is none"),
        (X, Y, {"bandwidth": 1e-200}, "too small for the numbers of x"),
        (X, Y, {"kernel": "precomputed"}, "no kernel matrix"),
        (X, Y, {"kernel": "linear", "bandwidth": "several"}, "of Gaussian kernels"),
        (X, Y, {"bandwidth": "several", "test": "gamma"}, "set test='permutation'"),
        (1e200 * X, Y, {"kernel": "polynomial"}, "too large for this kernel"),
        (X, Y, {"permutations": 0}, "permutations"),
        (X, Y, {"wishes": 1}, "has no option 'wishes'"),
        (RANDOM.normal(size=(120, 120)), Y, {"kernel": ("precomputed", "linear")}, "symmetric"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(x, y, options, said):
    with pytest.raises((BadInput, ArrayRefused), match=said) as caught:
        limner.hsic(x, y, **options)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


def test_rows_are_dropped_only_on_request_and_counted():
    found = limner.hsic(NAN, Y, drop=True)
    assert (found.n, found.dropped) == (117, 3)
    assert "3 of 120 rows have a missing or infinite value: left out." in found.notes
    assert found.hsic == limner.hsic(X[3:], Y[3:]).hsic


def test_a_kernel_that_sees_nothing_is_warned_of():
    wide = RANDOM.normal(size=(120, 10))
    narrow = limner.hsic(wide, wide**2, bandwidth=0.3)
    assert "so narrow that no row is like another" in narrow.notes[0]
    assert "take a larger one" in narrow.notes[0]
    flat = limner.hsic(X, Y, bandwidth=1e3)
    assert "so wide that all rows look alike" in flat.notes[0]
    names = limner.hsic([f"name {i}" for i in range(120)], Y)
    assert any("category of its own" in note for note in names.notes)
    assert all(np.isfinite((one.hsic, one.p)).all() for one in (narrow, flat, names))


def test_a_kernel_that_tells_no_rows_apart_gives_p_1_and_says_so():
    found = limner.hsic(np.arange(120), Y, kernel=("delta", "gaussian"))
    assert found.p == 1 and any("Permutations cannot change" in note for note in found.notes)
    assert limner.hsic(np.arange(120), Y, kernel=("delta", "gaussian"), test="gamma").p == 1


def test_ties_count_as_equal():
    """Two columns of zeros and ones have few different values of HSIC; rounding must not decide."""
    x = np.array([0] * 10 + [1] * 2)
    y = np.array([0] * 11 + [1])
    for seed in range(3):
        assert limner.hsic(x, y, seed=seed).p == pytest.approx(2 / 12, abs=0.05)


def test_outliers_and_mostly_equal_values_have_an_answer():
    heavy = np.random.default_rng(3).standard_cauchy((1500, 2))
    found = limner.hsic(heavy, heavy + 1, permutations=99)
    assert found.p == 0.01 and np.isfinite(found.hsic)
    sparse = np.zeros(100)
    sparse[:20] = np.arange(20)
    told = limner.hsic(sparse, sparse)
    assert told.p < 0.01 and "median of the others" in told.notes[0]
    missing = np.where(RANDOM.uniform(size=(200, 2)) < 0.2, 1e15, RANDOM.normal(size=(200, 2)))
    assert limner.hsic(missing, missing).normalised == pytest.approx(1)


def test_rows_are_paired_by_place_never_by_index():
    a = pd.Series(X, index=np.arange(120)[::-1])
    b = pd.Series(Y, index=[7] * 120)
    found = limner.hsic(a, b)
    assert found.hsic == limner.hsic(X, Y).hsic
    assert "Rows are paired by their place; the indexes of x and y differ." in found.notes
    assert not limner.hsic(a, pd.Series(Y, index=a.index)).notes


@pytest.mark.parametrize(
    "x",
    [X.tolist(), torch.tensor(X), pd.Series(X), pl.Series(X), X[:, None], pd.DataFrame({"a": X})],
)
def test_objects_of_all_libraries_are_read_alike(x):
    assert limner.hsic(x, Y).hsic == pytest.approx(limner.hsic(X, Y).hsic, rel=1e-12)


def test_columns_whose_units_differ_are_told():
    found = limner.hsic(np.c_[X, 1000 * Y], Y)
    assert any("differ in spread by a factor of" in note for note in found.notes)


def test_the_picture_follows_the_columns():
    many = RANDOM.normal(size=5000)
    words = ["ab"[i % 2] for i in range(120)]
    assert isinstance(limner.hsic(X, Y).scatter, Points)
    assert isinstance(limner.hsic(many, many**2, permutations=9).scatter, Binned)
    assert isinstance(limner.hsic(words, words[::-1]).scatter, Counted)
    strips = limner.hsic(words, Y).scatter
    assert isinstance(strips, Points) and strips.x_categories == ("a", "b")
    assert all(abs(x - round(x)) <= 0.3 for x in strips.x)
    wide = limner.hsic(np.c_[X, Y], Y)
    assert wide.scatter is None and "No scatter plot" in wide.notes[-1]


# ── all pairs ─────────────────────────────────────────────────────────────────────────────────


def table(rows=300):
    random = np.random.default_rng(5)
    a, b, c = random.normal(size=(3, rows))
    return pd.DataFrame(
        {
            "a": a,
            "square": a**2 + 0.5 * random.normal(size=rows),
            "b": b,
            "label": np.where(b > 0, "up", "down"),
            "c": c,
            "one": 1,
        }
    )


def test_all_pairs_find_what_depends_with_numbers_and_texts():
    found = limner.hsic_matrix(table())
    names = [column.name for column in found.columns]
    assert names == ["a", "square", "b", "label", "c"]
    significant = {(names[p.i], names[p.j]) for p in found.pairs if p.significant}
    assert significant == {("a", "square"), ("b", "label")}
    assert found.columns[3].kernel.name == "delta"
    assert "Left out, because all their values are equal: one." in found.notes
    assert all(pair.q >= pair.p for pair in found.pairs)


def test_a_pair_of_the_table_is_the_pair_alone():
    data = table()
    found = limner.hsic_matrix(data[["a", "square", "c"]])
    for pair in found.pairs:
        names = [found.columns[k].name for k in (pair.i, pair.j)]
        alone = limner.hsic(data[names[0]], data[names[1]], test="gamma")
        assert pair.hsic == pytest.approx(alone.hsic, abs=found.error)
        assert pair.normalised == pytest.approx(alone.normalised, abs=1e-4)
        assert pair.p == pytest.approx(alone.p, rel=1e-2)


def test_permutations_are_enough_for_the_correction_or_it_is_said():
    data = table()[["a", "square", "b", "c"]]
    found = limner.hsic_matrix(data, test="permutation")
    assert found.permutations >= len(found.pairs) / found.alpha
    assert {(p.i, p.j) for p in found.pairs if p.significant} == {(0, 1)}
    few = limner.hsic_matrix(data, permutations=50)
    assert few.p_method == "permutation"
    assert any("p cannot be under 1/51" in note for note in few.notes)


def test_equal_names_and_missing_values_of_a_table():
    data = table()[["a", "b", "c"]].set_axis(["a", "a", "c"], axis=1)
    data.iloc[0, 0] = np.nan
    with pytest.raises(BadInput, match="1 of 300 rows"):
        limner.hsic_matrix(data)
    found = limner.hsic_matrix(data, drop=True)
    assert [column.name for column in found.columns] == ["a", "a", "c"] and found.dropped == 1
    same = limner.hsic_matrix(pl.DataFrame(table()[["a", "b", "c"]]))
    assert len(same.pairs) == 3


@pytest.mark.parametrize(
    ("data", "options", "said"),
    [
        (np.ones((10, 3)), {}, "0 columns that vary"),
        (X, {}, "nothing to depend on"),
        (np.c_[X, Y], {"kernel": "precomputed"}, "one kernel"),
        (np.c_[X, Y], {"bandwidth": "several"}, "one bandwidth"),
        (np.c_[X, Y], {"path": "blocked"}, "by factors"),
    ],
)
def test_a_table_that_cannot_be_compared_is_refused(data, options, said):
    with pytest.raises(BadInput, match=said):
        limner.hsic_matrix(data, **options)
