"""`%terms` in a shell of this process: documents, and texts of the kernel."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pandas as pd
import polars as pl
import pytest

from limner.notebook.magics.refusal import Refused, Stopped
from limner.terms import Terms, mine
from limner.terms.where import index_path

LINES = [f"{a}操作系统{b}。{b}配置文件{a}。" for a in "看写读改删存打移" for b in "看写读改删"]


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("\n".join(LINES), "utf-8")
    return tmp_path / "docs"


def counts(result: Terms) -> dict[str, int]:
    return {term.term: term.count for term in result.terms}


def test_a_folder_is_mined_drawn_and_returned(cells, corpus):
    ran = cells("%terms docs --background none")
    assert isinstance(ran.value, Terms) and ran.error is None
    assert counts(ran.value)["操作系统"] == 40
    assert ran.out.count("1 document ·") == 1
    assert index_path([corpus]).exists()


@pytest.mark.parametrize(
    "make",
    [list, tuple, np.array, pd.Series, pl.Series, lambda t: iter([*t]), "\n".join],
    ids=["list", "tuple", "array", "pandas", "polars", "iterator", "text"],
)
def test_texts_of_the_kernel_are_mined_as_files_are(cells, corpus, make):
    ran = cells("%terms texts --background none", texts=make(LINES))
    assert ran.error is None
    assert counts(ran.value) == counts(mine(corpus, "none", index=False))
    assert ran.value.terms[0].sentences[0].path.startswith("texts")
    assert not (corpus.parent / "cache").exists()


def test_columns_and_expressions_are_texts(cells):
    frame = pd.DataFrame({"评论": LINES, "n": 1})
    ran = cells('%terms df["评论"] --background none', df=frame)
    assert ran.value.documents == 40
    assert ran.value.terms[0].sentences[0].path.startswith('df["评论"][')
    again = cells("%terms [t.upper() for t in texts] --background none", texts=LINES)
    assert again.value.chars == ran.value.chars


def test_a_variable_goes_before_a_folder_unless_it_is_quoted(cells, corpus):
    assert cells("%terms docs --background none", docs=LINES).value.documents == 40
    assert cells('%terms "docs" --background none', docs=LINES).value.documents == 1
    assert cells("%terms ./docs --background none", docs=LINES).value.documents == 1
    assert cells("%terms where --background none", where=corpus).value.documents == 1


def test_options_are_those_of_the_terminal(cells, corpus):
    ran = cells("%terms docs --top 1 --min-count=30 --rank unit --no-index --background=none")
    assert (len(ran.value.terms), ran.value.min_count, ran.value.background) == (1, 30, None)
    assert not (corpus.parent / "cache").exists()
    ran = cells("%terms docs --index here.sqlite")
    assert ran.value.background == "builtin" and (corpus.parent / "here.sqlite").exists()


def test_an_assigned_result_is_drawn_once(cells, corpus):
    ran = cells("r = %terms docs --background none\nprint(len(r.terms))")
    assert ran.out.count("1 document ·") == 1


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("%terms", "Name documents or texts"),
        ("%terms nowhere", "nowhere cannot be evaluated"),
        ("%terms ./nowhere", "name a file or a folder"),
        ('%terms "nowhere"', "does not exist"),
        ("%terms number", "number is of type int"),
        ("%terms holes", "Item 1 of holes is no text but float"),
        ("%terms nothing", "is empty"),
        ("%terms table", "give one column"),
        ("%terms blank", "no text was found"),
        ("%terms texts --seeds 区块链", "No term of this corpus: 区块链"),
        ("%terms texts --index kept", "Texts are not kept in an index"),
        ("%terms texts --background none --background x", "takes builtin or none alone"),
        ("%terms texts --background nowhere", "does not exist"),
        ("%terms texts --top 0", "not in the range"),
        ("%terms texts --nosuch 1", "No such option"),
    ],
)
def test_bad_input_is_one_sentence(cells, corpus, line, sentence):
    ran = cells(
        line,
        texts=LINES,
        number=7,
        holes=["a", float("nan")],
        nothing=[],
        blank=["", " "],
        table=pd.DataFrame({"a": LINES, "b": LINES}),
    )
    assert isinstance(ran.error, Refused), ran.error
    assert ran.out.strip() == f"limner: {ran.error}" and "\n" not in str(ran.error)
    assert sentence in str(ran.error)
    if "none alone" in sentence:
        assert "%terms --help" in str(ran.error)


def test_an_interrupt_keeps_what_was_counted(cells, corpus, monkeypatch):
    for name in "bc":
        (corpus / f"{name}.txt").write_text("\n".join(LINES), "utf-8")

    class Interrupting:
        def __init__(self, say):
            pass

        def __call__(self, doing, done, total):
            if doing.startswith("reading") and done > total / 2:
                raise KeyboardInterrupt

    magic = import_module("limner.notebook.magics.terms")
    with monkeypatch.context() as patched:
        patched.setattr(magic, "PATIENCE", -1)
        patched.setattr(magic, "Telling", Interrupting)
        ran = cells("%terms docs --background none")
    assert isinstance(ran.error, Stopped) and ran.out.strip() == "limner: cancelled."
    told: list[int] = []
    again = mine(corpus, "none", progress=lambda doing, done, total: told.append(total))
    assert told[0] == (corpus / "c.txt").stat().st_size
    assert counts(again)["操作系统"] == 120


def test_progress_has_a_rate_and_the_time_that_is_left(monkeypatch):
    terms = import_module("limner.cli.terms")
    now = iter([10.0, 12.0])
    monkeypatch.setattr(terms.time, "monotonic", lambda: next(now))
    said: list[str] = []
    telling = terms.Telling(said.append)
    telling("reading and counting", 1_000_000, 8_000_000)
    telling("reading and counting", 4_000_000, 8_000_000)
    assert said[-1] == "reading and counting: 50%, 2.0 MB/s, 2 s left"


def test_help_names_the_options(cells):
    said = cells("%terms --help").out
    assert said.startswith("Usage: %terms")
    assert "--background" in said and "--no-index" in said and "--out" not in said
    assert "%terms --help" in str(cells.shell.find_line_magic("terms").__doc__)


def test_tab_offers_options_values_and_variables(cells):
    cells("", reviews=LINES)
    assert {"--background", "--seeds", "--help"} <= set(cells.complete("%terms docs --"))
    assert "none" in cells.complete("%terms docs --background ")
    assert cells.complete("r = %terms docs --rank=u") == ["unit"]
    assert "reviews" in cells.complete("%terms rev")
