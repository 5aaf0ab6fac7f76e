"""`limner.landscape` where the answer is known, and on modules that must be left as they were."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.autograd.functional import hessian
from torch.func import functional_call
from torch.nn.functional import cross_entropy, mse_loss

import limner
from limner.methods.landscape.hessian import Hessian, leading
from limner.methods.landscape.lanczos import lanczos
from limner.methods.landscape.slice import coarse_to_fine
from limner.protocol import BadInput

pytestmark = pytest.mark.usefixtures("one_thread")


class Quadratic(nn.Module):
    """½ Σ λᵢ θᵢ² turned by a random rotation; its Hessian is known."""

    def __init__(self, values, seed: int = 0):
        super().__init__()
        made = torch.Generator().manual_seed(seed)
        q, _ = torch.linalg.qr(torch.randn(len(values), len(values), generator=made))
        self.register_buffer("matrix", q @ torch.diag(torch.tensor(values).float()) @ q.T)
        self.theta = nn.Parameter(torch.randn(len(values), generator=made))

    def forward(self, x):
        return self.theta @ self.matrix @ self.theta / 2 + 0 * x.sum()


def first(outputs, _):
    return outputs


BATCH = (torch.zeros(4, 1), None)


def quadratic(values, **options):
    return limner.landscape(Quadratic(values), first, BATCH, **options)


def test_eigenvalues_of_a_quadratic_are_exact_and_within_their_residuals():
    values = [9.0, 7, 5, 4, 3, 2, 1, 0.5, 0.1, -1, *[0.01] * 10]
    found = quadratic(values, eigenvalues=5).eigenvalues
    assert [one.converged for one in found] == [True] * 5
    for one, value in zip(found, values, strict=False):
        assert abs(one.value - value) <= one.residual + 1e-5 and one.residual < 1e-2


def test_there_are_no_ghosts_however_many_steps_are_taken():
    """Plain Lanczos in float32 finds the largest again and again once it has converged."""
    values = [100.0, 10, 5, 2, 1, *np.linspace(0, 1, 195).tolist()]
    loss = Quadratic(values)
    h = Hessian(lambda: loss(torch.zeros(1, 1)), [loss.theta])
    run = lanczos(h, torch.randn(200, generator=torch.Generator().manual_seed(1)), 80)
    assert torch.allclose(run.basis @ run.basis.T, torch.eye(80), atol=1e-6)
    ritz, *_ = run.ritz()
    assert (ritz > 50).sum() == 1 and (ritz > 7).sum() == 2 and (ritz > 3).sum() == 3


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("others", [20, 2000])
def test_an_eigenvalue_is_listed_as_often_as_it_occurs(dtype, others):
    """From one vector Lanczos sees a multiple eigenvalue once; rounding may bring a second copy."""
    values = [9.0, 9, 9, 7, 7, 5, 4, *np.linspace(0, 1, others).tolist()]
    diagonal = torch.tensor(values, dtype=dtype)
    model = nn.Linear(len(values), 1, bias=False).to(dtype)
    found = limner.landscape(
        model,
        lambda out, _: (diagonal * model.weight**2).sum() / 2 + 0 * out.sum(),
        (torch.zeros(2, len(values), dtype=dtype), None),
        eigenvalues=6,
    )
    assert [one.value for one in found.eigenvalues] == pytest.approx([9, 9, 9, 7, 7, 5], abs=1e-4)
    assert all(one.converged for one in found.eigenvalues) and not found.notes


def test_where_copies_could_not_be_looked_for_a_note_says_so():
    values = [9.0, 5, 3, *np.linspace(0, 1, 200).tolist()]
    found = quadratic(values, eigenvalues=2, most=13)
    assert all(one.converged for one in found.eigenvalues)
    assert any("more often than it is listed" in note for note in found.notes)


def test_the_error_of_an_eigenvalue_stays_within_its_residual_in_float32():
    """Against the same network in float64."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(20, 60), nn.Tanh(), nn.Linear(60, 60), nn.Tanh())
    model.append(nn.Linear(60, 5))
    x, y = torch.randn(200, 20), torch.randint(5, (200,))
    found = limner.landscape(model, cross_entropy, (x, y), eigenvalues=5)
    exact = limner.landscape(
        copy.deepcopy(model).double(), cross_entropy, (x.double(), y), eigenvalues=5, most=400
    )
    for one, other in zip(found.eigenvalues, exact.eigenvalues, strict=True):
        assert one.converged and abs(one.value - other.value) <= one.residual + other.residual
        assert one.residual <= 1e-4 * found.eigenvalues[0].value + 1e-9


