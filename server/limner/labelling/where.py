"""Which task a data file is bound to, and which files a task may read.

Task files come with workspaces: they bind files of their own folder and below, links followed, and
nothing outside of the open folders.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path

from limner.labelling.reading import MOST, parse
from limner.labelling.table import SUFFIXES
from limner.labelling.task import SUFFIX, Task

LOOKED_AT = 200
"""Most task files that are read to find a data file's."""
FOLDERS = 20
"""Most folders beside a task file whose data files are offered."""
ENTRIES = 500
"""Most entries of a folder that are looked at."""


def task_of(data: Path, roots: Sequence[Path]) -> Path | None:
    """The task file that names a data file: in its folder, or above it up to the open folder."""
    try:
        whole = data.resolve(strict=True)
    except (OSError, RuntimeError):
        return None
    looked = 0
    for folder in _folders(data, roots):
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            looked += 1
            if looked > LOOKED_AT:
                return None
            task = _task(path)
            if task and whole in data_files(path, task):
                return path
    return None


def data_files(path: Path, task: Task) -> list[Path]:
    """The task's files that are there, links followed, none outside of its folder."""
    home = path.parent.resolve()
    found: list[Path] = []
    for name in task.data.files:
        try:
            whole = (home / name).resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            continue
        if whole.is_file() and whole.is_relative_to(home):
            found.append(whole)
    return found


def files_beside(path: Path) -> list[str]:
    """Data files that a task file could name: in its folder, and in the folders there."""
    home = path.parent
    found: list[str] = []
    for folder in [home, *islice(filter(_is_folder, _entries(home)), FOLDERS)]:
        for one in _entries(folder):
            if one.suffix.lower() in SUFFIXES and one.is_file():
                found.append(one.relative_to(home).as_posix())
    return found


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and not path.name.startswith(".")


def _entries(folder: Path) -> list[Path]:
    """The first of a folder's entries, in order."""
    try:
        return sorted(islice(folder.iterdir(), ENTRIES))
    except OSError:
        return []


def _folders(data: Path, roots: Sequence[Path]) -> Iterator[Path]:
    """The file's folder, then those above it within an open folder."""
    folder = data.parent.resolve()
    yield folder
    tops = [root.resolve() for root in roots]
    while any(folder.is_relative_to(top) and folder != top for top in tops):
        folder = folder.parent
        yield folder


def _task(path: Path) -> Task | None:
    try:
        stat = path.stat()
        if not path.is_file() or stat.st_size > MOST:
            return None
        return _read(path, stat.st_mtime_ns, stat.st_size)
    except OSError:
        return None


@lru_cache(maxsize=LOOKED_AT)
def _read(path: Path, mtime: int, size: int) -> Task | None:
    try:
        return parse(path.read_text("utf-8-sig")).task
    except UnicodeDecodeError:
        return None
