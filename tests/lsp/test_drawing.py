"""From an attribution to an overlay: what is drawn, said, and left out."""

from typing import Any

import msgspec
import pytest

from limner.engine.fake import plausible
from limner.lsp.asks import Ask
from limner.lsp.documents import Document
from limner.lsp.probe import Origin, Probe, State
from limner.overlays import draw
from limner.overlays.markdown import escape
from limner.protocol import Attribution, Job, Piece, TextInput, Truncation
from limner.text.passages import Passage
from render.samples import two_baselines


def passage_of(text: str, language: str = "plaintext") -> Passage:
    (passage,) = Document("file:///x", language, 1, text).passages
    return passage


def attribution(text: str, **changes: Any) -> Attribution:
    job = Job(method="integrated_gradients", model="m", input=TextInput(text=text))
    return msgspec.structs.replace(plausible(job), **changes)


def test_marks_are_scores_over_the_largest():
    text = "the film was bad"
    result = attribution(text)
    overlay = draw(result, passage_of(text))
    largest = max(abs(word.score) for word in result.words)
    assert [mark.value for mark in overlay.marks] == [w.score / largest for w in result.words]
    assert max(abs(mark.value) for mark in overlay.marks) == 1.0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"delta": 0.0004}, "δ < 0.1 %"),
        ({"delta": None, "error": 0.0031}, "ΔF ≈ 0 (error 0.0031)"),
        ({"converged": False, "delta": 0.2}, "δ 20 % · ⚠ not converged"),
        ({"baseline": "mask"}, "baseline mask"),
        ({"contrast": "positive", "target": "negative"}, "negative against positive"),
        (
            {
                "truncated": Truncation(
                    characters_read=1200, characters=100_000, tokens_read=512, tokens=40_000
                )
            },
            "first 1,200 of 100,000 characters",
        ),
    ],
)
def test_a_note_says_what_must_not_be_missed(changes: dict[str, Any], said: str):
    text = "the film was bad"
    (note,) = draw(attribution(text, **changes), passage_of(text)).notes
    assert said in note.text


def test_truncation_and_notes_are_in_the_explanation():
    cut = Truncation(characters_read=12, characters=16, tokens_read=3, tokens=4)
    result = attribution("the film was bad", truncated=cut, notes=("Smaller batches.",))
    (note,) = draw(result, passage_of("the film was bad")).notes
    assert "⚠ The model read the first 12 of 16 characters (3 of 4 tokens)." in note.tooltip
    assert "⚠ Smaller batches." in note.tooltip


def test_words_of_the_other_text_of_a_pair_are_not_marked():
    words = (
        Piece(text="the", start=0, end=3, score=1.0),
        Piece(text="far", start=0, end=3, score=2.0, segment=1),
    )
    overlay = draw(attribution("the film", words=words), passage_of("the film"))
    assert [(mark.start, mark.value) for mark in overlay.marks] == [(0, 1.0)]


def test_no_scores_no_marks():
    words = (Piece(text="the", start=0, end=3, score=0.0),)
    assert draw(attribution("the film", words=words), passage_of("the film")).marks == ()


def test_the_panel_has_a_row_per_word_and_no_address():
    text = "bad bad film"
    panel = draw(attribution(text), passage_of(text)).panel
    assert panel is not None
    values = panel.spec["data"]["values"]
    assert [value["name"] for value in values] == ["bad", "bad (2)", "film"]
    encoded = msgspec.json.encode(panel.spec)
    assert b"://" not in encoded
    assert b"href" not in encoded
    assert panel.text.splitlines()[0].startswith(("negative", "positive"))


def test_two_baselines_are_two_bars_a_word():
    panel = draw(two_baselines(), passage_of(two_baselines().text)).panel
    assert panel is not None
    scores = {(v["name"], v["of"]): v["score"] for v in panel.spec["data"]["values"]}
    assert scores["很差", "baseline pad"] == -scores["很差", "baseline mask"] == 2.0
    assert "baseline pad, baseline mask" in panel.text.splitlines()


def test_an_escape_of_the_source_is_marked_as_a_whole():
    source = r'x = "a \u597d"'
    passage = passage_of(source, "python")
    overlay = draw(attribution(passage.text), passage)
    assert [source[mark.start : mark.end] for mark in overlay.marks] == ["a", r"\u597d"]


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain-text 1.5", "plain-text 1.5"),
        ("a|b", r"a\|b"),
        ("<img src=x>", r"\<img src=x\>"),
        ("[a](http://x)", r"\[a\](http\://x)"),
        ("www.x.com", r"www\.x.com"),
        ("a\nb\u202ec\x00", "a·b·c·"),
    ],
)
def test_untrusted_text_stays_text(text: str, escaped: str):
    assert escape(text) == escaped


def test_a_loading_model_is_named():
    job = Job(method="integrated_gradients", model="big-one", input=TextInput(text="x"))
    probe = Probe("p1", "u", Origin.COMMAND, Ask("attribute", {}), (0, 4), job=job)
    probe.state = State.LOADING
    assert [note.text for note in probe.shown.notes] == ["… loading big-one"]
