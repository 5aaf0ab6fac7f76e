"""Documents that change, go away, are broken, endless or not readable; two who mine at once."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from limner.methods.terms.counting import SEPARATOR, count
from limner.protocol import BadInput
from limner.terms import mine
from limner.terms.corpus import open_index, update
from limner.terms.index import Index
from limner.terms.reading import PIECE, documents, read

TEXT = "".join(
    f"{a}操作系统{b}。{b}配置文件{a}。\n" for a in "看写读改删存打移" for b in "看写读改删"
)
EACH = 40
"""Times that 操作系统 occurs in it."""
ROOT = os.geteuid() == 0


def quiet(doing: str, done: int, total: int) -> None:
    pass


def counts(index: Index) -> list[list[tuple[int, int]]]:
    return [
        [*zip(grams.keys.tolist(), grams.counts.tolist(), strict=True)]
        for grams in index.frequent(1)
    ]


# ── any changes of files ──────────────────────────────────────────────────────────────────────

BYTES = st.one_of(
    st.text("操作系统内核的， x\n#*`", min_size=1, max_size=60).map(lambda t: t.encode("utf-8")),
    st.text("操作系统内核", min_size=20, max_size=60).map(lambda t: t.encode("gb18030")),
    st.just(b"\x7fELF\0"),
)
NAMES = st.sampled_from(("a.txt", "b.md", "sub/a.txt", "sub/c.html"))
CHANGES = st.lists(
    st.one_of(
        st.tuples(NAMES, BYTES),
        st.tuples(NAMES, st.none()),
        st.just(("", None)),  # `UPDATE`: the corpus is brought up to date now
    ),
    min_size=4,
    max_size=16,
)
SEEN = {"changed": 0, "removed": 0, "tokens": 0}


UPDATE = ("", None)
EVERYTHING = [
    *(("a.txt", b"kernel"), ("b.md", "内核".encode()), UPDATE),
    *(("a.txt", "操作系统".encode()), ("b.md", None), ("sub/c.html", b"<p>x</p>"), UPDATE),
    *(("a.txt", b"\x7fELF\0"), ("b.md", "内核".encode()), UPDATE),
]


@example(EVERYTHING)
@given(CHANGES)
@settings(max_examples=60, deadline=None)
def test_after_any_changes_of_files_counts_are_those_of_a_full_rebuild(changes):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "docs")
        (folder / "sub").mkdir(parents=True)
        opened = open_index(Path(name, "i.sqlite"))
        now = 0
        for place, data in (*changes, ("", None)):
            if not place:
                update(opened, [folder], quiet)
                assert_rebuilt(opened.index, folder)
                continue
            file = folder / place
            if data is None:
                SEEN["removed"] += file.exists()
                file.unlink(missing_ok=True)
            else:
                SEEN["changed"] += file.exists()
                file.write_bytes(data)
                now += 1_000_000_000
                os.utime(file, ns=(now, now))  # as an editor's saving does, whatever the clock
        SEEN["tokens"] += opened.index.tokens
        opened.close()


def assert_rebuilt(index: Index, folder: Path) -> None:
    fresh = open_index(None)
    update(fresh, [folder], quiet)
    assert counts(index) == counts(fresh.index)
    assert (index.documents, index.chars) == (fresh.index.documents, fresh.index.chars)
    # and a third way, without any index
    texts: list[str] = []
    for file in documents([folder]):
        if not file.read_bytes().startswith(b"\x7f"):
            texts += [piece.text for piece in read(file)]
    plain = count(SEPARATOR.join(texts))
    assert [grams.total for grams in plain] == [grams.total for grams in index.frequent(1)]
    assert np.array_equal(plain[0].keys, index.frequent(1)[0].keys)
    fresh.close()


def test_the_changes_above_were_changes():
    if not SEEN["tokens"]:
        pytest.skip("run the whole module: this looks at what the test above did")
    assert min(SEEN.values()) > 0, SEEN


# ── single files ──────────────────────────────────────────────────────────────────────────────


def test_an_endless_line_takes_no_memory_of_its_size(tmp_path):
    size = 21_000_000
    with (tmp_path / "a.txt").open("wb") as file:
        block = ("操作系统的内核管理进程，" * 9000).encode("utf-8")
        while file.tell() < size:
            file.write(block)
    tracemalloc.start()
    read_chars = longest = 0
    for piece in read(tmp_path / "a.txt"):
        read_chars += len(piece.text)
        longest = max(longest, len(piece.text))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert read_chars * 3 >= size and longest <= PIECE
    assert peak < 16 << 20


def test_mixed_encodings_in_a_folder_are_one_corpus(tmp_path):
    for name, encoding in (("a", "utf-8"), ("b", "gb18030"), ("c", "utf-16"), ("d", "utf-8-sig")):
        (tmp_path / f"{name}.txt").write_text(TEXT, encoding)
    (tmp_path / "e.txt").write_bytes(TEXT.encode("utf-8") + TEXT.encode("gb18030"))
    found = mine(tmp_path, "none", index=False)
    assert {term.term: term.count for term in found.terms}["操作系统"] == 6 * EACH
    (note,) = found.notes
    assert note.endswith("e.txt mixes UTF-8 and GB18030: read line by line.")


def test_what_cannot_be_read_stops_nobody(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    (tmp_path / "b.txt").write_bytes(b"PK\3\4\0\0")
    (tmp_path / "c.docx").write_bytes(b"PK\3\4\0\0")
    (tmp_path / "d.pdf").write_bytes(b"%PDF-1.7 nothing")
    (tmp_path / "e.txt").symlink_to(tmp_path / "gone.txt")
    (tmp_path / "f.md").write_text("", "utf-8")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.txt")
    found = mine(tmp_path, "none", index=False)
    assert {term.term: term.count for term in found.terms}["操作系统"] == EACH
    said = "\n".join(found.notes)
    for name in ("b.txt", "c.docx", "d.pdf", "e.txt"):
        assert name in said
    for note in found.notes:
        assert note.endswith(".") and "\n" not in note


@pytest.mark.skipif(ROOT, reason="the superuser may read and write everything")
def test_files_without_permission_are_left_out(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    (tmp_path / "b.txt").write_text(TEXT, "utf-8")
    (tmp_path / "b.txt").chmod(0)
    found = mine(tmp_path, "none", index=False)
    assert found.documents == 1 and "Permission denied" in found.notes[0]


def test_a_cache_that_cannot_be_written_costs_only_the_next_time(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    (tmp_path / "cache").write_text("a file where a folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    found = mine(tmp_path / "a.txt", "none")
    assert found.terms and "nothing is kept for the next time" in found.notes[0]


def test_seeds_that_do_not_occur_are_named(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    with pytest.raises(BadInput, match="区块链"):
        mine(tmp_path, "none", seeds=["操作系统", "区块链"], index=False)


@pytest.mark.parametrize("bad", [["a", 7], ["a", None], {"x": b"bytes"}])
def test_texts_that_are_none_are_named(bad):
    with pytest.raises(BadInput, match=r"^(text 2|x) is no text but (int|NoneType|bytes)"):
        mine(texts=bad)


def test_texts_and_files_are_one_corpus(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    found = mine(tmp_path, "none", texts={"draft": TEXT}, index=False)
    assert found.documents == 2
    assert {term.term: term.count for term in found.terms}["操作系统"] == 2 * EACH
    with pytest.raises(BadInput, match="not kept in an index"):
        mine(tmp_path, "none", texts=[TEXT], index=tmp_path / "i.sqlite")
    assert mine(texts=[TEXT, "\ud800"], background="none").documents == 2


# ── interrupted, damaged, shared ──────────────────────────────────────────────────────────────


def test_an_interrupted_run_goes_on_where_it_was(tmp_path):
    for name in "abcd":
        (tmp_path / f"{name}.txt").write_text(TEXT + name, "utf-8")
    path = tmp_path / "i.sqlite"

    def interrupt(doing: str, done: int, total: int) -> None:
        if doing.startswith("reading") and done > total / 3:
            raise KeyboardInterrupt

    for _ in range(9):
        try:
            found = mine(tmp_path, "none", index=path, progress=interrupt)
        except KeyboardInterrupt:
            continue
        break
    else:
        raise AssertionError("it never ended")
    fresh = mine(tmp_path, "none", index=False)
    assert found.terms == fresh.terms and found.documents == 4


def test_an_index_that_is_cut_short_is_begun_anew(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT * 50, "utf-8")
    path = tmp_path / "i.sqlite"
    before = mine(tmp_path, "none", index=path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    after = mine(tmp_path, "none", index=path)
    assert after.terms == before.terms
    assert "counting anew" in after.notes[0]


MINES = """
import sys
from limner.protocol import BadInput
from limner.terms import mine
try:
    found = mine(sys.argv[1], "none", index=sys.argv[2])
    print(found.documents, {t.term: t.count for t in found.terms}["操作系统"])
except BadInput as error:
    print(error)
"""


@pytest.mark.process
def test_two_processes_that_mine_the_same_corpus_agree_or_one_is_told(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number}.txt").write_text(TEXT * 20, "utf-8")
    command = [sys.executable, "-X", "utf8", "-c", MINES, str(folder), str(tmp_path / "i.sqlite")]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=120)[0].strip() for process in both]
    right = f"60 {60 * 20 * EACH}"
    told = "Another Limner is mining the same corpus: wait until it is done, or name another index."
    assert right in said and {*said} <= {right, told}
    index = Index(tmp_path / "i.sqlite")
    fresh = open_index(None)
    update(fresh, [folder], quiet)
    assert counts(index) == counts(fresh.index)
    index.close()
    fresh.close()


def test_an_index_that_another_changed_meanwhile_is_left_alone(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    late = Index(tmp_path / "i.sqlite")
    assert late.known() == {}
    mine(tmp_path, "none", index=tmp_path / "i.sqlite")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        late.add("b", 1, 0, iter([]))
    assert len(late.known()) == 1  # looked at again, it may be written
    late.add("b", 1, 0, iter([]))
    late.commit()
    late.close()
