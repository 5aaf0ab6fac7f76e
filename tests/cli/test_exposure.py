"""`limner exposure` on a model folder, and the files of pairs it reads."""

from __future__ import annotations

import json

import pytest

from limner.files.pairs import read_pairs
from limner.protocol import BadInput
from methods.decoders import seq2seq
from methods.tiny import word_pieces

PAIRS = "source\ttarget\n房间很差\tthe service was slow\n很好\tbut kind 😀\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A BART with random weights, saved as users save theirs."""
    path = tmp_path_factory.mktemp("models") / "bart"
    tokenizer = word_pieces()
    model = seq2seq("bart")
    model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    model.save_pretrained(path)
    tokenizer.save_pretrained(path)
    return path


def test_exposure_prints_the_stable_json(limner, tmp_path, folder):
    file = tmp_path / "pairs.tsv"
    file.write_text(PAIRS, "utf-8")
    said = limner(
        "exposure", "--model", str(folder), "--pairs", str(file), "--json", "--beams", "2"
    ).json
    assert (said["method"], said["kind"], said["pairs"]) == ("exposure_bias", "seq2seq", 2)
    assert len(said["beams"]) == 2 and len(said["positions"]) > 1
    shown = next(one for one in said["shown"] if one["source"] == "很好")
    places = [(t["start"], t["end"]) for t in shown["tokens"] if t["start"] is not None]
    assert shown["target"][slice(*places[-1])] == "😀"  # code points


def test_exposure_prints_for_people_and_writes_a_page_and_a_picture(limner, tmp_path, folder):
    file, page, picture = (tmp_path / name for name in ("p.tsv", "p.html", "p.svg"))
    file.write_text(PAIRS, "utf-8")
    said = limner(
        "exposure", "--model", str(folder), "--pairs", str(file), "--limit", "1",
        "--html", str(page), "--svg", str(picture),
    )  # fmt: skip
    assert said.status == 0
    told = " ".join(said.out.split())
    assert "after its own words" in told and "above the target" in told
    assert "more than 1 pairs" in told
    assert "房间很差" in page.read_text("utf-8")
    assert picture.read_text("utf-8").startswith("<svg") and 'class="own"' in picture.read_text()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.tsv", None, "cannot be read"),
        ("empty.tsv", "", "has no pairs"),
        ("one.tsv", "a\tb\nonly one\n", "line 2: give a source and a target"),
        ("gb.tsv", "你好\t再见".encode("gb18030"), "not in UTF-8"),
        ("pairs.txt", "a\tb", "give a .tsv, .csv or .jsonl file"),
        ("bad.jsonl", '{"source": "a"}\n', "line 1: give a JSON object"),
        ("number.jsonl", '{"source": "a", "target": 3}\n', "that are texts"),
        ("open.csv", 'a,"b\n', "is no table"),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence(limner, tmp_path, name, content, said):
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    ended = limner("exposure", "--pairs", str(file))
    assert ended.status == 2 and said in ended.err and ended.err.count("\n") == 1


def test_pairs_are_read_by_header_by_name_and_without(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text('\ufeffid,target,source\r\n1,"一, 二",one\r\n\r\n2,三,"three\n3"\r\n', "utf-8")
    assert read_pairs(file) == [("one", "一, 二"), ("three\n3", "三")]
    assert read_pairs(file, ("id", "source"), 1) == [("1", "one")]
    with pytest.raises(BadInput, match="no columns 'x' and 'y'"):
        read_pairs(file, ("x", "y"))
    plain = tmp_path / "b.tsv"
    plain.write_text('a "quote\tb\tc\n', "utf-8")
    assert read_pairs(plain) == [('a "quote', "b")]
    lines = tmp_path / "c.jsonl"
    lines.write_text(json.dumps({"en": "a", "zh": "一"}) + "\n", "utf-8")
    assert read_pairs(lines, ("en", "zh")) == [("a", "一")]


def test_exposure_refuses_in_one_sentence(limner, tmp_path):
    file = tmp_path / "pairs.tsv"
    file.write_text(PAIRS, "utf-8")
    for wrong in (
        ("--model", "mini-mlm"),
        ("--model", "nobody"),
        ("--beams", "99"),
        ("--columns", "a"),
    ):
        said = limner("exposure", "--pairs", str(file), *wrong)
        assert said.status == 2 and said.err.count("\n") == 1
