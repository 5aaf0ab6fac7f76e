"""Write the example data of the tutorials: `python -m training.examples`.

`examples/reviews.tsv` and `examples/spam.tsv` come from the valid parts of the splits, which no
bundled model was trained on. The first 16 rows have a label; the files called `.gold` have all.
Some labels of the reviews are wrong, and a person would not write such ones down, so the 16 are
drawn from the rows of whose label the linear control (fitted on the train part) is sure too.
"""

import random
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

from training import control, data, spam, strings

FOLDER = Path("examples")
LABELLED = 8  # of each class
SEED = 20261123
REVIEWS, LONGEST_REVIEW, SHORTEST_REVIEW = 1000, 120, 8
MAILS, SPAM_MAILS, LONGEST_MAIL = 200, 70, 300
STRINGS, LONGEST_STRING = 200, 80

SURE = 0.8

_PRIVATE = re.compile(
    r"(?i)@|http|www\.|\.com|\d[\d -]{5,}\d|qq|微信|手机号"
    r"|>th |\b(?:ave|avenue|street|road|rd|blvd|suite)\b|\b[A-Z]{2},? \d{5}\b"
)
_ADULT = re.compile(
    r"(?i)\b(?:sex\w*|porn\w*|xxx\w*|penis|viagra|adults?|orgasm\w*|erecti\w*|nude|naked|sluts?"
    r"|whores?|fuck\w*|cum|lust|horny|virgins?|hardcore|teens?|lesbians?|pussy|bukkake|incest|rape\w*)\b"
)


def _drawn(
    rows: list[data.Review],
    counts: tuple[int, int],
    select: Callable[[str], list[data.Review]],
) -> list[data.Review]:
    """`counts` rows of each class in a seeded order: those with a label, then the others."""
    order = random.Random(SEED)
    pool = sorted(rows, key=lambda row: data.digest(row.text))
    order.shuffle(pool)
    of_class = [[row for row in pool if row.label == label][: counts[label]] for label in (0, 1)]
    if any(len(rows) < count for rows, count in zip(of_class, counts, strict=True)):
        raise ValueError(f"There are fewer than {counts} texts.")
    train = select("train")
    labels = np.array([row.label for row in train])
    linear = control.fit_tfidf([row.text for row in train], labels, control.STRENGTH)
    first = []
    for label, rows in enumerate(of_class):
        probability = np.abs(1 - label - linear.predict([row.text for row in rows]))
        first += [rows[at] for at in np.flatnonzero(probability >= SURE)[:LABELLED]]
    rest = [row for rows in of_class for row in rows if row not in first]
    order.shuffle(first)
    order.shuffle(rest)
    return first + rest


def _write(name: str, rows: list[data.Review], labels: tuple[str, str]) -> None:
    texts = [row.text for row in rows]
    if len(set(texts)) < len(texts) or any(re.search(r'[\t\n"]', text) for text in texts):
        raise ValueError(f"{name}: a text is there twice, or would have to be quoted.")
    for suffix, known in ((".tsv", 2 * LABELLED), (".gold.tsv", len(rows))):
        lines = ["label\ttext"]
        for at, row in enumerate(rows):
            lines.append(f"{labels[row.label] if at < known else ''}\t{row.text}")
        (FOLDER / f"{name}{suffix}").write_text("\n".join(lines) + "\n", encoding="utf-8")


def reviews() -> list[data.Review]:
    """Short valid reviews, half of each class."""
    beginnings: dict[str, data.Review] = {}
    for row in data.select("valid"):
        if not SHORTEST_REVIEW <= len(row.text) <= LONGEST_REVIEW:
            continue
        if not (_PRIVATE.search(row.text) or '"' in row.text):
            beginnings.setdefault(data.skeleton(row.text), row)
    return _drawn(list(beginnings.values()), (REVIEWS // 2, REVIEWS // 2), data.select)


def mails() -> list[data.Review]:
    """Beginnings of valid e-mails, without pornography; addresses and numbers are masked."""
    rows = {}
    for row in spam.select("valid"):
        text = re.sub(r"\s+", " ", row.text.replace('"', "'")).strip()
        if len(text) > LONGEST_MAIL:
            text = text[:LONGEST_MAIL].rsplit(" ", 1)[0]
        if not (_ADULT.search(text) or _PRIVATE.search(text)):
            rows.setdefault(text, data.Review(text, row.label, row.split))
    return _drawn(list(rows.values()), (MAILS - SPAM_MAILS, SPAM_MAILS), spam.select)


def string_pairs() -> None:
    """Test strings of `mini-seq2seq` with their translations."""
    pairs = [pair for pair in strings.select("test") if len(pair.source) <= LONGEST_STRING]
    lines = ["source\ttarget", *(f"{pair.source}\t{pair.target}" for pair in pairs[:STRINGS])]
    (FOLDER / "strings.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Write the five files."""
    string_pairs()
    _write("reviews", reviews(), data.LABELS)
    _write("spam", mails(), spam.LABELS)


if __name__ == "__main__":
    main()
