"""Training of cloze works on a copy: the model, gradients and random numbers stay as they were."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch

from limner.methods import METHODS
from limner.methods._contract import run
from limner.models.heads import facts
from limner.protocol import ModelRefused, TaskRefused, TextsInput
from methods.test_masked_models import model

pytestmark = pytest.mark.usefixtures("one_thread")

METHOD = METHODS["cloze_train"]
TEXTS = (
    "很好",
    "房间很差",
    "早餐不错",
    "不推荐",
    "kind service",
    "slow service",
    "很好 kind",
    "at all",
)
INPUT = TextsInput(texts=TEXTS, labels=("a", "b", "a", "b", "a", "b", None, None))

EASY = TextsInput(
    texts=tuple(f"{word} {i % 3 * '很'}" for i in range(6) for word in ("好", "slow")),
    labels=("a", "b") * 6,
)
"""One word decides."""
HARD = {"learning_rate": 1e-2, "epochs": 30, "patience": 30, "unlabelled": False, "mu": 0.0}


def params(**more):
    task = {
        "patterns": ("{mask} 好。{text}", "{text} {mask}"),
        "labels": {"a": ("好",), "b": ("差",)},
    }
    return METHOD.Params(**{**task, "epochs": 2, "unlabelled": True, **more})


def untouched(masked):
    """What must be the same afterwards, bit for bit, as plain values."""
    module = masked.module
    return {
        "weights": {k: v.clone() for k, v in module.state_dict().items()},
        "grads": [p.grad if p.grad is None else p.grad.clone() for p in module.parameters()],
        "wanted": [p.requires_grad for p in module.parameters()],
        "modes": [one.training for one in module.modules()],
        "hooks": [len(one._forward_hooks) + len(one._backward_hooks) for one in module.modules()],
        "torch": torch.get_rng_state(),
        "numpy": np.random.get_state()[1].tolist(),
        "python": random.getstate(),
    }


def check_same(before, after):
    assert all(torch.equal(before["weights"][k], v) for k, v in after["weights"].items())
    for one, other in zip(before["grads"], after["grads"], strict=True):
        assert (one is None) == (other is None) and (one is None or torch.equal(one, other))
    assert torch.equal(before["torch"], after["torch"])
    for name in ("wanted", "modes", "hooks", "numpy", "python"):
        assert before[name] == after[name], name


@pytest.fixture
def masked():
    """In training mode, a part frozen, with a gradient that is somebody's."""
    found = model("bert")
    found.module.train()
    first, *_, last = found.module.parameters()
    first.requires_grad_(False)
    last.grad = torch.ones_like(last)
    torch.manual_seed(5), np.random.seed(5), random.seed(5)
    return found


@pytest.mark.parametrize("scheme", ["one", "pet"])
def test_training_leaves_everything_as_it_was(masked, scheme):
    before = untouched(masked)
    found = run(METHOD, masked, INPUT, params(scheme=scheme, learning_rate=1e-3))
    assert found.epochs and found.trained_on == 4 and found.held_out == 2
    check_same(before, untouched(masked))


def test_a_training_that_is_stopped_leaves_everything_as_it_was(masked):
    before, steps = untouched(masked), []

    def stop(done, total):
        steps.append((done, total))
        if len(steps) == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(METHOD, masked, INPUT, params(), told=stop)
    check_same(before, untouched(masked))


def test_the_same_seed_learns_the_same_and_another_something_else(masked):
    once = run(METHOD, masked, INPUT, params(learning_rate=1e-3))
    torch.manual_seed(77)  # somebody else's numbers are not used
    again = run(METHOD, masked, INPUT, params(learning_rate=1e-3))
    losses = [one.train_loss for one in once.epochs]
    assert losses == [one.train_loss for one in again.epochs]
    other = run(METHOD, masked, INPUT, params(learning_rate=1e-3, seed=1))
    assert losses != [one.train_loss for one in other.epochs]


def test_what_one_word_decides_is_learned(masked):
    found = run(METHOD, masked, EASY, params(**HARD))
    losses = [one.train_loss for one in found.epochs]
    assert losses[-1] < 0.1 * losses[0]
    assert found.after.accuracy == 1 and found.kept


def test_texts_without_a_label_in_which_no_word_is_hidden_teach_nothing(masked):
    options = {"learning_rate": 1e-3, "unlabelled": True, "mu": 0.0}
    with_them = run(METHOD, masked, INPUT, params(**options))
    assert np.isfinite([one.train_loss for one in with_them.epochs]).all()


def test_what_is_saved_is_never_written_over(masked, tmp_path):
    path = tmp_path / "001.safetensors"
    options = {**HARD, "save": str(path)}
    found = run(METHOD, masked, EASY, params(**options))
    assert found.saved == str(path) and found.kept
    assert facts(path)["patterns"] == list(params().patterns)
    kept = path.read_bytes()
    with pytest.raises(ModelRefused, match="never written over"):
        run(METHOD, masked, EASY, params(**options))
    assert path.read_bytes() == kept and [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_label_with_one_text_cannot_be_learned(masked):
    few = TextsInput(texts=TEXTS[:3], labels=("a", "b", "a"))
    with pytest.raises(TaskRefused, match="label two or more of each"):
        run(METHOD, masked, few, params())
