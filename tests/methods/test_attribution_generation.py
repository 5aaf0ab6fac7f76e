"""Attributions of what a model writes against captum, closed forms, and odd tokenizers."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients, LayerIntegratedGradients
from torch import nn
from transformers import BertConfig, BertLMHeadModel, Qwen2Config, Qwen2ForCausalLM

import limner
from limner.methods._contract import Rows
from limner.methods.integrated_gradients import METHOD
from limner.models.model import wrap
from limner.protocol import BadInput, TextInput, UnknownBaseline, UnsupportedModel
from methods.test_attribution_written import CAUSAL, OUTPUT, SEQ2SEQ, TEXT, made
from methods.tiny import bert, byte_pairs, word_pieces

pytestmark = pytest.mark.usefixtures("one_thread")

FINE = {"min_nodes": 129, "all_labels": True}


def qwen2():
    """Qwen2 in float64: rotary positions, grouped heads, tied embeddings."""
    torch.manual_seed(3)
    tokenizer = byte_pairs()
    config = Qwen2Config(
        vocab_size=len(tokenizer), hidden_size=24, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, intermediate_size=32, tie_word_embeddings=True,
        initializer_range=0.2, pad_token_id=0, bos_token_id=None, eos_token_id=1,
    )  # fmt: skip
    model = Qwen2ForCausalLM(config)
    with torch.no_grad():
        table = model.get_input_embeddings().weight
        table[tokenizer.pad_token_id] = table[9]  # RMS norm has no value at a row of zeros
    return model.double(), tokenizer


def model_of(kind):
    return qwen2() if kind == "qwen2" else made(kind)


def ids_of(tokenizer, text, **options):
    return tokenizer(text, return_tensors="pt", **options)["input_ids"]


def log_p(logits, y):
    """(B, T) from (B, T, V)."""
    return logits.log_softmax(-1).gather(2, y.expand(len(logits), -1)[..., None])[..., 0]


@pytest.mark.parametrize("kind", (*CAUSAL, "qwen2"))
def test_a_causal_model_s_output_agrees_with_captum_at_512_nodes(kind):
    """The output's own ids are in both of captum's inputs, so that it scores the text alone."""
    model, tokenizer = model_of(kind)
    model.eval()
    x, y = ids_of(tokenizer, TEXT), ids_of(tokenizer, OUTPUT, add_special_tokens=False)
    L, T = x.shape[1], y.shape[1]

    def forward(ids):
        return log_p(model(input_ids=ids, use_cache=False).logits[:, L - 1 :], y).sum(1)

    whole = torch.cat([x, y[:, :-1]], 1)
    blank = torch.cat([torch.full_like(x, tokenizer.pad_token_id), y[:, :-1]], 1)
    theirs = LayerIntegratedGradients(forward, model.get_input_embeddings()).attribute(
        whole, blank, n_steps=512, internal_batch_size=64
    )
    expected = theirs[0].sum(-1).detach().numpy()
    ours = limner.attribute(TEXT, model, tokenizer, continuation=OUTPUT, **FINE)
    assert np.abs(expected[L:]).max() < 1e-12 and len(expected) == L + T - 1
    assert by_character(tokenizer, expected[:L]) == pytest.approx(
        [token.score for token in ours.tokens], abs=1e-4
    )


def by_character(tokenizer, scores):
    """Sums over the byte tokens of one character."""
    spans = tokenizer(TEXT, return_offsets_mapping=True)["offset_mapping"]
    starts = [i for i in range(len(spans)) if i == 0 or spans[i] != spans[i - 1]]
    return np.add.reduceat(scores, starts).tolist()


@pytest.mark.parametrize("kind", SEQ2SEQ)
def test_an_encoder_decoder_s_output_agrees_with_captum_where_tables_are_tied(kind):
    """Captum moves the encoder's embeddings alone; the decoder looks its words up in the table."""
    model, tokenizer = made(kind)
    model.eval()
    for part in model.modules():
        if isinstance(getattr(part, "act", None), nn.ReLU):
            part.act = nn.GELU()  # no rule is good to 1e-4 across the bends of T5's own
    x, y = ids_of(tokenizer, TEXT), tokenizer(text_target=OUTPUT, return_tensors="pt")["input_ids"]
    table = model.get_encoder().get_input_embeddings()
    start = torch.full((1, 1), model.config.decoder_start_token_id)
    given = torch.cat([start, y[:, :-1]], 1)

    def forward(embedded):
        out = model(
            inputs_embeds=embedded, decoder_input_ids=given.expand(len(embedded), -1),
            use_cache=False,
        )  # fmt: skip
        return log_p(out.logits, y).sum(1)

    special = torch.tensor([tokenizer.get_special_tokens_mask(x[0], None, True)], dtype=torch.bool)
    here = table(x).detach()
    there = table(torch.where(special, x, tokenizer.pad_token_id)).detach()
    theirs = IntegratedGradients(forward).attribute(
        here, there, n_steps=512, internal_batch_size=64
    )
    expected = theirs[0].sum(-1).detach().numpy()[~special[0].numpy()]
    ours = limner.attribute(TEXT, model, tokenizer, continuation=OUTPUT, **FINE)
    assert ours.value == pytest.approx(forward(here).item(), abs=1e-9)
    assert [token.score for token in ours.tokens] == pytest.approx(expected.tolist(), abs=1e-4)


