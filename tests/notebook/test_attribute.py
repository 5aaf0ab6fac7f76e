"""`%attribute` in a shell of this process with the fake engine: no number matters here."""

from __future__ import annotations

import queue

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch

from limner.notebook.magics import asking
from limner.notebook.magics.refusal import Refused, Stopped
from limner.protocol import Attribution, BadInput, TensorAttribution, TextInput, WorkerDied


def asked(cells) -> list[str]:
    return [job.input.text for job in cells.engine.jobs]


def refused(ran) -> str:
    """The one sentence that a cell ended with."""
    assert isinstance(ran.error, Refused)
    assert ran.out.strip() == f"limner: {ran.error}"
    assert "\n" not in str(ran.error) and "Traceback" not in ran.out + ran.err
    return str(ran.error)


# ── texts ─────────────────────────────────────────────────────────────────────────────────────


def test_a_quoted_text_is_attributed_drawn_and_returned(cells):
    ran = cells('%attribute "房间 很差"')
    assert asked(cells) == ["房间 很差"]
    assert isinstance(ran.value, Attribution)
    assert ran.out.count("nodes") == 1


def test_an_assigned_result_is_drawn_once_too(cells):
    ran = cells('r = %attribute "good"\nprint(r.text)')
    assert ran.out.count("nodes") == 1
    assert ran.out.endswith("good\n")


def test_a_later_look_at_the_result_draws_it_again(cells):
    cells('r = %attribute "good"')
    assert "Out[" in cells("r").out


def test_the_last_value_is_known_as_underscore(cells):
    cells('%attribute "good"')
    assert cells("print(_.text)").out == "good\n"


def test_after_a_magic_other_values_are_displayed_as_ever(cells):
    assert "Out[" in cells('r = %attribute "good"\n41 + 1').out


def test_the_rest_of_the_cell_is_the_text(cells):
    cells("%%attribute --target positive\nfirst line\n\n  second {line} $x\n")
    assert asked(cells) == ["first line\n\n  second {line} $x"]
    assert cells.engine.jobs[0].params["target"] == "positive"


def test_every_line_may_be_a_text_of_its_own(cells):
    ran = cells("%%attribute --lines\n很好\n\n很差\n")
    assert asked(cells) == ["很好", "很差"]
    assert [result.text for result in ran.value] == ["很好", "很差"]


@pytest.mark.parametrize(
    "column",
    [["a", "b"], ("a", "b"), pd.Series(["a", "b"]), pl.Series(["a", "b"]), np.array(["a", "b"])],
    ids=lambda column: type(column).__module__,
)
def test_a_list_or_column_of_texts_gives_a_list(cells, column):
    ran = cells("%attribute column", column=column)
    assert [result.text for result in ran.value] == ["a", "b"]


def test_an_expression_may_have_blanks_brackets_and_quotes(cells):
    frame = pd.DataFrame({"my text": ["a", "b"]})
    cells('%attribute frame["my text"].str.upper() [1:] --target positive', frame=frame)
    cells('%attribute "it\'s " + name  --target=positive', name="mine")
    assert asked(cells) == ["B", "it's mine"]


def test_many_results_are_returned_and_twenty_drawn(cells):
    ran = cells("%attribute texts", texts=["good"] * 25)
    assert len(ran.value) == 25
    assert ran.out.count("nodes") == 20
    assert "and 5 more results" in ran.out


def test_a_pair_may_be_quoted_or_a_variable(cells):
    cells('%attribute "a" --pair "b c"')
    cells("%attribute one --text-pair other", one=["a"], other=["d"])
    assert [job.input for job in cells.engine.jobs] == [
        TextInput(text="a", pair="b c"),
        TextInput(text="a", pair="d"),
    ]


# ── options ───────────────────────────────────────────────────────────────────────────────────


