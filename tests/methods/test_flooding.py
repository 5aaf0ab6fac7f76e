"""Flooding: off is off; down and up is a gradient penalty; watching touches nothing."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

import limner
from limner.in_place.flooding import trainer_hooks
from limner.methods.flooding import held_out_level
from limner.methods.flooding.watch import of
from limner.protocol import BadInput

pytestmark = pytest.mark.usefixtures("one_thread")


def data(rows=60, wrong=0, seed=0):
    made = torch.Generator().manual_seed(seed)
    y = torch.randint(3, (rows,), generator=made)
    x = torch.randn(rows, 4, generator=made) + 4 * nn.functional.one_hot(y, 4)
    y = y.clone()
    y[:wrong] = (y[:wrong] + 1) % 3
    return x, y


def make():
    model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, 3))
    return model, torch.optim.SGD(model.parameters(), 0.1, momentum=0.9)


def train(through, steps=12):
    torch.manual_seed(0)
    model, optimizer = make()
    x, y = data()
    for _ in range(steps):
        loss = through(cross_entropy(model(x), y))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return [p.detach().clone() for p in model.parameters()], torch.get_rng_state()


def watched(loss, flood=of(None, None)):  # noqa: B008
    return flood(loss)


@pytest.mark.parametrize(
    "through", [lambda loss: limner.flooded(loss), watched], ids=["b", "watch"]
)
def test_off_is_bit_identical(through):
    plain, state = train(lambda loss: loss)
    same, after = train(through)
    assert all(torch.equal(a, b) for a, b in zip(plain, same, strict=True))
    assert torch.equal(state, after)


def test_a_level_under_every_loss_changes_no_bit():
    plain, _ = train(lambda loss: loss)
    same, _ = train(lambda loss: limner.flooded(loss, 0.0))
    assert all(torch.equal(a, b) for a, b in zip(plain, same, strict=True))


def test_under_the_level_the_gradient_turns_and_above_it_stays():
    w = torch.tensor([2.0], requires_grad=True)
    for level, sign in ((1.0, 1), (6.0, -1)):
        (g,) = torch.autograd.grad(limner.flooded((w * w).sum(), level), w)
        assert g.item() == sign * 4.0
    rows = torch.tensor([0.1, 0.9], requires_grad=True)
    found = limner.flooded(rows, torch.tensor([0.5, 0.5]))
    (g,) = torch.autograd.grad(found, rows)
    assert g.tolist() == [-0.5, 0.5] and found.item() == pytest.approx(0.9)


def net_and_loss():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 1)).double()
    x = torch.randn(8, 3, dtype=torch.float64)
    return net, lambda: (net(x) ** 2).mean() + net(x).sin().mean()


def gradient_and_bend(net, loss):
    """g and Hg."""
    ps = [*net.parameters()]
    g = torch.autograd.grad(loss(), ps, create_graph=True)
    flat = torch.cat([one.reshape(-1) for one in g])
    bend = torch.autograd.grad(0.5 * (flat * flat).sum(), ps)
    return flat.detach(), torch.cat([one.reshape(-1) for one in bend])


@pytest.mark.parametrize("share", [1.0, 0.5], ids=["one rate", "two rates"])
def test_a_step_down_and_one_up_is_a_step_on_the_gradient_s_norm_to_third_order(share):
    """θ − (ε − δ)g − εδ·½∇‖g‖² with δ = share·ε; the remainder falls with ε³."""
    remainders = []
    for rate in (0.02, 0.01, 0.005):
        net, loss = net_and_loss()
        g, bend = gradient_and_bend(net, loss)
        before = nn.utils.parameters_to_vector(net.parameters()).detach().clone()
        limner.two_rate_step(loss, net.parameters(), rate, share * rate)
        moved = nn.utils.parameters_to_vector(net.parameters()).detach() - before
        predicted = -(rate - share * rate) * g - rate * share * rate * bend
        remainders.append(float((moved - predicted).norm()))
    orders = [np.log2(a / b) for a, b in pairwise(remainders)]
    assert all(2.8 < order < 3.2 for order in orders), orders


def test_without_a_rate_up_it_is_gradient_descent_bit_for_bit():
    net, loss = net_and_loss()
    other, again = net_and_loss()
    limner.two_rate_step(loss, net.parameters(), 0.1, 0.0)
    optimizer = torch.optim.SGD(other.parameters(), 0.1)
    again().backward()
    optimizer.step()
    for p, q in zip(net.parameters(), other.parameters(), strict=True):
        assert torch.equal(p, q) and p.grad is None


def test_a_held_out_level_moves_the_probability_towards_the_label():
    loss = torch.tensor([0.0, 2.0])
    found = held_out_level(loss, 0.3)
    assert found[0] == 0
    assert found[1].item() == pytest.approx(-np.log(0.7 * np.exp(-2) + 0.3), rel=1e-6)
    assert torch.allclose(held_out_level(loss, 0.0), loss)


def test_a_watched_loop_keeps_losses_gradients_and_where_validation_turned():
    model, optimizer = make()
    x, y = data()
    with limner.flood(model, 0.5, every=2) as flood:
        for step in range(20):
            losses = cross_entropy(model(x), y, reduction="none")
            loss = flood(losses, torch.arange(len(x)))
            assert all(p.grad is None for p in model.parameters()) or step
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            flood.validate(1.0 if step < 10 else 2.0)
    run = flood.run()
    assert run.count == 20 and run.below > 0 and run.turned == 1
    assert any(one.gradient for one in run.steps) and len(run.suspects) == 20
    assert "steps went up" in run.to_text() and "Validation was best" in run.to_text()
    assert json.loads(run.to_json())["count"] == 20 and "steps went up" in run.to_html()
    assert len(run._repr_mimebundle_()["application/vnd.limner.v1+json"]["charts"]) == 2


@pytest.mark.parametrize(
    ("level", "said"),
    [(0.0, "never under the level"), (5.0, "always under the level"), (1.0, None)],
)
def test_a_level_outside_the_loss_s_range_is_told_after_some_steps(level, said):
    flood = of(None, level)
    for step in range(20):
        assert not flood.run().notes
        flood(torch.tensor([0.5, 2.0], requires_grad=True) * (1 + step % 2))
    assert all(said in note for note in flood.run().notes) if said else not flood.run().notes
    assert bool(flood.run().notes) == bool(said)


def test_where_a_loss_stops_being_finite_is_said_by_step_and_row():
    flood = of(None, 0.1)
    flood(torch.ones((), requires_grad=True))
    with pytest.raises(BadInput, match="at step 2, first in row 7"):
        wrong = torch.tensor([1.0, torch.nan, torch.inf], requires_grad=True)
        flood(wrong, torch.tensor([3, 7, 1]))
    with pytest.raises(BadInput, match="not finite"):
        limner.flooded(torch.tensor(torch.inf, requires_grad=True), 0.1)


def test_a_step_from_a_loss_that_is_not_finite_is_not_taken():
    w = torch.tensor([2.0], requires_grad=True)
    with pytest.raises(BadInput, match="before the step down"):
        limner.two_rate_step(lambda: (w * torch.nan).sum(), [w], 0.1, 0.1)
    assert w.item() == 2
    with pytest.raises(BadInput, match="after the step down"):
        limner.two_rate_step(lambda: w.sqrt().sum(), [w], 100.0, 0.1)


def test_a_long_loop_is_thinned():
    flood, w = of(None, 0.1), torch.ones(1, requires_grad=True)
    for _ in range(3000):
        flood(w.sum())
    run = flood.run()
    assert run.count == 3000 and len(run.steps) < 500 and run.steps[-1].step == 3000


def test_trainers_get_a_loss_and_a_callback():
    flood = of(None, 0.5)
    loss_of, callback = trainer_hooks(flood)
    x, y = data()
    model, _ = make()
    found = loss_of({"logits": model(x)}, y)
    assert found.requires_grad and flood.count == 1
    callback.on_evaluate(None, None, None, metrics={"eval_loss": 0.7})
    with torch.no_grad():
        loss_of({"logits": model(x)}, y)
    assert flood.count == 1 and flood.run().steps[-1].validation == 0.7


@pytest.mark.parametrize(
    ("loss", "level", "said"),
    [
        (torch.ones(2, 2, requires_grad=True), 0.1, "reduce it"),
        (torch.tensor(1.0), 0.1, "outside no_grad"),
        (torch.ones((), requires_grad=True), -1.0, "negative"),
        (torch.ones((), requires_grad=True), torch.nan, "negative or not finite"),
        (torch.ones(3, requires_grad=True), torch.ones(2), "one for each row"),
    ],
)
def test_what_cannot_be_flooded_is_refused(loss, level, said):
    with pytest.raises(BadInput, match=said):
        limner.flooded(loss, level)