@pytest.mark.parametrize("kind", (*CAUSAL, "qwen2"))
def test_with_earlier_tokens_text_and_output_sum_to_the_difference_of_each_token(kind):
    """F(x) − F(x̄) by the bare module, x̄ all padding; no token depends on itself or a later one."""
    model, tokenizer = model_of(kind)
    model.eval()
    x, y = ids_of(tokenizer, TEXT), ids_of(tokenizer, OUTPUT, add_special_tokens=False)
    whole = torch.cat([x, y[:, :-1]], 1)
    blank = torch.full_like(whole, tokenizer.pad_token_id)
    L = x.shape[1]
    with torch.no_grad():
        here, there = (log_p(model(input_ids=i).logits[:, L - 1 :], y)[0] for i in (whole, blank))
    found = limner.attribute(
        TEXT, model, tokenizer, continuation=OUTPUT, earlier_tokens=True, **FINE
    )
    assert found.value == pytest.approx(float(here.sum()), abs=1e-9)
    assert found.difference == pytest.approx(float((here - there).sum()), abs=1e-9)
    assert (found.text, found.pair) == (TEXT, OUTPUT)
    for pieces in (found.tokens, found.words):
        total = sum(piece.score for piece in pieces)
        assert total == pytest.approx(found.difference, rel=1e-4)
    own = [piece for piece in found.tokens if piece.segment == 1]
    assert "".join(p.text for p in own) == OUTPUT[:-1].replace(" ", "")
    at = 0
    for one in found.by_label[1:]:
        at += len(one.label)
        assert sum(one.token_scores) == pytest.approx(one.difference, rel=1e-3, abs=1e-5)
        scores = one.token_scores[len(found.tokens) - len(own) :]
        # the bytes of a character depend on those before them; one byte has none of its own
        first = at if one.label.isascii() else at + 1
        later = [s for s, piece in zip(scores, own, strict=True) if piece.end >= first]
        assert not any(later)
    assert any(one.token_scores[-1] for one in found.by_label[1:])


def test_earlier_tokens_agree_with_captum_at_512_nodes():
    model, tokenizer = made("gpt2")
    model.eval()
    x, y = ids_of(tokenizer, TEXT), ids_of(tokenizer, OUTPUT, add_special_tokens=False)
    L = x.shape[1]

    def forward(ids):
        return log_p(model(input_ids=ids, use_cache=False).logits[:, L - 1 :], y).sum(1)

    whole = torch.cat([x, y[:, :-1]], 1)
    theirs = LayerIntegratedGradients(forward, model.get_input_embeddings()).attribute(
        whole, torch.full_like(whole, tokenizer.pad_token_id), n_steps=512, internal_batch_size=64
    )
    expected = theirs[0].sum(-1).detach().numpy()
    ours = limner.attribute(
        TEXT, model, tokenizer, continuation=OUTPUT, earlier_tokens=True, **FINE
    )
    text = [token.score for token in ours.tokens if token.segment == 0]
    own = [token.score for token in ours.tokens if token.segment == 1]
    assert by_character(tokenizer, expected[:L]) == pytest.approx(text, abs=1e-4)
    assert sum(own) == pytest.approx(expected[L:].sum(), abs=1e-4)


