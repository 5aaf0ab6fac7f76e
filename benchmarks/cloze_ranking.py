"""Ranking patterns without labels, and a task of four classes."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.cloze_jobs import Texts, engine_of, quality_of, run
from benchmarks.cloze_runs import LABELS, PATTERNS
from benchmarks.report import Section
from benchmarks.setting import Setting

MORE = (
    "{mask}喜欢。{text}",
    "{mask}推荐。{text}",
    "{mask}开心。{text}",
    "{mask}值得。{text}",
    "{mask}错。{text}",
    "{mask}舒服。{text}",
    "{mask}方便。{text}",
    "{mask}完美。{text}",
    "我{mask}满意。{text}",
    "总之，{mask}满意。{text}",
    "我觉得{mask}好。{text}",
    "怎么样？{mask}好。{text}",
    "{text}{mask}好。",
    "{text}总之，{mask}满意。",
    "{text}我{mask}喜欢。",
    "{text}感觉{mask}理想。",
    "{text}，{mask}推荐。",
    "今天{mask}下雨。{text}",
    "{mask}是。{text}",
    "{mask}，{text}",
)
"""Beside the article's five: good ones, bad ones, and some that have nothing to do with it."""


def ranking(section: Section, data: Mapping[str, Texts], setting: Setting) -> None:
    """How well patterns are ordered without labels, and with few."""
    from scipy.stats import spearmanr

    from limner.methods.cloze.probabilities import softmax
    from limner.methods.cloze.ranking import agreement_with_others, mutual_information

    patterns = (*PATTERNS.values(), *MORE)
    texts = data["valid"][: setting.few(600, 40)]
    engine = engine_of(setting)
    rows: list[Sequence[object]] = []
    for model in ("mini-mlm", "mini-mlm-noreviews"):
        result = run(engine, model, [text for text, _ in texts], patterns, {})
        s, b = np.array(result.scores), np.array(result.bias)
        p = softmax(s - b)
        y = np.array([list(LABELS).index(label) for _, label in texts])
        accuracy = (p.argmax(-1) == y[:, None]).mean(0)
        order = random.Random(0).sample(range(len(texts)), min(20, len(texts)))
        few = (p[order].argmax(-1) == y[order, None]).mean(0)
        signals = {
            "mutual information": mutual_information(p),
            "agreement with the others": agreement_with_others(s, b),
            "mean confidence": p.max(-1).mean(0),
            "accuracy on 20 labels": few,
        }
        rows += [
            (f"{model}: {name}", float(spearmanr(values, accuracy).statistic))
            for name, values in signals.items()
        ]
        best = int(np.argmax(accuracy))
        rows.append((f"{model}: best pattern {patterns[best]}", f"{100 * accuracy[best]:.1f} %"))
    section.say(
        f"**Ranking {len(patterns)} patterns** on {len(texts)} valid reviews, Spearman's ρ with "
        "their accuracy there (wish .7):"
    )
    section.table(("", "ρ"), rows)


TOPICS = {
    "peoples-daily": "新闻",
    "gimp-help-zh-cn": "图像",
    "manpages-zh": "命令",
    "libreoffice-help-zh-cn": "表格",
}
"""Where a sentence comes from, and the word that stands for it."""


def topics(section: Section, setting: Setting) -> None:
    """Four classes, label words of two tokens."""
    from training.control import STRENGTH
    from training.sources import fetch, general_lines

    fetch()
    made = random.Random(1)
    texts: Texts = []
    for source, word in TOPICS.items():
        lines = [line[:80] for line in general_lines(source) if len(line) >= 20]
        texts += [(line, word) for line in made.sample(lines, setting.few(250, 30))]
    made.shuffle(texts)
    train, test = texts[: len(texts) // 5], texts[len(texts) // 5 :]
    labels = {word: (word,) for word in TOPICS.values()}
    patterns = ("这是{mask}。{text}", "{mask}：{text}", "{text}（{mask}）")
    engine = engine_of(setting)
    rows: list[Sequence[object]] = []
    for decoding in ("joint", "confident"):
        params = {"labels": labels, "decoding": decoding}
        result = run(engine, "mini-mlm", [text for text, _ in test], patterns, params)
        rows.append((f"zero-shot, {decoding}", 100 * quality_of(result, test).accuracy))
    rows.append(("TF-IDF + logistic regression", 100 * _linear(train, test, STRENGTH)))
    section.say(
        f"**Four classes**: where a sentence comes from ({', '.join(TOPICS.values())}), "
        f"{len(test)} sentences, {len(train)} labelled ones for the linear model; mini-mlm, three "
        "patterns, label words of two tokens. The model has read these texts without their source."
    )
    section.table(("", "accuracy %"), rows)


def _linear(train: Texts, test: Texts, strength: float) -> float:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    x = vectorizer.fit_transform([text for text, _ in train])
    model = LogisticRegression(C=strength, max_iter=500).fit(x, [label for _, label in train])
    predicted = model.predict(vectorizer.transform([text for text, _ in test]))
    return float(np.mean(predicted == np.array([label for _, label in test])))
