"""A first task file for a data file, from what its columns look like."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from limner.labelling.editing import new_task
from limner.labelling.table import Format, columns_of, format_of, read_table
from limner.labelling.task import SUFFIX
from limner.labelling.textfile import read_text_file, replace_file
from limner.protocol import TableRefused, TaskRefused

LABEL_NAMES = ("label", "labels", "class", "category", "sentiment", "target", "y", "标签", "类别")
TEXT_NAMES = ("text", "sentence", "review", "content", "body", "文本", "内容", "评论", "句子")

KNOWN = {
    "positive": "很",
    "negative": "不",
    "pos": "很",
    "neg": "不",
    "1": "很",
    "0": "不",
    "好评": "很",
    "差评": "不",
    "正面": "很",
    "负面": "不",
}
"""Words of labels of opinions in Chinese (科学空间 7764)."""
KNOWN_ENGLISH = {"positive": "great", "negative": "terrible", "pos": "great", "neg": "terrible"}
OPINIONS = ("{mask}满意。{text}", "感觉如何？{mask}满意。{text}")


def begin(data: Path, text: str | None = None, *, model: str = "mini-mlm") -> Path:
    """Write a task file beside a data file; the file that was written.

    `text` is the data as an editor has it; without, the file is read.

    Raises:
        TableRefused: no data file, or it cannot be read.
        TaskRefused: there is a task file of that name already.
    """
    path = data.with_name(f"{data.stem}{SUFFIX}")
    if path.exists():
        raise TaskRefused(f"{path.name} is there already: open it and mend it.")
    made = first_task(data.name, text if text is not None else read_text_file(data).text, model)
    replace_file(path, made.encode())
    return path


def first_task(name: str, text: str, model: str = "mini-mlm") -> str:
    """The task's text; what is guessed, a comment asks to be mended."""
    format = format_of(name)
    text_column, label_column, header = _columns(text, format)
    table = read_table(
        text, format, text_column=text_column, label_column=label_column, header=header
    )
    seen = list(dict.fromkeys(row.label for row in table.rows if row.label))[:20]
    labels = seen if len(seen) > 1 else ["positive", "negative"]
    chinese = sum("\u3400" <= c <= "\u9fff" for row in table.rows[:50] for c in row.text)
    letters = sum(c.isalpha() for row in table.rows[:50] for c in row.text)
    words, patterns = _words(labels, chinese=2 * chinese > letters)
    return new_task(
        model=model,
        patterns=patterns,
        labels={label: [word] for label, word in words.items()},
        file=name,
        text=text_column,
        label=label_column,
        header=header,
    )


def _words(labels: Sequence[str], *, chinese: bool) -> tuple[dict[str, str], Sequence[str]]:
    known = KNOWN if chinese else KNOWN_ENGLISH
    named = {label: known.get(label.lower(), label) for label in labels}
    if all(label.lower() in known for label in labels) and len(set(named.values())) == len(named):
        return named, OPINIONS if chinese else ("{text} It was {mask}.",)
    own = {label: label for label in labels}
    return own, ("这是{mask}。{text}",) if chinese else ("{mask}: {text}",)


def _columns(text: str, format: Format) -> tuple[str | int, str | int, bool]:
    """Text, label, and whether there is a header."""
    names = columns_of(text, format)
    lower = [name.lower() for name in names]
    text_at = next((k for k, name in enumerate(lower) if name in TEXT_NAMES), None)
    label_at = next((k for k, name in enumerate(lower) if name in LABEL_NAMES), None)
    if format == "jsonl":
        if not names:
            raise TableRefused("The file has no JSON objects: write one a line.")
        known = names[text_at] if text_at is not None else names[0]
        return known, names[label_at] if label_at is not None else "label", True
    if text_at is not None and label_at is not None:
        return names[text_at], names[label_at], True
    if text_at is not None and len(names) == 2:
        return names[text_at], names[1 - text_at], True
    if len(names) == 2:  # the longer one is the text
        longer = 0 if len(names[0]) > len(names[1]) else 1
        return longer + 1, 2 - longer, False
    raise TableRefused(
        f"The columns {', '.join(names) or '(none)'} do not tell which is the text and which the "
        "label: add a first line that calls them text and label."
    )
