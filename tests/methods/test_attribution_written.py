"""Attributions of what a model writes: the next token, a given output, its own."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import limner
from limner.models.model import wrap
from limner.protocol import BadInput, TextRefused, UnsupportedModel
from methods.decoders import causal, seq2seq
from methods.tiny import bert, byte_pairs, word_pieces

pytestmark = pytest.mark.usefixtures("one_thread")

SEQ2SEQ, CAUSAL = ("t5", "bart", "marian"), ("gpt2", "llama")
TEXT = "房间很差 the service 😀 was slow"
OUTPUT = "不推荐 at all"


def made(kind: str):
    """A model in float64 with a tokenizer of its size, its weights small enough to be smooth."""
    tokenizer = word_pieces() if kind in SEQ2SEQ else byte_pairs()
    model = seq2seq(kind) if kind in SEQ2SEQ else causal(kind)
    model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim > 1:
                weight.mul_(0.1 if kind == "t5" else 0.3)
        table = model.get_input_embeddings().weight
        table[tokenizer.pad_token_id] = table[9]  # RMS norm has no value at a row of zeros
    return model.double(), tokenizer


def log_p(model, tokenizer, kind, embedded=None):
    """log p of OUTPUT's tokens, the text's embeddings replaced; by the bare module."""
    ids = tokenizer(TEXT, return_tensors="pt")["input_ids"]
    table = model.get_input_embeddings()
    seen = []

    def swap(_module, given, said):
        seen.append(given[0])
        return embedded(said) if embedded and len(seen) == 1 else said

    modules = {id(m): m for m in model.modules() if isinstance(m, torch.nn.Embedding)}
    read = [m for m in modules.values() if m.weight is table.weight]
    handles = [m.register_forward_hook(swap) for m in read]
    try:
        if kind in SEQ2SEQ:
            y = tokenizer(text_target=OUTPUT, return_tensors="pt")["input_ids"]
            start = torch.full((1, 1), model.config.decoder_start_token_id)
            given = torch.cat([start, y[:, :-1]], 1)
            said = model(input_ids=ids, decoder_input_ids=given).logits
        else:
            y = tokenizer(OUTPUT, return_tensors="pt", add_special_tokens=False)["input_ids"]
            whole = torch.cat([ids, y[:, :-1]], 1)
            said = model(input_ids=whole).logits[:, ids.shape[1] - 1 :]
    finally:
        for handle in handles:
            handle.remove()
    return said.double().log_softmax(-1).gather(2, y[..., None])[0, :, 0]


def characters(tokenizer, kind, each):
    """The sums of what stands for one character: of a byte-level tokenizer several tokens."""
    places = tokenizer(OUTPUT, return_offsets_mapping=True, add_special_tokens=kind in SEQ2SEQ)
    spans = places["offset_mapping"]
    first = [i for i, span in enumerate(spans) if i == 0 or span != spans[i - 1]]
    return torch.stack([part.sum() for part in each.tensor_split(first[1:])])


@pytest.mark.parametrize("kind", (*SEQ2SEQ, *CAUSAL))
def test_scores_sum_to_what_the_bare_module_says_between_text_and_baseline(kind):
    """F(x) − F(x̄) by hand: padding in place of the text's words, the output's left alone."""
    model, tokenizer = made(kind)
    model.eval()
    encoded = tokenizer(TEXT, return_special_tokens_mask=True)
    own = torch.tensor(encoded["special_tokens_mask"]).eq(0)

    def padded(said):
        out = said.clone()
        pad = model.get_input_embeddings().weight[tokenizer.pad_token_id]
        out[0, : len(own)][own] = pad * getattr(model.get_input_embeddings(), "embed_scale", 1.0)
        return out

    with torch.no_grad():
        here = log_p(model, tokenizer, kind)
        there = log_p(model, tokenizer, kind, padded)
    found = limner.attribute(
        TEXT, model, tokenizer, continuation=OUTPUT, all_labels=True, tolerance=0.01,
    )  # fmt: skip
    ids = tokenizer(OUTPUT)["input_ids"]
    assert found.target == tokenizer.decode(ids, skip_special_tokens=True).strip()
    assert found.value == pytest.approx(float(here.sum()), rel=1e-5)
    assert found.difference == pytest.approx(float((here - there).sum()), rel=1e-4)
    assert sum(word.score for word in found.words) == pytest.approx(found.difference, rel=1.1e-2)
    assert found.delta <= 0.011
    assert found.probability == pytest.approx(float(here.sum().exp()), rel=1e-4)
    tokens = found.by_label[1:]
    here, there = characters(tokenizer, kind, here), characters(tokenizer, kind, there)
    assert [one.difference for one in tokens] == pytest.approx((here - there).tolist(), abs=1e-5)
    assert [one.probability for one in tokens] == pytest.approx(here.exp().tolist(), rel=1e-4)
    assert all("\ufffd" not in one.label for one in tokens)
    if kind in CAUSAL:
        assert "".join(one.label for one in tokens) == OUTPUT
    parts = np.array([one.token_scores for one in tokens]).sum(0)
    assert parts == pytest.approx([token.score for token in found.tokens], abs=1e-6)


@pytest.mark.parametrize("kind", (*SEQ2SEQ, *CAUSAL))
def test_a_batch_of_different_lengths_gives_what_single_texts_give(kind):
    model, tokenizer = made(kind)
    texts = [TEXT, "很好", "the service was slow but kind"]
    many = limner.attribute(texts, model, tokenizer, continuation=OUTPUT)
    for text, one in zip(texts, many, strict=True):
        alone = limner.attribute(text, model, tokenizer, continuation=OUTPUT)
        assert one.value == pytest.approx(alone.value, rel=1e-6)
        assert [w.score for w in one.words] == pytest.approx(
            [w.score for w in alone.words], abs=1e-5
        )


def says_next(model, tokenizer, text=TEXT):
    """log p of the next token by the bare module."""
    model.eval()
    with torch.no_grad():
        return model(**tokenizer(text, return_tensors="pt")).logits[0, -1].log_softmax(-1)


def token(tokenizer, word):
    (found,) = tokenizer(word, add_special_tokens=False)["input_ids"]
    return found


@pytest.mark.parametrize("kind", CAUSAL)
def test_a_causal_model_explains_its_next_token(kind):
    """The likeliest, with the four after it beside it and all others together."""
    model, tokenizer = made(kind)
    found = limner.attribute(TEXT, model, tokenizer)
    log_p = says_next(model, tokenizer)
    best = log_p.topk(5)
    for label, index in zip(found.labels, best.indices.tolist(), strict=False):
        assert label.startswith(tokenizer.decode([index]))
    assert found.target == found.labels[0] and len(found.labels) == 6
    assert found.value == pytest.approx(float(best.values[0]), rel=1e-5)
    assert found.probabilities[:5] == pytest.approx(best.values.exp().tolist(), rel=1e-4)
    assert sum(found.probabilities) == pytest.approx(1)
    assert sum(word.score for word in found.words) == pytest.approx(found.difference, rel=1.1e-2)


def test_a_next_word_that_is_named_is_explained():
    model, tokenizer = made("gpt2")
    found = limner.attribute(TEXT, model, tokenizer, target="x")
    assert found.target == "x"
    log_p = says_next(model, tokenizer)
    assert found.value == pytest.approx(float(log_p[token(tokenizer, "x")]), rel=1e-5)
    share = limner.attribute(TEXT, model, tokenizer, target="x", output="probability")
    assert share.value == pytest.approx(float(log_p[token(tokenizer, "x")].exp()), rel=1e-4)


@pytest.mark.parametrize("kind", CAUSAL)
def test_a_contrast_explains_the_log_odds_of_two_next_words(kind):
    model, tokenizer = made(kind)
    found = limner.attribute(TEXT, model, tokenizer, target="x", contrast="y")
    log_p = says_next(model, tokenizer)
    odds = log_p[token(tokenizer, "x")] - log_p[token(tokenizer, "y")]
    assert (found.target, found.contrast) == ("x", "y")
    assert found.value == pytest.approx(float(odds), rel=1e-5, abs=1e-6)
    turned = limner.attribute(TEXT, model, tokenizer, target="y", contrast="x")
    assert turned.difference == pytest.approx(-found.difference, rel=1e-5)


def test_without_a_target_the_likeliest_other_word_stands_against_the_contrast():
    model, tokenizer = made("gpt2")
    best = says_next(model, tokenizer).topk(200).indices.tolist()
    first = next(i for i in best if "\ufffd" not in tokenizer.decode([i]))
    found = limner.attribute(TEXT, model, tokenizer, contrast=tokenizer.decode([first]))
    other = next(i for i in best if i != first)
    assert found.target.startswith(tokenizer.decode([other]))


def test_an_encoder_decoder_explains_its_own_output():
    model, tokenizer = made("bart")
    found = limner.attribute(TEXT, model, tokenizer)
    model.eval()
    given = tokenizer(TEXT, return_tensors="pt")
    with torch.no_grad():
        said = model.generate(
            input_ids=given["input_ids"], max_new_tokens=64, do_sample=False, num_beams=1,
            eos_token_id=tokenizer.eos_token_id or model.config.eos_token_id,
        )  # fmt: skip
    own = said[0, 1:].tolist()
    assert list(found.labels)[len(own) > 1 :] == [tokenizer.decode([one]) for one in own]


@pytest.mark.parametrize("kind", ("t5", "gpt2"))
def test_the_model_is_left_as_it_was_found(kind):
    model, tokenizer = made(kind)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    limner.attribute(TEXT, model, tokenizer, continuation=OUTPUT)
    assert model.training and all(p.requires_grad and p.grad is None for p in model.parameters())
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert not any(m._forward_hooks for m in model.modules())


def test_only_the_text_s_look_up_is_replaced_where_tables_are_tied():
    for kind in SEQ2SEQ:
        model, tokenizer = made(kind)
        limner.attribute(TEXT, model, tokenizer, continuation=OUTPUT)
        wrapped = wrap(model, tokenizer)
        from limner.methods._path import _reads

        ids = torch.tensor(tokenizer(TEXT)["input_ids"])
        assert len(_reads(wrapped, ids, None)) == 1, kind


def test_occlusion_and_saliency_explain_outputs_too():
    model, tokenizer = made("t5")
    for method in ("occlusion", "saliency"):
        found = limner.attribute(TEXT, model, tokenizer, method=method, continuation=OUTPUT)
        assert len(found.words) > 3


@pytest.mark.parametrize(
    ("kind", "options", "said"),
    [
        ("t5", {"continuation": "  "}, "is empty"),
        ("t5", {"output": "probability"}, "log-probability"),
        ("gpt2", {"continuation": "x", "contrast": "y"}, "of an output it is left out"),
        ("gpt2", {"target": "a", "contrast": "a"}, "both 'a'"),
        ("gpt2", {"contrast": "two words"}, "give it as continuation="),
        ("t5", {"target": "x"}, "named by continuation="),
        ("gpt2", {"target": "a word of many tokens"}, "give it as continuation="),
        ("gpt2", {"continuation": "the service " * 60}, "more than the 64"),
    ],
)
def test_bad_input_is_one_sentence(kind, options, said):
    model, tokenizer = made(kind)
    with pytest.raises((BadInput, TextRefused)) as caught:
        limner.attribute(TEXT, model, tokenizer, **options)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_a_classifier_has_no_output_to_explain():
    with pytest.raises(UnsupportedModel, match="writes nothing"):
        limner.attribute("很好", bert(), word_pieces(), continuation="x")
