"""Flooding on scikit-learn's digits with 20 % of the labels wrong, beside no flooding."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from benchmarks.report import Section
from benchmarks.setting import Setting

ROWS, WRONG = 600, 0.2


def measure(setting: Setting) -> Section:
    """The ways of `limner.flood_tune`, over seeds, tested on clean digits."""
    from limner.in_place.flooding import flood_tune

    torch.set_num_threads(setting.threads)
    train, clean, wrong = digits()
    seeds, epochs = setting.few(5, 2), setting.few(100, 3)
    found = flood_tune(
        make,
        train,
        clean,
        constants=(0.1, 0.3, 0.5),
        gamma=0.3,
        seeds=seeds,
        epochs=epochs,
        suspects=round(ROWS * WRONG),
    )
    hit = sum(one.row in wrong for one in found.suspects)
    section = Section("flooding: digits with 20 % label noise")
    section.say(
        f"{ROWS} digits of scikit-learn, {len(wrong)} of them with a wrong label; an MLP of 256, "
        f"SGD 0.1/0.9, {epochs} epochs, batches of 64, {seeds} seeds; tested on {len(clean[0])} "
        "clean digits. Gain is the baseline's loss minus this one's, seed by seed, with its 95 % "
        "interval shared among the ways; `each row` is one level of every row's loss. The test "
        "digits also decide the advice."
    )
    section.table(
        ("", "accuracy %", "loss", "gain", "from", "to"),
        [
            (
                arm.name,
                100 * sum(arm.accuracy) / seeds,
                sum(arm.loss) / seeds,
                *((None, None, None) if arm.kind == "none" else (arm.gain, arm.low, arm.high)),
            )
            for arm in found.arms
        ],
    )
    section.say(
        f"Advice: {found.advice}. Of the {len(found.suspects)} rows listed as suspect, {hit} have "
        f"a wrong label. {found.fits} fits took {found.seconds:.0f} s."
    )
    return section


def make() -> tuple[nn.Module, torch.optim.Optimizer]:
    model = nn.Sequential(nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 10))
    return model, torch.optim.SGD(model.parameters(), 0.1, momentum=0.9)


def digits() -> tuple[Any, Any, set[int]]:
    """Training rows with wrong labels, clean rows, and which labels are wrong."""
    from sklearn.datasets import load_digits

    raw = load_digits()
    x, y = torch.tensor(raw.data / 16, dtype=torch.float32), torch.tensor(raw.target).long()
    made = torch.Generator().manual_seed(0)
    order = torch.randperm(len(x), generator=made)
    train, rest = order[:ROWS], order[ROWS:]
    labels = y[train].clone()
    wrong = torch.randperm(ROWS, generator=made)[: round(ROWS * WRONG)]
    labels[wrong] = (labels[wrong] + torch.randint(1, 10, (len(wrong),), generator=made)) % 10
    return (x[train], labels), (x[rest], y[rest]), set(wrong.tolist())
