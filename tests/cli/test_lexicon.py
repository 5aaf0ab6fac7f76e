"""`limner terms find`, `why`, `accept` …: the lexicon of a folder in the terminal."""

from __future__ import annotations

import pytest

TEXT = "".join(
    f"{a}操作系统{b}。\n{b}配置文件{a}。\n" for a in "看写读改删存打移" for b in "看写读改删"
)


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "docs"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text(TEXT, "utf-8")
    (folder / "sub" / "b.md").write_text("😀操作系统\r\n\r\n`配置文件`，操作系统\r\n", "utf-8")
    return folder


@pytest.fixture
def mined(corpus, limner):
    assert limner("terms", "mine", str(corpus), "--json").status == 0
    return corpus


def test_the_terms_of_a_file_are_found_line_by_line(limner, mined):
    file = mined / "sub" / "b.md"
    said = limner("terms", "find", str(file), "--json")
    places = [(p["line"], p["column"], p["term"]) for p in said.json["places"]]
    assert places == [(1, 2, "操作系统"), (3, 2, "配置文件"), (3, 8, "操作系统")]
    said = limner("terms", "find", str(file), "--term", "配置文件")
    assert said.out == f"{file}:3:2: `配置文件`，操作系统\n"


def test_a_decision_counts_from_then_on(limner, mined):
    file = mined / "sub" / "b.md"
    said = limner("terms", "reject", "配置文件", "--in", str(mined / "sub"))
    assert said.out == f"配置文件: not a term ({mined / 'lexicon.terms.toml'})\n"
    assert "配置文件:" not in limner("terms", "find", str(file), "--json").out
    terms = {place["term"] for place in limner("terms", "find", str(file), "--json").json["places"]}
    assert terms == {"操作系统"}
    limner("terms", "forget", "配置文件", "--in", str(mined))
    limner("terms", "merge", "配置文件", "操作系统", "--in", str(mined))
    found = limner("terms", "find", str(file), "--json").json["places"]
    assert {place["status"] for place in found} == {"accepted"}
    assert [place["text"] for place in found][1] == "配置文件"


def test_why_says_the_reasons_plainly(limner, mined):
    said = limner("terms", "why", "操作系统", "--in", str(mined)).out
    assert said.startswith("操作系统 · number ")
    assert "PMI" in said and "a.txt:" in said
    assert "**" not in said and "\\" not in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("why", "没有", "--in", "{0}"), "没有 is not in the lexicon of {0}."),
        (("accept", " - ", "--in", "{0}"), "Name a term of 1 to 200 characters."),
        (("find", "{0}/../x.txt"), "has no lexicon: make one with `limner terms mine "),
    ],
)
def test_what_is_not_there_is_said(limner, mined, arguments, sentence):
    (mined.parent / "x.txt").write_text("x", "utf-8")
    said = limner("terms", *(one.format(mined) for one in arguments))
    assert said.status == 2
    assert sentence.format(mined) in said.err


def test_broken_lines_of_a_lexicon_are_said_and_the_others_count(limner, mined):
    (mined / "x.terms.toml").write_text('accepted = ["操作", 7]\n', "utf-8")
    said = limner("terms", "find", str(mined / "sub" / "b.md"), "--term", "操作", "--json")
    assert "x.terms.toml:1: accepted: 7 is no term" in said.err
    assert len(said.json["places"]) == 2


def test_seeds_are_written_into_the_file(limner, mined):
    limner("terms", "seed", "操作系统", "--in", str(mined))
    text = (mined / "lexicon.terms.toml").read_text("utf-8")
    assert 'seeds = ["操作系统"]' in text


def test_a_lexicon_goes_into_a_file_and_comes_from_one(limner, mined, tmp_path):
    limner("terms", "reject", "配置文件", "--in", str(mined))
    said = limner("terms", "export", str(tmp_path / "l.tsv"), "--in", str(mined))
    assert said.status == 0
    assert "操作系统" in (tmp_path / "l.tsv").read_text("utf-8")
    other = tmp_path / "other"
    other.mkdir()
    (tmp_path / "ours.dict").write_text("页表 10 n\n\n操作系统\n", "utf-8")
    said = limner("terms", "import", str(tmp_path / "ours.dict"), "--in", str(other))
    assert said.out == f"2 terms in {other / 'lexicon.terms.toml'}\n"
    (other / "x.txt").write_text("页表与操作系统", "utf-8")
    found = limner("terms", "find", str(other / "x.txt"), "--json").json["places"]
    assert [place["term"] for place in found] == ["页表", "操作系统"]
