"""Integrated gradients of texts: every architecture, tokenizer, baseline and target."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from captum.attr import LayerIntegratedGradients
from torch import nn

import limner
from limner.methods.integrated_gradients import METHOD
from limner.protocol import (
    Attribution,
    TextRefused,
    UnknownBaseline,
    UnknownModel,
    UnknownTarget,
    UnsupportedModel,
)

from . import tiny

TEXT = "the service 房间很差，但是 was kind"
ARCHITECTURES = {
    "bert": (tiny.bert, tiny.word_pieces),
    "roberta": (tiny.roberta, tiny.byte_pairs),
    "bart": (tiny.bart, tiny.word_pieces),
    "t5": (tiny.t5, tiny.word_pieces),
    "gpt2": (tiny.gpt2, tiny.byte_pairs),
}


def check_complete(result: Attribution) -> None:
    """Tokens and words both sum to ΔF, and δ tells the truth about it."""
    for pieces in (result.tokens, result.words):
        total = sum(piece.score for piece in pieces)
        assert abs(total - result.difference) == pytest.approx(result.error, abs=1e-6)
    size = abs(result.difference)
    l1 = sum(abs(token.score) for token in result.tokens)
    assert result.converged
    assert result.error <= 0.01 * (size if size >= 0.01 else max(l1, 0.01))
    for piece in (*result.tokens, *result.words):
        assert piece.text == (result.text, result.pair)[piece.segment][piece.start : piece.end]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_scores_sum_to_the_difference_on_every_architecture(name: str) -> None:
    make, tokenizer = ARCHITECTURES[name]
    result = limner.attribute(TEXT, make().double(), tokenizer(), target=1)
    check_complete(result)


@pytest.mark.parametrize("name", ["bert", "bart"])
def test_the_difference_is_between_the_model_on_the_text_and_on_the_baseline(name: str) -> None:
    make, tokenizer = ARCHITECTURES[name]
    module, tok = make().double(), tokenizer()
    result = limner.attribute(TEXT, module, tok, target=1, baseline="mask")
    read = tok(TEXT, return_tensors="pt", return_token_type_ids=False)
    with torch.no_grad():
        assert result.value == pytest.approx(module(**read).logits[0, 1].item(), abs=1e-9)
        special = torch.tensor([[i in (2, 3) for i in read["input_ids"][0].tolist()]])
        read["input_ids"] = torch.where(special, read["input_ids"], tok.mask_token_id)
        if name == "bert":  # BART insists on one [EOS] per row, so its own ids decide the shift
            blank = module(**read).logits[0, 1].item()
            assert result.baseline_value == pytest.approx(blank, abs=1e-9)


def test_agrees_with_captum_at_512_nodes_in_double_precision() -> None:
    module, tok = tiny.bert().double(), tiny.word_pieces()
    ours = limner.attribute(TEXT, module, tok, target=1, min_nodes=129)
    read = tok(TEXT, return_tensors="pt")
    ids = read["input_ids"]
    blank = torch.where((ids == 2) | (ids == 3), ids, tok.pad_token_id)
    theirs = LayerIntegratedGradients(
        lambda i: module(input_ids=i).logits, module.bert.embeddings.word_embeddings
    ).attribute(ids, blank, target=1, n_steps=512, internal_batch_size=64)
    expected = theirs[0].sum(-1).detach().numpy()[1:-1]
    np.testing.assert_allclose([t.score for t in ours.tokens], expected, atol=1e-8)


@pytest.mark.parametrize("baseline", ["pad", "mask", "zero", "text:很好", "pad+mask"])
def test_every_baseline_is_complete(baseline: str) -> None:
    result = limner.attribute(TEXT, tiny.bert(), tiny.word_pieces(), target=0, baseline=baseline)
    assert result.baseline == baseline
    check_complete(result)


def test_the_mean_of_two_baselines_is_the_mean_of_their_attributions() -> None:
    module, tok = tiny.bert().double(), tiny.word_pieces()
    options = {"target": 0, "min_nodes": 65, "max_nodes": 65}
    both = limner.attribute(TEXT, module, tok, baseline="pad+mask", **options)
    each = [limner.attribute(TEXT, module, tok, baseline=b, **options) for b in ("pad", "mask")]
    expected = np.mean([[t.score for t in one.tokens] for one in each], axis=0)
    np.testing.assert_allclose([t.score for t in both.tokens], expected, atol=1e-9)


def test_a_contrast_is_the_difference_of_two_labels() -> None:
    module, tok = tiny.bert(labels=3).double(), tiny.word_pieces()
    options = {"min_nodes": 33, "max_nodes": 33}
    scores = [
        np.array([t.score for t in limner.attribute(TEXT, module, tok, **target, **options).tokens])
        for target in ({"target": 2}, {"target": 0}, {"target": 2, "contrast": 0})
    ]
    np.testing.assert_allclose(scores[2], scores[0] - scores[1], atol=1e-9)


def test_all_labels_in_one_graph_equal_each_label_alone() -> None:
    module, tok = tiny.bert(labels=3).double(), tiny.word_pieces()
    options = {"min_nodes": 33, "max_nodes": 33}
    together = limner.attribute(TEXT, module, tok, all_labels=True, **options)
    assert [one.label for one in together.by_label] == list(together.labels)
    for index, one in enumerate(together.by_label):
        alone = limner.attribute(TEXT, module, tok, target=index, **options)
        np.testing.assert_allclose(one.token_scores, [t.score for t in alone.tokens], atol=1e-9)


def test_the_predicted_label_is_the_default_and_costs_no_more() -> None:
    module, tok = tiny.bert(), tiny.word_pieces()
    default = limner.attribute(TEXT, module, tok, min_nodes=17, max_nodes=17)
    assert default.evaluations == 17
    assert default.probability == max(default.probabilities)


def test_the_articles_absolute_form_is_never_negative_and_keeps_the_signed_delta() -> None:
    module, tok = tiny.bert(), tiny.word_pieces()
    signed = limner.attribute(TEXT, module, tok, target=0, min_nodes=33)
    absolute = limner.attribute(TEXT, module, tok, target=0, min_nodes=33, absolute=True)
    for a, s in zip(absolute.tokens, signed.tokens, strict=True):
        assert a.score >= abs(s.score) - 1e-6
    assert absolute.error == pytest.approx(signed.error, abs=1e-5)


def test_probability_can_be_explained_instead_of_the_logit() -> None:
    result = limner.attribute(TEXT, tiny.bert(), tiny.word_pieces(), target=1, output="probability")
    assert result.value == pytest.approx(result.probability, abs=1e-6)
    check_complete(result)


def test_a_pair_keeps_each_pieces_own_text() -> None:
    result = limner.attribute(
        "the service", tiny.bert(), tiny.word_pieces(), target=0, text_pair="很好 😀"
    )
    assert {piece.segment for piece in result.words} == {0, 1}
    check_complete(result)


def test_a_list_gives_what_its_texts_give_one_by_one() -> None:
    module, tok = tiny.bert().double(), tiny.word_pieces()
    together = limner.attribute(list(tiny.TEXTS), module, tok)
    for text, one in zip(tiny.TEXTS, together, strict=True):
        alone = limner.attribute(text, module, tok)
        assert one.evaluations == alone.evaluations
        np.testing.assert_allclose(
            [t.score for t in one.tokens], [t.score for t in alone.tokens], atol=1e-9
        )


@pytest.mark.parametrize("text", ["差的😀👨‍👩‍👧 plain", "日本語\u2028é plain"])
def test_byte_level_tokens_of_one_character_are_one_piece(text: str) -> None:
    result = limner.attribute(text, tiny.roberta(), tiny.byte_pairs(), target=0)
    check_complete(result)
    spans = [(t.start, t.end) for t in result.tokens]
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert "".join(t.text for t in result.tokens) == "".join(text.split())


def test_a_model_that_cannot_be_padded_is_computed_row_by_row() -> None:
    module = tiny.gpt2()
    module.config.pad_token_id = None
    results = limner.attribute(
        ["plain", "plain words"], module, tiny.byte_pairs(padded=False), target=0, baseline="zero"
    )
    for result in results:
        check_complete(result)


def test_a_hole_is_read_as_one_mask_token_with_its_own_score() -> None:
    from limner.methods._contract import run
    from limner.methods.integrated_gradients import Params
    from limner.models.model import wrap
    from limner.protocol import TextInput

    text = "房间\ufffc很差"
    model = wrap(tiny.bert(), tiny.word_pieces())
    result = run(METHOD, model, TextInput(text=text, holes=(2,)), Params(target=0))
    assert [(t.start, t.end) for t in result.tokens if t.start == 2] == [(2, 3)]
    check_complete(result)


def test_a_long_text_is_cut_and_the_cut_is_announced() -> None:
    text = "很好" * 50_000
    result = limner.attribute(text, tiny.bert(), tiny.word_pieces(), target=0)
    assert result.truncated is not None
    assert (result.truncated.characters, result.truncated.tokens_read) == (100_000, 64)
    assert result.tokens[-1].end == result.truncated.characters_read == 62
    assert result.notes[0].startswith("truncated: the model read the first 64 of 100,002 tokens")


def test_no_attention_mask_means_no_padding() -> None:
    class Bag(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            torch.manual_seed(0)
            self.table = nn.Embedding(200, 8)
            self.head = nn.Linear(8, 2)

        def forward(self, ids: torch.Tensor) -> torch.Tensor:
            return self.head(torch.tanh(self.table(ids).mean(1)))

    tok = tiny.word_pieces()
    results = limner.attribute(["很好", TEXT], Bag(), tok, target=1, labels=["no", "yes"])
    assert [result.target for result in results] == ["yes", "yes"]
    for result in results:
        check_complete(result)


def test_a_text_model_is_left_as_it_was_found() -> None:
    module = tiny.bert().train()
    before = {k: v.clone() for k, v in module.state_dict().items()}
    limner.attribute(TEXT, module, tiny.word_pieces(), target=0)
    assert all(m.training for m in module.modules())
    assert all(p.requires_grad and p.grad is None for p in module.parameters())
    assert all(torch.equal(before[k], v) for k, v in module.state_dict().items())
    assert not any(m._forward_hooks for m in module.modules())


def test_a_failing_model_is_left_as_it_was_found_too() -> None:
    module = tiny.bert().train()
    with pytest.raises(UnknownTarget):
        limner.attribute(TEXT, module, tiny.word_pieces(), target=5)
    assert all(m.training for m in module.modules())
    assert not any(m._forward_hooks for m in module.modules())


class Slow:
    """A tokenizer without offsets."""

    is_fast = False


@pytest.mark.parametrize(
    ("text", "options", "error"),
    [
        ("", {}, TextRefused),
        ("  \n", {}, TextRefused),
        ("x" * 1_000_001, {}, TextRefused),
        (TEXT, {"target": "nice"}, UnknownTarget),
        (TEXT, {"baseline": "unk"}, UnknownBaseline),
        (TEXT, {"baseline": "pad+"}, UnknownBaseline),
        (TEXT, {"tokenizer": Slow()}, UnsupportedModel),
        (TEXT, {"tokenizer": None}, UnsupportedModel),
        (TEXT, {"model": "no-such-model"}, UnknownModel),
        (TEXT, {"model": "/no/such/folder"}, UnknownModel),
    ],
)
def test_bad_input_is_refused_in_one_sentence(
    text: str, options: dict[str, object], error: type[Exception]
) -> None:
    arguments = {"model": tiny.bert(), "tokenizer": tiny.word_pieces(), **options}
    with pytest.raises(error) as caught:
        limner.attribute(text, **arguments)
    assert "\n" not in str(caught.value)


def test_a_tokenizer_without_a_mask_token_says_which_baselines_remain() -> None:
    tok = tiny.word_pieces()
    tok.mask_token = None
    with pytest.raises(UnknownBaseline, match="no mask token"):
        limner.attribute(TEXT, tiny.bert(), tok, target=0, baseline="mask")
