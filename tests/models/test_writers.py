"""Folders of models that write: what they are is known from config.json, and they are explained."""

from __future__ import annotations

import pytest

import limner
from limner.config import Config, ModelEntry
from limner.models import load_model
from limner.models.specs import available, writes_of
from tests.methods.decoders import causal, seq2seq
from tests.methods.tiny import bert, byte_pairs, word_pieces

KINDS = {"gpt2": "causal", "llama": "causal", "bart": "seq2seq", "marian": "seq2seq"}


def saved(path, kind):
    """A model with random weights as users save theirs."""
    if kind == "bert":
        model, tokenizer = bert(), word_pieces()
    elif KINDS[kind] == "causal":
        model, tokenizer = causal(kind), byte_pairs()
    else:
        model, tokenizer = seq2seq(kind), word_pieces()
    if kind != "bert":
        model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    model.save_pretrained(path)
    tokenizer.save_pretrained(path)
    return path


@pytest.mark.parametrize("kind", (*KINDS, "bert"))
def test_the_kind_of_head_is_known_without_loading(tmp_path, kind):
    path = saved(tmp_path / kind, kind)
    config = Config(models={"mine": ModelEntry(path=str(path))})
    status = next(model for model in available(config) if model.name == "mine")
    assert (status.writes, status.masked) == (KINDS.get(kind), False)
    assert bool(status.labels) == (kind == "bert")


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_loads_with_its_head_and_an_output_is_explained(tmp_path, kind):
    path = saved(tmp_path / kind, kind)
    model = load_model(str(path), "cpu", Config())
    assert model.writes and model.labels == ()
    found = limner.attribute("the service", str(path), continuation="slow", tolerance=0.1)
    assert found.written == "slow" and found.model == str(path)


def test_bundled_models_say_what_they_are():
    kinds = {model.name: (model.writes, model.masked) for model in available(Config())}
    assert kinds["mini-seq2seq"] == ("seq2seq", False)
    assert kinds["mini-mlm"] == (None, True)
    assert kinds["mini-sentiment"] == (None, False)


def test_names_of_classes_decide():
    for name, kind in {
        "GPT2LMHeadModel": "causal",
        "Qwen2ForCausalLM": "causal",
        "T5ForConditionalGeneration": "seq2seq",
        "MarianMTModel": "seq2seq",
        "BertForMaskedLM": None,
        "BartForSequenceClassification": None,
    }.items():
        assert writes_of({"architectures": [name]}) == kind
    assert writes_of({}) is None
