"""Comparing ways to train; it may answer "do not flood"."""

from __future__ import annotations

import json

import pytest
import torch
from torch.nn.functional import cross_entropy

import limner
from limner.engine.memory import is_out_of_memory
from limner.methods.flooding.fitting import Parts, _gradient
from limner.methods.flooding.tune import _advice
from limner.protocol import BadInput
from limner.results.flood import FloodArm
from methods.test_flooding import data, make

pytestmark = pytest.mark.usefixtures("one_thread")

QUICK = {"epochs": 4, "seeds": 2, "constants": (5.0,), "folds": 2}


def test_it_compares_seed_by_seed_and_leaves_random_state_alone():
    torch.manual_seed(3)
    state = torch.get_rng_state()
    said: list[str] = []
    found = limner.flood_tune(make, data(), data(seed=1), progress=said.append, **QUICK)
    assert torch.equal(torch.get_rng_state(), state)
    assert [arm.kind for arm in found.arms] == ["none", "constant", "per-sample", "held-out"]
    assert found.seeds == 2 and found.fits == 2 * (4 + 2) and said
    none, constant, *_ = found.arms
    assert none.gain == none.low == none.high == 0
    assert constant.low < constant.gain < constant.high
    again = limner.flood_tune(make, data(), data(seed=1), **QUICK)
    assert again.arms == found.arms


def test_easy_data_are_not_to_be_flooded():
    found = limner.flood_tune(make, data(), data(seed=1), **QUICK)
    assert found.advice == "none" and "Do not flood" in found.to_text()
    assert "Do not flood" in found.to_html()
    assert json.loads(found.to_json())["arms"][0]["name"] == "none"


def arm(name, gain, low):
    kind = "none" if name == "none" else "constant"
    return FloodArm(
        name=name, kind=kind, loss=(1.0,), accuracy=(0.5,), gain=gain, low=low, high=2 * gain - low
    )


@pytest.mark.parametrize(
    "options", [{"constants": (0.2,)}, {"constants": (), "per_sample": (0.2,)}]
)
def test_each_row_s_loss_is_flooded_by_the_same_level_or_the_batch_s_mean(options):
    (x, y), flood = data(), 0.2
    found = limner.flood_tune(make, (x, y), (x, y), **QUICK | options)
    by_kind = {arm.kind: arm for arm in found.arms}
    for kind, of in (
        ("constant", lambda rows: (rows.mean() - flood).abs() + flood),
        ("per-sample", lambda rows: ((rows - flood).abs() + flood).mean()),
    ):
        if kind in by_kind:
            assert by_kind[kind].loss[0] == pytest.approx(by_hand(x, y, of), rel=1e-6)
    assert "per-sample" in by_kind


def by_hand(x, y, of):
    """Validation loss of the first seed, trained as `flood_tune` does, with our own loop."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model, optimizer = make()
        order = torch.Generator().manual_seed(0)
        for _ in range(QUICK["epochs"]):
            for batch in torch.randperm(len(x), generator=order).split(64):
                rows = cross_entropy(model(x[batch]), y[batch], reduction="none")
                optimizer.zero_grad()
                of(rows).backward()
                optimizer.step()
        with torch.no_grad():
            return float(cross_entropy(model.eval()(x), y))


def test_levels_outside_the_loss_s_range_are_told():
    options = QUICK | {"constants": (0.0, 50.0), "per_sample": (0.0,)}
    notes = limner.flood_tune(make, data(), data(seed=1), **options).notes
    assert notes == (
        "constant 0: the loss was never under it, so nothing was flooded.",
        "constant 50: the loss was always under it, so training only went up.",
        "each row 0: the loss was never under it, so nothing was flooded.",
    )


def test_where_the_loss_stops_being_finite_is_said():
    def wild():
        model, _ = make()
        return model, torch.optim.SGD(model.parameters(), 1e30)

    with pytest.raises(BadInput, match=r"from step 2 on \(seed 1 of 2, none, epoch 2\)"):
        limner.flood_tune(wild, data(), data(), **QUICK)


def test_only_a_gain_with_its_whole_interval_is_advised():
    none, unsure, sure = arm("none", 0, 0), arm("a", 0.5, -0.1), arm("b", 0.2, 0.1)
    assert _advice([none, unsure]) == "none"
    assert _advice([none, unsure, sure]) == "b"


def test_wrong_labels_are_listed_first():
    found = limner.flood_tune(make, data(150, wrong=8), data(seed=1), **QUICK | {"epochs": 20})
    first = [one.row for one in found.suspects[:8]]
    assert sum(row < 8 for row in first) >= 6
    table = found.to_text().split("row  loss")[1]
    assert [line.split()[0] for line in table.splitlines()[1:9]] == [str(row) for row in first]


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
        (data(), {"per_sample": (float("nan"),)}, "not finite"),
        (data(), {"level": 1}, "choose of constants"),
    ],
)
def test_what_cannot_be_compared_is_refused(train, options, said):
    with pytest.raises(BadInput, match=said):
        limner.flood_tune(make, train, data(), **options)


class Roomy(torch.nn.Module):
    """Has memory for some rows at a time."""

    def __init__(self, inner, most):
        super().__init__()
        self.inner, self.most, self.seen = inner, most, 0

    def forward(self, x):
        if len(x) > self.most:
            raise torch.OutOfMemoryError("out of memory")
        self.seen = max(self.seen, len(x))
        return self.inner(x)


@pytest.mark.parametrize("kind", ["constant", "per-sample", "held-out"])
def test_where_memory_runs_out_halves_give_the_same_gradient_and_a_note(kind):
    levels = {"constants": (0.5,), "per_sample": (0.5,)}  # met on the way down
    made = []

    def cramped():
        model, optimizer = make()
        made.append(Roomy(model, 20))
        return made[-1], optimizer

    options = QUICK | levels
    whole = limner.flood_tune(make, data(), data(seed=1), **options)
    parts = limner.flood_tune(cramped, data(), data(seed=1), **options)
    one, other = ({arm.kind: arm.loss for arm in found.arms}[kind] for found in (whole, parts))
    assert other == pytest.approx(one, rel=1e-4)
    assert 0 < max(model.seen for model in made) <= 20
    assert any("Memory ran out" in note for note in parts.notes)
    assert not any("Memory" in note for note in whole.notes)


def test_a_row_that_does_not_fit_is_one_sentence():
    with pytest.raises(BadInput, match="single row"):
        limner.flood_tune(lambda: (Roomy(make()[0], 0), make()[1]), data(), data(seed=1), **QUICK)


def test_the_level_is_of_the_whole_batch_with_the_noise_of_the_step():
    """Parts on both sides of the level, under dropout: the sign is one, and of what goes back."""
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.Dropout(0.5), torch.nn.Linear(8, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    x, y = torch.randn(8, 3), torch.tensor([0, 1] * 4)
    state = torch.get_rng_state()
    rows = torch.cat([cross_entropy(model(part), y[:4], reduction="none") for part in x.split(4)])
    for level in (rows.mean().item() + 1e-4, rows.mean().item() - 1e-4):
        ((rows.mean() - level).abs() + level).backward(retain_graph=True)
        wanted = [p.grad.clone() for p in model.parameters()]
        model.zero_grad()
        torch.set_rng_state(state)
        parts = Parts(is_out_of_memory)
        parts.rows = 4
        _gradient(model, optimizer, (x, y), level, parts, each=False)
        for p, one in zip(model.parameters(), wanted, strict=True):
            assert torch.allclose(p.grad, one, atol=1e-7)
        model.zero_grad()
