"""`%cloze`, `%%cloze`, `%fill` in a shell of this process, with the bundled model."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pytest

from limner.labelling.api import ClozeTask
from limner.notebook.magics.refusal import Refused
from limner.protocol import Candidates, ClozeLabels, ClozeTraining
from limner.results.cloze import ClozeReport

TASK = 'patterns = ["{mask}满意。{text}"]\n[labels]\npositive = "很"\nnegative = "不"\n'
TEXTS = ["房间很干净，服务也很好", "质量太差了，客服态度恶劣", "还行"]


@pytest.fixture
def task(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.cloze.toml").write_text(TASK, "utf-8")
    return tmp_path / "a.cloze.toml"


@pytest.mark.parametrize("make", [list, tuple, pd.Series, pl.Series])
def test_texts_are_labelled(cells, task, make):
    ran = cells("r = %cloze texts --task a.cloze.toml", texts=make(TEXTS))
    assert ran.error is None
    assert isinstance(cells.shell.user_ns["r"], ClozeLabels)
    assert len(cells.shell.user_ns["r"].probabilities) == 3


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_a_frame_is_labelled_and_kept(cells, task, make):
    frame = make({"text": TEXTS, "label": ["positive", None, ""]})
    ran = cells("%cloze df --task a.cloze.toml -o done", df=frame)
    assert isinstance(ran.value, ClozeLabels)
    done = cells.shell.user_ns["done"]
    assert list(done.columns) == ["text", "label", "probability", "margin"]
    assert next(iter(done["label"])) == "positive"
    assert set(done["label"]) <= {"positive", "negative"}
    assert list(frame["label"])[2] == ""


def test_a_cell_is_a_task(cells):
    ran = cells(f"%%cloze\n{TASK}")
    assert ran.error is None
    assert isinstance(cells.shell.user_ns["task"], ClozeTask)
    ran = cells(f"%%cloze texts -o found\n{TASK}", texts=TEXTS)
    assert cells.shell.user_ns["found"].labels == ("positive", "negative")


def test_a_frame_with_labels_is_measured_and_learned_from(cells, task):
    texts = [f"{text}{k}" for k in range(3) for text in ("很好很满意", "太差了不推荐")]
    frame = pd.DataFrame({"text": texts, "label": ["positive", "negative"] * 3})
    ran = cells("%cloze df --task a.cloze.toml --eval", df=frame)
    assert isinstance(ran.value, ClozeReport) and ran.value.count == 6
    ran = cells("%cloze df --task a.cloze.toml --train", df=frame)
    assert isinstance(ran.value, ClozeTraining) and ran.value.held_out == 2


def test_words_for_a_gap(cells):
    ran = cells("%fill 房间很[MASK]，早餐很丰富")
    assert isinstance(ran.value, Candidates)
    assert "好" in [one.text for one in ran.value.candidates]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("%cloze texts", "Name the task"),
        ("%cloze --task a.cloze.toml", "Name the texts"),
        ("%cloze absent --task a.cloze.toml", "cannot be evaluated"),
        ("%cloze texts --task b.cloze.toml", "cannot be read"),
        ("%cloze texts --task a.cloze.toml --eval", "column of a DataFrame"),
        ("%cloze df --task a.cloze.toml", "no column 'text'"),
        ("%%cloze\npatterns = 3\n", "line 1: "),
        ("%fill 没有", "no gap"),
    ],
)
def test_what_is_wrong_is_one_sentence(cells, task, code, said):
    ran = cells(code, texts=TEXTS, df=pd.DataFrame({"a": TEXTS}))
    assert isinstance(ran.error, Refused)
    assert said in str(ran.error)


def test_options_are_completed(cells):
    assert "--eval" in cells.complete("%cloze df --")
