"""HSIC as a loss: the statistic's number, with gradients."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import limner
from limner.protocol import BadInput


def batch(n=64, seed=0, d=3):
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, d))
    return torch.tensor(x), torch.tensor(x**2 + random.normal(size=(n, d)))


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(4, 60),
    d=st.integers(1, 4),
    kernel=st.sampled_from(["gaussian", "linear", "polynomial", "delta"]),
    convention=st.sampled_from(["half", "article"]),
    estimator=st.sampled_from(["biased", "unbiased"]),
)
def test_the_loss_is_the_statistic(seed, n, d, kernel, convention, estimator):
    x, y = batch(n, seed, d)
    options = dict(kernel=kernel, convention=convention, estimator=estimator)
    known = limner.hsic(x, y, test="gamma", **options)
    found = limner.hsic_loss(x, y, **options)
    scale = abs(known.hsic) + 1e-3
    assert found.item() == pytest.approx(known.hsic, abs=1e-8 * scale)
    if known.normalised is not None and kernel == "gaussian" and estimator == "biased":
        share = limner.hsic_loss(x, y, normalised=True, **options)
        assert share.item() == pytest.approx(known.normalised)


@pytest.mark.parametrize("estimator", ["biased", "unbiased"])
@pytest.mark.parametrize("normalised", [False, True])
def test_its_gradient_is_that_of_small_steps(estimator, normalised):
    x, y = batch(12)
    x.requires_grad_()

    def value(x):
        return limner.hsic_loss(x, y, bandwidth=1.3, estimator=estimator, normalised=normalised)

    assert torch.autograd.gradcheck(value, (x,))


def test_ties_and_equal_rows_have_finite_gradients():
    x = torch.zeros(8, 2, requires_grad=True)
    y = torch.randn(8, 2, generator=torch.Generator().manual_seed(0))
    for normalised in (False, True):
        value = limner.hsic_loss(x, y, normalised=normalised)
        (gradient,) = torch.autograd.grad(value, x)
        assert torch.isfinite(value) and torch.isfinite(gradient).all()


def test_descending_it_makes_two_representations_independent():
    torch.manual_seed(0)
    x = torch.randn(128, 1)
    y = (0.8 * x + 0.6 * torch.randn(128, 1)).requires_grad_()
    before = limner.hsic(x, y).p
    optimizer = torch.optim.Adam([y], lr=0.05)
    for _ in range(60):
        optimizer.zero_grad()
        limner.hsic_loss(x, y, normalised=True).backward()
        optimizer.step()
    assert before == pytest.approx(1 / 1001)
    assert limner.hsic(x, y).p > 0.5


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        (torch.zeros(3, 1), torch.zeros(3, 1), "too small"),
        (torch.zeros(5, 1), torch.zeros(6, 1), "as many rows"),
        (torch.full((5, 1), torch.nan), torch.zeros(5, 1), "not finite"),
        (torch.zeros(5, dtype=torch.complex64), torch.zeros(5), "complex"),
        (torch.zeros(5, device="meta"), torch.zeros(5), "move one of them"),
    ],
)
def test_a_batch_that_has_no_loss_is_refused(x, y, said):
    with pytest.raises(BadInput, match=said):
        limner.hsic_loss(x, y)