def test_what_has_not_converged_says_so():
    found = quadratic(np.linspace(1, 1.5, 300).tolist(), eigenvalues=5, most=8)
    assert not all(one.converged for one in found.eigenvalues)
    assert any("have not converged" in note for note in found.notes)
    for one in found.eigenvalues:  # the residual still bounds the distance to some eigenvalue
        nearest = np.abs(np.linspace(1, 1.5, 300) - one.value).min()
        assert nearest <= one.residual + 1e-5


def test_a_space_smaller_than_asked_for_is_whole():
    found = quadratic([3.0, 1.0], eigenvalues=5)
    assert [round(one.value, 4) for one in found.eigenvalues] == [3, 1]


def test_against_the_dense_hessian_of_a_small_network():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))
    x, y = torch.randn(32, 4), torch.randint(3, (32,))
    names, values = zip(*model.named_parameters(), strict=True)
    flat = torch.cat([v.detach().reshape(-1) for v in values])

    def at(theta):
        parts = theta.split([v.numel() for v in values])
        given = {n: p.view_as(v) for n, p, v in zip(names, parts, values, strict=True)}
        return cross_entropy(functional_call(model, given, (x,)), y)

    dense = torch.linalg.eigvalsh(hessian(at, flat).double()).flip(0)
    found = limner.landscape(model, cross_entropy, (x, y), eigenvalues=6, density=4)
    assert [one.value for one in found.eigenvalues] == pytest.approx(dense[:6].tolist(), abs=1e-4)
    width = found.density.at[1] - found.density.at[0]
    assert sum(found.density.density) * width == pytest.approx(1, abs=0.02)
    mean = sum(a * d for a, d in zip(found.density.at, found.density.density, strict=True)) * width
    assert mean == pytest.approx(float(dense.mean()), abs=0.1 * float(dense[0]))


def test_along_the_gradient_of_a_quadratic_beta_is_what_algebra_says():
    """g(θ) − g(θ − ηg) = ηHg: β = ‖Hg‖/‖g‖ for every η."""
    model = Quadratic([4.0, 2, 1])
    found = limner.landscape(model, first, BATCH, rate=0.01)
    g = model.matrix @ model.theta.detach()
    beta = float((model.matrix @ g).norm() / g.norm())
    assert found.along.beta == pytest.approx([beta] * 4, rel=1e-3)
    assert found.beta == pytest.approx(beta, rel=1e-3)
    assert found.step_bound == pytest.approx(2 / beta, rel=1e-3)
    assert found.predictiveness == pytest.approx(0.04 * float((model.matrix @ g).norm()), rel=1e-3)
    theta = model.theta.detach()
    by_hand = [
        float((theta - s * g) @ model.matrix @ (theta - s * g) / 2) for s in found.along.sizes
    ]
    assert found.along.loss == pytest.approx(by_hand, rel=1e-5)
    assert found.loss_range == (min(found.along.loss), max(found.along.loss))


def test_centring_is_least_at_the_mean():
    """Conclusion 1 of the article: Σ E[(xᵢ − cᵢ)²] over c is least at c = E x, on data."""
    torch.manual_seed(0)
    x = torch.randn(64, 5).double() * torch.tensor([1, 2, 3, 4, 5.0]) + 7
    model = nn.Linear(5, 2).double()
    (layer,) = limner.landscape(model, mse_loss, (x, torch.zeros(64, 2).double())).layers
    assert layer.raw == pytest.approx(float(x.square().sum(1).mean()))
    assert layer.centred == pytest.approx(float((x - x.mean(0)).square().sum(1).mean()))
    assert layer.gain == pytest.approx(1 - layer.centred / layer.raw)
    made = torch.Generator().manual_seed(1)
    for _ in range(50):
        c = x.mean(0) + 0.1 * torch.randn(5, generator=made, dtype=torch.float64)
        assert float((x - c).square().sum(1).mean()) > layer.centred


def test_scaling_gives_the_number_of_features_that_vary():
    x = torch.cat([torch.randn(50, 3) * 9, torch.full((50, 2), 4.0)], 1)
    (layer,) = limner.landscape(nn.Linear(5, 1), mse_loss, (x, torch.zeros(50, 1))).layers
    assert (layer.size, layer.scaled) == (5, 3)


