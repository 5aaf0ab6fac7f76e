"""`limner.cloze` and `limner.fill`: labelling with a masked language model in three lines.

Models by name stay loaded for the next call; a module of your own is used as it is, where it is,
and left as it was found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast, overload

import msgspec

from limner.labelling.evaluation import evaluate
from limner.labelling.heads import next_path, version_of
from limner.labelling.jobs import best, label_job, train_job
from limner.labelling.reading import load
from limner.labelling.task import Task, Train
from limner.protocol import BadInput, Candidates, ClozeLabels, ClozeTraining, Job, TextInput
from limner.results.cloze import Calibration, ClozeReport, Decoding, PatternRank

GAPS = ("[MASK]", "<mask>", "____")
"""What is read as a gap in `fill`."""


def cloze(
    task: str | Path | None = None,
    *,
    patterns: Sequence[str] = (),
    labels: Mapping[str, str | Sequence[str]] | None = None,
    model: Any = None,
    tokenizer: Any = None,
    calibration: Calibration | None = None,
    decoding: Decoding | None = None,
) -> ClozeTask:
    """A labelling task: from a `*.cloze.toml`, or from patterns and label words.

    Args:
        task: the task file; what is named beside it takes the place of what it says.
        patterns: sentences with one {mask} and one {text}; several are an ensemble.
        labels: label → the word or words that fill the gap.
        model: name of a masked language model, its folder, or your own module with a masked
            language model's logits (B, L, V).
        tokenizer: of your own module; one with offsets.
        calibration: batch, contextual, pmi or none; see `limner.methods.cloze`.
        decoding: joint or confident, for words of several tokens.

    Raises:
        TaskRefused: neither a file nor patterns and labels, or one that cannot be followed.

    Source: Schick & Schütze 2021 (2001.07676); 苏剑林, 科学空间 7764.
    """
    file = Path(task).expanduser().absolute() if task is not None else None
    given: dict[str, Any] = {} if file is None else msgspec.structs.asdict(load(file))
    if patterns:
        given["patterns"] = (patterns,) if isinstance(patterns, str) else tuple(patterns)
    if labels:
        given["labels"] = {
            name: (words,) if isinstance(words, str) else tuple(words)
            for name, words in labels.items()
        }
    named = {"calibration": calibration, "decoding": decoding}
    given |= {name: value for name, value in named.items() if value is not None}
    own = None
    if model is not None and not isinstance(model, str | Path):
        from limner.models.model import wrap

        own = wrap(model, tokenizer)
        given |= {"model": own.name, "head": None}
    elif model is not None:
        given |= {"model": _name(model), "head": None}
    if "patterns" not in given or "labels" not in given:
        raise BadInput(
            'Name a task file, or give patterns and labels: limner.cloze(patterns=["{mask}满意。'
            '{text}"], labels={"positive": "很", "negative": "不"}).'
        )
    return ClozeTask(Task(**given), file, own)


def fill(
    text: str,
    model: Any = "mini-mlm",
    tokenizer: Any = None,
    *,
    top: int = 20,
    most_tokens: int = 2,
    words: Mapping[str, str | Sequence[str]] | None = None,
) -> Candidates:
    """Words for the gap of a text, the likeliest first.

    Args:
        text: with one `[MASK]` (or `____`); of several the first is asked about.
        model: as in `cloze`.
        tokenizer: of your own module.
        top: most candidates.
        most_tokens: words of up to so many tokens.
        words: label → words that come first, with their probabilities.

    Raises:
        TextRefused: there is no gap.
    """
    given, gap = gap_of(text)
    own = None
    if not isinstance(model, str | Path):
        from limner.models.model import wrap

        own = wrap(model, tokenizer)
    params: dict[str, Any] = {"top": top, "most_tokens": most_tokens}
    if words:
        params["words"] = {
            name: (one,) if isinstance(one, str) else tuple(one) for name, one in words.items()
        }
    job = Job(
        method="fill",
        model=own.name if own else _name(model),
        input=TextInput(text=given, gap=gap),
        params=params,
    )
    return cast(Candidates, _compute(job, own))


class ClozeTask:
    """A task with its model: labels texts, is measured, compares patterns, is trained."""

    def __init__(self, task: Task, file: Path | None = None, own: Any = None) -> None:
        """`own` is a user's module, wrapped; `cloze` makes all of it."""
        self.task = task
        self.file = file
        self._own = own

    def __repr__(self) -> str:
        words = ", ".join(f"{name}: {'/'.join(w)}" for name, w in self.task.labels.items())
        return f"ClozeTask({self.task.model}, {list(self.task.patterns)}, {words})"

    @overload
    def predict(self, texts: Sequence[str]) -> ClozeLabels: ...
    @overload
    def predict(self, texts: Any, column: str | None = None) -> Any: ...
    def predict(self, texts: Any, column: str | None = None) -> Any:
        """Label texts; of a DataFrame, a copy with `label`, `probability` and `margin`.

        In a DataFrame `column` has the texts (the task's text column by default); a label that is
        there already stays, and its probability is that of the label.
        """
        if not hasattr(texts, "columns"):
            listed = (texts,) if isinstance(texts, str) else tuple(map(str, texts))
            return cast(ClozeLabels, _compute(self._label_job(listed), self._own))
        return self._of_frame(texts, column or str(self.task.data.text))

    def evaluate(self, texts: Any, labels: Sequence[str | None] | None = None) -> ClozeReport:
        """How good the labels are where the right ones are known (None: not known)."""
        if labels is None and hasattr(texts, "columns"):
            column = str(self.task.data.label)
            labels = [_said(value) for value in texts[column]]
            texts = list(texts[str(self.task.data.text)])
        if labels is None:
            raise BadInput("Give the right labels, one for each text, None where not known.")
        listed = tuple(map(str, texts))
        if len(labels) != len(listed):
            raise BadInput(f"There are {len(listed)} texts but {len(labels)} labels.")
        result = cast(ClozeLabels, _compute(self._label_job(listed), self._own))
        return evaluate(self.task, result, labels)

    def rank(self, texts: Sequence[str]) -> tuple[PatternRank, ...]:
        """Patterns, the most promising first, without a label."""
        import numpy as np

        from limner.methods.cloze.ranking import rank

        result = cast(ClozeLabels, _compute(self._label_job(tuple(texts)), self._own))
        return rank(result.patterns, np.array(result.scores), np.array(result.bias))

    def train(
        self,
        texts: Sequence[str],
        labels: Sequence[str | None],
        *,
        scheme: str = "one",
        save: str | Path | None = None,
        **options: Any,
    ) -> ClozeTraining:
        """Train on the labelled texts; from then on this task labels with the trained weights.

        Args:
            texts: labelled and unlabelled ones.
            labels: the label of each, None where there is none.
            scheme: one (a model reads all patterns), pet or ipet; see
                `limner.methods.cloze.training`.
            save: where the weights are written; by default beside the task file, numbered.
            options: fields of a task's `[train]`: epochs, held_out, unlabelled, seed …

        Raises:
            TaskRefused: a label outside the task, or one with fewer than two texts.
        """
        if self._own is not None:
            raise BadInput("Training copies a model by name or folder: name one as model=….")
        if save is None and self.file is None:
            raise BadInput("Say where the trained weights go: save=…, or make a task file.")
        try:
            train = msgspec.convert({**msgspec.structs.asdict(self.task.train), **options}, Train)
        except msgspec.ValidationError as error:
            raise BadInput(f"Training: {error}. Correct that option.") from None
        task = msgspec.structs.replace(self.task, train=train)
        path = Path(save) if save else next_path(cast(Path, self.file))
        listed = tuple(map(str, texts))
        job = train_job(task, listed, list(labels), save=path, scheme=scheme)
        result = cast(ClozeTraining, _compute(job, None))
        if result.saved:
            self._use(result)
        return result

    def _use(self, result: ClozeTraining) -> None:
        assert result.saved
        path = Path(result.saved)
        if self.file and path.parent == next_path(self.file).parent:
            self.task = msgspec.structs.replace(self.task, head=version_of(result.saved))
        else:
            self._trained = (str(path.absolute()), result.temperature)

    _trained: tuple[str, float] | None = None

    def _label_job(self, texts: Sequence[str]) -> Job:
        job = label_job(self.task, self.file, texts)
        if self._trained is None:
            return job
        path, temperature = self._trained
        params = {**job.params, "calibration": "none", "temperature": temperature}
        return msgspec.structs.replace(job, model=f"{self.task.model}::{path}", params=params)

    def columns_of(self, frame: Any) -> tuple[list[str], list[str | None] | None]:
        """The texts of a DataFrame, and the labels that are there; None without that column.

        Raises:
            BadInput: it has no column of the task's texts.
        """
        names = list(frame.columns)
        column, label = str(self.task.data.text), str(self.task.data.label)
        if column not in names:
            known = ", ".join(map(str, names))
            raise BadInput(f"There is no column {column!r}; the frame has {known}.")
        listed = [str(value) for value in frame[column]]
        return listed, [_said(value) for value in frame[label]] if label in names else None

    def _of_frame(self, frame: Any, column: str) -> Any:
        if column not in list(frame.columns):
            known = ", ".join(map(str, frame.columns))
            raise BadInput(f"There is no column {column!r}; the frame has {known}.")
        texts = tuple(str(value) for value in frame[column])
        result = cast(ClozeLabels, _compute(self._label_job(texts), self._own))
        label_column = str(self.task.data.label)
        given = (
            [_said(value) for value in frame[label_column]]
            if label_column in list(frame.columns)
            else [None] * len(texts)
        )
        labels: list[str] = []
        p: list[float] = []
        margins: list[float] = []
        for i, there in enumerate(given):
            label, probability, margin = best(result, i)
            if there in result.labels:
                label, probability = str(there), result.probabilities[i][result.labels.index(there)]
            labels.append(there or label)
            p.append(probability)
            margins.append(margin)
        columns = {label_column: labels, "probability": p, "margin": margins}
        if hasattr(frame, "with_columns"):
            import polars

            return frame.with_columns(
                *(polars.Series(name, values) for name, values in columns.items())
            )
        return frame.assign(**columns)


def _compute(job: Job, own: Any) -> Any:
    from limner.api import engine

    return engine().compute([(job, own)])[0]


def _said(value: Any) -> str | None:
    """A label as a frame has it; None, NaN and the empty text are none."""
    if value is None or value != value:
        return None
    return str(value).strip() or None


def _name(model: str | Path) -> str:
    if isinstance(model, Path) or "/" in str(model):
        return str(Path(str(model)).expanduser().absolute())
    return str(model)


def gap_of(text: str) -> tuple[str, tuple[int, int] | None]:
    """The text with its first gap written as the engine reads it, and where that is."""
    found = [(at, gap) for gap in GAPS if (at := text.find(gap)) >= 0]
    if not found:
        return text, None
    at, gap = min(found)
    end = at + len(gap)
    while gap == "____" and text[end : end + 1] == "_":
        end += 1
    return text[:at] + "[MASK]" + text[end:], (at, at + len("[MASK]"))
