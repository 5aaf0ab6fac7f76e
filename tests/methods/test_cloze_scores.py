"""Scores, priors and their removal, from probabilities that are written down here."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch

from limner.methods._contract import Rows
from limner.methods.cloze.calibration import FEW, WITHOUT_CONTENT, bias
from limner.methods.cloze.filling import fill_in, pattern
from limner.methods.cloze.probabilities import by_pattern, ensemble
from limner.methods.cloze.scoring import scores, verbalizers
from limner.models import load_model

PATTERN = pattern("{mask}好。{text}")


@cache
def mini():
    """For its tokens; what is likely is said by the tests."""
    return load_model("mini-mlm")


def driven(work, answer):
    """The result of a plan whose rows are answered one by one."""
    values = None
    while True:
        try:
            step = work.send(values)
        except StopIteration as stop:
            return stop.value
        values = [answer(row) for row in step.rows] if isinstance(step, Rows) else None


def said_of(words, texts, p):
    """Answers rows of one gap: token `words[j]` has probability p[i][j] behind the i-th text."""
    ids = [mini().tokenizer.convert_tokens_to_ids(word) for word in words]
    rows = fill_in(mini(), PATTERN, texts, 1)
    known = {row.ids: dict(zip(ids, of, strict=True)) for row, of in zip(rows, p, strict=True)}
    assert len(known) == len(texts)

    def answer(row):
        return torch.tensor([[known[row.ids][int(token)] for token in row.wanted]]).double().log()

    return answer


def calibrated(calibration, s, texts=(), p=()):
    words = verbalizers(mini(), [PATTERN], {"good": ("很",), "bad": ("不",)})
    work = bias(mini(), s, [PATTERN], words, calibration, "joint")
    return driven(work, said_of("很不", texts, p) if len(texts) else None)


def test_without_calibration_nothing_is_subtracted():
    b, used = calibrated("none", np.ones((2, 3, 4)))
    assert used == "none" and b.tolist() == np.zeros((3, 4)).tolist()


def test_pmi_subtracts_the_log_probability_of_the_words_behind_no_text():
    b, used = calibrated("pmi", np.zeros((1, 1, 2)), ("",), [(0.6, 0.2)])
    assert used == "pmi" and b == pytest.approx(np.log([[0.6, 0.2]]))


def test_contextual_subtracts_the_mean_over_texts_without_content():
    p = [(0.6, 0.2), (0.3, 0.3), (0.1, 0.4), (0.2, 0.2)]  # good's share: ¾, ½, ⅕, ½
    b, used = calibrated("contextual", np.zeros((1, 1, 2)), WITHOUT_CONTENT, p)
    assert used == "contextual" and b == pytest.approx(np.log([[0.4875, 0.5125]]))


def test_batch_subtracts_the_mean_over_the_texts_and_few_of_them_are_not_enough():
    s = np.log(np.tile([[[0.8, 0.1]], [[0.3, 0.3]]], (FEW // 2, 1, 1)))  # good's share: 8/9, ½
    b, used = calibrated("batch", s)
    share = (8 / 9 + 1 / 2) / 2
    assert used == "batch" and b == pytest.approx(np.log([[share, 1 - share]]))
    few = [(0.5, 0.5)] * len(WITHOUT_CONTENT)
    b, used = calibrated("batch", s[: FEW - 1], WITHOUT_CONTENT, few)
    assert used == "contextual" and b == pytest.approx(np.log([[0.5, 0.5]]))


def test_the_ensemble_is_the_softmax_of_the_mean_score_over_patterns():
    s = np.log([[[0.9, 0.1], [0.5, 0.5]]])
    odds = np.sqrt(9 * 1)
    assert ensemble(s, np.zeros((2, 2)))[0, 0] == pytest.approx(odds / (1 + odds))
    assert ensemble(s, np.zeros((2, 2)), 2.0)[0, 0] == pytest.approx(3**0.5 / (1 + 3**0.5))
    assert by_pattern(s, s[0])[0].tolist() == [[0.5, 0.5], [0.5, 0.5]]


def test_a_label_s_score_is_the_log_of_the_mean_probability_of_its_words():
    words = verbalizers(mini(), [PATTERN], {"good": ("很", "真"), "bad": ("不",)})
    texts, p = ("早餐", "房间"), [(0.4, 0.2, 0.1), (0.02, 0.06, 0.5)]
    answer = said_of("很真不", texts, p)
    s, cut = driven(scores(mini(), texts, [PATTERN], words, "joint"), answer)
    assert cut == () and s.shape == (2, 1, 2)
    assert s[:, 0] == pytest.approx(np.log([[0.3, 0.1], [0.04, 0.5]]))


# ── words of two tokens ───────────────────────────────────────────────────────────────────────

TOKENS = "喜欢推荐"
JOINT = np.array(
    # second: 喜    欢     推    荐     others; first from above in the same order
    [
        [0.01, 0.30, 0.01, 0.02, 0.06],
        [0.01, 0.01, 0.01, 0.02, 0.05],
        [0.01, 0.02, 0.01, 0.10, 0.06],
        [0.01, 0.01, 0.01, 0.01, 0.06],
        [0.02, 0.03, 0.02, 0.03, 0.10],
    ]
)
"""Probability of (first, second) at two gaps side by side."""


def of_two(row):
    """What a model that knows `JOINT` says: marginals of two open gaps, else the conditional."""
    ids = mini().tokenizer.convert_tokens_to_ids(list(TOKENS))
    if len(row.gaps) == 2:
        p = np.stack([JOINT.sum(1), JOINT.sum(0)])
    elif row.ids[row.gaps[0] + 1] in ids:  # the second is filled
        column = JOINT[:, ids.index(row.ids[row.gaps[0] + 1])]
        p = column[None] / column.sum()
    else:
        line = JOINT[ids.index(row.ids[row.gaps[0] - 1])]
        p = line[None] / line.sum()
    return torch.from_numpy(np.log(p[:, [ids.index(int(token)) for token in row.wanted]]))


@pytest.mark.parametrize("decoding", ["joint", "confident"])
def test_a_word_of_two_tokens_is_scored_together_or_the_surest_token_first(decoding):
    assert JOINT.sum() == pytest.approx(1)
    words = verbalizers(mini(), [PATTERN], {"like": ("喜欢",), "recommend": ("推荐",)})
    assert words[0].sizes == (2,)
    s, _ = driven(scores(mini(), ("早餐",), [PATTERN], words, decoding), of_two)
    first, second = JOINT.sum(1), JOINT.sum(0)
    expected = {
        "joint": [first[0] * second[1], first[2] * second[3]],
        # the chain rule in either order: exactly what the two tokens have together
        "confident": [JOINT[0, 1], JOINT[2, 3]],
    }[decoding]
    assert s[0, 0] == pytest.approx(np.log(expected))


def test_the_surest_token_is_filled_in_first():
    words = verbalizers(mini(), [PATTERN], {"like": ("喜欢",), "recommend": ("推荐",)})
    filled = []

    def answer(row):
        if len(row.gaps) == 1:
            before, after = row.ids[row.gaps[0] - 1], row.ids[row.gaps[0] + 1]
            filled.append(mini().tokenizer.convert_ids_to_tokens([before, after]))
        return of_two(row)

    driven(scores(mini(), ("早餐",), [PATTERN], words, "confident"), answer)
    # 喜 (.40) before 欢 (.37); 推 (.20) before 荐 (.18)
    assert [before for before, _ in filled] == ["喜", "推"]
