"""What the article and Mescheder 2018 say of Dirac GANs, from our own numbers."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch

from limner.in_place.games import gan_dynamics
from limner.methods.gan_dynamics import discrete
from limner.methods.gan_dynamics.field import jacobian, of_losses, of_preset
from limner.methods.gan_dynamics.flow import follow
from limner.methods.gan_dynamics.portrait import growth, plane_of
from limner.methods.gan_dynamics.presets import PRESETS, Knobs
from limner.protocol import BadInput

BY_NAME = {preset.name: preset for preset in PRESETS}
START = np.array([0.1, 0.2, 0.2, 0.1])


@cache
def ran(preset, **options):
    return gan_dynamics(preset=preset, **{"steps": 0, **options})


VERDICTS = {
    "vanilla circles": ("vanilla", {}, "circles"),
    "WGAN circles": ("wgan", {}, "circles"),
    "WGAN-GP with c = 0 converges": ("wgan-gp", {"c": 0.0}, "converges"),
    "WGAN-GP with c = 1 ends on a circle": ("wgan-gp", {"c": 1.0}, "circles"),
    "GAN-QP circles": ("gan-qp", {}, "circles"),
    "GAN-QP with L2 converges": ("gan-qp", {"l2": 0.1}, "converges"),
}


@pytest.mark.parametrize(("preset", "options", "verdict"), VERDICTS.values(), ids=VERDICTS)
def test_the_article_s_verdicts_from_its_own_start(preset, options, verdict):
    assert ran(preset, **options).continuous == verdict


def test_a_moving_average_of_theta_approaches_the_centre_of_its_circle():
    found = ran("vanilla", ema=0.999)
    assert found.continuous == "circles"
    assert found.ema_distance is not None and found.ema_distance < 0.05


@pytest.mark.parametrize("preset", ["vanilla", "gan-qp"])
@pytest.mark.parametrize(
    "start", [{"dim": 1}, {"start": (0.1, 0.2, 0.1, 0.2)}], ids=["one dimension", "parallel"]
)
def test_where_nothing_turns_the_same_losses_settle(preset, start):
    assert ran(preset, **start).continuous == "converges"


@pytest.mark.parametrize("preset", ["vanilla", "gan-qp"])
def test_the_cross_product_is_conserved_and_gives_the_circle_s_radius(preset):
    path = follow(of_preset(BY_NAME[preset], Knobs(), 2), START, 300)
    p, t = path.x[:, :2], path.x[:, 2:]
    cross = t[:, 0] * p[:, 1] - t[:, 1] * p[:, 0]
    assert np.allclose(cross, 0.03, atol=1e-5)
    assert np.allclose(np.linalg.norm(t[-50:], axis=1), np.sqrt(0.03), rtol=0.06)


KNOBS = Knobs(gamma=0.7, noise=0.6)
HALF = 0.5  # f′(0)
EIGENVALUES = {
    "saturating": [0.5j, -0.5j],
    "vanilla": [0.5j, -0.5j],
    "wgan-linear": [1j, -1j],
    "wgan-gp": [-0.1 + np.sqrt(0.01 - 1 + 0j), -0.1 - np.sqrt(0.01 - 1 + 0j)],
    "consensus": [-0.7 * HALF**2 + HALF * 1j, -0.7 * HALF**2 - HALF * 1j],
    "instance-noise": [
        -0.25 * 0.36 + sign * np.sqrt((0.25 * 0.36) ** 2 - HALF**2 + 0j) for sign in (1, -1)
    ],
    "r1": [-0.35 + sign * np.sqrt(0.35**2 - HALF**2 + 0j) for sign in (1, -1)],
    "r1-critical": [-0.5, -0.5],
}
"""Mescheder 2018: (f′(0), f″(0)) = (½, −¼) of its f, and of his eight variants."""


@pytest.mark.parametrize("name", EIGENVALUES)
def test_eigenvalues_of_mescheder_s_eight_variants_have_their_closed_form(name):
    J, _ = jacobian(of_preset(BY_NAME[name], KNOBS, 1), np.zeros(2))
    found = np.sort_complex(np.linalg.eigvals(J).astype(complex))
    assert np.abs(found - np.sort_complex(np.array(EIGENVALUES[name], complex))).max() < 1e-6


@pytest.mark.parametrize("c", [0.0, 1.0])
@pytest.mark.parametrize("preset", PRESETS, ids=lambda p: p.name)
def test_each_field_is_the_gradient_of_its_losses(preset, c):
    knobs = Knobs(c=c, gamma=0.7, noise=0.6)
    by_hand = of_preset(preset, knobs, 2)
    rng = np.random.default_rng(3)
    for x in rng.normal(size=(4, 4)):
        p, t = torch.tensor(x[:2], requires_grad=True), torch.tensor(x[2:], requires_grad=True)
        (dp,) = torch.autograd.grad(preset.d_loss(p, t, knobs), p)
        (dt,) = torch.autograd.grad(preset.g_loss(p, t, knobs), t)
        assert np.abs(by_hand(x) + torch.cat([dp, dt]).numpy()).max() < 1e-6


@pytest.mark.parametrize(("preset", "c"), [("wgan", 0.0), ("wgan-gp", 1.0)])
def test_where_the_jacobian_is_undefined_there_are_no_eigenvalues_but_a_reason(preset, c):
    found = ran(preset, c=c)
    assert found.eigenvalues is None and "no derivative" in found.eigenvalues_note
    assert '"eigenvalues":null' in found.to_json()


def test_autograd_s_silence_at_a_kink_is_not_believed():
    def loss(p, t):
        return (p * t).sum() + p.norm() + 0.0 * t.sum()

    one = torch.tensor([0.1], dtype=torch.float64)
    J, note = jacobian(of_losses(loss, lambda p, t: -(p * t).sum(), one, one, 0.0), np.zeros(2))
    assert J is None and "no derivative" in note


def test_steps_are_another_matter_than_the_flow():
    schemes = {s.name: s for s in gan_dynamics(preset="wgan-linear", dim=1).schemes}
    assert schemes["simultaneous"].linear == schemes["simultaneous"].ran == "diverges"
    assert schemes["simultaneous"].largest_stable_step is None
    assert schemes["simultaneous"].radius == pytest.approx(np.sqrt(1.01))
    assert schemes["alternating"].radius == pytest.approx(1)
    assert schemes["alternating"].linear == "undecided"
    assert schemes["alternating"].ran == "circles"
    assert schemes["extragradient"].ran == "converges"


def test_the_largest_stable_step_is_where_the_radius_reaches_one():
    # Re λ = −λ_gp, |λ| = 1: |1 + hλ| = 1 at h = −2 Re λ/|λ|² = 0.2
    assert ran("wgan-gp").largest_stable_step == pytest.approx(0.2, rel=1e-6)
    # h² − 1 + … of extragradient on ±i: |1 + ih − h²|² = 1 − h² + h⁴
    lam = np.array([1j, -1j])
    limit = discrete.largest_stable(lambda h: discrete.radius("extragradient", h, lam, 0), 1.0)
    assert limit == pytest.approx(1)


def test_the_user_s_own_losses_give_what_the_preset_gives():
    soft = torch.nn.functional.softplus
    found = gan_dynamics(
        lambda p, t: soft(p @ t), lambda p, t: soft(-(p @ t)), [0.1], [0.2], steps=20, time=100
    )
    assert found.eigenvalues == ((0.0, 0.5), (0.0, -0.5))
    assert found.equilibrium == (0.0, 0.0)
    assert found.portrait is not None and len(found.lines) == 5


def test_an_equilibrium_that_is_not_the_origin_is_found():
    found = gan_dynamics(
        lambda p, t: -(p * (1 - t)).sum() + 0.1 * (p * p).sum(),
        lambda p, t: (p * (1 - t)).sum(),
        0.3,
        0.2,
        steps=0,
    )
    assert found.equilibrium == pytest.approx((0, 1)) and found.continuous == "converges"


@pytest.mark.parametrize("preset", ["vanilla", "lsgan", "instance-noise"])
def test_the_shading_is_the_largest_real_part_of_the_exact_jacobian(preset):
    field = of_preset(BY_NAME[preset], Knobs(), 1)
    points = plane_of(np.array([0.1, 0.2]), np.zeros(2), 1, 2.0).points(6)
    exact = [np.linalg.eigvals(field.exact(x)).real.max() for x in points]
    assert growth(field, points) == pytest.approx(exact, abs=1e-4)


def test_what_neither_grows_nor_shrinks_is_not_shaded_by_rounding():
    found = ran("vanilla").portrait
    assert found is not None and set(found.growth) == {0.0}


def test_where_values_stop_being_finite_is_said_with_time_and_place():
    def d_loss(p, t):
        return (p * t).sum() + 0 * torch.sqrt(0.25 - (p * p).sum())  # no slope from φ = ½ on

    found = gan_dynamics(d_loss, lambda p, t: -(p * t).sum(), [0.1], [0.2], steps=200)
    (said,) = [note for note in found.notes if "simultaneous steps" in note]
    assert "not finite soon after time 17.5 of simultaneous steps, near (φ, θ) = (0.51" in said
    ran_ = {s.name: s.ran for s in found.schemes}
    assert ran_["simultaneous"] == "undecided" and ran_["alternating"] == "circles"


def test_a_flow_that_leaves_the_finite_numbers_says_when():
    def d_loss(p, t):
        return -p.sum() + 0 * torch.sqrt(1 - p).sum()  # φ′ = 1 until φ = 1

    found = gan_dynamics(d_loss, lambda p, t: (t * t).sum(), [0.0], [0.1], steps=0, time=5)
    (said,) = [note for note in found.notes if "gradient flow" in note]
    when = float(said.split("after time ")[1].split()[0])
    assert when == pytest.approx(1, abs=0.06) and found.continuous == "undecided"


def test_a_preset_is_not_started_where_it_has_no_gradient():
    with pytest.raises(BadInput, match="wgan has no gradient at this start"):
        gan_dynamics(preset="wgan", start=(0, 0, 1, 1))


def test_an_average_keeps_of_the_leading_mode_s_swing_what_it_says():
    found = gan_dynamics(preset="wgan-linear", dim=1, steps=0, ema=0.9, time=200)
    average = found.remedies[-1]
    assert average.name == "moving average of θ, decay 0.9"
    assert average.eigenvalues == found.eigenvalues and average.left is not None
    assert found.ema_distance == pytest.approx(average.left, rel=0.02)
