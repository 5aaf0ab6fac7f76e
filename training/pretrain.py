"""Pretrain the masked language models, one stage from another's weights (`build.py` has them).

A BERT of 3 layers x 256, made for two ordinary cores: whole-word masking, the prediction head on
the gaps only, batches of about 2,000 tokens, no dropout, fp32.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional
from transformers import BertConfig, BertForMaskedLM, PreTrainedTokenizerFast

from training import corpus, initial
from training.threads import Threads


@dataclass(frozen=True)
class Stage:
    """One pretraining run."""

    name: str
    steps: int
    rate: float
    reviews: int  # epochs of the reviews for one of the general text; 0: no reviews at all
    seed: int
    warmup: int = 150
    tokens: int = 2048
    weight_decay: float = 0.02
    start: str | None = None


def new_model(vocabulary: int) -> BertForMaskedLM:
    """An untrained model with tied embeddings and 512 positions."""
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=256,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=768,
        max_position_embeddings=512,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=0,
    )
    return BertForMaskedLM(config)


def batches(
    stage: Stage,
    general: list[corpus.Encoded],
    reviews: list[corpus.Encoded],
    masker: corpus.Masker,
) -> Iterator[corpus.Batch]:
    """Endless masked batches: general text in stage A, reviews with some of it in stage B."""
    epoch = 0
    while True:
        rng = np.random.default_rng((stage.seed, epoch))
        pieces = corpus.general_pieces([general[i] for i in rng.permutation(len(general))], rng)
        if stage.reviews:
            share = len(pieces) // stage.reviews
            pieces = [pieces[i] for i in rng.permutation(len(pieces))[:share]]
        views = [masker.plain(piece, rng) for piece in pieces]
        views += [masker.review(row, rng) for row in reviews]
        for group in corpus.grouped([len(v.ids) for v, _ in views], stage.tokens, rng):
            yield masker.batch([views[i] for i in group], rng)
        epoch += 1


def gap_logits(model: BertForMaskedLM, batch: corpus.Batch) -> torch.Tensor:
    """Logits [gaps, vocabulary] at the masked positions only."""
    mask = (batch.inputs != 0).long()
    states = model.bert(
        batch.inputs,
        attention_mask=None if bool(mask.all()) else mask,
        position_ids=batch.positions[None],
    ).last_hidden_state
    return model.cls(states.reshape(-1, states.shape[-1])[batch.gaps])


def train(
    stage: Stage,
    tokenizer: PreTrainedTokenizerFast,
    general: list[corpus.Encoded],
    reviews: list[corpus.Encoded],
    work: Path,
) -> Path:
    """Run or resume one stage; returns the folder of its weights."""
    torch.manual_seed(stage.seed)
    folder = work / stage.name
    state_file = folder / "state.pt"
    folder.mkdir(parents=True, exist_ok=True)
    model = new_model(len(tokenizer))
    if stage.start:
        model = BertForMaskedLM.from_pretrained(work / stage.start)
    else:
        initial.initialise(model, general)
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": decayed}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(
        groups, lr=stage.rate, betas=(0.9, 0.98), weight_decay=stage.weight_decay, fused=True
    )
    done = 0
    if state_file.exists():
        state = torch.load(state_file, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        done = state["step"]
    log = (folder / "log.jsonl").open("a")
    losses: list[float] = []
    began = time.monotonic()
    model.train()
    threads = Threads(torch.get_num_threads())
    masker = corpus.Masker(tokenizer)
    for step, batch in enumerate(batches(stage, general, reviews, masker)):
        if step < done:
            continue
        if step >= stage.steps:
            break
        factor = min(1.0, (step + 1) / stage.warmup) * max(0.01, 1 - step / stage.steps)
        for group in optimizer.param_groups:
            group["lr"] = stage.rate * factor
        loss = functional.cross_entropy(gap_logits(model, batch), batch.answers)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
        if step % 20 == 0:
            threads.adapt()
        if (step + 1) % 100 == 0:
            row = {"step": step + 1, "loss": float(np.mean(losses[-100:]))}
            row["seconds"] = round(time.monotonic() - began, 1)
            row["threads"] = torch.get_num_threads()
            print(stage.name, row, flush=True)
            log.write(json.dumps(row) + "\n")
            log.flush()
        if (step + 1) % 500 == 0 or step + 1 == stage.steps:
            model.save_pretrained(folder)
            state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
            torch.save(state | {"step": step + 1}, state_file)
    tokenizer.save_pretrained(folder)
    (folder / "stage.json").write_text(json.dumps(asdict(stage), indent=1) + "\n")
    return folder


def held_out(
    model: BertForMaskedLM, rows: list[corpus.Encoded], masker: corpus.Masker, seed: int = 0
) -> dict[str, float]:
    """Loss and accuracy at 15 % whole-word masks of unseen rows, all from one seed."""
    rng = np.random.default_rng(seed)
    views = [corpus.Encoded(r.ids[:126], r.starts[:126]) for r in rows if len(r.ids)]
    marked = [(view, np.full(len(view.ids), 0.15)) for view in views]
    model.eval()
    total = right = loss = 0.0
    with torch.inference_mode():
        for group in corpus.grouped([len(v.ids) for v, _ in marked], 4096, rng):
            batch = masker.batch([marked[i] for i in group], rng, shift=False)
            logits = gap_logits(model, batch)
            loss += functional.cross_entropy(logits, batch.answers, reduction="sum").item()
            right += (logits.argmax(-1) == batch.answers).sum().item()
            total += len(batch.answers)
    return {"loss": loss / total, "accuracy": right / total, "gaps": total}
