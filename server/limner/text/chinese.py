"""Chinese word segmentation by jieba, loaded on first use (it takes about a second).

jieba keeps its prefix table as a `marshal` file in the shared temporary folder by default, where
another user could plant one, and `marshal` is not safe to load from strangers. Here the file lives
in a folder that only the user can open.
"""

import logging
import os
import stat
import tempfile
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Protocol, cast

import platformdirs

_LONGEST = 1000
"""Characters cut at once: jieba's time grows with the square of a stretch without punctuation."""


class _Segmenter(Protocol):
    tmp_dir: str | None

    def cut(self, sentence: str) -> list[str]: ...
    def initialize(self) -> None: ...


def chinese_words(text: str) -> list[str]:
    """The words of a text without white space, in order; joined they are the text."""
    cut = _segmenter().cut
    pieces = (text[start : start + _LONGEST] for start in range(0, len(text), _LONGEST))
    return [word for piece in pieces for word in cut(piece)]


def private_folder(path: Path) -> bool:
    """Make the folder, and say whether it is the user's own and closed to others."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            return False
        if stat.S_IMODE(found.st_mode) & 0o077:
            path.chmod(0o700)
            return not any(path.iterdir())
    except OSError:
        return False
    return True


@lru_cache(maxsize=1)
def _segmenter() -> _Segmenter:
    """A jieba of our own: other users of the library in this process keep theirs."""
    segmenter = _jieba()
    folder = Path(platformdirs.user_cache_dir("limner")) / "jieba"
    if private_folder(folder):
        segmenter.tmp_dir = str(folder)
        segmenter.initialize()
        return segmenter
    with tempfile.TemporaryDirectory(prefix="limner-") as fresh:
        segmenter.tmp_dir = fresh
        segmenter.initialize()
    return segmenter


def _jieba() -> _Segmenter:
    logger = logging.getLogger("jieba")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba  # pyright: ignore[reportMissingTypeStubs]
    logger.setLevel(logging.WARNING)
    return cast(_Segmenter, jieba.Tokenizer())  # pyright: ignore
