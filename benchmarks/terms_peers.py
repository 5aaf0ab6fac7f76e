"""What terms are compared with: nlp-zero, word-discovery's algorithm, HarvestText, jieba.

nlp-zero and HarvestText are read out of their packages and not installed. nlp-zero 0.1.6 is patched
in three places, without which it does not run: an import that Python 3.10 took away, and in `find`
a loop over a dictionary's items that forgets `.items()`, and a plain dict where words are added up.
"""

from __future__ import annotations

import importlib.util
import logging
import math
import re
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from training import sources

OTHER = re.compile("[^\u4e00-\u9fa50-9a-zA-Z]+")

_DICT_ENDS = "> log_min_proba\n        }\n\n        tokenizer"
_PATCHES = (
    ("from collections import defaultdict, Iterable", "from collections import defaultdict"),
    ("for i, j in self.pairs if i in pairs", "for i, j in self.pairs.items() if i in pairs"),
    ("self.words = {\n", "self.words = defaultdict(int, {\n"),
    (_DICT_ENDS, _DICT_ENDS.replace("}", "})")),
)


def nlp_zero(lines: Sequence[str], min_proba: float, min_pmi: float) -> dict[str, int]:
    """Words and counts of the published program, patched."""
    module: Any = _nlp_zero()
    finder = module.Word_Finder(min_proba=min_proba, min_pmi=min_pmi)
    finder.train(lines)
    finder.find(lines)
    return dict(finder.words)


def _nlp_zero() -> ModuleType:
    archive = _download("nlp-zero", "0.1.6", "nlp-zero-0.1.6.tar.gz")
    with tarfile.open(archive) as package:
        member = package.extractfile("nlp-zero-0.1.6/nlp_zero/nlp_zero.py")
        assert member is not None
        source = member.read().decode("utf-8")
    for before, after in _PATCHES:
        assert source.count(before) == 1, before
        source = source.replace(before, after)
    logging.getLogger("统计频数").setLevel(logging.WARNING)
    return _module("nlp_zero_patched", source)


def harvest_text(text: str) -> list[str]:
    """HarvestText's discovery with its own choice of parameters; its words, frequent first."""
    with zipfile.ZipFile(sources.DOWNLOADS / "harvesttext-0.8.2.1-py3-none-any.whl") as wheel:
        source = wheel.read("harvesttext/algorithms/word_discoverer.py").decode("utf-8")
    module: Any = _module("harvest_text_discovery", source)
    length = len(text)
    found = module.WordDiscoverer(
        text, 5, min(0.00005, 20 / length), math.log(length) / 10, math.sqrt(length) / 15,
        "both", length > 300_000,
    )  # fmt: skip
    return [info.text for info in sorted(found.word_infos, key=lambda info: -info.freq)]


def word_discovery(lines: Sequence[str], least: int = 5) -> Counter[str]:
    """苏剑林, 科学空间 6920, as published (min_pmi 0, 2, 4, 6; order 4), on dictionaries."""
    order, strong = 4, (0.0, 2.0, 4.0, 6.0)
    runs = [run for line in lines for run in OTHER.split(line) if run]
    counts = [Counter[str]() for _ in range(order)]
    for run in runs:
        for n in range(1, order + 1):
            counts[n - 1].update(run[i : i + n] for i in range(len(run) - n + 1))
    total = counts[0].total()
    grams: set[str] = set()
    for n in range(2, order + 1):
        for gram, count in counts[n - 1].items():
            if count >= least and strong[n - 1] <= min(
                math.log(total * count / (counts[k - 1][gram[:k]] * counts[n - k - 1][gram[k:]]))
                for k in range(1, n)
            ):
                grams.add(gram)
    words: Counter[str] = Counter()
    for run in runs:
        held = [0] * len(run)
        for n in range(2, order + 1):
            for i in range(len(run) - n + 1):
                if run[i : i + n] in grams:
                    for k in range(i, i + n - 1):
                        held[k] = 1
        start = 0
        for i in range(len(run)):
            if not held[i]:
                words[run[start : i + 1]] += 1
                start = i + 1

    def real(word: str) -> bool:
        if len(word) < 3:
            return True
        size = min(order, len(word))
        return all(word[i : i + size] in grams for i in range(len(word) - size + 1))

    return Counter({w: c for w, c in words.items() if c >= least and real(w)})


def tf_idf(text: str, most: int) -> list[str]:
    """Jieba's keywords."""
    import jieba
    import jieba.analyse

    jieba.setLogLevel(logging.WARNING)
    return [str(word) for word in jieba.analyse.extract_tags(text, topK=most)]


def _download(name: str, version: str, file: str) -> Any:
    path = sources.DOWNLOADS / file
    if not path.exists():
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", name]
        subprocess.run([*pip, "-d", str(sources.DOWNLOADS), f"{name}=={version}"], check=True)
    return path


def _module(name: str, source: str) -> ModuleType:
    spec = importlib.util.spec_from_loader(name, loader=None)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    module.__file__ = name
    exec(compile(source, name, "exec"), module.__dict__)
    return module
