"""`limner.landscape_pair`: two models that differ in normalisation and in nothing else."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset

import limner
from limner.protocol import BadInput

pytestmark = pytest.mark.usefixtures("one_thread")


def normalised():
    return nn.Sequential(
        nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 3)
    )


def plain():
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 3))


def points(count: int = 6):
    made = torch.Generator().manual_seed(0)
    return [
        (torch.randn(32, 4, generator=made) + 3, torch.randint(3, (32,), generator=made))
        for _ in range(count)
    ]


def pair(make=normalised, batches=None, **options):
    given = {"steps": 12, "every": 4, "eigenvalues": 0} | options
    return limner.landscape_pair(make, cross_entropy, batches or points(), **given)


def test_the_twins_start_from_the_same_weights_and_only_one_is_normalised():
    seen = []

    def make():
        seen.append(normalised())
        return seen[-1]

    torch.manual_seed(9)
    state = torch.get_rng_state()
    found = pair(make, eigenvalues=1, most=40)
    assert len(seen) == 1 and found.removed == ("1",)
    assert [curve.steps for curve in found.curves] == [(0, 4, 8)] * 2
    assert all(len(curve.beta) == 3 for curve in found.curves)
    # the layer that is fed the data sees the same in both
    one, other = (end.layers[0] for end in found.ends)
    assert one.raw == pytest.approx(other.raw)
    assert torch.equal(state, torch.get_rng_state())
    again = pair(eigenvalues=1, most=40)
    assert [curve.loss for curve in again.curves] == [curve.loss for curve in found.curves]


def quiet():
    model = normalised()
    model[3].p = 0.0
    return model


def test_the_first_losses_are_those_of_the_fresh_models():
    torch.manual_seed(0)
    model = quiet()
    x, y = points()[0]
    with torch.no_grad():
        expected = [
            float(cross_entropy(one(x), y)) for one in (model, nn.Sequential(model[0], *model[2:]))
        ]
    found = pair(quiet)
    assert [curve.loss[0] for curve in found.curves] == pytest.approx(expected, rel=1e-5)
    assert pair().curves[0].loss[0] != pytest.approx(expected[0], rel=1e-3)  # dropout is on


def test_a_twin_of_ones_own_starts_from_the_same_weights_and_sees_the_same_noise():
    ours, theirs = pair(), pair(twin=plain)
    assert [curve.loss for curve in ours.curves] == [curve.loss for curve in theirs.curves]
    assert theirs.removed == () and not any("start elsewhere" in note for note in theirs.notes)


def test_a_twin_that_starts_elsewhere_is_told():
    wide = lambda: nn.Sequential(nn.Linear(4, 9), nn.ReLU(), nn.Linear(9, 3))  # noqa: E731
    assert any("start elsewhere, 0.weight" in note for note in pair(twin=wide).notes)


def test_one_name_and_shape_is_one_start():
    """A twin whose seed was used up otherwise still begins at the model's weights."""

    class Named(nn.Module):
        def __init__(self, norm: bool):
            super().__init__()
            self.norm = nn.LayerNorm(4) if norm else nn.Identity()
            torch.rand(0 if norm else 7)
            self.out = nn.Linear(4, 3)

        def forward(self, x):
            return self.out(self.norm(x))

    found = pair(lambda: Named(True), twin=lambda: Named(False))
    other = pair(lambda: Named(True))
    assert found.curves[1].loss == other.curves[1].loss


@pytest.mark.parametrize("own", [True, False])
def test_each_batch_of_a_shuffling_loader_goes_to_both(own):
    rows = torch.arange(96)
    loader = DataLoader(
        TensorDataset(torch.randn(96, 4), rows % 3, rows),
        32,
        shuffle=True,
        generator=torch.Generator().manual_seed(0) if own else None,
        collate_fn=lambda items: (
            torch.stack([item[0] for item in items]),
            torch.stack([item[2] for item in items]),
        ),
    )
    seen = []

    def loss(outputs, rows):
        seen.append(rows.tolist())
        return cross_entropy(outputs, rows % 3)

    limner.landscape_pair(normalised, loss, loader, steps=6, every=100, eigenvalues=0)
    trained = seen[10:20]  # five passes measure each model once; then steps by turns
    assert trained[0::2] == trained[1::2] and len({tuple(one) for one in trained}) > 2


