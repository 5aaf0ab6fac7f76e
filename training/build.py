"""Make every bundled model: `python -m training.build [--stage NAME]` from the repository root.

Stages run in order and each can be repeated alone; an interrupted pretraining goes on from its
last checkpoint. Everything that is not committed stays under `training/work/`.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from transformers import (
    BertForMaskedLM,
    BertForSequenceClassification,
    T5ForConditionalGeneration,
)

from training import (
    classifier,
    control,
    corpus,
    data,
    pretrain,
    sources,
    spam,
    strings,
    tokenizer,
    translate,
)
from training.evaluate import BUNDLED

WORK = sources.WORK
EXPORTS = {
    "mini-mlm-noreviews": BertForMaskedLM,
    "mini-mlm": BertForMaskedLM,
    "mini-sentiment": BertForSequenceClassification,
    "mini-spam": BertForSequenceClassification,
    "mini-seq2seq": T5ForConditionalGeneration,
}
STAGE_A = pretrain.Stage("mini-mlm-noreviews", 800, rate=1.5e-3, reviews=0, seed=1, warmup=50)
STAGE_B = pretrain.Stage(
    "mini-mlm-first", 1250, rate=1.2e-3, reviews=25, seed=2, warmup=50, start=STAGE_A.name
)
STAGE_C = pretrain.Stage(
    "mini-mlm-second", 1000, rate=1.2e-3, reviews=25, seed=4, warmup=50, start=STAGE_B.name
)
STAGE_D = pretrain.Stage(
    "mini-mlm", 3500, rate=1e-3, reviews=15, seed=7, warmup=100, start=STAGE_C.name
)
SENTIMENT = classifier.Recipe("mini-sentiment", data.LABELS, start=STAGE_C.name)
SEQ2SEQ = translate.Recipe("mini-seq2seq", epochs=18)
SPAM = classifier.Recipe("mini-spam", spam.LABELS, start=STAGE_D.name, epochs=5, length=192)


def prepare() -> None:
    """Fetch, split, build the tokenizer (a committed one is kept, with its ids), cut words."""
    sources.fetch()
    data.write_split()
    spam.write_split()
    documents = data.general_documents()
    lines = [line for part in documents.values() for line in part]
    committed = BUNDLED / STAGE_A.name
    tokens = tokenizer.load(committed) if committed.exists() else tokenizer.build(lines)
    tokens.save_pretrained(WORK / "tokenizer")
    parts = {
        "general": [line for line in lines if not data.is_held_out_line(line)],
        "general-valid": [line for line in lines if data.is_held_out_line(line)],
        "reviews": [review.text for review in data.select("train")],
        "reviews-valid": [review.text for review in data.select("valid")],
        "reviews-test": [review.text for review in data.select("test")],
    }
    for name, texts in parts.items():
        corpus.save(WORK / f"{name}.npz", corpus.encode(texts, tokens))


def pretrain_stage(stage: pretrain.Stage) -> None:
    """Run one pretraining stage on the prepared arrays."""
    reviews = corpus.load(WORK / "reviews.npz") if stage.reviews else []
    general = corpus.load(WORK / "general.npz")
    pretrain.train(stage, tokenizer.load(WORK / "tokenizer"), general, reviews, WORK)


def fine_tune(recipe: classifier.Recipe, select: Callable[[str], list[data.Review]]) -> None:
    """Train a classifier on the train part; it stays under `training/work/`."""
    tokens = tokenizer.load(WORK / "tokenizer")
    rows, valid = select("train"), select("valid")
    texts, labels = [row.text for row in rows], np.array([row.label for row in rows])
    soft = control.teach(texts, labels, control.STRENGTH)
    targets = (1 - recipe.teacher) * labels + recipe.teacher * soft
    model = classifier.train(recipe, WORK, classifier.encode(rows, targets, tokens))
    probabilities = classifier.predict(model, tokens, [row.text for row in valid])
    figures = classifier.score(probabilities, np.array([row.label for row in valid]))
    print(figures)
    classifier.write_log(WORK / f"{recipe.name}.jsonl", recipe, figures)
    model.save_pretrained(WORK / recipe.name)


def translator() -> None:
    """Train the translator of interface strings; its tokenizer is made from the train part."""
    train, valid = strings.select("train"), strings.select("valid")
    tokens = translate.build_tokenizer(train)
    encoded = (translate.encode(rows, tokens) for rows in (train, valid))
    translate.train(SEQ2SEQ, tokens, *encoded, WORK)


def export() -> None:
    """Write weights in fp16 (to be computed in fp32), configuration and tokenizer."""
    shared = tokenizer.load(WORK / "tokenizer")
    for name, kind in EXPORTS.items():
        if not (WORK / name).exists():
            continue
        folder = BUNDLED / name
        kind.from_pretrained(WORK / name, dtype=torch.float16).save_pretrained(folder)
        (folder / "model.safetensors").chmod(0o644)
        own = WORK / name if name == SEQ2SEQ.name else None
        (tokenizer.load(own) if own else shared).save_pretrained(folder)
        _edit(folder / "config.json", dtype="float32")
        # The class under which both transformers 4 and 5 know a plain tokenizer.json.
        _edit(folder / "tokenizer_config.json", tokenizer_class="PreTrainedTokenizerFast")


def _edit(path: Path, **values: str) -> None:
    """Set keys of a JSON file and drop what says where it was read from."""
    content = json.loads(path.read_text()) | values
    kept = {key: content[key] for key in content if key not in ("is_local", "local_files_only")}
    path.write_text(json.dumps(kept, indent=1) + "\n")


STAGES = {
    "data": prepare,
    "mlm-noreviews": lambda: pretrain_stage(STAGE_A),
    "mlm-first": lambda: pretrain_stage(STAGE_B),
    "mlm-second": lambda: pretrain_stage(STAGE_C),
    "mlm": lambda: pretrain_stage(STAGE_D),
    "sentiment": lambda: fine_tune(SENTIMENT, data.select),
    "spam": lambda: fine_tune(SPAM, spam.select),
    "seq2seq": translator,
    "export": export,
}


def main() -> None:
    """Run the chosen stages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", choices=STAGES, action="append", help="default: all, in order")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    WORK.mkdir(parents=True, exist_ok=True)
    for name in options.stage or STAGES:
        STAGES[name]()


if __name__ == "__main__":
    main()
