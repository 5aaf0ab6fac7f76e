"""Where things of a folder's terms lie. Nothing is read here, and nothing heavy imported.

In the user's cache folder: the index (what was read and counted) and the mined terms, under a name
made of the corpus's paths. Not in the folder itself: a folder may come from anywhere, so what lies
in it is not believed, and it may be read-only. Beside the documents: the `*.terms.toml` in which
people decide, which is made to be shared.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import platformdirs

DECIDED = ".terms.toml"
"""How names of files with decisions end."""

Stamp = tuple[object, ...]
NOTHING: Stamp = (None, None)
"""Of a folder that has no lexicon."""


def index_path(paths: Iterable[Path]) -> Path:
    """Where the index of a corpus lies."""
    names = "\n".join(sorted(str(path.expanduser().absolute()) for path in paths))
    digest = hashlib.sha256(names.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return platformdirs.user_cache_path("limner") / "terms" / f"{digest}.sqlite"


def mined_path(folder: Path) -> Path:
    """Where the terms that were mined from a folder lie."""
    return index_path([folder]).with_suffix(".terms.json")


def decided_file(folder: Path) -> Path | None:
    """The `*.terms.toml` of a folder, the first by name; None where there is none.

    A link that leads out of the folder is none.
    """
    try:
        with os.scandir(folder) as entries:
            names = sorted(one.name for one in entries if one.name.endswith(DECIDED))
        home = folder.resolve()
        found = (folder / name for name in names)
        return next(
            (one for one in found if one.is_file() and one.resolve().is_relative_to(home)), None
        )
    except OSError:
        return None


def stamp(folder: Path, *, decided: bool = True) -> Stamp:
    """What changes when the files of a folder's lexicon do."""
    file = decided_file(folder) if decided else None
    return _state(mined_path(folder)), (file, _state(file)) if file else None


def folder_of(path: Path, roots: Iterable[Path]) -> Path | None:
    """The nearest folder around a file (or folder) that has a lexicon.

    What a person has mined counts anywhere; a `*.terms.toml` does inside `roots` alone, the folders
    that are open.
    """
    roots = tuple(roots)
    for folder in (path, *path.parents):
        inside = any(folder.is_relative_to(root) for root in roots)
        if stamp(folder, decided=inside) != NOTHING:
            return folder
    return None


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