@pytest.mark.parametrize(
    ("kind", "options", "said"),
    [
        ("t5", {"continuation": "x"}, "read as it is given"),
        ("t5", {}, "name it with continuation="),
        ("gpt2", {}, "name it with continuation="),
        ("gpt2", {"continuation": "x", "text_pair": "y"}, "write a pair as one text"),
    ],
)
def test_earlier_tokens_that_do_not_fit_are_refused_in_one_sentence(kind, options, said):
    model, tokenizer = made(kind)
    with pytest.raises(BadInput, match=said):
        limner.attribute(TEXT, model, tokenizer, earlier_tokens=True, **options)


class SumForCausalLM(nn.Module):
    """Logits of the next word: W times the sum of the embeddings so far."""

    def __init__(self, size):
        super().__init__()
        torch.manual_seed(0)
        self.table = nn.Embedding(size, 8)
        self.W = nn.Linear(8, size, bias=False)

    def forward(self, input_ids, attention_mask):
        read = self.table(input_ids) * attention_mask[..., None]
        return SimpleNamespace(logits=self.W(read.cumsum(1)))


def test_the_log_odds_of_a_linear_model_are_exact_with_the_coarsest_rule():
    tokenizer = byte_pairs()
    model = SumForCausalLM(len(tokenizer)).double()
    found = limner.attribute(
        "a plain text", model, tokenizer, target="x", contrast="y", min_nodes=5, max_nodes=5
    )
    pad = model.table.weight[tokenizer.pad_token_id]
    x, y = (ids_of(tokenizer, word)[0, 0] for word in "xy")
    w = model.W.weight[x] - model.W.weight[y]
    ids = ids_of(tokenizer, "a plain text")[0]
    expected = ((model.table(ids) - pad) @ w).tolist()
    assert [token.score for token in found.tokens] == pytest.approx(expected, abs=1e-12)
    assert found.delta == pytest.approx(0, abs=1e-10)


def test_an_output_of_a_module_without_a_config_is_explained():
    tokenizer = byte_pairs()
    model = SumForCausalLM(len(tokenizer)).double()
    found = limner.attribute("ab", model, tokenizer, continuation="xyz", all_labels=True)
    with torch.no_grad():
        ids = ids_of(tokenizer, "abxy")
        said = model(ids, torch.ones_like(ids)).logits[:, 1:]
        each = log_p(said, ids_of(tokenizer, "xyz"))
    assert found.value == pytest.approx(float(each.sum()), abs=1e-9)
    assert [one.logit for one in found.by_label[1:]] == pytest.approx(each[0].tolist(), abs=1e-9)
    assert [one.label for one in found.by_label] == ["xyz", "x", "y", "z"]
    assert found.written == "xyz"


@pytest.mark.parametrize("kind", (*CAUSAL, "qwen2", "t5"))
def test_texts_of_different_length_share_batches_and_positions_stay_right(kind):
    """Whichever side the tokenizer fills up, and also where the config knows of no padding."""
    model, tokenizer = model_of(kind)
    tokenizer.padding_side = "left"
    texts = ["was slow", "was slower", "很好 slow"]
    masks = []
    handle = model.register_forward_pre_hook(
        lambda _m, _a, given: masks.append(given.get("attention_mask")), with_kwargs=True
    )
    options = {"continuation": "x y", "min_nodes": 17, "max_nodes": 17}
    options["earlier_tokens"] = kind != "t5"
    many = limner.attribute(texts, model, tokenizer, **options)
    handle.remove()
    assert any(len(set(mask.sum(1).tolist())) > 1 for mask in masks)
    for text, one in zip(texts, many, strict=True):
        alone = limner.attribute(text, model, tokenizer, **options)
        assert one.value == pytest.approx(alone.value, abs=1e-9)
        assert [w.score for w in one.words] == pytest.approx(
            [w.score for w in alone.words], abs=1e-6
        )


def test_an_own_output_that_does_not_end_is_cut_and_that_is_said(monkeypatch):
    model, tokenizer = made("bart")
    model.config.eos_token_id = None
    monkeypatch.setattr("limner.methods._written.OWN", 3)
    found = limner.attribute(TEXT, model, tokenizer)
    assert len(found.labels) == 4
    assert any("its first 3 tokens" in note for note in found.notes)
    given = limner.attribute(TEXT, model, tokenizer, continuation=OUTPUT)
    assert not any("goes on" in note for note in given.notes)


