"""The parity mode against nlp-zero's published algorithm, written out character by character."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.methods.terms.nlp_zero import find_words

ALNUM = re.compile(r"[a-zA-Z\d.]+")


def log(count: float) -> float:
    return math.log(count) if count else -100.0


class Lexicon:
    """Words, their counts, and log totals that only putting brings up to date."""

    def __init__(self, words):
        self.counts = {}
        self.total = 0
        self.log_total = log(0)
        for word, count in words.items():
            self.put(word, count)

    def put(self, word, count):
        self.total += count - self.counts.get(word, 0)
        self.counts[word] = count
        self.log_total = log(self.total)

    def remove(self, word):
        self.total -= self.counts.pop(word)

    def p(self, word):
        return log(self.counts.get(word, 0)) - self.log_total

    def tokenize(self, text):
        best = {0: ([], 1)}
        for start in range(len(text)):
            for end in range(start + 1, len(text) + 1):
                if text[start:end] in self.counts:
                    score = best[start][1] + self.p(text[start:end])
                    if end not in best or score > best[end][1]:
                        best[end] = ([*best[start][0], text[start:end]], score)
            if start + 1 not in best:
                best[start + 1] = ([*best[start][0], text[start]], best[start][1] - 100)
        result, combine = [], False
        for word in best[len(text)][0]:
            if not word[-1].isascii():
                combine = False
            elif not combine:
                combine = True
            elif ALNUM.fullmatch(word):
                result[-1] += word
                continue
            else:
                combine = False
            result.append(word)
        return result


def published(texts, min_proba, min_pmi):
    chars, pairs, words = defaultdict(int), defaultdict(int), defaultdict(int)
    runs = [s for text in texts for s in re.split("[^\u4e00-\u9fa50-9a-zA-Z]+", text) if s]
    for run in runs:
        for i, c in enumerate(run):
            chars[c] += 1
            if i < len(run) - 1:
                pairs[run[i : i + 2]] += 1
    all_chars, all_pairs = log(sum(chars.values())), log(sum(pairs.values()))
    strong = {
        pair
        for pair, count in pairs.items()
        if log(count) - all_pairs > log(min_proba)
        and log(count) - all_pairs - sum(log(chars[c]) - all_chars for c in pair) > min_pmi
    }
    for run in runs:
        word = run[0]
        for a, b in pairwise(run):
            if a + b in strong:
                word += b
            else:
                words[word] += 1
                word = b
        words[word] += 1
    total = log(sum(words.values()))
    words = {w: n for w, n in words.items() if log(n) - total > log(min_proba)}
    lexicon = Lexicon(words)
    for word in sorted(words, key=lambda w: -len(w)):
        if len(word) == 1:
            continue
        count, gain = lexicon.counts[word], lexicon.p(word)
        lexicon.remove(word)
        parts = lexicon.tokenize(word)
        for part in parts:
            gain -= lexicon.p(part)
        if gain < len(word) - 1:
            for part in parts:
                lexicon.put(part, lexicon.counts.get(part, 0) + count)
                words[part] = words.get(part, 0) + count
            del words[word]
        else:
            lexicon.put(word, count)
    return words


TEXTS = [
    "操作系统的内核，操作系统的调度器和操作系统。",
    "内核调度器 linux内核3调度 linux 内核, GNU操作系统abc",
    "我们的系统是我们的，他们的系统是他们的。" * 3,
]


@pytest.mark.parametrize(("min_proba", "min_pmi"), [(1e-6, 0.5), (1e-2, 0.5), (1e-6, 1), (0.02, 2)])
def test_words_and_counts_are_those_of_the_published_algorithm(min_proba, min_pmi):
    assert find_words(TEXTS, min_proba, min_pmi) == published(TEXTS, min_proba, min_pmi)


@given(st.lists(st.text(alphabet="甲乙丙丁a1，", max_size=30), max_size=5))
@settings(max_examples=80, deadline=None)
def test_so_they_are_on_any_text(texts):
    assert find_words(texts, 1e-6, 0.3) == published(texts, 1e-6, 0.3)
