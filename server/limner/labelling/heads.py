"""Trained weights of a task: `reviews.heads/001.safetensors`, beside `reviews.cloze.toml`.

Each training makes a new file; none is written over. Which one is used is said in the task file
(`head = 1`), so that a colleague gets the same, and going back is a change of that line.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limner.labelling.task import SUFFIX, Task
from limner.protocol import TaskRefused

MOST_BYTES = 4 << 30
"""Largest file of weights that is loaded."""

_NAME = re.compile(r"(\d{3,6})\.safetensors")


@dataclass(frozen=True)
class Head:
    """One training's outcome."""

    version: int
    path: Path
    facts: dict[str, Any]
    """What training noted: base, trained_on, held_out …; empty where that cannot be read."""


def folder_of(task: Path) -> Path:
    """Where a task's heads lie."""
    name = task.name.removesuffix(SUFFIX) if task.name.endswith(SUFFIX) else task.stem
    return task.with_name(f"{name}.heads")


def heads(task: Path) -> list[Head]:
    """All of a task, the oldest first."""
    folder = folder_of(task)
    if not folder.is_dir():
        return []
    found = ((_NAME.fullmatch(path.name), path) for path in folder.iterdir())
    known = sorted((int(name[1]), path) for name, path in found if name)
    return [Head(version, path, _facts(path)) for version, path in known]


def next_path(task: Path) -> Path:
    """Where the next training saves its weights."""
    version = max((head.version for head in heads(task)), default=0) + 1
    return folder_of(task) / f"{version:03}.safetensors"


def version_of(path: str) -> int:
    """The version in a file's name."""
    found = _NAME.fullmatch(Path(path).name)
    assert found, path
    return int(found[1])


def model_of(model: str, head: int | None, task: Path | None) -> str:
    """The engine's name for a model with a task's head on top, or without.

    Raises:
        TaskRefused: there is no such head, or it is no plain file in the task's folder.
    """
    if not head:
        return model
    if task is None:
        raise TaskRefused("A head belongs to a task file: name the file, or leave head out.")
    path = folder_of(task) / f"{head:03}.safetensors"
    try:
        whole = path.resolve(strict=True)
    except (OSError, RuntimeError):
        known = ", ".join(str(one.version) for one in heads(task)) or "none"
        raise TaskRefused(
            f"{task.name} asks for head {head}, and {path.parent.name} has {known}: "
            "train the task, or take the line head out."
        ) from None
    if not whole.is_file() or not whole.is_relative_to(task.parent.resolve()):
        raise TaskRefused(f"{path} is no file of the task's own folder: copy it there.")
    if whole.stat().st_size > MOST_BYTES:
        raise TaskRefused(f"{path} is larger than {MOST_BYTES >> 30} GiB: it is not loaded.")
    return f"{model}::{whole}"


def mismatch(task: Task, file: Path) -> str | None:
    """What a task says otherwise than when its head was trained; None where nothing."""
    facts = next((one.facts for one in heads(file) if one.version == task.head), {})
    if not facts:
        return None
    words = {name: list(own) for name, own in task.labels.items()}
    changed = [
        what
        for what, then, now in (
            ("model", facts.get("base"), task.model),
            ("patterns", facts.get("patterns"), list(task.patterns)),
            ("label words", facts.get("labels"), words),
        )
        if then != now
    ]
    if not changed:
        return None
    return (
        f"Head {task.head} was trained with other {' and '.join(changed)}: train again, or take "
        "the line head out."
    )


def temperature_of(head: Head | None) -> float:
    """What its probabilities are divided by, as training fitted it."""
    found = head.facts.get("temperature") if head else None
    return float(found) if isinstance(found, int | float) and 0.01 <= found <= 100 else 1.0


def _facts(path: Path) -> dict[str, Any]:
    """The note of training, from the file's header: eight bytes of length, then JSON."""
    try:
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(min(size, 1 << 20)))
        noted = json.loads(header["__metadata__"]["limner"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return noted if isinstance(noted, dict) else {}
