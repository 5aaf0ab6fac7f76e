"""`limner terms mine`."""

from __future__ import annotations

import jieba
import pytest

from limner.terms.importing import read_lexicon

TEXT = "".join(
    f"{a}操作系统{b}。{b}配置文件{a}。" for a in "看写读改删存打移" for b in "看写读改删"
)


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT, "utf-8")
    return folder


def test_terms_are_one_json_object(limner, corpus):
    said = limner("terms", "mine", str(corpus), "--json")
    assert said.status == 0
    assert said.json["method"] == "terms"
    assert said.json["chars"] == len(TEXT)
    first = {term["term"]: term for term in said.json["terms"]}["操作系统"]
    assert first["count"] == 40
    assert {"score", "ratio", "z", "pmi", "sentences"} <= first.keys()


def test_terms_are_a_table_with_reasons(limner, corpus):
    said = limner("terms", "mine", str(corpus), "--why", "--top", "5", "--background", "none")
    assert said.status == 0
    assert "操作系统" in said.out
    assert "weakest between" in said.out
    assert "a.txt:1:" in said.out
    assert "without a background" in said.out


def test_the_lexicon_is_written_in_the_form_that_its_name_says(limner, corpus, tmp_path):
    for name in ("l.tsv", "l.json", "l.dict", "l.tbx"):
        said = limner("terms", "mine", str(corpus), "--out", str(tmp_path / name))
        assert said.status == 0
    head, first, *_ = (tmp_path / "l.tsv").read_text("utf-8").splitlines()
    assert head.split("\t")[:2] == ["term", "count"]
    assert len(first.split("\t")) == len(head.split("\t"))
    assert '"操作系统"' in (tmp_path / "l.json").read_text("utf-8")
    assert "<term>操作系统</term>" in (tmp_path / "l.tbx").read_text("utf-8")
    assert len(read_lexicon(tmp_path / "l.json").entries) > 1
    (tmp_path / "small").write_text("操作 99\n系统 99\n看 99\n", "utf-8")
    tokenizer = jieba.Tokenizer(str(tmp_path / "small"))
    tokenizer.tmp_dir = str(tmp_path)
    with (tmp_path / "l.dict").open("rb") as dictionary:
        tokenizer.load_userdict(dictionary)
    assert tokenizer.FREQ["操作系统"] > 0


def test_counts_are_kept_in_the_cache_unless_told_otherwise(limner, corpus, tmp_path):
    limner("terms", "mine", str(corpus), "--no-index")
    assert not (tmp_path / "cache").exists()
    limner("terms", "mine", str(corpus))
    assert len([*(tmp_path / "cache/limner/terms").glob("*.sqlite")]) == 1


def test_another_folder_is_the_background(limner, corpus, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.txt").write_text("读配置文件改。写配置文件删。" * 40, "utf-8")
    said = limner("terms", "mine", str(corpus), "--background", str(other), "--json")
    terms = {term["term"] for term in said.json["terms"]}
    assert "操作系统" in terms and "配置文件" not in terms


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--background", "nowhere"], "does not exist"),
        (["--seeds", "区块链"], "No term of this corpus: 区块链"),
        (["--background", "builtin", "--background", "x"], "alone"),
        (["--out", "/nowhere/l.tsv"], "cannot be written"),
    ],
)
def test_bad_input_is_one_sentence(limner, corpus, arguments, sentence):
    said = limner("terms", "mine", str(corpus), *arguments)
    assert said.status == 2
    assert sentence in said.err
    assert said.err.count("\n") == 1


def test_a_binary_file_among_others_is_left_out_with_a_sentence(limner, corpus):
    (corpus / "b.txt").write_bytes(b"\0\1\2")
    said = limner("terms", "mine", str(corpus), "--json")
    assert said.status == 0
    assert "b.txt is not text" in said.err


def test_a_folder_without_text_is_one_sentence(limner, corpus):
    (corpus / "a.txt").write_text("")
    said = limner("terms", "mine", str(corpus))
    assert (said.status, said.err.count("\n")) == (2, 1)
    assert "no text was found" in said.err


def test_a_cache_that_cannot_be_written_is_a_note(limner, corpus, tmp_path):
    (tmp_path / "cache").write_text("a file where a folder should be")
    said = limner("terms", "mine", str(corpus), "--json")
    assert said.status == 0 and said.json["documents"] == 1
    assert "nothing is kept for the next time" in said.err


def test_a_damaged_index_is_counted_anew(limner, corpus, tmp_path):
    index = tmp_path / "i.sqlite"
    index.write_bytes(b"no database at all " * 999)
    said = limner("terms", "mine", str(corpus), "--index", str(index), "--json")
    assert said.status == 0 and "counting anew" in said.err


def test_seeds_keep_what_they_reach(limner, corpus):
    said = limner("terms", "mine", str(corpus), "--seeds", "操作系统", "--json")
    assert said.status == 0
    by_term = {term["term"]: term for term in said.json["terms"]}
    assert by_term["操作系统"]["chain"] == []
    assert all(term["chain"] is not None for term in by_term.values())
