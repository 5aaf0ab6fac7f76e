import json

import pytest

from cli.test_daemon import daemon
from limner.config import Config, ModelEntry
from limner.protocol import EngineStatus, ModelStatus


@pytest.fixture
def configured(limner, tmp_path):
    """A model of the user's own whose folder is missing."""
    limner.config = Config(models={"mine": ModelEntry(path=str(tmp_path / "gone"))})
    return limner


LOADED = ModelStatus(
    name="mini-sentiment",
    path="/x",
    state="on-device",
    device="cuda:0",
    bytes=12_345_678,
    hits=7,
    loads=1,
    load_ms=310.0,
    labels=("negative", "positive"),
)


def test_models_are_listed_without_a_daemon(limner):
    said = limner("models", "list")
    assert said.status == 0
    assert "mini-sentiment" in said.out and "negative, positive" in said.out
    assert "mini-spam" in said.out and "ham, spam" in said.out
    assert "on disk" in said.out


def test_a_running_daemon_says_where_a_model_is_and_how_often_it_was_used(limner):
    limner.running = daemon(EngineStatus(device="cuda:0", models=(LOADED,)))
    said = limner("models", "list")
    assert "loaded on cuda:0" in said.out and "12 MB" in said.out and " 7" in said.out


def test_a_model_that_cannot_be_loaded_says_why(configured):
    said = configured("models", "list")
    assert "cannot be loaded" in said.out
    assert "! mine: The folder of model 'mine' is missing" in said.out


def test_the_list_as_json_has_every_key(limner):
    (model,) = [m for m in limner("models", "list", "--json").json["models"] if m["bytes"]][:1]
    assert set(model) == set(ModelStatus.__struct_fields__)


def test_one_model_is_shown_with_its_folder(limner):
    said = limner("models", "show", "mini-sentiment")
    assert "bundled/mini-sentiment" in said.out.replace("\n", "")
    assert json.loads(limner("models", "show", "mini-sentiment", "--json").out)["bytes"] > 1e6


def test_an_unknown_model_is_refused_with_the_known_ones(limner):
    said = limner("models", "show", "maxi")
    assert said.status == 2
    assert said.err.startswith("limner: Unknown model 'maxi'. Choose one of: ")
    assert "mini-sentiment" in said.err
