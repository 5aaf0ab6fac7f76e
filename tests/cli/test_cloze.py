"""`limner cloze`: a task from a data file, measured, its rows labelled, trained; words for gaps."""

from __future__ import annotations

from pathlib import Path

import pytest

from limner.engine.fake import plausible
from limner.engine.local import LocalEngine
from limner.labelling.reading import load
from limner.protocol import Job, Result

DATA = "label\ttext\r\npositive\t房间很好\r\n\t早餐不新鲜，不推荐\r\n\t很满意\r\nnegative\t不好\r\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "reviews.tsv").write_bytes(DATA.encode())
    return tmp_path


def test_a_task_is_begun_from_a_data_file(limner, home):
    said = limner("cloze", "new", str(home / "reviews.tsv"))
    assert said.status == 0
    task = load(home / "reviews.cloze.toml")
    assert task.labels == {"positive": ("很",), "negative": ("不",)}
    again = limner("cloze", "new", str(home / "reviews.tsv"))
    assert again.status == 2 and "there already" in again.err


def test_rows_are_labelled_in_the_file_and_nothing_else_changes(limner, home):
    limner("cloze", "new", str(home / "reviews.tsv"))
    task = str(home / "reviews.cloze.toml")
    said = limner("cloze", "predict", task)
    assert said.status == 0 and "早餐不新鲜" in said.out
    assert (home / "reviews.tsv").read_bytes() == DATA.encode()
    said = limner("cloze", "predict", task, "--write", "--above", "0.6")
    assert "2 rows were labelled" in said.out + said.err
    assert (home / "reviews.tsv").read_bytes() == DATA.replace(
        "\r\n\t早", "\r\nnegative\t早"
    ).replace("\r\n\t很", "\r\npositive\t很").encode()


def test_another_file_and_a_table_of_all_rows(limner, home):
    limner("cloze", "new", str(home / "reviews.tsv"))
    other = home / "other.jsonl"
    other.write_text('{"text": "很好"}\n', "utf-8")
    out = home / "out.tsv"
    task = str(home / "reviews.cloze.toml")
    limner("cloze", "predict", task, str(other), "--out", str(out))
    lines = out.read_text("utf-8").splitlines()
    assert lines[0] == "label\tprobability\tmargin\ttext"
    assert lines[1].startswith("positive\t0.8808\t")


def test_a_task_is_measured(limner, home):
    limner("cloze", "new", str(home / "reviews.tsv"))
    task = str(home / "reviews.cloze.toml")
    plain = limner("cloze", "eval", task, "--json").json
    assert plain["count"] == 2
    assert plain["quality"]["accuracy"] == 1.0
    page = home / "report.html"
    assert "100" in limner("cloze", "eval", task, "--html", str(page)).out
    assert "<svg" in page.read_text("utf-8") or "<table" in page.read_text("utf-8")


def test_what_is_wrong_is_one_sentence(limner, home):
    limner("cloze", "new", str(home / "reviews.tsv"))
    task = home / "reviews.cloze.toml"
    text = task.read_text("utf-8")
    task.write_text(text.replace('"reviews.tsv"', '"absent.tsv"'), "utf-8")
    said = limner("cloze", "eval", str(task))
    assert said.status == 2 and "names no data file that is there" in said.err
    task.write_text(text.replace('"{mask}', '"', 1), "utf-8")
    said = limner("cloze", "eval", str(task))
    assert said.status == 2 and "reviews.cloze.toml:" in said.err and "no gap" in said.err
    task.write_text(text, "utf-8")
    (home / "reviews.tsv").write_text(DATA + "maybe\t好\nx\n", "utf-8")
    said = limner("cloze", "eval", str(task))
    assert said.status == 2 and "'maybe'" in said.err and "reviews.tsv:7" in said.err
    said = limner("cloze", "fill", "没有空")
    assert said.status == 2 and "no gap" in said.err


def test_a_file_that_changes_meanwhile_is_left_alone(limner, home):
    limner("cloze", "new", str(home / "reviews.tsv"))

    def answer(job: Job) -> Result:
        (home / "reviews.tsv").write_text("label\ttext\n\t新的\n", "utf-8")
        return plausible(job)

    limner.engine.answer = answer
    said = limner("cloze", "predict", str(home / "reviews.cloze.toml"), "--write")
    assert said.status == 2 and "changed on disk" in said.err
    assert (home / "reviews.tsv").read_text("utf-8") == "label\ttext\n\t新的\n"


def test_words_for_a_gap(limner):
    said = limner("cloze", "fill", "房间很____，早餐")
    assert "不错" in said.out
    assert limner("cloze", "fill", "房间很<mask>", "--json").json["candidates"][0]["text"] == "好"


def test_training_writes_a_head_and_the_task_uses_it(limner, home):
    """With the bundled model itself: whatever comes out, nothing is lost and it is said."""
    rows = "".join(
        f"{label}\t{text}{k}\n"
        for k in range(4)
        for label, text in (("positive", "很好很满意，推荐"), ("negative", "太差了，不推荐"))
    )
    (home / "reviews.tsv").write_text("label\ttext\n" + rows, "utf-8")
    limner("cloze", "new", str(home / "reviews.tsv"))
    task = home / "reviews.cloze.toml"
    limner.engine = LocalEngine(limner.config)
    said = limner("cloze", "train", str(task), "--epochs", "3", "--json")
    assert said.status == 0, said.err
    plain = said.json
    assert plain["held_out"] == 2
    assert 1 <= len(plain["epochs"]) <= 3
    if plain["saved"]:
        assert load(task).head == 1
        assert (home / "reviews.heads" / "001.safetensors").is_file()
        assert limner("cloze", "eval", str(task)).status == 0
    else:
        assert load(task).head is None
    assert task.read_text("utf-8").startswith("# A labelling task")
