"""Flooding inside transformers' Trainer: off is off, and a level holds the loss up."""

from __future__ import annotations

import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

from limner.in_place.flooding import flood, trainer_hooks

pytestmark = pytest.mark.usefixtures("one_thread")


def trained(folder, level, *, watched=True):
    """A small BERT that learns 64 rows of noise by heart: its weights, last loss, and the run."""
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=100,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
    )
    model = BertForSequenceClassification(config)
    made = torch.Generator().manual_seed(1)
    rows = [
        {"input_ids": torch.randint(100, (12,), generator=made), "labels": row % 2}
        for row in range(64)
    ]
    arguments = TrainingArguments(
        str(folder),
        num_train_epochs=12,
        per_device_train_batch_size=16,
        learning_rate=5e-3,
        eval_strategy="epoch",
        save_strategy="no",
        logging_strategy="no",
        report_to=[],
        disable_tqdm=True,
        use_cpu=True,
    )
    with flood(None, level) as watch:
        loss_of, callback = trainer_hooks(watch)
        trainer = Trainer(
            model,
            arguments,
            train_dataset=rows,
            eval_dataset=rows,
            compute_loss_func=loss_of if watched else None,
            callbacks=[callback] if watched else None,
        )
        trainer.train()
    return model.state_dict(), trainer.evaluate()["eval_loss"], watch.run()


def test_without_a_level_training_is_as_without_us(tmp_path):
    plain, low, _ = trained(tmp_path, None, watched=False)
    ours, _, run = trained(tmp_path, None)
    assert low < 0.15  # what a level is to keep it from
    assert all(torch.equal(plain[name], ours[name]) for name in plain)
    assert sum(step.validation is not None for step in run.steps) == 12 + 1


def test_a_level_holds_the_loss_up(tmp_path):
    _, high, run = trained(tmp_path, 0.3)
    assert high == pytest.approx(0.3, abs=0.15)
    assert run.below > 0