def test_positions_and_pixels_count_as_rows():
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(4 * 36, 2))
    x = torch.rand(6, 3, 8, 8)
    one, other = limner.landscape(model, mse_loss, (x, torch.zeros(6, 2)), eigenvalues=0).layers
    assert (one.kind, one.size, other.size) == ("Conv2d", 3, 144)
    assert one.raw == pytest.approx(float(x.square().sum(1).mean()), rel=1e-5)


def test_the_slice_goes_through_the_middle_and_gets_finer():
    passes = list(coarse_to_fine(9))
    every = [cell for cells in passes for cell in cells]
    assert len(every) == len(set(every)) == 81
    assert [len(cells) for cells in passes] == [25, 56]
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    x, y = torch.randn(16, 3), torch.randn(16, 1)
    found = limner.landscape(model, mse_loss, (x, y), eigenvalues=0, slice=9)
    assert found.slice.loss[40] == pytest.approx(found.loss, rel=1e-6)
    assert None not in found.slice.loss


def normalised():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 3)
    )


@pytest.mark.parametrize("interrupted", [False, True])
@pytest.mark.parametrize("mode", [None, "train", "eval"])
def test_everything_is_left_as_it_was_found(mode, interrupted):
    model = normalised()
    model[0].eval()
    model[4].bias.requires_grad_(False)
    model[0].weight.grad = torch.ones(8, 4)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    modes = [m.training for m in model.modules()]
    torch.manual_seed(3)
    state, numbers = torch.get_rng_state(), np.random.get_state()[1].copy()

    def stop(said: str) -> None:
        if interrupted and "slice" in said:
            raise KeyboardInterrupt

    asked = dict(mode=mode, density=2, slice=5, progress=stop)
    x, y = torch.linspace(-1, 1, 48).view(12, 4), torch.arange(12) % 3
    if interrupted:
        with pytest.raises(KeyboardInterrupt):
            limner.landscape(model, cross_entropy, (x, y), **asked)
    else:
        found = limner.landscape(model, cross_entropy, (x, y), **asked)
        assert found.mode == (mode or "mixed")
    after = model.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert [m.training for m in model.modules()] == modes
    assert torch.equal(model[0].weight.grad, torch.ones(8, 4)) and model[4].weight.grad is None
    assert not model[4].bias.requires_grad
    assert torch.equal(state, torch.get_rng_state())
    assert np.array_equal(numbers, np.random.get_state()[1])
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())


def test_the_mode_decides_whose_statistics_batch_norm_uses():
    model = normalised()
    model[3].p = 0.0
    model[1].running_mean += 5
    x, y = torch.randn(32, 4), torch.randint(3, (32,))
    one = limner.landscape(model, cross_entropy, (x, y), mode="train", eigenvalues=0)
    other = limner.landscape(model, cross_entropy, (x, y), mode="eval", eigenvalues=0)
    with torch.no_grad():
        assert other.loss == pytest.approx(float(cross_entropy(model.eval()(x), y)), rel=1e-5)
    assert one.loss != pytest.approx(other.loss, rel=1e-2)


def test_a_model_of_transformers_takes_its_own_loss():
    from methods.decoders import batch, causal

    model = causal("gpt2", dropout=0.1)
    found = limner.landscape(model, None, batch(model), eigenvalues=2, most=30)
    assert found.rows == 4 and len(found.eigenvalues) == 2 and found.mode == "train"
    assert {one.kind for one in found.layers} == {"Conv1D", "Linear"}


def test_memory_that_runs_out_halves_the_batch_and_says_so():
    class Wide(nn.Linear):
        def forward(self, x):
            if len(x) > 4:
                raise torch.OutOfMemoryError("too much")
            return super().forward(x)

    batch = (torch.randn(16, 3), torch.randn(16, 1))
    found = limner.landscape(Wide(3, 1), mse_loss, batch)
    assert found.rows == 4 and any("halved to 4 rows" in note for note in found.notes)
    alone = Wide(3, 1)
    alone.forward = lambda x: torch.empty(1 << 60)  # what the CPU says is a RuntimeError
    with pytest.raises(BadInput, match="a single row"):
        limner.landscape(alone, mse_loss, batch)


