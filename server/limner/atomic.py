"""Files that appear at once: whoever reads sees the old one or all of the new one."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

Content = bytes | Callable[[Path], object]
"""The bytes, or what writes them into the file that it is given."""


def replace_file(path: Path, content: Content) -> None:
    """Put a file in the place of the one that is there, or where none is.

    The mode stays; a new file has that of any new file of this process. A link is replaced and not
    followed, lest a folder of somebody else leads out of it: who trusts it resolves it first. What
    was written survives a power cut.

    Raises:
        OSError: the folder cannot be written; the old file is as it was.
    """
    draft = _drafted(path, content)
    try:
        if path.is_file() and not path.is_symlink():
            os.chmod(draft, stat.S_IMODE(path.stat().st_mode))
        os.replace(draft, path)
    except BaseException:
        draft.unlink()
        raise
    _sync_folder(path.parent)


def add_file(path: Path, content: Content) -> None:
    """Put a file where none is.

    Raises:
        FileExistsError: one is there, also if it came while this one was written.
        OSError: the folder cannot be written.
    """
    draft = _drafted(path, content)
    try:
        os.link(draft, path)  # fails where the file is there already
    finally:
        draft.unlink()
    _sync_folder(path.parent)


def _drafted(path: Path, content: Content) -> Path:
    """The whole content on disk, in a hidden file of the same folder."""
    draft = path.parent / f".limner-{secrets.token_hex(8)}.part"
    file = open(draft, "xb")
    try:
        with file:
            if isinstance(content, bytes):
                file.write(content)
        if not isinstance(content, bytes):
            content(draft)
        with open(draft, "r+b") as whole:
            os.fsync(whole.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


def _sync_folder(folder: Path) -> None:
    """The name too survives; systems that cannot open a folder do without."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