def test_a_model_is_never_called_outside_of_a_batch_but_to_look():
    """An own output is written row by row, so that other jobs come between."""
    model, tokenizer = made("t5")
    wrapped = wrap(model, tokenizer)
    work = METHOD.plan(wrapped, TextInput(text=TEXT), METHOD.Params(max_nodes=5, min_nodes=5))
    step, sizes = next(work), []
    try:
        while True:
            if isinstance(step, Rows):
                sizes.append(len(step.rows))
                step = work.send(METHOD.evaluate(wrapped, step.rows))
            else:
                step = next(work)
    except StopIteration as stop:
        found = stop.value
    written = len(found.labels) - (len(found.labels) > 1)
    assert sizes == [*[1] * written, 5]


def test_a_tokenizer_without_padding_says_what_to_do_and_zero_needs_none():
    model, _ = made("gpt2")
    tokenizer = byte_pairs(padded=False)
    with pytest.raises(UnknownBaseline, match=r"set tokenizer\.pad_token"):
        limner.attribute(TEXT, model, tokenizer, continuation=OUTPUT)
    options = {"continuation": OUTPUT, "baseline": "zero"}
    many = limner.attribute([TEXT, "a"], model, tokenizer, **options)
    padded = limner.attribute([TEXT, "a"], model, byte_pairs(), **options)
    for one, other in zip(many, padded, strict=True):
        assert one.value == pytest.approx(other.value, abs=1e-9)


def test_what_is_written_goes_on_behind_the_text_not_behind_its_end():
    """A tokenizer that closes every text with [SEP]: the next word stands before that."""
    model, _ = made("gpt2")
    tokenizer = word_pieces()
    found = limner.attribute("the service", model, tokenizer)
    ids = ids_of(tokenizer, "the service")
    assert ids[0, -1] == tokenizer.sep_token_id
    model.eval()
    with torch.no_grad():
        best = model(input_ids=ids[:, :-1]).logits[0, -1].log_softmax(-1).max()
    assert found.value == pytest.approx(float(best), rel=1e-6)


def test_a_word_that_the_tokenizer_does_not_know_is_refused():
    model, _ = made("gpt2")
    with pytest.raises(BadInput, match="does not know"):
        limner.attribute("the service", model, word_pieces(), target="ж")


def test_a_model_that_reads_ahead_has_no_output_to_explain():
    torch.manual_seed(0)
    model = BertLMHeadModel(
        BertConfig(
            vocab_size=300, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=16, max_position_embeddings=64, initializer_range=0.5,
        )
    )  # fmt: skip
    with pytest.raises(UnsupportedModel, match="reads ahead"):
        limner.attribute("the service", model, byte_pairs(), continuation="xyz")


@pytest.mark.parametrize("kind", ("gpt2", "bart"))
def test_without_a_tokenizer_one_sentence_says_what_is_missing(kind):
    model, _ = made(kind)
    with pytest.raises(UnsupportedModel, match=r"has no tokenizer: pass tokenizer="):
        limner.attribute(TEXT, model, continuation=OUTPUT)


def test_an_encoder_only_model_has_no_output():
    with pytest.raises(UnsupportedModel, match="writes nothing"):
        limner.attribute("很好", bert(), word_pieces(), continuation="x")


def test_a_subclass_of_a_model_that_writes_writes_too():
    model, tokenizer = qwen2()

    class Mine(type(model)):
        """A user's own."""

    model.__class__ = Mine
    assert limner.attribute(TEXT, model, tokenizer, continuation="x").written == "x"


def test_two_baselines_and_faithfulness_stand_beside_an_output():
    model, tokenizer = made("bart")
    found = limner.attribute(
        TEXT, model, tokenizer, continuation=OUTPUT, compare="zero", faithfulness=True
    )
    zero = limner.attribute(TEXT, model, tokenizer, continuation=OUTPUT, baseline="zero")
    (other,) = found.compared
    assert other.difference == pytest.approx(zero.difference, abs=1e-9)
    assert found.faithfulness is not None