def test_batches_may_be_given_once_if_there_are_enough():
    assert len(pair(batches=iter(points(12))).curves[0].loss) == 3
    with pytest.raises(BadInput, match="end after 5"):
        pair(batches=iter(points(5)))


def test_measuring_changes_nothing_of_the_training():
    often, seldom = pair(every=1), pair(every=12)
    for one, other in zip(often.ends, seldom.ends, strict=True):
        assert one.loss == other.loss


def test_the_mode_decides_whose_statistics_are_measured_and_not_how_it_is_trained():
    train, eval_ = pair(), pair(mode="eval")
    assert (train.mode, eval_.mode) == ("train", "eval")
    assert [end.mode for end in eval_.ends] == ["eval", "eval"]
    assert train.curves[0].loss != eval_.curves[0].loss
    assert eval_.ends[1].loss == pair(mode="eval", every=1).ends[1].loss
    assert "evaluation mode" in eval_.to_text() and "training mode" in train.to_text()


@pytest.mark.parametrize("interrupted", [False, True])
def test_what_make_gives_is_left_as_it_was_found(interrupted):
    mine, theirs = normalised(), plain()
    mine[0].weight.grad = torch.ones(8, 4)
    mine[2].eval()
    before = [copy.deepcopy(one.state_dict()) for one in (mine, theirs)]
    modes = [m.training for m in mine.modules()]
    torch.manual_seed(3)
    state = torch.get_rng_state()

    def stop(said: str) -> None:
        if interrupted and "step 4" in said:
            raise KeyboardInterrupt

    if interrupted:
        with pytest.raises(KeyboardInterrupt):
            pair(lambda: mine, twin=lambda: theirs, progress=stop)
    else:
        pair(lambda: mine, twin=lambda: theirs, progress=stop)
    for one, kept in zip((mine, theirs), before, strict=True):
        assert all(torch.equal(one.state_dict()[name], value) for name, value in kept.items())
    assert torch.equal(mine[0].weight.grad, torch.ones(8, 4)) and mine[4].weight.grad is None
    assert [m.training for m in mine.modules()] == modes
    assert torch.equal(state, torch.get_rng_state())


def test_the_picture_has_both_curves():
    found = pair(eigenvalues=1, most=30)
    bundle = found._repr_mimebundle_()
    assert {"text/plain", "text/html", "application/vnd.limner.v1+json"} == set(bundle)
    assert "without" in found.to_text() and '"curves"' in found.to_json()


def no_memory():
    model = normalised()
    model[4].register_forward_hook(lambda *_: torch.empty(1 << 60))
    return model


def test_bad_pairs_are_one_sentence():
    for make, batches, options, said in (
        (lambda: nn.Linear(4, 3), points(), {}, "no normalisation layer"),
        (normalised, [], {}, "no batches"),
        (normalised, points(), {"steps": 0}, "at least 1 step"),
        (normalised, points(), {"rate": 1e30}, "lower the rate"),
        (normalised, points(), {"mode": None}, "'train' or 'eval'"),
        (lambda: 3, points(), {}, "make() gives no module"),
        (normalised, points(), {"twin": lambda: 3}, "twin() gives no module"),
        (lambda: normalised().requires_grad_(False), points(), {}, "frozen"),
        (no_memory, points(), {}, "smaller batches"),
    ):
        with pytest.raises(BadInput) as caught:
            limner.landscape_pair(make, cross_entropy, batches, **options)
        assert said in str(caught.value) and "\n" not in str(caught.value)
