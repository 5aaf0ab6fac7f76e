"""captum's methods, two baselines and faithfulness, where the answers are known."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch
from captum.attr import FeatureAblation, InputXGradient, Saliency
from torch import nn

import limner
from limner.engine.cache import cache_key
from limner.methods import METHODS
from limner.methods._contract import Partial, Rows, run
from limner.methods._faithful import SHARES, faithfulness
from limner.methods._path import TensorPath
from limner.methods._target import Selector
from limner.methods.other_attributions import Params
from limner.models.model import wrap
from limner.overlays.attribution import explain
from limner.protocol import (
    ATTRIBUTIONS,
    BadInput,
    TensorAttribution,
    TextInput,
    UnknownBaseline,
    UnsupportedModel,
)
from limner.render.attribution_card import attribution_card
from limner.render.tensor_card import tensor_card
from tests.methods.tiny import TEXTS, bert, word_pieces

OTHERS = ATTRIBUTIONS[1:]
W = torch.tensor([[3.0, -2.0, 0.5, 0.0], [1.0, 1.0, 1.0, 1.0]], dtype=torch.float64)
X = torch.tensor([1.0, 2.0, -4.0, 7.0], dtype=torch.float64)
TOKENIZER = word_pieces()


class Linear(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ W.T + 1


class Bag(nn.Module):
    """The mean of the words' vectors, a layer, a ReLU, a layer: DeepLIFT knows all of it."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.words = nn.Embedding(200, 8)
        self.layers = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 2))

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        mask = attention_mask.unsqueeze(-1)
        return self.layers((self.words(input_ids) * mask).sum(1) / mask.sum(1))


def text(method: str, model: nn.Module | None = None, **options: Any) -> Any:
    module = model or bert()
    return limner.attribute(TEXTS[0], module, TOKENIZER, target=1, method=method, **options)


def tensor(method: str, **options: Any) -> Any:
    return limner.attribute(X, Linear(), target=0, baseline=0.5, method=method, **options)


@pytest.mark.parametrize("method", [m for m in ATTRIBUTIONS if m != "saliency"])
def test_a_linear_model_is_exact(method):
    result = tensor(method)
    assert result.method == method
    np.testing.assert_allclose(result.scores, (W[0] * (X - 0.5)).tolist(), atol=1e-5)


def test_the_saliency_of_a_linear_model_is_the_size_of_its_weights():
    np.testing.assert_allclose(tensor("saliency").scores, W[0].abs().tolist())


def test_squares_of_an_image_are_taken_out_together():
    image = torch.arange(16.0).view(1, 4, 4)
    net = nn.Sequential(nn.Flatten(), nn.Linear(16, 1, bias=False))
    nn.init.ones_(net[1].weight)
    result = limner.attribute(image, net, target=0, method="occlusion", window=2)
    assert result.scores[0] == pytest.approx((0 + 1 + 4 + 5) / 4)
    assert sum(result.scores) == pytest.approx(image.sum().item())


@pytest.mark.parametrize("method", ["saliency", "input_x_gradient", "occlusion"])
def test_a_method_without_completeness_says_so(method):
    result = text(method)
    assert (result.complete, result.delta, result.converged) == (False, None, True)
    assert any(note.startswith("no completeness") for note in result.notes)


def test_shapley_scores_sum_to_the_difference():
    result = text("shapley_sampling")
    assert result.complete and result.delta < 1e-4
    assert sum(word.score for word in result.words) == pytest.approx(result.difference, abs=1e-4)


def test_few_orders_say_that_they_did_not_converge():
    result = text("shapley_sampling", samples=2, token_tolerance=0.001)
    assert not result.converged
    assert any("not converged" in note for note in result.notes)


