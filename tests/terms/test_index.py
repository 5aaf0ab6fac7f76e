"""The index: incremental, exact, whole after an interruption, rebuilt when damaged."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.methods.terms.counting import SEPARATOR, count
from limner.protocol import BadInput
from limner.terms import backgrounds, mine
from limner.terms.corpus import open_index, update
from limner.terms.index import Index
from limner.terms.reading import Read
from limner.terms.where import index_path

TEXT = "操作系统的内核，操作系统的调度器。\n" * 30


def quiet(doing: str, done: int, total: int) -> None:
    pass


def add(index: Index, name: str, text: str) -> None:
    index.add(name, len(text), 0, iter([Read(text, 1)]))


def same(index: Index, texts) -> bool:
    wanted = count(SEPARATOR.join(texts))
    return all(
        np.array_equal(a.keys, b.keys) and np.array_equal(a.counts, b.counts)
        for a, b in zip(index.frequent(1), wanted, strict=True)
    )


CHANGES = st.lists(
    st.tuples(st.sampled_from("abcd"), st.text(alphabet="操作系统内核， x\n", max_size=30)),
    max_size=12,
)


@given(CHANGES)
@settings(max_examples=25, deadline=None)
def test_after_any_changes_counts_are_those_of_a_full_rebuild(changes):
    index = Index(":memory:")  # pyright: ignore[reportArgumentType]
    now: dict[str, str] = {}
    for name, text in changes:
        if name in now:
            index.remove(name)
        if text:
            add(index, name, text)
            now[name] = text
        else:
            now.pop(name, None)
        index.commit()
    assert same(index, now.values())
    assert index.chars == sum(map(len, now.values()))
    assert index.tokens == count(SEPARATOR.join(now.values()))[0].total
    index.close()


def test_what_was_committed_is_there_after_opening_again(tmp_path):
    index = Index(tmp_path / "i.sqlite")
    add(index, "a", TEXT)
    index.commit()
    add(index, "b", "not committed")
    index.close()
    again = Index(tmp_path / "i.sqlite")
    assert again.known() == {"a": (len(TEXT), 0)}
    assert same(again, [TEXT])
    again.close()


def test_a_document_that_fails_halfway_is_not_counted(tmp_path):
    def reads():
        yield Read(TEXT, 1)
        raise OSError("gone")

    index = Index(tmp_path / "i.sqlite")
    add(index, "a", TEXT)
    with pytest.raises(OSError):
        index.add("b", 1, 0, reads())
    index.commit()
    assert same(index, [TEXT])
    assert [*index.known()] == ["a"]
    index.close()


@pytest.mark.parametrize("damage", [b"no database at all " * 99, None])
def test_a_damaged_index_is_begun_anew(tmp_path, damage):
    path = tmp_path / "i.sqlite"
    index = Index(path)
    add(index, "a", TEXT)
    index.commit()
    index.close()
    whole = path.read_bytes()
    path.write_bytes(damage or whole[:4096] + os.urandom(len(whole) - 4096))
    opened = open_index(path)
    assert opened.index.known() == {}
    assert "damaged" in opened.notes[0]
    opened.close()


def test_an_index_that_cannot_be_kept_is_temporary(tmp_path):
    (tmp_path / "file").write_text("")
    opened = open_index(tmp_path / "file" / "i.sqlite")
    assert "nothing is kept" in opened.notes[0]
    add(opened.index, "a", TEXT)
    opened.close()


def test_an_index_that_somebody_writes_is_left_alone(tmp_path, monkeypatch):
    path = tmp_path / "i.sqlite"
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    writing = Index(path)
    add(writing, "x", TEXT)
    real = __import__("sqlite3").connect
    monkeypatch.setattr("sqlite3.connect", lambda *a, **k: real(*a, **{**k, "timeout": 0.01}))
    with pytest.raises(BadInput, match="Another Limner"):
        update(open_index(path), [tmp_path / "a.txt"], quiet)
    writing.close()


def test_only_what_changed_is_read_again(tmp_path):
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(TEXT, "utf-8")
    path = tmp_path / "i.sqlite"
    mine(tmp_path, "none", index=path)
    (tmp_path / "a.txt").unlink()
    (tmp_path / "b.txt").write_text(TEXT + "内存管理。" * 9, "utf-8")
    told: list[int] = []
    found = mine(
        tmp_path,
        "none",
        index=path,
        progress=lambda doing, done, total: told.append(total) if "reading" in doing else None,
    )
    assert set(told) == {(tmp_path / "b.txt").stat().st_size}
    fresh = mine(tmp_path, "none", index=False)
    assert [(t.term, t.count) for t in found.terms] == [(t.term, t.count) for t in fresh.terms]
    assert found.documents == 2


def test_what_was_counted_before_an_interruption_stays(tmp_path):
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(TEXT, "utf-8")

    def interrupt(doing: str, done: int, total: int) -> None:
        if done >= 2 * total / 3:
            raise KeyboardInterrupt

    path = tmp_path / "i.sqlite"
    with pytest.raises(KeyboardInterrupt):
        mine(tmp_path, "none", index=path, progress=interrupt)
    index = Index(path)
    assert len(index.known()) == 2
    assert same(index, [TEXT, TEXT])
    index.close()


def test_a_file_that_changes_while_it_is_read_is_named(tmp_path, monkeypatch):
    file = tmp_path / "a.txt"
    file.write_text(TEXT, "utf-8")
    (tmp_path / "b.txt").write_text(TEXT, "utf-8")

    def changing(path):
        if path == file:
            with file.open("a", encoding="utf-8") as more:
                more.write("内核")
        return iter([Read(TEXT, 1)])

    monkeypatch.setattr("limner.terms.corpus.read", changing)
    found = mine(tmp_path, "none", index=False)
    assert found.documents == 1
    assert "changed while it was read" in found.notes[0]


def test_a_corpus_has_its_own_place_in_the_cache(tmp_path):
    assert index_path([tmp_path]) == index_path([tmp_path / "."])
    assert index_path([tmp_path]) != index_path([tmp_path / "a"])


def test_no_text_at_all_is_one_sentence(tmp_path):
    with pytest.raises(BadInput, match="no text was found"):
        mine(tmp_path, index=False)
    (tmp_path / "a.txt").write_bytes(b"\0\1")
    with pytest.raises(BadInput, match="not text"):
        mine(tmp_path, index=False)


def test_the_background_that_comes_along_knows_general_words(tmp_path):
    words = (
        "我们的发展很好，问题和社会。操作系统的内核。the government of the country and a kernel. "
    )
    (tmp_path / "a.txt").write_text(words * 30, "utf-8")
    found = mine(tmp_path, index=False, min_count=2)
    assert found.background == "builtin"
    assert backgrounds.BUILTIN.stat().st_size < 3_000_000
    by_term = {term.term: term for term in found.terms}
    assert "government" not in by_term or by_term["government"].background > 50


def test_rounded_counts_are_within_five_per_cent():
    counts = np.arange(1, 20_000)
    again = backgrounds.count_of(backgrounds.log_of(counts))
    assert (np.abs(again - counts) / counts).max() <= 0.05 + 0.5
    keys = np.unique(np.random.default_rng(0).integers(0, 2**40, 1000).astype(np.uint64))
    assert np.array_equal(backgrounds.unpack(backgrounds.pack(keys)), keys)
