"""From counts to terms: closed forms on small texts."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from limner.methods.terms.chain import Reach, walk
from limner.methods.terms.contrast import contrast, log_odds, smoothed_ratio
from limner.methods.terms.counting import Grams, at_least, count
from limner.methods.terms.discovery import Statistics
from limner.methods.terms.mine import mine
from limner.methods.terms.occurrences import Candidates, entropies, occurrences
from limner.methods.terms.results import Chunk, Params, Piece
from limner.methods.terms.rules import read_rules
from limner.methods.terms.scoring import rarity, units
from limner.methods.terms.tokens import grams, key_of, tokenize
from limner.protocol import BadInput

VERBS = "看写读改删存打移"
TEXT = "\n".join(
    f"{a}操作系统{b}。{b}配置文件{a}。the {a} operating system {b}。" for a in VERBS for b in VERBS
)


class Text:
    """A corpus of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.chars = len(text)
        self.tokens = len(tokenize(text))

    def chunks(self):
        yield Chunk(self.text, [Piece(0, "one.txt", 1)])

    def frequent(self, least: int) -> Grams:
        return tuple(at_least(one, least) for one in count(self.text))


class Other:
    """A background in which everything occurs as often as it is told."""

    name = "other"

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = {key_of(term): n for term, n in counts.items()}

    def of(self, candidates, ids, han):
        found = [self.counts.get(int(key), 0) for key in candidates.keys]
        return np.array(found), np.full(len(found), 10_000)


def mined(text: str, background=None, **params):
    return mine(Text(text), Params(**params), read_rules(), background).terms


def test_terms_of_a_small_text_are_its_repeated_units():
    terms = {term.term for term in mined(TEXT)}
    assert {"操作系统", "配置文件", "operating system"} <= terms
    assert not {"作系统", "配置文", "the"} & terms


def test_a_term_explains_itself():
    (term,) = (t for t in mined(TEXT) if t.term == "操作系统")
    assert term.count == len(VERBS) ** 2
    assert term.language == "zh"
    # eight neighbours, each as often: log 8 nats on either side
    assert term.left_entropy == pytest.approx(math.log(8), abs=1e-4)
    assert term.right_entropy == pytest.approx(math.log(8), abs=1e-4)
    (first, *_) = term.sentences
    assert first.text[first.start : first.end] == "操作系统"
    assert (first.path, first.line) == ("one.txt", 1)
    assert len(term.sentences) == 3


def test_pmi_is_that_of_the_weakest_split():
    text = "甲乙丙。" * 6 + "乙丙丁。" * 3 + "甲戊。" * 3
    counts = Counter("".join(text.split("。")))
    total = sum(counts.values())
    splits = [6 * total / (counts["甲"] * 9), 6 * total / (6 * counts["丙"])]
    statistics = Statistics.of(count(text), total)
    logs = statistics.everywhere(tokenize(text))
    assert statistics.pmi(logs, 3)[0] == pytest.approx(math.log(min(splits)), abs=1e-5)


def test_a_break_is_a_neighbour_of_its_own_kind():
    text = "甲乙。丙甲乙，丁甲乙丁"
    tokens = tokenize(text)
    frequent = count(text)
    candidates = Candidates.of([frequent[0], frequent[1]], frequent[3])
    seen = occurrences(candidates, tokens)
    row = int(candidates.table.rows(np.array([key_of("甲乙")], np.uint64))[0])
    assert seen.counts[row] == 3
    assert entropies(seen.right, len(candidates))[row] == pytest.approx(math.log(3))


def test_what_always_stands_inside_a_longer_term_is_no_term():
    assert "系统" not in {term.term for term in mined(TEXT)}


def test_contrast_leaves_out_what_the_background_says_as_often():
    often = Other({"配置文件": 640, "配置": 640, "文件": 640})
    terms = {term.term: term for term in mined(TEXT, often)}
    assert "配置文件" not in terms
    assert terms["操作系统"].background == 0
    assert terms["操作系统"].ratio > 1 and terms["操作系统"].z > 1.28


