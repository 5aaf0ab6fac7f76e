"""Train `mini-seq2seq`, English interface strings to Chinese, and what the benchmark compares.

A T5 (relative positions, tied embeddings) small enough for two ordinary cores: batches of about
4,000 tokens of like length, label smoothing, a linear schedule, fp32.
"""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Regex, Tokenizer, decoders, pre_tokenizers, processors
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer
from torch import Tensor
from torch.nn import functional
from transformers import PreTrainedTokenizerFast, T5Config, T5ForConditionalGeneration

import limner
from training.strings import Pair
from training.threads import Threads

PIECES = 5200
SPECIALS = ("<pad>", "</s>", "<unk>")
IGNORED = -100
BEAMS = 3


@dataclass(frozen=True)
class Recipe:
    """One training run."""

    name: str
    epochs: int
    width: int = 192
    inner: int = 512
    layers: int = 3
    heads: int = 6
    dropout: float = 0.1
    rate: float = 2e-3
    warmup: int = 400
    tokens: int = 3000
    smoothing: float = 0.1
    seed: int = 1


def build_tokenizer(rows: Sequence[Pair]) -> PreTrainedTokenizerFast:
    """Single Chinese characters and English pieces, learned from the train part alone."""
    tokens = Tokenizer(BPE(unk_token="<unk>", fuse_unk=False))
    tokens.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"[\u3000-\u9fff\uff00-\uffef]|\d|[^\w\s]"), "isolated"),
            pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="never"),
        ]
    )
    tokens.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="never")
    trainer = BpeTrainer(
        vocab_size=PIECES, min_frequency=3, special_tokens=list(SPECIALS), show_progress=False
    )
    tokens.train_from_iterator((text for row in rows for text in (row.source, row.target)), trainer)
    end = tokens.token_to_id("</s>")
    tokens.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", end)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokens,
        model_max_length=256,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
    )


def new_model(recipe: Recipe, vocabulary: int) -> T5ForConditionalGeneration:
    """An untrained model; it starts decoding from the padding token, as T5 does."""
    return T5ForConditionalGeneration(
        T5Config(
            vocab_size=vocabulary,
            d_model=recipe.width,
            d_kv=recipe.width // recipe.heads,
            num_heads=recipe.heads,
            d_ff=recipe.inner,
            num_layers=recipe.layers,
            num_decoder_layers=recipe.layers,
            dropout_rate=recipe.dropout,
            feed_forward_proj="gated-gelu",
            tie_word_embeddings=True,
            pad_token_id=0,
            eos_token_id=1,
            decoder_start_token_id=0,
        )
    )


@dataclass(frozen=True)
class Encoded:
    """A pair as ids, each side with its end."""

    source: list[int]
    target: list[int]


def encode(rows: Sequence[Pair], tokens: PreTrainedTokenizerFast) -> list[Encoded]:
    """Ids of both sides."""
    sources = tokens([row.source for row in rows])["input_ids"]
    targets = tokens([row.target for row in rows])["input_ids"]
    return [Encoded(*pair) for pair in zip(sources, targets, strict=True)]


def batches(rows: Sequence[Encoded], tokens: int, rng: np.random.Generator) -> Iterator[list[int]]:
    """Indices in groups of like length, in random order: one epoch."""
    size = np.array([len(row.source) + len(row.target) for row in rows])
    order = np.argsort(size + rng.uniform(0, 2, len(rows)), kind="stable")
    groups: list[list[int]] = [[]]
    for i in order.tolist():
        if groups[-1] and (len(groups[-1]) + 1) * size[i] > tokens:
            groups.append([])
        groups[-1].append(i)
    for at in rng.permutation(len(groups)).tolist():
        yield groups[at]


def padded(rows: Sequence[list[int]], fill: int) -> Tensor:
    """(B, L) ids."""
    width = max(map(len, rows))
    return torch.tensor([row + [fill] * (width - len(row)) for row in rows])


def batch_of(rows: Sequence[Encoded]) -> dict[str, Tensor]:
    """What the model takes."""
    inputs = padded([row.source for row in rows], 0)
    return {
        "input_ids": inputs,
        "attention_mask": (inputs != 0).long(),
        "labels": padded([row.target for row in rows], IGNORED),
    }


