"""A cloze task: what `*.cloze.toml` says.

::

    model = "mini-mlm"
    patterns = ["{mask}满意。{text}"]

    [labels]
    positive = "很"
    negative = ["不", "没"]

    [data]
    files = ["reviews.tsv"]
    text = "text"
    label = "label"
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta

from limner.frozen import Frozen
from limner.results.cloze import Calibration, Decoding

SUFFIX = ".cloze.toml"


Column = Annotated[str, Meta(min_length=1)] | Annotated[int, Meta(ge=1)]
"""A column's name (or JSON key), or its number from 1."""


class Data(Frozen, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[data]`: which files hold the texts, and in which columns."""

    files: tuple[str, ...] = ()
    """Beside the task file or below it: .tsv, .csv or .jsonl."""
    text: Column = "text"
    """Column with the text: its name (or JSON key), or its number from 1."""
    label: Column = "label"
    """Column with the label, in the same way; an empty cell (no key, null) is not labelled."""
    header: bool = True
    """Whether the first line of a TSV or CSV names the columns; without, they are numbers."""


class Train(Frozen, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[train]`: how a head is trained on the labelled lines."""

    epochs: Annotated[int, Meta(ge=1, le=1000)] = 12
    """Most passes over the labelled texts."""
    learning_rate: Annotated[float, Meta(gt=0, le=1)] | None = None
    """Of AdamW; left out: by the model's width, 2e-5 for a base-size model."""
    batch: Annotated[int, Meta(ge=1, le=256)] = 16
    """Texts of a step."""
    held_out: Annotated[float, Meta(ge=0.05, le=0.5)] = 0.25
    """Share of the labelled texts that is kept for before/after and for stopping."""
    patience: Annotated[int, Meta(ge=1, le=1000)] = 5
    """Stop after so many passes without progress on the held-out texts."""
    unlabelled: bool = False
    """Also read the texts without a label (semi-supervised: masked words of theirs are guessed)."""
    seed: Annotated[int, Meta(ge=0)] = 0
    """Of the split, the order and the masks."""


class Task(Frozen, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A labelling task, written as one or more sentences with a gap."""

    title: str = ""
    """What is asked of the texts, for people."""
    model: str = "mini-mlm"
    """Name of a masked language model: bundled, or of the user's config.toml."""
    patterns: tuple[str, ...]
    """Sentences with one {mask} and one {text}; several are an ensemble."""
    labels: Mapping[str, tuple[str, ...]]
    """Label as the data has it → the word or words that fill the gap; two labels or more."""
    calibration: Calibration = "batch"
    """What takes the words' prior out: batch, contextual, pmi or none."""
    decoding: Decoding = "joint"
    """How words of several tokens are scored: joint or confident."""
    head: Annotated[int, Meta(ge=0)] | None = None
    """Version of the trained head to label with; left out or 0: the model as it is."""
    data: Data = Data()
    """Which files, and which columns of them."""
    train: Train = Train()
    """How to train."""
