"""Masked models of every kind: the head at its gaps alone, words for a gap, random heads."""

from __future__ import annotations

import pytest
import torch
from tokenizers import AddedToken
from transformers import (
    AlbertConfig,
    AlbertForMaskedLM,
    BertConfig,
    BertForMaskedLM,
    DistilBertConfig,
    DistilBertForMaskedLM,
    ElectraConfig,
    ElectraForMaskedLM,
    RobertaConfig,
    RobertaForMaskedLM,
)

from limner.methods import METHODS
from limner.methods._contract import run
from limner.methods.cloze.filling import batch, fill_in, pattern
from limner.methods.cloze.spelling import spell
from limner.models import load_model
from limner.models.masked import gap_logits
from limner.models.model import Model, wrap
from limner.protocol import TaskRefused, TextInput, TextsInput, UnsupportedModel
from methods import tiny

SMALL = {"num_hidden_layers": 2, "num_attention_heads": 2, "hidden_size": 32}
KINDS = {
    "bert": (BertForMaskedLM, BertConfig, SMALL | {"intermediate_size": 64}),
    "roberta": (RobertaForMaskedLM, RobertaConfig, SMALL | {"intermediate_size": 64}),
    "distilbert": (DistilBertForMaskedLM, DistilBertConfig,
                   {"n_layers": 2, "n_heads": 2, "dim": 32, "hidden_dim": 64}),
    "albert": (AlbertForMaskedLM, AlbertConfig,
               SMALL | {"intermediate_size": 64, "embedding_size": 16}),
    "electra": (ElectraForMaskedLM, ElectraConfig,
                SMALL | {"intermediate_size": 64, "embedding_size": 16}),
}  # fmt: skip


def model(kind: str, *, known: bool = True) -> Model:
    """Random weights; `known` says that they are not to be refused."""
    tokenizer = tiny.byte_pairs() if kind == "roberta" else tiny.word_pieces()
    tokenizer.mask_token = tokenizer.mask_token or "[MASK]"
    make, config, sizes = KINDS[kind]
    torch.manual_seed(1)
    module = make(config(vocab_size=len(tokenizer), pad_token_id=tokenizer.pad_token_id, **sizes))
    found = wrap(module.eval(), tokenizer)
    found.guesses = True if known else None
    return found


@pytest.fixture(params=KINDS)
def masked(request: pytest.FixtureRequest) -> Model:
    return model(request.param)


TEXTS = ("很好", "the service was slow 😀 but kind, the service was slow", "不推荐 at all")


def test_the_head_sees_the_gaps_alone_and_says_the_same(masked: Model):
    rows = fill_in(masked, pattern("{mask}好。{text}"), TEXTS, 2)
    inputs, places = batch(masked, rows)
    with torch.no_grad():
        short = gap_logits(masked, inputs, places)
        plain = masked.call(inputs).logits
    assert masked.gathers is True
    index = places.unsqueeze(-1).expand(-1, -1, plain.shape[-1])
    assert torch.allclose(short, plain.gather(1, index), atol=1e-5)
    assert not any(module._forward_hooks for module in masked.module.modules())


def test_labels_do_not_depend_on_who_is_in_the_batch(masked: Model):
    masked.module.train()
    params = {
        "patterns": ["{mask} 好。{text}", "{text} {mask}"],
        "labels": {"a": ["好"], "b": ["差", "不"]},
    }
    method = METHODS["cloze"]
    asked = method.Params(
        **{
            **params,
            "labels": {k: tuple(v) for k, v in params["labels"].items()},
            "patterns": tuple(params["patterns"]),
            "calibration": "contextual",
        }
    )
    together = run(method, masked, TextsInput(texts=TEXTS), asked)
    for i, text in enumerate(TEXTS):
        alone = run(method, masked, TextsInput(texts=(text,)), asked, batch=1)
        assert alone.probabilities[0] == pytest.approx(together.probabilities[i], abs=1e-5)
        assert sum(alone.probabilities[0]) == pytest.approx(1)
    assert masked.module.training
    assert all(parameter.requires_grad for parameter in masked.module.parameters())


def test_words_for_a_gap_are_whole_and_none_is_special(masked: Model):
    method = METHODS["fill"]
    text = "很[MASK]，the service 😀"
    found = run(
        method, masked, TextInput(text=text, gap=(1, 7)), method.Params(top=15, most_tokens=3)
    )
    words = [one.text for one in found.candidates]
    assert words and len(set(words)) == len(words)
    specials = set(masked.tokenizer.all_special_tokens)
    for word in words:
        assert word.strip() == word and "\ufffd" not in word and word not in specials
        assert not word.startswith("##")
    assert all(0 <= one.probability <= 1 for one in found.candidates)


def test_a_saved_folder_is_loaded_by_its_path(masked: Model, tmp_path):
    masked.module.save_pretrained(tmp_path)
    masked.tokenizer.save_pretrained(tmp_path)
    loaded = load_model(str(tmp_path))
    rows = fill_in(loaded, pattern("{mask}好。{text}"), TEXTS, 1)
    inputs, places = batch(loaded, rows)
    with torch.no_grad():
        assert gap_logits(loaded, inputs, places).shape[:2] == (3, 1)


def test_a_head_of_random_weights_is_refused():
    method = METHODS["cloze"]
    mini = load_model("mini-mlm")
    params = method.Params(patterns=("{mask}。{text}",), labels={"a": ("很",), "b": ("不",)})
    assert run(method, mini, TextsInput(texts=("好",)), params)
    torch.manual_seed(0)
    head = mini.module.cls.predictions  # as a checkpoint without one gets it: new, over old words
    head.transform.dense.weight.data.normal_(0, 0.02)
    head.transform.dense.bias.data.zero_()
    head.bias.data.zero_()
    mini.guesses = None
    with pytest.raises(UnsupportedModel, match="no better than chance"):
        run(method, mini, TextsInput(texts=("好",)), params)


def test_a_classifier_has_no_words_for_gaps():
    method = METHODS["fill"]
    classifier = load_model("mini-sentiment")
    with pytest.raises(UnsupportedModel, match="no head that guesses masked words"):
        run(method, classifier, TextInput(text="很[MASK]", gap=(1, 7)), method.Params())


def test_a_word_behind_a_space_is_spelled_with_it_where_the_tokenizer_does():
    byte_level = model("roberta")
    assert spell(byte_level, "slow", spaced=True) == spell(byte_level, "slow", spaced=False)
    byte_level.tokenizer.add_special_tokens({"mask_token": AddedToken("<mask>", lstrip=True)})
    assert spell(byte_level, "slow", spaced=True) != spell(byte_level, "slow", spaced=False)
    pieces = model("bert")
    assert spell(pieces, "slow", spaced=True) == spell(pieces, "slow", spaced=False)
    with pytest.raises(TaskRefused, match="cannot spell '龘'"):
        spell(pieces, "龘", spaced=False)