def test_shapley_values_of_a_conjunction_are_shared():
    class Both(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return (x[:, 0] * x[:, 1]).unsqueeze(1)

    ones = torch.ones(2)
    shapley = limner.attribute(ones, Both(), target=0, method="shapley_sampling", samples=512)
    assert shapley.scores == pytest.approx([0.5, 0.5], abs=0.3)
    assert sum(shapley.scores) == pytest.approx(1)
    assert limner.attribute(ones, Both(), target=0, method="occlusion").scores == (1, 1)


def test_deeplift_is_computed_where_captum_knows_the_layers():
    bag = Bag()
    result = text("deeplift", bag)
    assert result.complete and result.delta < 0.01
    assert sum(t.score for t in result.tokens) == pytest.approx(result.difference, rel=0.01)
    assert not [m for m in bag.modules() if hasattr(m, "input") or m._forward_hooks]


def test_deeplift_is_refused_where_its_contributions_do_not_sum():
    with pytest.raises(UnsupportedModel, match="Choose integrated_gradients"):
        text("deeplift")


def embeddings(module: nn.Module) -> tuple[torch.Tensor, Any]:
    ids = TOKENIZER(TEXTS[0], return_tensors="pt")
    x = module.get_input_embeddings()(ids["input_ids"]).detach()

    def logits(x: torch.Tensor) -> torch.Tensor:
        kept = ids["attention_mask"].expand(len(x), -1)
        return module(inputs_embeds=x, attention_mask=kept).logits

    return x, logits


def test_gradients_agree_with_captum_asked_directly():
    module = bert()
    x, logits = embeddings(module)
    theirs = Saliency(logits).attribute(x.requires_grad_(), target=1)[0].sum(-1)
    ours = text("saliency", module)
    np.testing.assert_allclose(
        [t.score for t in ours.tokens], theirs[1:-1].tolist(), rtol=1e-4, atol=1e-6
    )
    product = InputXGradient(logits).attribute(x, target=1)[0].sum(-1)
    ours = text("input_x_gradient", module, baseline="zero")
    np.testing.assert_allclose(
        [t.score for t in ours.tokens], product[1:-1].tolist(), rtol=1e-4, atol=1e-6
    )


def test_occlusion_agrees_with_captum_asked_directly():
    module = bert()
    x, logits = embeddings(module)
    groups = torch.arange(x.shape[1]).view(1, -1, 1).expand_as(x)
    theirs = FeatureAblation(logits).attribute(x.detach(), target=1, feature_mask=groups)
    ours = text("occlusion", module, baseline="zero", units="token")
    np.testing.assert_allclose(
        [t.score for t in ours.tokens], theirs[0, 1:-1, 0].tolist(), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("method", ["integrated_gradients", "occlusion", "input_x_gradient"])
def test_compared_baselines_equal_two_runs(method):
    module = bert()
    both = text(method, module, compare="mask")
    first, second = text(method, module), text(method, module, baseline="mask")
    (compared,) = both.compared
    assert both.words == first.words
    assert compared.baseline == "mask"
    assert compared.word_scores == pytest.approx([w.score for w in second.words], abs=1e-6)
    assert compared.token_scores == pytest.approx([t.score for t in second.tokens], abs=1e-6)
    assert compared.difference == pytest.approx(second.difference, abs=1e-6)
    assert compared.delta == pytest.approx(second.delta, abs=1e-4)


def test_a_baseline_is_not_compared_with_itself():
    with pytest.raises(UnknownBaseline, match="another one"):
        text("integrated_gradients", compare="pad")


def test_an_empty_text_as_baseline_is_the_baselines_fault():
    with pytest.raises(UnknownBaseline, match="baseline text: is empty"):
        text("integrated_gradients", baseline="text:")


@pytest.mark.parametrize("option", [{"compare": "mask"}, {"faithfulness": True}])
def test_what_is_for_texts_is_refused_for_tensors(option):
    with pytest.raises(BadInput, match="are for texts"):
        tensor("occlusion", **option)


def faithful(scores: list[float]) -> Any:
    """Of a linear model whose parts are worth 4, 3, 2, 1 and then 0 …, up to ten of them."""
    worth = torch.tensor([4.0, 3, 2, 1, 0, 0, 0, 0, 0, 0])

    class Sum(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return (x * worth).sum(1, keepdim=True)

    path, model = TensorPath(torch.ones(10), torch.zeros(10)), wrap(Sum())
    units = [[i] for i in range(10)]
    work = faithfulness((path,), units, scores, Selector(0), Params(seed=1))
    asked = next(work)
    assert isinstance(asked, Rows)
    try:
        work.send(METHODS["occlusion"].evaluate(model, asked.rows))
    except StopIteration as stop:
        return stop.value


def test_faithfulness_of_a_linear_model_is_what_its_weights_say():
    right = faithful([4, 3, 2, 1, 0, 0, 0, 0, 0, 0])
    assert right.shares == SHARES
    assert right.comprehensiveness_at == (4, 4, 4, 7, 10)
    assert right.sufficiency_at == (6, 6, 6, 3, 0)
    assert right.comprehensiveness == pytest.approx(29 / 5)
    assert right.sufficiency == pytest.approx(21 / 5)


def test_a_wrong_order_is_less_faithful_than_chance_and_the_right_one_more():
    right, wrong = faithful([4, 3, 2, 1, 0, 0, 0, 0, 0, 0]), faithful([*range(10)])
    assert wrong.comprehensiveness < right.random_comprehensiveness < right.comprehensiveness
    assert right.sufficiency < right.random_sufficiency < wrong.sufficiency
    assert right.random_comprehensiveness_spread > 0


@pytest.mark.parametrize("method", ["integrated_gradients", "saliency", "occlusion"])
def test_faithfulness_comes_with_every_method_and_is_reproducible(method):
    one, other = (text(method, faithfulness=True).faithfulness for _ in range(2))
    assert one == other
    assert one.baseline == "pad"


@pytest.mark.parametrize("method", [m for m in OTHERS if m != "deeplift"])
def test_the_users_model_is_left_as_it_was_found(method):
    module = bert().train()
    before = {name: p.clone() for name, p in module.named_parameters()}
    state = torch.random.get_rng_state()
    text(method, module, compare="mask", faithfulness=True)
    assert module.training and all(p.requires_grad for p in module.parameters())
    assert all(p.grad is None and torch.equal(p, before[n]) for n, p in module.named_parameters())
    assert not [m for m in module.modules() if m._forward_hooks or m._backward_hooks]
    assert torch.equal(state, torch.random.get_rng_state())


@pytest.mark.parametrize("method", ["occlusion", "shapley_sampling"])
def test_a_long_job_is_many_rows_and_can_stop_between_them(method):
    model = wrap(bert(), TOKENIZER)
    given = TextInput(text="很差" * 20)
    work = METHODS[method].plan(model, given, Params(target=1, units="token"))
    ends = next(work)
    step = work.send(METHODS[method].evaluate(model, ends.rows))
    assert isinstance(step, Rows)
    assert len(step.rows) >= 5
    assert max(len(row.units) for row in step.rows) <= 8
    work.close()


def test_shapley_sampling_shows_rough_scores_first():
    model, seen = wrap(bert(), TOKENIZER), 0
    method = METHODS["shapley_sampling"]
    work = method.plan(model, TextInput(text=TEXTS[0]), Params(token_tolerance=0.001, samples=16))
    values = None
    try:
        while True:
            step = work.send(values)
            seen += isinstance(step, Partial)
            values = method.evaluate(model, step.rows) if isinstance(step, Rows) else None
    except StopIteration:
        assert seen == 1


def test_batches_of_any_size_give_the_same():
    model, method = wrap(bert(), TOKENIZER), METHODS["shapley_sampling"]
    given, params = TextInput(text=TEXTS[0]), Params(target=1, compare="mask", faithfulness=True)
    one, many = (run(method, model, given, params, batch=size) for size in (1, 16))
    assert [w.score for w in one.words] == pytest.approx([w.score for w in many.words], abs=1e-5)
    assert one.faithfulness.sufficiency == pytest.approx(many.faithfulness.sufficiency, abs=1e-5)


def test_results_of_different_methods_do_not_share_a_cache_entry():
    given = TextInput(text="很差")
    model = wrap(bert(), TOKENIZER)
    keys = {
        cache_key(model, METHODS[m], METHODS[m].Params(**options), given)
        for m in ATTRIBUTIONS
        for options in ({}, {"compare": "mask"}, {"faithfulness": True})
    }
    assert len(keys) == 3 * len(ATTRIBUTIONS)


def test_the_json_names_the_method():
    plain = json.loads(text("occlusion").to_json())
    assert (plain["method"], plain["complete"], plain["delta"]) == ("occlusion", False, None)


def test_an_unknown_method_is_refused():
    with pytest.raises(BadInput, match="Unknown method 'lime'"):
        text("lime")


def test_no_share_of_a_sum_is_drawn_where_none_is_promised():
    for result in (text("occlusion"), tensor("occlusion")):
        assert " %" not in result.to_html().split("<table>")[1]
        card = (tensor_card if isinstance(result, TensorAttribution) else attribution_card)(result)
        table = card.tables[0]
        assert all("%" not in cell for row in table.rows for cell in row)


def test_pages_and_hovers_have_a_column_for_the_second_baseline():
    result = text("integrated_gradients", compare="mask")
    assert '<th scope="col">baseline mask</th>' in result.to_html()
    assert "| baseline mask |" in explain(result)
