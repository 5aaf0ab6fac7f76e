"""Writes the built-in background of `limner terms mine`: counts of general Chinese and English.

    python -m training.background

Sources, licences and sizes are in DATA.md. What is written are hashed n-grams of 1 to 4 tokens
(Chinese) and 1 to 3 words (English) with counts rounded to 5 %: no text can be read back.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from limner.methods.terms.counting import (
    SEPARATOR,
    Counts,
    Grams,
    at_least,
    count_tokens,
    merge,
    merge_grams,
)
from limner.methods.terms.tokens import Keys, tokenize
from limner.terms.backgrounds import BUILTIN, KEY_BITS, LONGEST, log_of, pack
from training import sources

LEAST = {"zh": 3, "en": 2}
"""Occurrences of an n-gram that is kept."""
BATCH = 2000
"""Texts that are tokenized together."""


def chinese() -> list[str]:
    """The newspaper and the reviews, each review once."""
    reviews = dict.fromkeys([*sources.reviews("neg"), *sources.reviews("pos")])
    return [*sources.peoples_daily(), *reviews]


def english() -> list[str]:
    """The encyclopaedia."""
    return list(sources.encyclopedia())


def count(texts: Sequence[str], han: bool) -> Grams:
    """n-grams of some texts, those with Han characters or those without."""
    parts: list[Grams] = []
    for start in range(0, len(texts), BATCH):
        tokens = tokenize(SEPARATOR.join(texts[start : start + BATCH]))
        other = tokens.han != han
        breaks = tokens.breaks | other | np.append(other[1:], True)
        grams = count_tokens(replace(tokens, breaks=breaks))
        parts.append(_of_script(grams, tokens.ids[other]))
    return merge_grams(parts)


def _of_script(grams: Grams, others: Keys) -> Grams:
    ones = grams[0]
    kept = ~np.isin(ones.keys, others)
    return (Counts(ones.keys[kept], ones.counts[kept]), *grams[1:])


def table(grams: Grams, language: str) -> dict[str, np.ndarray]:
    """What is written of one language."""
    kept = [at_least(one, LEAST[language]) for one in grams[: LONGEST[language]]]
    whole = merge(Counts(one.keys >> KEY_BITS, one.counts) for one in kept)
    return {
        f"{language}_deltas": pack(whole.keys),
        f"{language}_logs": log_of(whole.counts),
        f"{language}_tokens": np.array(grams[0].total),
    }


def main() -> None:
    """Fetch, count, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=BUILTIN)
    arguments = parser.parse_args()
    sources.fetch()
    tables = table(count(chinese(), True), "zh") | table(count(english(), False), "en")
    np.savez_compressed(arguments.out, allow_pickle=False, **tables)
    sizes = {name: value.shape for name, value in tables.items()}
    print(f"{arguments.out}: {arguments.out.stat().st_size:,} bytes, {sizes}")


if __name__ == "__main__":
    main()