def test_options_are_those_of_the_terminal(cells):
    cells(
        '%attribute --model mini-sentiment --contrast "positive" --tolerance 0.05 '
        '--output=probability --absolute --all-labels "a"'
    )
    (job,) = cells.engine.jobs
    assert job.model == "mini-sentiment"
    assert {
        "contrast": "positive",
        "tolerance": 0.05,
        "output": "probability",
        "absolute": True,
        "all_labels": True,
        "baseline": "pad",
    }.items() <= job.params.items()


def test_baselines_stand_side_by_side(cells):
    ran = cells('%attribute --baseline mask --baseline "text:so so" "good"')
    assert [job.params["baseline"] for job in cells.engine.jobs] == ["mask", "text:so so"]
    assert len(ran.value) == 2


def test_several_texts_and_baselines_give_a_list_for_each_text(cells):
    ran = cells("%attribute --baseline mask --baseline pad texts", texts=["a", "b", "c"])
    assert [[r.text for r in row] for row in ran.value] == [["a"] * 2, ["b"] * 2, ["c"] * 2]


def test_help_is_printed_and_nothing_asked(cells):
    ran = cells("%attribute --help")
    assert "Usage: %attribute" in ran.out and "--baseline" in ran.out
    assert (ran.value, ran.error, cells.engine.jobs) == (None, None, [])


def test_the_model_may_be_a_variable_with_a_name(cells):
    cells('%attribute --model chosen "a"', chosen="mini-sentiment")
    assert cells.engine.jobs[0].model == "mini-sentiment"


# ── errors are one sentence ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("%attribute", "Give a text"),
        ('%attribute ""', "There is no text"),
        ("%attribute 房间很差", "put a text in quotes"),
        ("%attribute the room isn't good", "The ' before 't good' is not closed"),
        ("%attribute 1 / 0", "ZeroDivisionError"),
        ("%attribute 7", "7 is of type int: give a text"),
        ("%attribute []", "[] is empty"),
        ("%attribute ['a', None]", "Item 1 of ['a', None] is no text but NoneType"),
        ("%attribute frame", "give one column, frame['name']"),
        ("%attribute {'a': 1}", "is of type dict"),
        ('%attribute --nosuch "a"', "No such option '--nosuch'"),
        ('%attribute --tolerance much "a"', "Invalid value for '--tolerance'"),
        ('%attribute --output size "a"', "Invalid value for '--output'"),
        ('%attribute "a" --target', "Option '--target' requires an argument"),
        ('%attribute --model frame "a"', "frame is of type DataFrame: give a torch module"),
        ('%attribute --model clf --tokenizer tok "a"', "tok cannot be evaluated"),
        ('%attribute --model ./nowhere "a"', "There is no model folder ./nowhere"),
        ('%attribute --pair ["a", "b"] "c"', "There are 1 texts but 2 pairs"),
        ("%attribute --input frame", "--input needs a model of your own"),
        ('%attribute --input frame "a"', "Give either a text or --input"),
        ('%%attribute "a"\nb', "The cell is the text"),
        ("%%attribute --lines\n\n", "There is no text"),
    ],
)
def test_bad_input_is_one_sentence(cells, line, sentence):
    frame = pd.DataFrame({"a": ["x"], "b": ["y"]})
    assert sentence in refused(cells(line, frame=frame))
    assert not cells.engine.jobs


def test_an_error_of_the_engine_is_its_sentence(cells):
    cells.engine.fail_next(WorkerDied("The process died twice: try a shorter text."))
    assert refused(cells('%attribute "a"')) == "The process died twice: try a shorter text."


def test_the_first_error_of_many_texts_is_told_and_the_others_end(cells):
    cells.engine.fail_next(WorkerDied("The process died twice."))
    assert refused(cells("%attribute texts", texts=["a"] * 9)) == "The process died twice."
    assert cells.engine.count("waiting", "computing") == 0


# ── waiting ───────────────────────────────────────────────────────────────────────────────────


