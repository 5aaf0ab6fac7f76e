"""What labels are worth, by hand: accuracy, F1, calibration, temperature, intervals, ranking."""

from __future__ import annotations

import numpy as np
import pytest

from limner.methods.cloze.quality import quality, temperature, wilson
from limner.methods.cloze.ranking import agreement_with_others, mutual_information, rank


def test_figures_of_four_texts_by_hand():
    p = np.array([[0.9, 0.1], [0.8, 0.2], [0.35, 0.65], [0.55, 0.45]])
    found = quality(p, [0, 1, 1, 0])
    assert (found.count, found.accuracy) == (4, 0.75)
    assert found.ece == pytest.approx((0.1 + 0.8 + 0.35 + 0.45) / 4)
    assert found.log_loss == pytest.approx(-np.log([0.9, 0.2, 0.65, 0.55]).mean())
    assert found.macro_f1 == pytest.approx((4 / 5 + 2 / 3) / 2)


def test_a_bin_is_as_far_off_as_its_mean_confidence_is_from_its_share_of_right_ones():
    p = np.array([[0.72, 0.28], [0.78, 0.22], [0.0, 1.0]])
    found = quality(p, [0, 1, 1])
    first, last = found.reliability
    assert (first.low, first.high, first.count) == (0.7, 0.8, 2)
    assert (first.confidence, first.accuracy) == (pytest.approx(0.75), 0.5)
    assert (last.low, last.high, last.count) == (0.9, 1.0, 1)  # a confidence of 1 has a place
    assert found.ece == pytest.approx(2 / 3 * 0.25)


def test_who_says_what_is_so_has_no_calibration_error():
    p = np.tile([[0.75, 0.25]], (8, 1))
    assert quality(p, [0, 0, 0, 1] * 2).ece == pytest.approx(0)
    with pytest.raises(ValueError, match="one text"):
        quality(np.zeros((0, 2)), [])


def test_f1_leaves_out_labels_that_nobody_said_or_had():
    p = np.eye(3)[[0, 0, 1]]
    assert quality(p, [0, 0, 1]).macro_f1 == 1
    assert quality(p, [0, 0, 0]).macro_f1 == pytest.approx((0.8 + 0) / 2)


@pytest.mark.parametrize("scale", [0.2, 1.0, 3.0, 10.0])
def test_the_temperature_undoes_a_scale_of_the_scores(scale):
    s = scale * np.log(np.tile([[0.7, 0.3]], (10, 1)))
    assert temperature(s, [0] * 7 + [1] * 3) == pytest.approx(scale, rel=1e-3)


def test_the_temperature_stays_within_its_bounds():
    s = np.log(np.tile([[0.7, 0.3]], (10, 1)))
    assert temperature(s, [0] * 10) == pytest.approx(1 / 20, rel=0.01)
    assert temperature(s, [1] * 10) == pytest.approx(20, rel=0.01)


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    # R: prop.test(hits, count, correct = FALSE), with z = 1.96
    [(5, 10, 0.2366, 0.7634), (8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1)],
)
def test_wilson_s_interval(hits, count, low, high):
    assert wilson(hits / count, count) == pytest.approx((low, high), abs=5e-5)


def test_information_is_nothing_for_one_answer_and_a_bit_for_two_sure_ones():
    sure, half, same = [1.0, 0.0], [0.5, 0.5], [0.8, 0.2]
    p = np.array([[sure, half, same], [sure[::-1], half, same]])  # (T, P, L)
    assert mutual_information(p) == pytest.approx([np.log(2), 0, 0], abs=1e-9)


def test_agreement_is_with_what_the_others_say_together():
    s = np.array(
        [
            [[2.0, 0.0], [1.0, 0.0], [0.0, 2.5]],
            [[0.0, 2.0], [0.0, 1.0], [0.0, 1.0]],
        ]
    )
    # first text: others of the 1st say 1−2.5 → second label; of the 2nd 2−2.5; of the 3rd 3−0
    assert agreement_with_others(s, np.zeros((3, 2))).tolist() == [0.5, 0.5, 0.5]
    moved = np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 2.5]])  # without its bias the third is quiet
    assert agreement_with_others(s, moved).tolist() == [0.5, 1.0, 0.5]
    assert agreement_with_others(s[:, :1], np.zeros((1, 2))).tolist() == [1.0]


def test_patterns_are_ranked_by_agreement_until_twenty_texts_are_labelled():
    gold = [0, 1] * 10
    right = np.array([[1.0, 0.0] if y == 0 else [0.0, 1.0] for y in gold])
    wrong = right[:, ::-1]
    s = np.stack([2 * wrong, 3 * right, 4 * wrong], 1)  # two that agree, and one that is right
    b = np.zeros((3, 2))
    names = ("weak", "right", "wrong")
    unlabelled = rank(names, s, b)
    # others outvote the right one, and with it the wrong one, which is surer
    assert [one.agreement for one in unlabelled] == [1, 0, 0]
    assert [one.pattern for one in unlabelled] == ["weak", "wrong", "right"]
    assert unlabelled[-1].quality is None
    nineteen = rank(names, s, b, [*gold[:19], None])
    assert nineteen[-1].pattern == "right"
    assert nineteen[-1].quality is not None and nineteen[-1].quality.accuracy == 1
    assert [one.pattern for one in rank(names, s, b, gold)] == ["right", "weak", "wrong"]
