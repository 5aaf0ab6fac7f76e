"""Comparing ways to train; it may answer "do not flood"."""

from __future__ import annotations

import pytest
import torch

import limner
from limner.flood_results import FloodArm
from limner.methods.flooding.tune import _advice
from limner.protocol import BadInput
from methods.test_flooding import data, make

pytestmark = pytest.mark.usefixtures("one_thread")

QUICK = {"epochs": 4, "seeds": 2, "constants": (5.0,), "folds": 2}


def test_it_compares_seed_by_seed_and_leaves_random_state_alone():
    torch.manual_seed(3)
    state = torch.get_rng_state()
    said: list[str] = []
    found = limner.flood_tune(make, data(), data(seed=1), progress=said.append, **QUICK)
    assert torch.equal(torch.get_rng_state(), state)
    assert [arm.kind for arm in found.arms] == ["none", "constant", "per-sample"]
    assert found.seeds == 2 and found.fits == 2 * (3 + 2) and said
    none, constant, _ = found.arms
    assert none.gain == none.low == none.high == 0
    assert constant.low < constant.gain < constant.high
    again = limner.flood_tune(make, data(), data(seed=1), **QUICK)
    assert again.arms == found.arms


def test_easy_data_are_not_to_be_flooded():
    found = limner.flood_tune(make, data(), data(seed=1), **QUICK)
    assert found.advice == "none" and "Do not flood" in found.to_text()


def arm(name, gain, low):
    kind = "none" if name == "none" else "constant"
    return FloodArm(
        name=name, kind=kind, loss=(1.0,), accuracy=(0.5,), gain=gain, low=low, high=2 * gain - low
    )


def test_only_a_gain_with_its_whole_interval_is_advised():
    none, unsure, sure = arm("none", 0, 0), arm("a", 0.5, -0.1), arm("b", 0.2, 0.1)
    assert _advice([none, unsure]) == "none"
    assert _advice([none, unsure, sure]) == "b"


def test_wrong_labels_are_listed_first():
    found = limner.flood_tune(make, data(150, wrong=8), data(seed=1), **QUICK | {"epochs": 20})
    first = [one.row for one in found.suspects[:8]]
    assert sum(row < 8 for row in first) >= 6


def test_a_budget_ends_it_and_says_so():
    found = limner.flood_tune(make, data(), data(seed=1), **QUICK | {"budget": 1e-6})
    assert found.seeds == 1 and found.advice == "none"
    assert "budget" in found.notes[0] and "One seed has no interval" in found.notes[1]


def test_an_interrupt_puts_the_random_state_back():
    state = torch.get_rng_state()

    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        limner.flood_tune(make, data(), data(), progress=stop, **QUICK)
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize(
    ("train", "options", "said"),
    [
        ((torch.ones(3, 4), torch.ones(3)), {}, "int64"),
        (data(), {"folds": 1}, "2 folds"),
        (data(), {"constants": (-1.0,)}, "negative"),
        (data(), {"level": 1}, "choose of constants"),
    ],
)
def test_what_cannot_be_compared_is_refused(train, options, said):
    with pytest.raises(BadInput, match=said):
        limner.flood_tune(make, train, data(), **options)