def test_a_spectral_norm_stands_still_while_it_is_looked_at():
    """In training mode each pass takes its power iteration on: β would be of another loss."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.utils.parametrizations.spectral_norm(nn.Linear(4, 8)), nn.Tanh(), nn.Linear(8, 1)
    )
    batch = (torch.randn(32, 4), torch.randn(32, 1))
    near, nearer = (
        limner.landscape(model, mse_loss, batch, mode="train", rate=rate, eigenvalues=0)
        for rate in (1e-3, 1e-4)
    )
    assert near.beta == pytest.approx(nearer.beta, rel=0.05)


def test_half_precision_is_told():
    model = nn.Linear(3, 1).bfloat16()
    batch = (torch.randn(8, 3).bfloat16(), torch.randn(8, 1).bfloat16())
    found = limner.landscape(model, mse_loss, batch, eigenvalues=0)
    assert any("half precision" in note for note in found.notes)


# ── bad input ─────────────────────────────────────────────────────────────────────────────────


def frozen():
    return nn.Linear(2, 1).requires_grad_(False)


def broken():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 1))
    with torch.no_grad():
        model[1].weight[0, 0] = float("nan")
    return model


class Rooted(nn.Module):
    """Takes the root of what may be negative; gives a tuple, as recurrent layers do."""

    def forward(self, x):
        return (x - 100).sqrt(), x


class Taking(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.middle, self.last = nn.Linear(2, 2), Rooted(), nn.Linear(2, 1)

    def forward(self, x):
        return self.last(self.middle(self.first(x))[0])


class Once(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, g):
        return g * 2


ROWS = (torch.randn(4, 2), torch.randn(4, 1))


@pytest.mark.parametrize(
    ("model", "loss", "batch", "options", "said"),
    [
        (frozen(), mse_loss, ROWS, {}, "frozen"),
        (nn.Linear(2, 1), lambda a, b: a - b, ROWS, {}, "not one number"),
        (nn.Linear(2, 1), lambda a, b: (a - b).sum().item(), ROWS, {}, "not one number"),
        (nn.Linear(2, 1), lambda a, b: (a - b).sum().detach(), ROWS, {}, "has no gradient"),
        (broken(), mse_loss, ROWS, {}, "The parameter 1.weight is not finite"),
        (Taking(), mse_loss, ROWS, {}, "The output of middle is not finite"),
        (nn.Linear(2, 1), mse_loss, (ROWS[0], ROWS[1] * float("inf")), {}, "The batch holds"),
        (nn.Linear(2, 1), lambda a, b: (a - b).sum() / 0, ROWS, {}, "look at how it is made"),
        (
            nn.Linear(2, 1),
            lambda a, b: (a - a.detach()).square().sum().sqrt(),
            ROWS,
            {},
            "The gradient of weight is not finite",
        ),
        (
            nn.Linear(2, 1),
            lambda a, b: Once.apply(a).square().sum(),
            ROWS,
            {},
            "differentiated twice",
        ),
        (nn.Linear(2, 1), mse_loss, ROWS, {"mode": "test"}, "'train', 'eval' or None"),
        (
            nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Linear(2, 1)),
            mse_loss,
            (ROWS[0][:1], ROWS[1][:1]),
            {"mode": "train"},
            "single row",
        ),
        (nn.Linear(2, 1), None, ROWS, {}, "give loss="),
        (nn.Linear(2, 1), mse_loss, ROWS[0], {}, "no pair"),
        (nn.Linear(2, 1), mse_loss, ROWS, {"rate": 0}, "above 0"),
        (nn.Linear(2, 1), mse_loss, ROWS, {"slice": 1}, "2 to 201"),
        (3, mse_loss, ROWS, {}, "no nn.Module"),
    ],
)
def test_bad_input_is_one_sentence(model, loss, batch, options, said):
    with pytest.raises(BadInput) as caught:
        limner.landscape(model, loss, batch, **options)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_leading_of_a_loss_without_curvature_is_zero():
    model = nn.Linear(3, 1)
    found = limner.landscape(model, lambda out, _: out.sum(), (torch.ones(2, 3), None))
    assert [one.value for one in found.eigenvalues] == [0] * 4
    h = Hessian(lambda: model(torch.ones(2, 3)).sum(), list(model.parameters()))
    assert h.flat and leading(h, 2, 10, 0, print).eigenvalues[0].value == 0
