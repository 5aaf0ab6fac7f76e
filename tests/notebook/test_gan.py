"""`%gan` on a kernel's own objects."""

from __future__ import annotations

import torch

from limner.notebook.magics.refusal import Refused
from limner.render.game import bundle, card


def test_gan_shows_the_user_s_losses_and_returns_the_result(cells):
    ran = cells(
        "r = %gan d g p t --steps 10 --time 60",
        d=lambda p, t: (p * t).sum() + 0.1 * (p * p).sum(),
        g=lambda p, t: -(p * t).sum(),
        p=torch.tensor([0.1]),
        t=torch.tensor([0.2]),
    )
    assert ran.error is None
    found = cells.shell.user_ns["r"]
    assert found.continuous == "converges"
    assert "gradient flow converges" in ran.out
    assert {"text/plain", "text/html", "application/vnd.limner.v1+json"} == set(bundle(found))
    drawn = card(found)
    assert [len(chart.spec) > 0 for chart in drawn.charts] == [True, True]


def test_gan_refuses_half_a_game(cells):
    ran = cells("%gan a b")
    assert isinstance(ran.error, Refused)
    ran = cells("%gan d g p t", d=1, g=2, p=3)
    assert isinstance(ran.error, Refused) and "t cannot be evaluated" in str(ran.error)
    assert cells("%gan --preset nothing").error is not None
