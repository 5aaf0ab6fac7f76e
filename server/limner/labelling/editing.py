"""Changes to task files that leave comments, order and line ends as they are (tomlkit)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import tomlkit
from tomlkit.exceptions import TOMLKitError

from limner.labelling.places import places
from limner.labelling.reading import parse
from limner.protocol import TaskRefused


def with_head(text: str, head: int | None) -> str:
    """The task with another trained head, or with none.

    Raises:
        TaskRefused: the text is not TOML.
    """
    try:
        document = tomlkit.parse(text)
    except (TOMLKitError, ValueError) as error:
        raise TaskRefused(f"The task file is not TOML ({error}): mend it first.") from error
    if head:
        if "head" in document or not _tables(document):
            document["head"] = head
        else:
            document = tomlkit.parse(_above_tables(text, f"head = {head}"))
    elif "head" in document:
        del document["head"]
    return tomlkit.dumps(document)  # pyright: ignore[reportUnknownMemberType]


def with_patterns(text: str, patterns: Sequence[str]) -> str:
    """The task with these patterns, one a line; what was between the old ones goes with them.

    Raises:
        TaskRefused: the text is no task.
    """
    parsed = parse(text)
    place = places(text).get(("patterns",))
    if parsed.task is None or place is None:
        raise TaskRefused("The task file has mistakes: mend them before its patterns are changed.")
    end = "\r\n" if "\r\n" in text else "\n"
    lines = "".join(f"  {_value(pattern)},{end}" for pattern in patterns)
    start, stop = place.value
    return f"{text[:start]}[{end}{lines}]{text[stop:]}"


def new_task(
    *,
    model: str,
    patterns: Sequence[str],
    labels: Mapping[str, Sequence[str]],
    file: str,
    text: str | int,
    label: str | int,
    header: bool = True,
) -> str:
    """A fresh task file, with a comment on what may be changed."""
    lines = [
        "# A labelling task for a masked language model; see docs/cloze.md.",
        f"model = {_value(model)}",
        "",
        "# Sentences with one gap {mask} and the text {text}: the words below fill the gap.",
        "patterns = [",
        *(f"  {_value(pattern)}," for pattern in patterns),
        "]",
        "",
        "# Label as the data has it = the word that fills the gap, or several of them.",
        "[labels]",
        *(f"{_key(name)} = {_value(list(words))}" for name, words in labels.items()),
        "",
        "[data]",
        f"files = [{_value(file)}]",
        f"text = {_value(text)}",
        f"label = {_value(label)}",
        *([] if header else ["header = false"]),
    ]
    return "\n".join(lines) + "\n"


def _value(value: str | int | list[str]) -> str:
    if isinstance(value, list) and len(value) == 1:
        return _value(value[0])
    return tomlkit.item(value).as_string()


def _key(name: str) -> str:
    return tomlkit.key(name).as_string() if name else '""'


def _tables(document: tomlkit.TOMLDocument) -> bool:
    return any(isinstance(value, dict) for value in document.values())


def _above_tables(text: str, line: str) -> str:
    """The text with a line before its first table, below a blank line that is there."""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(end)
    first = next(i for i, one in enumerate(lines) if one.lstrip().startswith("["))
    while first and (not lines[first - 1].strip() or lines[first - 1].lstrip().startswith("#")):
        first -= 1
    return end.join([*lines[:first], line, *lines[first:]])
