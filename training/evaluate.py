"""Print every reported figure, measured on the committed weights: `python -m training.evaluate`.

Needs the data stage of `training.build` (the texts of the valid and test parts come from the
pinned package). Writes `training/figures.json` and prints it as tables.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from transformers import AutoModelForMaskedLM, AutoModelForSequenceClassification, AutoTokenizer

from training import control, corpus, data, pretrain, sentiment, sources

BUNDLED = Path("server/limner/models/bundled")
FIGURES = Path("training/figures.json")
PATTERNS = {
    "P1": "[MASK]满意。{}",
    "P2": "{}[MASK]满意。",
    "P3": "[MASK]好。{}",
    "P4": "[MASK]理想。{}",
    "P5": "感觉如何？[MASK]满意。{}",
}
SAMPLES = (
    "房间很[MASK]，早餐很丰富",
    "[MASK]满意。房间很干净，服务也很好，下次还会来",
    "[MASK]满意。质量太差了，客服态度恶劣",
    "这本书[MASK]好看，推荐大家买",
    "中国共产[MASK]中央委员会",
    "请在“文件”菜单中选择“打[MASK]”",
    "Linux is a free operating [MASK].",
)
SHORT = (
    "房间很干净，服务也很好，下次还会来",
    "质量太差了，客服态度恶劣，不推荐",
    "物流快，包装好，屏幕清晰，喜欢",
    "这本书一点也不好看，后悔买了",
    "性价比高，值得购买",
    "态度很不好，再也不来了",
    "很好",
    "不好",
)
LONGEST = 126
CALIBRATION = 500  # valid reviews whose median score is the calibrated threshold


def _load(auto: type, name: str) -> tuple[torch.nn.Module, object]:
    folder = BUNDLED / name
    model = auto.from_pretrained(folder, dtype=torch.float32).eval()
    return model, AutoTokenizer.from_pretrained(folder)


def cloze_scores(
    model: torch.nn.Module, tokenizer: object, pattern: str, texts: list[str]
) -> np.ndarray:
    """Logit of 很 minus logit of 不 at the gap, the text cut to its first 126 tokens."""
    words = tokenizer.convert_tokens_to_ids(["很", "不"])
    offsets = tokenizer(
        texts,
        add_special_tokens=False,
        return_offsets_mapping=True,
        truncation=True,
        max_length=LONGEST,
    )["offset_mapping"]
    lines = [pattern.format(t[: o[-1][1]]) for t, o in zip(texts, offsets, strict=True)]
    ids = tokenizer(lines)["input_ids"]
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    scores = np.zeros(len(ids))
    with torch.inference_mode():
        for at in range(0, len(order), 32):
            chosen = order[at : at + 32]
            batch = tokenizer.pad({"input_ids": [ids[i] for i in chosen]}, return_tensors="pt")
            states = model.bert(**batch).last_hidden_state
            gaps = states[batch["input_ids"] == tokenizer.mask_token_id]
            logits = model.cls(gaps)[:, words]
            scores[chosen] = (logits[:, 0] - logits[:, 1]).numpy()
    return scores


def zero_shot(model: torch.nn.Module, tokenizer: object) -> dict[str, dict[str, float]]:
    """Accuracy raw and at the median of valid reviews, and AUC, of the five patterns."""
    rows = {"valid": data.select("valid")[:CALIBRATION], "test": data.select("test")}
    labels = {part: np.array([r.label for r in rows[part]]) for part in rows}
    result = {}
    for name, pattern in PATTERNS.items():
        figures = {}
        scores = {
            part: cloze_scores(model, tokenizer, pattern, [r.text for r in rows[part]])
            for part in rows
        }
        middle = float(np.median(scores["valid"]))
        for part in rows:
            figures[f"{part} raw"] = float(((scores[part] > 0) == labels[part]).mean())
            figures[f"{part} calibrated"] = float(((scores[part] > middle) == labels[part]).mean())
            figures[f"{part} auc"] = float(roc_auc_score(labels[part], scores[part]))
        result[name] = figures
        print(name, {key: round(value, 4) for key, value in figures.items()}, flush=True)
    return result


def fill(model: torch.nn.Module, tokenizer: object, text: str, top: int = 5) -> list[str]:
    """The likeliest fillings of the gap."""
    batch = tokenizer(text, return_tensors="pt")
    gap = int((batch["input_ids"][0] == tokenizer.mask_token_id).nonzero()[0])
    with torch.inference_mode():
        probabilities = model(**batch).logits[0, gap].softmax(-1)
    best = probabilities.topk(top)
    tokens = tokenizer.convert_ids_to_tokens(best.indices.tolist())
    return [f"{t} {p:.2f}" for t, p in zip(tokens, best.values.tolist(), strict=True)]


def masked_models() -> dict[str, dict]:
    """Held-out loss, zero-shot table and samples of both masked language models."""
    result = {}
    for name in ("mini-mlm-noreviews", "mini-mlm"):
        model, tokenizer = _load(AutoModelForMaskedLM, name)
        masker = corpus.Masker(tokenizer)
        losses = {
            part: pretrain.held_out(model, corpus.load(sources.WORK / f"{part}.npz"), masker)
            for part in ("reviews-valid", "reviews-test", "general-valid")
        }
        print(name, losses, flush=True)
        samples = {text: fill(model, tokenizer, text) for text in SAMPLES}
        print(json.dumps(samples, ensure_ascii=False, indent=1), flush=True)
        parameters = sum(p.numel() for p in model.parameters())
        result[name] = {
            "parameters": parameters,
            "held-out": losses,
            "zero-shot": zero_shot(model, tokenizer),
            "samples": samples,
        }
    return result


def classifiers() -> dict:
    """The classifier beside TF-IDF + logistic regression ."""
    rows = {part: data.select(part) for part in ("train", "valid", "test")}
    texts = {part: [r.text for r in rows[part]] for part in rows}
    labels = {part: np.array([r.label for r in rows[part]]) for part in rows}
    model, tokenizer = _load(AutoModelForSequenceClassification, "mini-sentiment")
    linear = control.fit_tfidf(texts["train"], labels["train"], control.STRENGTH)
    result: dict = {"parameters": sum(p.numel() for p in model.parameters())}
    result |= {"mini-sentiment": {}, "tf-idf + logistic regression": {}}
    for part in ("valid", "test"):
        small = sentiment.predict(model, tokenizer, texts[part])
        control_scores = linear.predict(texts[part])
        result["mini-sentiment"][part] = sentiment.score(small, labels[part])
        result["tf-idf + logistic regression"][part] = sentiment.score(control_scores, labels[part])
        if part == "test":
            small_right = (small > 0.5) == labels[part]
            control_right = (control_scores > 0.5) == labels[part]
            result["test, only one is right"] = {
                "mini-sentiment": int((small_right & ~control_right).sum()),
                "tf-idf + logistic regression": int((control_right & ~small_right).sum()),
            }
    shown = sentiment.predict(model, tokenizer, list(SHORT))
    result["probability of positive"] = dict(zip(SHORT, shown.round(3).tolist(), strict=True))
    print(json.dumps(result, ensure_ascii=False, indent=1), flush=True)
    return result


PARTS = {"masked language models": masked_models, "classifiers": classifiers}


def main() -> None:
    """Measure, print, and write `figures.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, action="append", help="default: both")
    torch.set_num_threads(2)
    measured = {part: PARTS[part]() for part in parser.parse_args().part or PARTS}
    figures = (json.loads(FIGURES.read_text()) if FIGURES.exists() else {}) | measured
    FIGURES.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
