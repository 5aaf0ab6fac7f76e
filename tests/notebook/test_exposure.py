"""`%exposure` on a kernel's own model."""

from __future__ import annotations

import pandas as pd

from limner.notebook.magics.refusal import Refused
from limner.render.exposure import bundle, card
from methods.decoders import seq2seq
from methods.tiny import word_pieces


def things():
    tokenizer = word_pieces()
    model = seq2seq("bart")
    model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    pairs = [("房间很差", "the service 😀 was slow"), ("很好", "but kind")]
    return {"model": model, "tok": tokenizer, "pairs": pairs}


def test_exposure_shows_the_user_s_model_and_returns_the_result(cells):
    given = things()
    ran = cells("r = %exposure model tok pairs --beams 2", **given)
    assert ran.error is None
    found = cells.shell.user_ns["r"]
    assert found.pairs == 2 and "after its own words" in ran.out
    assert {"text/plain", "text/html", "application/vnd.limner.v1+json"} == set(bundle(found))
    drawn = card(found)
    assert len(drawn.charts) == 2  # curves, and the worst pair's beam
    marked = next(text for text in drawn.texts if "😀" in text.text and text.marks)
    utf16 = marked.text.encode("utf-16-le")
    last = max(marked.marks, key=lambda mark: mark.end)
    assert utf16[2 * last.start : 2 * last.end].decode("utf-16-le").strip() in marked.text
    assert given["model"].training


def test_exposure_takes_a_table(cells):
    given = things()
    given["pairs"] = pd.DataFrame(given["pairs"], columns=["en", "zh"])
    assert cells("r = %exposure model tok pairs --beams 0", **given).error is None
    assert cells.shell.user_ns["r"].pairs == 2


def test_exposure_refuses_in_one_sentence(cells):
    for line in ("%exposure", "%exposure a b", "%exposure --model mini-seq2seq", "%exposure a b c"):
        assert isinstance(cells(line).error, Refused)
    ran = cells("%exposure model tok pairs", **{**things(), "pairs": 3})
    assert "tuples" in str(ran.error)
