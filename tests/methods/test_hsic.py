"""HSIC: its numbers against written-out formulas, its paths against each other, the article's."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest

import limner
from limner.methods.hsic import HSIC
from limner.methods.hsic.moments import Moments, permuted
from limner.methods.hsic.params import Params
from limner.methods.hsic.shifts import draw
from limner.protocol import BadInput

SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.integers(4, 60)


def pair(n=200, seed=0, d=1):
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, d))
    return x, x**2 + 2 * random.normal(size=(n, d))


def gram(x, sigma, scale=2.0):
    x = np.asarray(x, float).reshape(len(x), -1)
    squares = ((x[:, None] - x[None]) ** 2).sum(-1)
    return np.exp(-squares / (scale * sigma**2))


def biased(K, L):
    n = len(K)
    J = np.eye(n) - 1 / n
    return np.trace(K @ J @ L @ J) / (n - 1) ** 2


def unbiased(K, L):
    n, one = len(K), np.ones(len(K))
    K, L = K - np.diag(np.diag(K)), L - np.diag(np.diag(L))
    second = (one @ K @ one) * (one @ L @ one) / ((n - 1) * (n - 2))
    return (np.trace(K @ L) + second - 2 / (n - 2) * (one @ K @ L @ one)) / (n * (n - 3))


@pytest.mark.parametrize("convention", ["half", "article"])
@pytest.mark.parametrize("path", ["exact", "blocked", "low-rank"])
@pytest.mark.parametrize(("estimator", "formula"), [("biased", biased), ("unbiased", unbiased)])
def test_the_value_is_the_formulas(estimator, formula, path, convention):
    x, y = pair(60, d=2)
    scale = 2 if convention == "half" else 1
    expected = formula(gram(x, 1.5, scale), gram(y, 2.5, scale))
    found = limner.hsic(
        x, y, bandwidth=(1.5, 2.5), estimator=estimator, path=path, convention=convention
    )
    assert found.hsic == pytest.approx(expected, abs=(found.error or 0) + 1e-14)
    assert found.path == path


def test_other_kernels_are_their_formulas():
    x, y = pair(50, d=3)
    codes = np.arange(50) % 4
    equal = (codes[:, None] == codes).astype(float)
    X, Y = x - x.mean(0), y - y.mean(0)
    for kernel, K in (("linear", X @ X.T), ("polynomial", (x @ x.T / 3 + 1) ** 2)):
        found = limner.hsic(x, y, kernel=(kernel, "linear"), degree=2)
        assert found.hsic == pytest.approx(biased(K, Y @ Y.T))
    assert limner.hsic(codes, y, kernel=("delta", "linear")).hsic == pytest.approx(
        biased(equal, Y @ Y.T)
    )
    given_matrix = limner.hsic(equal, y, kernel=("precomputed", "linear"))
    assert given_matrix.hsic == pytest.approx(biased(equal, Y @ Y.T))


def test_normalised_is_one_for_equal_arrays_and_linear_cka_is_the_known_formula():
    x, y = pair(80, d=3)
    assert limner.hsic(x, x).normalised == pytest.approx(1)
    X, Y = x - x.mean(0), y - y.mean(0)
    cka = (np.linalg.norm(X.T @ Y) ** 2) / (np.linalg.norm(X.T @ X) * np.linalg.norm(Y.T @ Y))
    assert limner.hsic(x, y, kernel="linear").normalised == pytest.approx(cka)


def test_the_articles_numbers_come_out():
    """Su Jianlin: exp(−d²), 1/(n − 1)², n = 1000: 0.0002 and 0.096; here over ten seeds."""
    apart, near = [], []
    for seed in range(10):
        random = np.random.default_rng(seed)
        x, e = random.normal(size=(2, 1000))
        options = dict(convention="article", bandwidth=1.0, test="gamma", path="low-rank")
        apart.append(limner.hsic(x, e, **options).hsic)
        near.append(limner.hsic(x, x + 0.1 * e, **options).hsic)
    mean_kernel = 1 / np.sqrt(5)  # E exp(−(x − x′)²) of two standard normal numbers
    assert np.mean(apart) == pytest.approx((1 - mean_kernel) ** 2 / 1000, rel=0.2)
    assert np.mean(near) == pytest.approx(0.094, abs=0.003)
    assert limner.hsic(x, x + 0.1 * e, **options).normalised == pytest.approx(0.97, abs=0.01)


# ── p ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_moments_are_those_of_all_permutations():
    x, y = pair(6, seed=3)
    J = np.eye(6) - 1 / 6
    K, L = J @ gram(x, 1) @ J, J @ gram(y, 2) @ J
    all_orders = map(list, itertools.permutations(range(6)))
    values = [(K * L[np.ix_(order, order)]).sum() for order in all_orders]
    of = [Moments(np.trace(M), (M * M).sum(), (np.diag(M) ** 2).sum(), 0) for M in (K, L)]
    assert permuted(of[0], of[1], 6) == pytest.approx((np.mean(values), np.var(values)))


@pytest.mark.parametrize("path", ["exact", "blocked", "low-rank", "random-features"])
@pytest.mark.parametrize("estimator", ["biased", "unbiased"])
def test_p_is_that_of_plain_permutations(path, estimator):
    x, y = pair(80, seed=5)
    found = limner.hsic(x, y, path=path, estimator=estimator, permutations=1500)
    bandwidths = [kernel.bandwidth for kernel in found.kernels]
    K, L = gram(x, bandwidths[0]), gram(y, bandwidths[1])
    random = np.random.default_rng(0)
    orders = [random.permutation(80) for _ in range(2000)]
    null = [biased(K, L[np.ix_(order, order)]) for order in orders]
    p = np.mean(np.array(null) >= biased(K, L))
    assert found.p == pytest.approx(p, abs=0.025)
    assert limner.hsic(x, y, path=path, test="gamma").p == pytest.approx(p, abs=0.02)


@pytest.mark.parametrize("options", [{"path": "low-rank"}, {"bandwidth": "several"}])
def test_p_is_uniform_under_independence(options):
    random = np.random.default_rng(0)
    ps = [
        limner.hsic(
            random.normal(size=40), random.exponential(size=40), permutations=79, **options
        ).p
        for _ in range(100)
    ]
    # a p of 79 permutations is a multiple of 1/80
    assert kstest(np.array(ps) - random.uniform(size=100) / 80, "uniform").pvalue > 0.01


def test_the_unbiased_estimator_has_mean_zero_under_independence():
    random = np.random.default_rng(1)
    values = [
        limner.hsic(
            random.normal(size=30), random.normal(size=30), estimator="unbiased", test="gamma"
        ).hsic
        for _ in range(200)
    ]
    assert abs(np.mean(values)) < 3 * np.std(values) / np.sqrt(200)
    assert min(values) < 0 < max(values)


def test_permutations_are_as_many_as_were_asked_for_and_none_is_the_observed_one():
    for n, count in ((10, 1000), (1000, 99), (1001, 1000), (2500, 1000)):
        shifts = draw(n, count, 0, whole=False)
        assert len(np.unique(shifts.picked)) == count and shifts.picked.min() > 0
        assert shifts.steps * shifts.stride <= n
        assert (np.sort(shifts.y, axis=1) == np.arange(n)).all()
        assert (shifts.y[0] == shifts.x).all()


def test_several_bandwidths_find_what_the_median_misses():
    random = np.random.default_rng(1)
    x = random.uniform(size=150)
    y = np.sin(6 * np.pi * x) + 0.3 * random.normal(size=150)
    assert limner.hsic(x, y).p > 0.05
    found = limner.hsic(x, y, bandwidth="several")
    assert found.p < 0.01 and found.null is None
    assert "five bandwidths" in found.notes[0]


# ── properties ────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, n=SIZES, estimator=st.sampled_from(["biased", "unbiased"]))
def test_x_and_y_may_change_places(seed, n, estimator):
    x, y = pair(n, seed)
    there = limner.hsic(x, y, estimator=estimator, test="gamma")
    back = limner.hsic(y, x, estimator=estimator, test="gamma")
    assert there.hsic == pytest.approx(back.hsic, abs=1e-14)
    assert there.p == pytest.approx(back.p)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, n=SIZES)
def test_rows_may_be_shuffled_together_and_units_changed(seed, n):
    x, y = pair(n, seed)
    order = np.random.default_rng(seed).permutation(n)
    known = limner.hsic(x, y, test="gamma")
    for other in (
        limner.hsic(x[order], y[order], test="gamma"),
        limner.hsic(1e9 + 1e4 * x, 1e-200 * y, test="gamma"),
        limner.hsic(x, 1e250 * y, test="gamma"),
    ):
        assert other.hsic == pytest.approx(known.hsic, rel=1e-6, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, n=st.integers(30, 150), d=st.integers(1, 3))
def test_fast_paths_agree_with_the_exact_one_within_their_stated_error(seed, n, d):
    x, y = pair(n, seed, d)
    for estimator in ("biased", "unbiased"):
        options = dict(estimator=estimator, test="gamma")
        exact = limner.hsic(x, y, path="exact", **options)
        low = limner.hsic(x, y, path="low-rank", **options)
        assert abs(low.hsic - exact.hsic) <= low.error + 1e-12
        blocked = limner.hsic(x, y, path="blocked", **options)
        assert blocked.hsic == pytest.approx(exact.hsic, abs=1e-13)
        waves = limner.hsic(x, y, path="random-features", **options)
        assert abs(waves.hsic - exact.hsic) <= 6 * waves.error
        assert waves.error_note.startswith("standard error")


# ── sizes ─────────────────────────────────────────────────────────────────────────────────────


def test_the_path_follows_size_and_dimension():
    x, y = pair(2000)
    assert limner.hsic(x[:100], y[:100]).path == "exact"
    long = limner.hsic(x, y)
    assert (long.path, long.error_note) == ("low-rank", "bound") and 5 < long.rank < 40
    X, Y = pair(1500, d=10)
    assert limner.hsic(X, Y, permutations=99).path == "blocked"
    X, Y = pair(12_000, d=10)
    assert limner.hsic(X, Y, test="gamma").path == "random-features"


def test_ten_thousand_rows_take_little_memory():
    import tracemalloc

    x, y = pair(10_000)
    tracemalloc.start()
    found = limner.hsic(x, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.permutations == 1000 and peak < 50 << 20


def test_no_row_of_work_is_long():
    x, y = pair(3000, d=6)
    work = HSIC.plan(None, tuple(map(_given, "xy", (x, y))), Params())
    step, lengths = next(work), []
    while True:
        lengths += [row.length for row in step.rows]
        try:
            step = work.send(HSIC.evaluate(None, step.rows))
        except StopIteration:
            break
    assert len(lengths) > 10 and max(lengths) <= 1 << 20


def _given(name, values):
    from limner.methods._contract import Given
    from limner.protocol import ArrayFacts

    facts = ArrayFacts(name=name, dtype="float64", shape=values.shape, of=len(values))
    return Given(facts, values)


@pytest.mark.parametrize("path", ["low-rank", "random-features"])
def test_a_precomputed_kernel_has_only_whole_paths(path):
    K = gram(pair(30)[0], 1)
    with pytest.raises(BadInput, match="no rows to factor"):
        limner.hsic(K, K, kernel="precomputed", path=path)
