"""Write the model cards from `figures.json`: `python -m training.cards`."""

import json

from training.evaluate import BUNDLED, FIGURES, PATTERNS

LIMITS = """## Limits

For demonstration and tests, not for decisions. A model this small, trained for minutes on two
cores, knows the hotel, book and computer reviews, the news of one month of 1998 and the computing
texts it was made from, and little else; it repeats their biases. Emoji and most traditional
characters are unknown to its tokenizer. English is lower-cased and a small part of the training.
"""

DATA = """## Data and licence

{seen} Packages, versions and the licence of each text are in `training/DATA.md`; no valid or test
review was seen in any step. The weights come under the licence of Limner, as far as it goes: the
texts keep theirs (MIT, GFDL, MPL 2.0, GPL 2+, CC BY-SA). Made by `python -m training.build`.
"""

SHAPE = """BERT, 3 layers x 256, 4 heads, {parameters:,} parameters, 6,624 tokens (Chinese
characters and English word pieces, lower-cased), 512 positions, fp16 weights computed in fp32.
"""


def zero_shot_table(figures: dict[str, dict[str, float]]) -> str:
    """Markdown table of the five patterns on the test part."""
    rows = ["| pattern | accuracy | calibrated | AUC |", "|---|---|---|---|"]
    for name, pattern in PATTERNS.items():
        cells = (figures[name][f"test {key}"] for key in ("raw", "calibrated", "auc"))
        text = pattern.replace("{}", "…")
        rows.append(f"| {name} `{text}` | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |")
    return "\n".join(rows)


def masked_card(name: str, figures: dict, summary: str, seen: str) -> str:
    """Card of one masked language model."""
    losses = "\n".join(
        f"| {part} | {values['loss']:.3f} | {values['accuracy']:.3f} | {values['gaps']:,.0f} |"
        for part, values in figures["held-out"].items()
    )
    samples = "\n".join(
        f"| {text} | {', '.join(words)} |" for text, words in figures["samples"].items()
    )
    return f"""# {name}

{summary}

{SHAPE.format(parameters=figures["parameters"])}
{DATA.format(seen=seen)}
## Figures

Held-out text, 15 % of the words masked whole:

| part | loss | accuracy | gaps |
|---|---|---|---|
{losses}

Zero-shot sentiment of the 1,742 test reviews (text cut to 126 tokens): 很 against 不 at the gap;
raw, and with the threshold at the median score of 500 valid reviews.

{zero_shot_table(figures["zero-shot"])}

Five likeliest fillings, with probabilities:

| text | fillings |
|---|---|
{samples}

{LIMITS}"""


def classifier_table(figures: dict) -> str:
    """Markdown table of the classifier beside the linear control."""
    rows = ["| | valid accuracy | valid AUC | test accuracy | test AUC |", "|---|---|---|---|---|"]
    for name in ("mini-sentiment", "tf-idf + logistic regression"):
        values = (
            figures[name][part][key] for part in ("valid", "test") for key in figures[name][part]
        )
        rows.append(f"| {name} | " + " | ".join(f"{value:.4f}" for value in values) + " |")
    return "\n".join(rows)


def classifier_card(figures: dict, parameters: int) -> str:
    """Card of the classifier."""
    short = "\n".join(
        f"| {text} | {value:.3f} |" for text, value in figures["probability of positive"].items()
    )
    return f"""# mini-sentiment

A Chinese review classifier, fine-tuned from `mini-mlm`; labels `negative` and `positive`.

{SHAPE.format(parameters=parameters)}
{DATA.format(seen="As `mini-mlm`, and the labels of the reviews' train part.")}
## Figures

TF-IDF of character 1- to 3-grams with logistic regression is fitted on the same train part. The
labels are noisy: judge against that line, not against 1.

{classifier_table(figures)}

| text | probability of `positive` |
|---|---|
{short}

{LIMITS}"""


def main() -> None:
    """Write the three cards."""
    figures = json.loads(FIGURES.read_text())
    masked = figures["masked language models"]
    cards = {
        "mini-mlm-noreviews": masked_card(
            "mini-mlm-noreviews",
            masked["mini-mlm-noreviews"],
            "A small masked language model that never saw a review: the honest zero-shot baseline.",
            "News and technical text in Chinese, some English, no review (tokenizer included).",
        ),
        "mini-mlm": masked_card(
            "mini-mlm",
            masked["mini-mlm"],
            "A small Chinese masked language model with some English: `mini-mlm-noreviews`\n"
            "trained further on reviews, without their labels.",
            "News and technical text in Chinese, some English, and the reviews' train part.",
        ),
        "mini-sentiment": classifier_card(
            figures["classifiers"], figures["classifiers"]["parameters"]
        ),
    }
    for name, card in cards.items():
        (BUNDLED / name / "README.md").write_text(card)


if __name__ == "__main__":
    main()
