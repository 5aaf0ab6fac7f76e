"""`%landscape` on a kernel's own objects."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.functional import mse_loss

import limner
from limner.notebook.magics.refusal import Refused
from limner.render.landscape import bundle, card, headline

GIVEN = {
    "model": nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1)),
    "loss": mse_loss,
    "batch": (torch.ones(8, 3) + torch.eye(8)[:, :3], torch.zeros(8, 1)),
}


def test_landscape_shows_the_user_s_model_and_returns_the_result(cells):
    ran = cells("r = %landscape model loss batch --slice 5 --density 2", **GIVEN)
    assert ran.error is None
    found = cells.shell.user_ns["r"]
    assert "‖g‖" in ran.out and "centring" in ran.out
    assert {"text/plain", "text/html", "application/vnd.limner.v1+json"} == set(bundle(found))
    drawn = card(found)
    assert len(drawn.charts) == 3 and all(chart.spec for chart in drawn.charts)
    assert found.layers[0].gain > 0.5 and "in 2 of 2 layers" in drawn.spoken


def test_landscape_refuses_in_one_sentence(cells):
    for line in ("%landscape", "%landscape model", "%landscape a b c", "%landscape model batch"):
        assert isinstance(cells(line, **GIVEN).error, Refused), line
    frozen = nn.Linear(2, 1).requires_grad_(False)
    ran = cells("%landscape model loss batch", **{**GIVEN, "model": frozen})
    assert "frozen" in str(ran.error)


def test_the_headline_tells_the_shorter_of_the_two_steps():
    """β along the gradient may be far below the largest eigenvalue, and never above it here."""
    model = nn.Linear(2, 1, bias=False)
    model.weight.data = torch.tensor([[0.01, 1.0]])
    scale = torch.tensor([10.0, 1.0])
    found = limner.landscape(
        model,
        lambda out, _: (scale * model.weight**2).sum() / 2 + 0 * out.sum(),
        (torch.zeros(2, 2), None),
        rate=0.01,
    )
    assert found.step_bound and found.step_bound > 1
    assert "steps below 0.2" in headline(found)
