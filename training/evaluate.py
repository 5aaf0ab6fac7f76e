"""Print every reported figure, measured on the committed weights: `python -m training.evaluate`.

Needs the data stage of `training.build` (the texts of the valid and test parts come from the
pinned package). Writes `training/figures.json` and prints it as tables.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from transformers import AutoModelForMaskedLM, AutoModelForSequenceClassification, AutoTokenizer

import limner
from training import (
    classifier,
    control,
    corpus,
    data,
    mails,
    pretrain,
    sources,
    spam,
    strings,
    translate,
)

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
MAILS = (
    "Meeting on Thursday\nCan we move it to 3 pm? I have a call before that.",
    "patch for the parser\nI think the bug is in the loop, the attached diff fixes it for me.",
    "Your order has shipped\nYou can track your parcel on our site. Thank you for your purchase.",
    "You have won\nClick here to claim your free prize now! Limited time offer.",
    "Lose weight fast\nOur product is guaranteed, order today and save money.",
    "Urgent business proposal\nI need your assistance to transfer the sum of $25 million.",
    "Hello",
    "Click here",
)
CONTROL = "tf-idf + logistic regression"
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


def beside_control(
    name: str, select: Callable[[str], list[data.Review]], samples: tuple[str, ...]
) -> dict:
    """A classifier beside TF-IDF + logistic regression on the same split."""
    rows = {part: select(part) for part in ("train", "valid", "test")}
    texts = {part: [r.text for r in rows[part]] for part in rows}
    labels = {part: np.array([r.label for r in rows[part]]) for part in rows}
    model, tokenizer = _load(AutoModelForSequenceClassification, name)
    linear = control.fit_tfidf(texts["train"], labels["train"], control.STRENGTH)
    result: dict = {"parameters": sum(p.numel() for p in model.parameters())}
    result |= {name: {}, CONTROL: {}}
    for part in ("valid", "test"):
        small = classifier.predict(model, tokenizer, texts[part])
        control_scores = linear.predict(texts[part])
        result[name][part] = classifier.score(small, labels[part])
        result[CONTROL][part] = classifier.score(control_scores, labels[part])
    small_right = (small > 0.5) == labels["test"]
    control_right = (control_scores > 0.5) == labels["test"]
    result["test, only one is right"] = {
        name: int((small_right & ~control_right).sum()),
        CONTROL: int((control_right & ~small_right).sum()),
    }
    kinds = [model.config.id2label[at] for at in (0, 1)]
    result["test, errors"] = {
        key: {kind: int((~right & (labels["test"] == at)).sum()) for at, kind in enumerate(kinds)}
        for key, right in ((name, small_right), (CONTROL, control_right))
    }
    result["test, texts"] = dict(zip(kinds, np.bincount(labels["test"]).tolist(), strict=True))
    shown = classifier.predict(model, tokenizer, list(samples))
    result["samples"] = dict(zip(samples, shown.round(3).tolist(), strict=True))
    print(name, json.dumps(result, ensure_ascii=False, indent=1), flush=True)
    return result


def spam_variants() -> dict[str, dict[str, float]]:
    """`mini-spam` and its control on valid and test texts as they come, and cut short."""
    model, tokenizer = _load(AutoModelForSequenceClassification, "mini-spam")
    train = spam.select("train")
    labels = np.array([r.label for r in train])
    linear = control.fit_tfidf([r.text for r in train], labels, control.STRENGTH)
    by_digest = {data.digest(mails.clean(raw)): raw for raw, _ in spam.raw_messages()}
    result = {}
    for part in ("valid", "test"):
        rows = spam.select(part)
        labels = np.array([r.label for r in rows])
        open_texts = [mails.clean(by_digest[data.digest(r.text)], mask=False) for r in rows]
        for kind, texts in (
            ("links and addresses left in", open_texts),
            ("first 300 characters", [r.text[:300] for r in rows]),
        ):
            for name, scores in (
                ("mini-spam", classifier.predict(model, tokenizer, texts)),
                (CONTROL, linear.predict(texts)),
            ):
                result[f"{part}, {kind}, {name}"] = classifier.score(scores, labels)
    print(json.dumps(result, indent=1), flush=True)
    return result


def spam_words() -> dict[str, dict[str, float]]:
    """Mean attribution to "spam" of words that occur six times or more, in the valid part.

    Integrated gradients of `mini-spam` against the mask baseline, on the first 300 characters of
    the first 100 messages of each class; by the class of the message.
    """
    result = {}
    for label, kind in enumerate(spam.LABELS):
        scores: dict[str, list[float]] = {}
        for row in [r for r in spam.select("valid") if r.label == label][:100]:
            found = limner.attribute(
                row.text[:300], model="mini-spam", target="spam", baseline="mask", tolerance=0.05
            )
            for word in found.words:
                scores.setdefault(word.text.lower(), []).append(float(word.score))
        means = {word: float(np.mean(s)) for word, s in scores.items() if len(s) >= 6}
        order = sorted(means, key=means.__getitem__)
        result[f"{kind}, towards ham"] = {word: round(means[word], 3) for word in order[:14]}
        result[f"{kind}, towards spam"] = {word: round(means[word], 3) for word in order[:-15:-1]}
    print(json.dumps(result, ensure_ascii=False), flush=True)
    return result


STRINGS = (
    "Open file",
    "Insert Table",
    "The file could not be saved.",
    "Select the color that you want to use.",
    "Number of rows and columns",
    "Do you want to delete the selected style?",
    "Good morning, how are you?",
)


def translator() -> dict[str, object]:
    """chrF, BLEU and what reading its own words costs, on the valid and test strings."""
    model, tokenizer = limner.models.load("mini-seq2seq")
    result: dict[str, object] = {"parameters": sum(p.numel() for p in model.parameters())}
    for part in ("valid", "test"):
        pairs = [(pair.source, pair.target) for pair in strings.select(part)]
        found = translate.measure(model, tokenizer, pairs) | {"pairs": len(pairs)}
        result[part] = {name: value for name, value in found.items() if name != "positions"}
    shown = limner.exposure_bias(
        model, tokenizer, [(text, "。") for text in STRINGS], beams=2, shown=len(STRINGS)
    ).shown
    said = {pair.source: pair.beams[-1].text for pair in shown}
    result["samples"] = {text: said[text] for text in STRINGS}
    print(json.dumps(result, ensure_ascii=False), flush=True)
    return result


PARTS = {
    "masked language models": masked_models,
    "mini-sentiment": lambda: beside_control("mini-sentiment", data.select, SHORT),
    "mini-spam": lambda: beside_control("mini-spam", spam.select, MAILS),
    "mini-spam, other texts": spam_variants,
    "mini-spam, words": spam_words,
    "mini-seq2seq": translator,
}


def main() -> None:
    """Measure, print, and write `figures.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, action="append", help="default: all")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    measured = {part: PARTS[part]() for part in options.part or PARTS}
    figures = (json.loads(FIGURES.read_text()) if FIGURES.exists() else {}) | measured
    figures = {part: figures[part] for part in PARTS if part in figures}
    FIGURES.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
