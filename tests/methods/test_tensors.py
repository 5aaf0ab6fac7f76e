"""Integrated gradients of plain tensors, where the answers are known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients
from torch import nn

import limner
from limner.protocol import BadInput, TensorAttribution, UnknownTarget, UnsupportedModel


class Linear(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.stack([3 * x[:, 0] + 3 * x[:, 1], x[:, 0] - x[:, 1]], 1)


class Saturated(nn.Module):
    """1 − ReLU(1 − x): flat beyond 1, so the gradient at x = 2 is 0 though F moved by 1."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (1 - torch.relu(1 - x[:, :1])) * torch.tensor([[1.0, 0.0]])


def attribute(x: list[float], module: nn.Module, **options: object) -> TensorAttribution:
    return limner.attribute(torch.tensor(x, dtype=torch.float64), module, **options)


@pytest.mark.parametrize("nodes", [5, 9, 17, 33])
def test_a_linear_model_is_exact_under_every_rule(nodes: int) -> None:
    result = attribute([1.0, 1.0], Linear(), target=0, max_nodes=nodes, min_nodes=nodes)
    np.testing.assert_allclose(result.scores, [3, 3], atol=1e-12)
    assert result.delta == pytest.approx(0, abs=1e-12)


def test_a_saturated_unit_is_credited_though_its_gradient_is_zero() -> None:
    x = torch.tensor([[2.0]], requires_grad=True)
    assert torch.autograd.grad(Saturated()(x)[0, 0], x)[0].item() == 0
    result = attribute([2.0], Saturated(), target=0)
    assert result.difference == 1
    assert result.scores[0] == pytest.approx(1, abs=0.02)


def test_a_saturated_sigmoid_is_credited_in_full() -> None:
    class Sigmoid(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.sigmoid(40 * (x - 0.5))

    result = attribute([1.0], Sigmoid(), target=0)
    assert result.converged
    assert result.scores[0] == pytest.approx(1, abs=0.01)


def test_agrees_with_captum_at_512_nodes_in_double_precision() -> None:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 3)).double().eval()
    x, baseline = torch.randn(6).double(), torch.randn(6).double()
    ours = limner.attribute(x, net, target=2, baseline=baseline, min_nodes=129)
    theirs = IntegratedGradients(net).attribute(
        x[None], baseline[None], target=2, n_steps=512, method="gausslegendre"
    )
    np.testing.assert_allclose(ours.scores, theirs[0].detach().numpy(), atol=1e-8)


def test_images_keep_their_shape() -> None:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(2 * 4 * 4, 4)).eval()
    result = limner.attribute(torch.rand(1, 6, 6), net, target=3, baseline=0.5)
    assert (result.shape, result.target) == ((1, 6, 6), "3")
    assert sum(result.scores) == pytest.approx(result.difference, rel=0.01)


def test_an_unmoved_output_has_no_delta_and_says_why() -> None:
    result = attribute([0.0, 0.0], Linear(), target=0)
    assert result.delta is None
    assert "δ is undefined" in result.notes[0]


def test_a_path_that_five_nodes_cannot_follow_says_that_it_did_not_converge() -> None:
    class Step(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.sigmoid(2000 * (x - 0.313))

    result = attribute([1.0], Step(), target=0, max_nodes=17)
    assert not result.converged
    assert result.evaluations == 17
    assert any(note.startswith("not converged") for note in result.notes)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"target": 7}, UnknownTarget),
        ({"target": "nice"}, UnknownTarget),
        ({"target": 0, "contrast": 0}, UnknownTarget),
        ({"baseline": torch.zeros(3)}, BadInput),
        ({"baseline": "mask"}, BadInput),
        ({"tolerance": -1}, BadInput),
        ({"no_such_option": 1}, BadInput),
    ],
)
def test_wrong_arguments_are_refused_in_one_sentence(
    options: dict[str, object], error: type[BadInput]
) -> None:
    with pytest.raises(error) as caught:
        attribute([1.0, 1.0], Linear(), **options)
    assert "\n" not in str(caught.value)


def test_a_module_that_gives_no_logits_is_refused() -> None:
    with pytest.raises(UnsupportedModel, match="logits of shape"):
        attribute([1.0, 1.0], nn.Unflatten(1, (2, 1)))


def test_the_users_module_is_left_as_it_was_found() -> None:
    net = nn.Sequential(nn.Linear(2, 4), nn.Dropout(0.5), nn.Linear(4, 2)).train()
    net[0].weight.requires_grad_(False)
    net[2].weight.grad = torch.ones(2, 4)
    before = {k: v.clone() for k, v in net.state_dict().items()}
    rng = torch.get_rng_state()
    limner.attribute(torch.ones(2), net, target=1)
    assert [m.training for m in net.modules()] == [True] * 4
    assert [p.requires_grad for p in net.parameters()] == [False, True, True, True]
    assert all(torch.equal(before[k], v) for k, v in net.state_dict().items())
    assert torch.equal(net[2].weight.grad, torch.ones(2, 4))
    assert net[0].weight.grad is None and net[0].bias.grad is None
    assert torch.equal(rng, torch.get_rng_state())
    assert not any(m._forward_hooks or m._backward_hooks for m in net.modules())


def test_a_model_whose_output_is_not_a_number_is_refused_at_once() -> None:
    class Broken(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x * float("nan")

    with pytest.raises(UnsupportedModel, match="not a finite number"):
        attribute([1.0, 1.0], Broken())