class Notices:
    """Stands for the line of progress; interrupts the cell when told to."""

    def __init__(self, interrupt: bool = False) -> None:
        self.said: list[str] = []
        self.interrupt = interrupt

    def say(self, message: str) -> None:
        self.said.append(message)
        if self.interrupt:
            raise KeyboardInterrupt

    def show(self, *results: object) -> None:
        self.said.append("shown")

    def wipe(self) -> None:
        self.said.append("wiped")


def test_the_line_of_progress_goes_when_the_result_is_shown(cells, monkeypatch):
    notices = Notices()
    monkeypatch.setattr(type(cells.kernel), "notice", lambda kernel: notices)
    cells('%attribute "a"')
    assert notices.said[-2:] == ["shown", "wiped"]


def test_what_takes_long_is_said_each_thing_once(monkeypatch):
    monkeypatch.setattr(asking, "PATIENCE", 0)
    told: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    notices = Notices()

    def say(message: str) -> None:
        notices.said.append(message)
        if message == "":  # the patience is over before anything was told
            for next_one in ("loading a", "loading a", "computing", None):
                told.put(next_one)

    monkeypatch.setattr(notices, "say", say)
    asking._watch(told, notices)
    assert notices.said == ["", "loading a", "computing"]


def test_an_interrupt_cancels_the_job_and_says_so(cells, monkeypatch):
    monkeypatch.setattr(asking, "PATIENCE", 0)
    monkeypatch.setattr(type(cells.kernel), "notice", lambda kernel: Notices(interrupt=True))
    cells.engine.hold()
    ran = cells('%attribute "a"')
    assert isinstance(ran.error, Stopped)
    assert ran.out.strip() == "limner: cancelled."
    assert cells.engine.count("waiting", "computing", "done") == 0


def test_without_a_daemon_it_is_computed_here_and_said_once(cells):
    cells.reachable = False
    ran = cells('%attribute "房间很差"')
    assert ran.err == (
        "limner: The daemon does not start; its log is /log; computing in this kernel instead.\n"
    )
    assert ran.value.target == "negative"


def test_the_daemon_may_be_left_out(cells):
    ran = cells('%attribute --no-daemon "房间很差"')
    assert (ran.err, ran.value.target, cells.engine.jobs) == ("", "negative", [])


# ── the user's own models ─────────────────────────────────────────────────────────────────────


class Picture(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.convolution = torch.nn.Conv2d(1, 2, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.convolution(x).relu().mean((2, 3))


def test_a_model_object_runs_in_place(cells):
    from limner.models import load

    clf, tok = load("mini-sentiment")
    ran = cells(
        '%attribute --model clf --tokenizer tok --labels bad,good "房间很差"', clf=clf, tok=tok
    )
    assert (ran.value.target, ran.error, cells.engine.jobs) == ("bad", None, [])


def test_an_output_of_a_model_object_is_drawn_token_by_token(cells):
    from methods.decoders import causal
    from methods.tiny import byte_pairs

    tok = byte_pairs()
    gpt = causal("gpt2")
    gpt.resize_token_embeddings(len(tok), mean_resizing=False)
    ran = cells(
        '%attribute --model gpt --tokenizer tok --continuation "but kind" --all-labels '
        '--earlier-tokens --tolerance 0.5 "slow"',
        gpt=gpt,
        tok=tok,
    )
    assert ran.error is None and ran.value.written == "but kind"
    assert (ran.value.text, ran.value.pair) == ("slow", "but kind")
    assert "strongest words" in ran.out and "log p" in ran.out
    assert gpt.training  # as it was found


def test_an_image_gets_a_heat_map_with_the_picture(cells):
    ran = cells("%attribute --model net --input x --target 1", net=Picture(), x=torch.rand(1, 8, 8))
    assert isinstance(ran.value, TensorAttribution)
    assert ran.value.picture is not None
    assert ran.out.startswith("1 0.")


def test_a_vector_of_a_column_gets_bars(cells):
    net = torch.nn.Linear(3, 2)
    ran = cells(
        "%attribute --model net --input frame['x'] --labels ['no', 'yes'] --target yes "
        "--baseline [1.0,1.0,1.0]",
        net=net,
        frame=pd.DataFrame({"x": [1.0, 2.0, 3.0]}),
    )
    row = net.weight[1].detach().tolist()
    assert ran.value.target == "yes"
    assert ran.value.scores == pytest.approx([0.0, row[1], 2 * row[2]], abs=1e-5)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--model net --input nothing", "nothing cannot be evaluated"),
        ("--model nothing --input x", "nothing cannot be evaluated"),
        ("--model net --input 'text'", "is of type str: give a tensor"),
        ("--model net --input whole", "whole has dtype int64: give floats"),
        ("--model net --input x", "Picture fails on this input (RuntimeError"),
        ("--model net --input x --baseline pad --baseline zero", "takes one --baseline"),
        ("--model net --input x --baseline 'mean'", "is of type str"),
    ],
)
def test_bad_input_of_a_model_object_is_one_sentence(cells, options, sentence):
    ran = cells(
        f"%attribute {options}", net=Picture(), x=torch.rand(5), whole=torch.ones(1, 8, 8).long()
    )
    assert sentence in refused(ran)