def test_equal_shares_have_no_contrast():
    here, there = np.array([10, 40]), np.array([20, 80])
    delta, z = log_odds(here, 1000, there, 2000, 1000.0)
    assert delta == pytest.approx([0, 0], abs=1e-6)
    assert z == pytest.approx([0, 0], abs=1e-6)
    # m = 25 and m' = 50 keep the proportions
    assert smoothed_ratio(here, 1000, there, 2000) == pytest.approx([1, 1])


def test_contrast_follows_the_published_formulas():
    w, W, b, B, prior = 30, 1000, 10, 3000, 2000.0
    a = prior * (w + b) / (W + B) + 1e-6
    delta = math.log((w + a) / (W + prior - w - a)) - math.log((b + a) / (B + prior - b - a))
    found = contrast(np.array([w]), W, np.array([b]), B)
    assert found.z[0] == pytest.approx(delta / math.sqrt(1 / (w + a) + 1 / (b + a)))
    assert found.ratio[0] == pytest.approx(((w + w) / (W + w)) / ((b + b) / (B + b)))


def test_what_the_background_lacks_is_as_far_up_in_either_script():
    # of 10,000 tokens a tenth is the weak prior itself, of a million a hundred times that
    for tokens in (5_000, 500_000):
        han, word = (contrast(np.array([20]), tokens, np.array([0]), tokens, is_han)
                     for is_han in (True, False))  # fmt: skip
        assert han.level[0] == pytest.approx(han.delta[0])
        assert word.level[0] == pytest.approx(han.level[0], abs=0.15)
    assert word.delta[0] < han.delta[0]


def test_rarity_is_how_many_nats_rarer_than_a_token_of_the_text():
    text = "甲。" * 6 + "乙。" * 2
    tokens = tokenize("乙")
    ids = np.zeros((1, 8), np.uint64)
    ids[0, 0] = tokens.ids[0]
    found = rarity(ids, np.array([1]), Statistics.of(count(text), 8))
    mean = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))
    assert found[0] == pytest.approx(-math.log(0.25) - mean, abs=1e-5)


def test_a_unit_is_free_often_whole_and_short():
    free, whole, lengths = np.array([2.0, 2.0]), np.array([9, 9]), np.array([2, 4])
    assert units(free, whole, lengths) == pytest.approx(
        [2 + 0.7 * math.log(10), 0.7 * math.log(10)]
    )


def test_rules_are_data_and_a_mistake_in_them_is_named(tmp_path):
    own = tmp_path / "rules.toml"
    own.write_text('[zh]\nnever = ["操作系统"]\n', "utf-8")
    rules = read_rules(own)
    assert key_of("操作系统") in rules.never.tolist()
    assert key_of("的") in rules.first.tolist()
    own.write_text('[zh]\nfrist = "的"\n', "utf-8")
    with pytest.raises(BadInput, match="frist"):
        read_rules(own)


def test_an_empty_corpus_has_no_terms():
    assert mined("") == mined("，。12 34") == ()


def test_a_chain_asks_for_more_likeness_the_longer_it_gets():
    near = {"甲": [("乙", 0.9), ("丙", 0.61)], "乙": [("丁", 0.65), ("戊", 0.99)]}
    reach = Reach(min=0.6, max=1.0, alpha=0.25)
    assert reach.threshold(0) == pytest.approx(0.6)
    assert reach.threshold(1) == pytest.approx(0.6 + 0.4 * (1 - math.exp(-0.25)))
    reached = walk(["甲"], lambda word: sorted(near.get(word, []), key=lambda n: -n[1]), reach)
    assert [*reached] == ["甲", "乙", "丙", "戊"]
    assert [(link.term, link.similarity) for link in reached["戊"]] == [("甲", 0.9), ("乙", 0.99)]


def test_spans_have_the_numbers_of_their_n_grams():
    tokens = tokenize("一二三四五六")
    candidates = Candidates.of([count("一二")[0], count("二三")[1]], count("一二三四")[3])
    rows, places = candidates.within(tokens)
    found = {(int(candidates.lengths[r]), int(p)) for r, p in zip(rows, places, strict=True)}
    assert found == {(1, 0), (1, 1), (2, 1)}
    assert int(grams(tokens.ids, 2)[1]) in candidates.keys.tolist()
