"""Attribution at a gap: F is log p of the word there, and scores sum to its difference."""

from __future__ import annotations

from functools import cache

import pytest
import torch

from limner.methods import METHODS
from limner.methods._contract import run
from limner.models import load_model
from limner.protocol import TextInput, UnknownTarget

METHOD = METHODS["integrated_gradients"]
TEXT = "房间很[MASK]，早餐很丰富"
INPUT = TextInput(text=TEXT, gap=(3, 9))


@cache
def mini():
    return load_model("mini-mlm")


def explained(**params):
    return run(METHOD, mini(), INPUT, METHOD.Params(**params))


def log_p(word, text=TEXT):
    """Log-probability of a word by a plain forward pass: its tokens', all gaps open."""
    tokenizer = mini().tokenizer
    ids = [tokenizer.convert_tokens_to_ids(token) for token in word]
    inputs = tokenizer(text.replace("[MASK]", "[MASK]" * len(ids)), return_tensors="pt")
    with torch.no_grad():
        logits = mini().module(**inputs).logits[0].double().log_softmax(-1)
    places = (inputs["input_ids"][0] == tokenizer.mask_token_id).nonzero()[:, 0].tolist()
    return sum(float(logits[place, token]) for place, token in zip(places, ids, strict=True))


@pytest.mark.parametrize(
    "params",
    [
        {"target": "好"},
        {"target": "差", "baseline": "mask"},
        {"target": "好", "contrast": "差"},
        {"target": "干净"},
        {"target": "干净", "contrast": "舒服"},
        {},
    ],
    ids=["a word", "another baseline", "against another", "two tokens", "two of two", "likeliest"],
)
def test_scores_at_a_gap_sum_to_the_difference(params):
    found = explained(**params)
    assert found.complete and found.converged and found.delta is not None
    for pieces in (found.tokens, found.words):
        total = sum(piece.score for piece in pieces)
        assert total == pytest.approx(found.difference, abs=found.error + 1e-6)
    assert found.error <= 0.01 * abs(found.difference)
    assert found.difference == pytest.approx(found.value - found.baseline_value, abs=1e-9)
    assert any(piece.score for piece in found.tokens)


@pytest.mark.parametrize("word", ["好", "干净"])
def test_f_is_the_log_probability_of_the_word_with_its_gaps_open(word):
    found = explained(target=word)
    assert found.target == word
    assert found.value == pytest.approx(log_p(word), abs=1e-4)
    assert found.probability == pytest.approx(2.718281828 ** log_p(word), rel=1e-3)


def test_with_a_contrast_f_is_the_log_odds_of_the_two_words():
    found = explained(target="好", contrast="差")
    assert found.value == pytest.approx(log_p("好") - log_p("差"), abs=1e-4)
    turned = explained(target="差", contrast="好")
    assert turned.difference == pytest.approx(-found.difference, rel=1e-4)


def test_without_a_word_the_likeliest_is_explained():
    found = explained()
    best = max(zip(found.probabilities[:-1], found.labels[:-1], strict=True))[1]
    assert found.target == best
    assert sum(found.probabilities) == pytest.approx(1)


def test_the_gap_itself_is_the_text_s_own_and_gets_no_score():
    found = explained(target="好")
    inside = [piece for piece in found.tokens if 3 <= piece.start and piece.end <= 9]
    assert all(piece.score == 0 for piece in inside)


def test_words_of_different_length_are_not_compared():
    with pytest.raises(UnknownTarget, match="'好' has 1 and '干净' has 2 tokens"):
        explained(target="好", contrast="干净")