def test_text_for_a_model_object_without_a_tokenizer_says_what_is_missing(cells):
    assert "tokenizer" in refused(cells('%attribute --model net "a"', net=Picture()))


# ── completion ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("%attribute --out", ["--output"]),
        ("%attribute --output ", ["logit", "probability"]),
        ("%%attribute --output=p", ["probability"]),
        ("%attribute --model mini-s", ["mini-sentiment", "mini-seq2seq", "mini-spam"]),
        ("%attribute --model my", ["my_net"]),
        ("%exposure --model m", ["mini-seq2seq"]),
        ("%fill --model m", ["mini-mlm", "mini-mlm-noreviews"]),
        ("%attribute --target ", ["negative", "positive"]),
        ("%attribute --model my_net --target ", ["cat", "dog"]),
        ("r = %attribute --baseline m", ["mask"]),
        ("%limner st", ["status", "stop"]),
        ("%limner pin mini-s", ["mini-sentiment", "mini-seq2seq", "mini-spam"]),
        ("%exposure --be", ["--beams"]),
        ("r = %landscape --mode ", ["eval", "train"]),
        ("%gan --mom", ["--momentum"]),
    ],
)
def test_tab_offers_what_fits(cells, line, offered):
    net = torch.nn.Linear(2, 2)
    net.config = type("Config", (), {"id2label": {0: "cat", 1: "dog"}})()
    cells("pass", my_net=net)
    assert cells.complete(line) == offered


def test_the_text_is_completed_as_python(cells):
    cells("pass", my_reviews=["a"])
    assert cells.complete("%attribute my_re") == ["my_reviews"]
    assert cells.complete("%attribute --lines my_reviews.ap") == ["my_reviews.append"]
    assert cells.complete("%attribute --input my_re") == ["my_reviews"]


def test_a_broken_configuration_offers_nothing_and_is_told_when_it_is_used(cells):
    cells.config = BadInput("config.toml: Expected a table. Correct that line.")
    assert "mini-sentiment" not in cells.complete("%attribute --model mini-s")
    assert refused(cells('%attribute "a"')) == "config.toml: Expected a table. Correct that line."


def test_other_methods_are_asked_only_for_what_they_have(cells):
    cells('%attribute --method saliency --faithfulness --compare mask "a"')
    (job,) = cells.engine.jobs
    assert job.method == "saliency"
    assert job.params["compare"] == "mask" and job.params["faithfulness"] is True
    assert "absolute" not in job.params and "all_labels" not in job.params
