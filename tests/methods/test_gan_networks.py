"""Real players: leading eigenvalues in place, and nothing touched."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from torch import nn

from limner.in_place.games import gan_dynamics
from limner.methods.gan_dynamics import large
from limner.methods.gan_dynamics.options import Options
from limner.methods.gan_dynamics.spectrum import Tangent, leading
from limner.protocol import BadInput


def players(width=4, norm=False):
    torch.manual_seed(0)
    G = nn.Sequential(nn.Linear(2, width), nn.Tanh(), nn.Linear(width, 2))
    layers = [nn.Linear(2, width), nn.BatchNorm1d(width)] if norm else [nn.Linear(2, width)]
    D = nn.Sequential(*layers, nn.Tanh(), nn.Dropout(0.2 if norm else 0.0), nn.Linear(width, 1))
    return D, G


def losses(D, G, real):
    soft = nn.functional.softplus

    def d_loss():
        fake = G(torch.randn(16, 2))
        return soft(-D(real)).mean() + soft(D(fake)).mean()

    def g_loss():
        return soft(-D(G(torch.randn(16, 2)))).mean()

    return d_loss, g_loss


AVERAGE = "moving average of θ, decay 0.999"
REAL = torch.randn(16, 2, generator=torch.Generator().manual_seed(1))


def test_arnoldi_finds_the_leading_eigenvalues_of_the_whole_jacobian():
    D, G = (player.double() for player in players(8))
    torch.manual_seed(0)
    z = torch.randn(16, 2, dtype=torch.float64)
    real, soft = REAL.double(), nn.functional.softplus
    tangent = Tangent(
        lambda: soft(-D(real)).mean() + soft(D(G(z))).mean(),
        lambda: soft(-D(G(z))).mean(),
        [*D.parameters()],
        [*G.parameters()],
    )
    whole = np.linalg.eigvals(tangent.dense())
    found, residuals = leading(tangent, tangent.n, 4)
    assert residuals.max() < 1e-3 * abs(whole).max()
    assert found.real.max() == pytest.approx(whole.real.max(), abs=1e-3 * abs(whole).max())
    assert abs(found).max() == pytest.approx(abs(whole).max(), rel=1e-3)
    for value in found:
        assert abs(whole - value).min() < 1e-3 * abs(whole).max()


def test_alternating_steps_of_networks_have_the_radius_of_both_half_steps():
    D, G = players(3)
    z = torch.randn(16, 2, generator=torch.Generator().manual_seed(2))
    soft = nn.functional.softplus
    tangent = Tangent(
        lambda: soft(-D(REAL)).mean() + soft(D(G(z))).mean(),
        lambda: soft(-D(G(z))).mean(),
        [*D.parameters()],
        [*G.parameters()],
    )
    from limner.methods import gan_dynamics as method

    by_products = method._alternating_of(tangent, Options(step=0.5))
    whole = {s.name: s for s in large(tangent, Options(step=0.5), print).schemes}
    assert by_products is not None and by_products.radius is not None
    assert by_products.radius == pytest.approx(whole["alternating"].radius, abs=1e-4)


def test_networks_are_left_bit_for_bit_as_they_were():
    D, G = players(norm=True)
    D.train(), G.eval()
    D[0].weight.grad = torch.ones_like(D[0].weight)
    G[0].bias.requires_grad_(False)
    torch.manual_seed(5), np.random.seed(5), random.seed(5)
    before = {
        "state": {k: v.clone() for m in (D, G) for k, v in m.state_dict(prefix=str(id(m))).items()},
        "modes": [m.training for one in (D, G) for m in one.modules()],
        "grads": [p.grad is None for one in (D, G) for p in one.parameters()],
        "wanted": [p.requires_grad for one in (D, G) for p in one.parameters()],
        "random": (torch.get_rng_state(), np.random.get_state()[1].tolist(), random.getstate()),
        "hooks": [len(m._forward_hooks) for one in (D, G) for m in one.modules()],
    }
    gan_dynamics(*losses(D, G, REAL), D, G, real=REAL)
    after = {k: v for m in (D, G) for k, v in m.state_dict(prefix=str(id(m))).items()}
    assert all(torch.equal(before["state"][k], v) for k, v in after.items())
    assert [m.training for one in (D, G) for m in one.modules()] == before["modes"]
    assert [p.grad is None for one in (D, G) for p in one.parameters()] == before["grads"]
    assert torch.equal(D[0].weight.grad, torch.ones_like(D[0].weight))
    assert [p.requires_grad for one in (D, G) for p in one.parameters()] == before["wanted"]
    assert torch.equal(torch.get_rng_state(), before["random"][0])
    assert np.random.get_state()[1].tolist() == before["random"][1]
    assert random.getstate() == before["random"][2]
    assert [len(m._forward_hooks) for one in (D, G) for m in one.modules()] == before["hooks"]


def test_remedies_are_compared_and_l2_moves_the_discriminator_s_eigenvalues():
    D, G = players()
    found = gan_dynamics(*losses(D, G, REAL), D, G, real=REAL, l2=3.0)
    names = [one.name for one in found.remedies]
    assert names == ["gradient penalty (R1)", "L2 on D, W = 3", "D 4 times faster", AVERAGE]
    assert all(one.left is None for one in found.remedies[:-1])
    assert found.remedies[-1].left is not None and found.remedies[-1].left < 1
    l2 = found.remedies[1].eigenvalues
    assert l2 is not None and min(re for re, _ in l2) < -2.5
    assert "no equilibrium" in found.notes[0]


def test_a_larger_pair_is_told_with_residuals_and_never_written_down(monkeypatch):
    D, G = players(48)
    monkeypatch.setattr(Tangent, "dense", None)
    said: list[str] = []
    found = gan_dynamics(*losses(D, G, REAL), D, G, count=3, progress=said.append)
    assert found.eigenvalues and len(found.residuals) == len(found.eigenvalues)
    assert any("eigenvalues" in one for one in said)
    assert "Arnoldi" in found.to_text()


def test_an_interrupt_leaves_everything_as_it_was():
    D, G = players(48)
    calls = 0

    def stop(_):
        nonlocal calls
        calls += 1
        raise KeyboardInterrupt

    state = torch.get_rng_state()
    with pytest.raises(KeyboardInterrupt):
        gan_dynamics(*losses(D, G, REAL), D, G, progress=stop)
    assert calls == 1 and torch.equal(torch.get_rng_state(), state)


def test_what_cannot_work_is_refused_in_one_sentence():
    D, G = players()
    d, g = losses(D, G, REAL)
    with pytest.raises(BadInput, match="share parameters"):
        gan_dynamics(d, g, D, D)
    with pytest.raises(BadInput, match="return a scalar"):
        gan_dynamics(lambda: D(REAL), g, D, G)
    with pytest.raises(BadInput, match="outside no_grad"):
        gan_dynamics(lambda: torch.tensor(1.0), g, D, G)
    with pytest.raises(BadInput, match="is nan"):
        gan_dynamics(lambda: D(REAL).mean() * torch.nan, g, D, G)
    with pytest.raises(BadInput, match="does not depend"):
        gan_dynamics(lambda: G(REAL).mean(), g, D, G)
    with pytest.raises(BadInput, match="unfreeze"):
        gan_dynamics(d, g, D.requires_grad_(False), G)


def test_where_a_gradient_is_not_finite_is_said_by_name():
    D, G = players()
    d, g = losses(D, G, REAL)

    def rough(x):  # finite with an infinite slope
        return (x - x.detach()).abs().sqrt()

    with pytest.raises(BadInput, match=r"gradient is not finite .* first in phi's 3\.weight"):
        gan_dynamics(lambda: d() + rough(D[3].weight).sum(), g, D, G)
    with pytest.raises(BadInput, match=r"first in theta\[2\]"):
        ours = [*D.parameters()], [*G.parameters()]
        gan_dynamics(d, lambda: g() + rough(G[2].weight).sum(), *ours)

    def bent(x):  # a finite slope with an infinite one of its own
        return ((x - x.detach()).abs() + 1e-300).pow(1.5)

    with pytest.raises(BadInput, match="second derivative is not finite"):
        gan_dynamics(lambda: d() + bent(D[3].bias).sum(), g, D, G)


def test_a_batch_norm_with_one_row_is_refused_with_what_to_do():
    D, G = players(norm=True)
    d, g = losses(D, G, REAL[:1])
    before = [p.clone() for p in D.buffers()]
    with pytest.raises(BadInput, match="two rows or more"):
        gan_dynamics(d, g, D, G)
    assert all(torch.equal(a, b) for a, b in zip(D.buffers(), before, strict=True))


def test_losses_that_do_not_fit_in_memory_are_told_to_shrink():
    D, G = players()

    def full():
        raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(BadInput, match="half as many rows"):
        gan_dynamics(full, losses(D, G, REAL)[1], D, G)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"preset": "gan"}, "choose of vanilla"),
        ({"preset": "wgan", "speed": 2}, "There is no option speed"),
        ({"preset": "wgan", "step": -1}, "above 0"),
        ({"preset": "wgan", "start": (1, 2)}, "give 4 finite ones"),
        ({}, "preset= a name"),
        ({"d_loss": lambda p, t: p, "g_loss": lambda p, t: p, "phi": [1, 2], "theta": 1}, "mean"),
    ],
)
def test_wrong_choices_are_refused_in_one_sentence(given, said):
    with pytest.raises(BadInput, match=said):
        gan_dynamics(**given)