def loss_of(
    model: T5ForConditionalGeneration, batch: dict[str, Tensor], smoothing: float
) -> Tensor:
    """Mean cross entropy of the target tokens."""
    logits = model(**batch).logits
    return functional.cross_entropy(
        logits.flatten(0, 1), batch["labels"].flatten(), label_smoothing=smoothing
    )


def held_out_loss(model: T5ForConditionalGeneration, rows: Sequence[Encoded]) -> float:
    """Mean −log p of a target token, in nats."""
    total = count = 0.0
    model.eval()
    with torch.inference_mode():
        for group in batches(rows, 6000, np.random.default_rng(0)):
            batch = batch_of([rows[i] for i in group])
            here = int((batch["labels"] != IGNORED).sum())
            total += float(loss_of(model, batch, 0.0)) * here
            count += here
    model.train()
    return total / count


def train(
    recipe: Recipe,
    tokens: PreTrainedTokenizerFast,
    rows: Sequence[Encoded],
    valid: Sequence[Encoded],
    work: Path,
) -> Path:
    """Run or resume one training, checkpointed after every epoch; returns the weights' folder."""
    folder = work / recipe.name
    folder.mkdir(parents=True, exist_ok=True)
    state_file = folder / "state.pt"
    torch.manual_seed(recipe.seed)
    model = new_model(recipe, len(tokens))
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=recipe.rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True
    )
    done = step = 0
    if state_file.exists():
        state = torch.load(state_file, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        done, step = state["epoch"], state["step"]
    threads = Threads(torch.get_num_threads())
    count = sum(1 for _ in batches(rows, recipe.tokens, np.random.default_rng(0)))
    model.train()
    for epoch in range(done, recipe.epochs):
        rng = np.random.default_rng((recipe.seed, epoch))
        torch.manual_seed(recipe.seed * 1000 + epoch)
        began, losses = time.monotonic(), []
        for group in batches(rows, recipe.tokens, rng):
            progress = step / (recipe.epochs * count)
            factor = min(1.0, (step + 1) / recipe.warmup) * max(0.01, 1 - progress)
            for part in optimizer.param_groups:
                part["lr"] = recipe.rate * factor
            loss = loss_of(model, batch_of([rows[i] for i in group]), recipe.smoothing)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.item())
            step += 1
            if step % 20 == 0:
                threads.adapt()
        row = {
            "epoch": epoch + 1,
            "loss": round(float(np.mean(losses)), 4),
            "valid": round(held_out_loss(model, valid), 4),
            "seconds": round(time.monotonic() - began, 1),
        }
        print(recipe.name, row, flush=True)
        with (folder / "log.jsonl").open("a") as log:
            log.write(json.dumps(row) + "\n")
        state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
        torch.save(state | {"epoch": epoch + 1, "step": step}, state_file.with_suffix(".new"))
        state_file.with_suffix(".new").replace(state_file)
    model.eval().save_pretrained(folder)
    tokens.save_pretrained(folder)
    (folder / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1) + "\n")
    return folder


def measure(model: Any, tokens: Any, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Both curves, and for each beam chrF and BLEU of what it finds."""
    from sacrebleu.metrics import BLEU, CHRF

    result = limner.exposure_bias(model, tokens, pairs, beams=BEAMS, shown=len(pairs), batch=64)
    found: dict[str, Any] = {
        "forced": result.forced,
        "free": result.free,
        "kl": result.kl,
        "diverged": result.diverged,
        "ended": result.ended,
        "positions": [[p.forced, p.free, p.kl, p.pairs] for p in result.positions],
        "beams": [],
    }
    targets = [[pair.target for pair in result.shown]]
    for i, beam in enumerate(result.beams):
        said = [pair.beams[i].text for pair in result.shown]
        found["beams"].append(
            {
                "width": beam.width,
                "above": beam.above,
                "exact": beam.exact,
                "chrf": CHRF().corpus_score(said, targets).score,
                "bleu": BLEU(tokenize="zh").corpus_score(said, targets).score,
            }
        )
    return found
