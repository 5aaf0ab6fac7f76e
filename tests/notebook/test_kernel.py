"""The magics in a real kernel, with the real daemon and the bundled model."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from html.parser import HTMLParser

import msgspec
import pytest

from limner.render.card import MIME, Card
from notebook.live import kernel

pytestmark = pytest.mark.process

NET = """
import torch
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.convolution = torch.nn.Conv2d(3, 4, 3)
    def forward(self, x):
        return self.convolution(x).relu().mean((2, 3))
net, x = Net(), torch.rand(3, 16, 16)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """An environment with a daemon of its own, stopped afterwards."""
    names = {
        "XDG_RUNTIME_DIR": tmp_path_factory.mktemp("run"),
        "LIMNER_CONFIG": tmp_path_factory.mktemp("config") / "config.toml",
        "IPYTHONDIR": tmp_path_factory.mktemp("ipython"),
    }
    environment = os.environ | {name: str(path) for name, path in names.items()}
    yield environment
    stop = (sys.executable, "-m", "limner", "daemon", "stop")
    subprocess.run(stop, env=environment, capture_output=True, check=True, timeout=60)


@pytest.fixture(scope="module")
def cell(home):
    """`cell('%attribute "…"')` → what a notebook keeps of it."""
    with kernel(home) as live:
        assert live("%load_ext limner").status == "ok"
        yield live


def test_the_extension_brings_no_torch_along(cell):
    assert cell("import sys; print('torch' in sys.modules)").streams == "False\n"


def test_a_text_leaves_one_bundle_with_text_html_and_card(cell):
    output = cell('%attribute "房间很差，但是早餐很好 👍"')
    (bundle,) = output.displays
    assert {*bundle} == {"text/plain", "text/html", MIME}
    assert "negative 0." in bundle["text/plain"]
    HTMLParser().feed(bundle["text/html"])
    card = msgspec.convert(bundle[MIME], Card)
    text = card.texts[0].text.encode("utf-16-le")
    marked = {
        text[2 * m.start : 2 * m.end].decode("utf-16-le"): m.step for m in card.texts[0].marks
    }
    assert marked["很差"] == 4
    assert output.results == [] and output.streams == ""


def test_progress_is_shown_on_the_same_display_and_gone_at_the_end(cell):
    cell("%limner stop")
    output = cell('%attribute "房间很差"')
    assert any("loading model" in said or "starting" in said for said in output.progress)
    assert len(output.displays) == 1 and MIME in output.displays[0]


def test_an_assigned_result_is_a_value_and_drawn_once(cell):
    output = cell('r = %attribute --baseline pad --baseline mask "房间很差"\nr[1].baseline')
    assert [text["label"] for text in output.card["texts"]] == ["baseline pad", "baseline mask"]
    assert [result["text/plain"] for result in output.results] == ["'mask'"]


def test_a_result_shown_again_is_the_same_bundle(cell):
    drawn = cell('r = %attribute "房间很差"').displays
    (again,) = cell("r").results
    assert [again] == drawn


def test_the_kernel_and_the_daemon_say_the_same(cell):
    output = cell(
        'a = %attribute "服务热情，再也不来"\n'
        'b = %attribute --no-daemon "服务热情，再也不来"\n'
        "print(max(abs(s.score - t.score) for s, t in zip(a.words, b.words)) < 1e-4)"
    )
    assert output.streams == "True\n"


def test_a_model_object_of_the_kernel_runs_in_place(cell):
    cell("import limner\nclf, tok = limner.models.load('mini-sentiment')")
    output = cell('%attribute --model clf --tokenizer tok --target positive "早餐很好"')
    assert output.card["result"]["target"] == "positive"
    assert output.card["texts"][0]["marks"]


def test_an_image_is_drawn_under_its_heat_map(cell):
    cell(NET)
    output = cell("%attribute --model net --input x --target 3")
    (picture,) = output.card["pictures"]
    assert (picture["rows"], picture["columns"], len(picture["values"])) == (16, 16, 256)
    assert picture["under"].startswith("data:image/png;base64,")
    assert picture["under"] in output.displays[0]["text/html"]


def test_a_mistake_is_one_sentence_and_the_cell_fails(cell):
    output = cell('%attribute --target glad "房间很差"\nprint("not reached")')
    assert output.status == "error"
    assert output.error == "limner: Unknown target 'glad'. Choose one of: negative, positive."
    assert output.streams == "" and output.displays == []


def test_stop_cancels_the_jobs_on_the_engine(cell):
    cell("texts = [f'{i} ' + '房间很差，早餐很好。' * 40 for i in range(300)]")
    interrupted: list[str] = []

    def interrupt(message):
        said = message["content"].get("data", {}).get("text/plain", "")
        if "computing" in said and not interrupted:
            interrupted.append(said)
            cell.manager.interrupt_kernel()

    output = cell("%attribute texts", interrupt)
    assert interrupted
    assert (output.status, output.error) == ("error", "limner: cancelled.")
    assert output.displays == []
    deadline = time.monotonic() + 60
    while "0 running, 0 waiting" not in (jobs := jobs_of(cell)):
        assert time.monotonic() < deadline, jobs
    assert " 0 cancelled" not in jobs
    assert cell('%attribute "房间很差"').status == "ok"


def jobs_of(cell) -> str:
    return dict(cell("%limner status").card["facts"])["jobs"]


def test_the_engine_is_shown_pinned_and_stopped(cell):
    assert "stays" in cell("%limner pin mini-sentiment").streams
    status = cell("%limner status")
    assert status.card["tables"][0]["rows"][0][3].endswith("pinned")
    assert {*status.displays[0]} == {"text/plain", "text/html", MIME}
    assert "memory is free" in cell("%limner unpin mini-sentiment").streams
    assert cell("%limner models").card["tables"][0]["columns"][0] == "model"
    assert cell("%limner stop").streams == "Stopped.\n"
    assert cell("%limner status").streams.startswith("No daemon runs")


def test_tab_completes_through_the_kernel(cell):
    assert cell.complete("%attribute --model mini-sent") == ["mini-sentiment"]
    assert cell.complete("%attribute --targ") == ["--target"]
    assert cell.complete("%limner un") == ["unpin"]


def test_help_is_printed(cell):
    assert "--baseline" in cell("%attribute --help").streams
    assert "status" in cell("%limner --help").streams


def test_where_no_daemon_can_be_it_is_computed_here_and_said(home, tmp_path):
    (tmp_path / "limner").write_text("in the way")
    with kernel(home | {"XDG_RUNTIME_DIR": str(tmp_path)}) as live:
        live("%load_ext limner")
        output = live('%attribute "房间很差"')
    assert output.streams.endswith("; computing in this kernel instead.\n")
    assert output.streams.count("\n") == 1
    assert output.card["method"] == "integrated_gradients"


def test_in_a_terminal_the_words_are_coloured(home):
    script = "%load_ext limner\n%attribute '房间很差'\n"
    ran = subprocess.run(
        [sys.executable, "-m", "IPython", "--simple-prompt", "--colors=nocolor", "--no-banner"],
        input=script,
        env=home | {"FORCE_COLOR": "1", "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "\x1b[" in ran.stdout and "很差" in ran.stdout
    assert ran.stdout.count("nodes") == 1
