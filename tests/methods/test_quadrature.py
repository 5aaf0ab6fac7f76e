"""Clenshaw–Curtis: exact for polynomials, nested, positive."""

from itertools import pairwise

import numpy as np
import pytest

from limner.methods.quadrature import LEVELS, alpha, nodes, weights


@pytest.mark.parametrize("n", LEVELS)
def test_weights_are_positive_symmetric_and_sum_to_one(n: int) -> None:
    w = weights(n)
    assert (w > 0).all()
    np.testing.assert_allclose(w, w[::-1], atol=1e-15)
    assert w.sum() == pytest.approx(1, abs=1e-14)


@pytest.mark.parametrize("n", LEVELS[:3])
def test_a_rule_of_n_intervals_is_exact_up_to_degree_n(n: int) -> None:
    a = np.array([alpha(node) for node in nodes(n)])
    for degree in range(n + 1):
        assert weights(n) @ a**degree == pytest.approx(1 / (degree + 1), abs=1e-13)


@pytest.mark.parametrize(("coarse", "fine"), [*pairwise(LEVELS)])
def test_each_rule_adds_to_the_one_before_it(coarse: int, fine: int) -> None:
    added = [node for node in nodes(fine) if node not in nodes(coarse)]
    assert sorted([*added, *nodes(coarse)]) == list(nodes(fine))


def test_both_ends_of_the_path_are_nodes() -> None:
    assert [alpha(nodes(8)[0]), alpha(nodes(8)[-1])] == [0.0, 1.0]
