"""`%%flood` above a training loop."""

from __future__ import annotations

import torch

from limner.notebook.magics.refusal import Refused

LOOP = """%%flood net --level 0.5 --every 1
for step in range(5):
    loss = flood((net(torch.ones(2, 1)) ** 2).mean())
    loss.backward()
    flood.validate(0.3)
"""


def test_a_loop_in_a_cell_is_flooded_and_drawn(cells):
    ran = cells(LOOP, net=torch.nn.Linear(1, 1), torch=torch)
    assert ran.error is None
    assert ran.value.count == 5 and ran.value.steps[0].gradient is not None
    assert "5 steps" in ran.out and "flood" not in cells.shell.user_ns


def test_rows_whose_loss_stays_high_are_listed_by_number(cells):
    ran = cells(
        "%%flood -b 0.1\nfor _ in range(2):\n"
        "    flood(torch.tensor([0.5, 3.0, 1.0], requires_grad=True), torch.tensor([4, 8, 6]))",
        torch=torch,
    )
    assert ran.error is None
    table = ran.out.split("row  loss")[1].splitlines()[1:4]
    assert [line.split() for line in table] == [["8", "3"], ["6", "1"], ["4", "0.5"]]


def test_a_name_of_the_user_s_comes_back(cells):
    cells(LOOP, net=torch.nn.Linear(1, 1), torch=torch, flood="mine")
    assert cells.shell.user_ns["flood"] == "mine"


def test_a_cell_that_does_not_call_it_is_told_what_to_write(cells):
    assert "loss = flood(loss)" in str(cells("%%flood\nx = 1").error)
    assert isinstance(cells("%%flood net\nx = 1").error, Refused)
    assert "reduce it" in str(cells("%%flood\nflood(3)").error)
    assert isinstance(cells("%%flood\n1 / 0").error, ZeroDivisionError)
