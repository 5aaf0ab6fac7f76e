"""Which folders may be loaded is decided without torch, in one clear sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from limner.config import Config, ModelEntry, load_config
from limner.models import specs
from limner.protocol import BadInput, ModelRefused, UnknownModel


def folder(path: Path, *weights: str, **config: object) -> Path:
    path.mkdir()
    (path / "config.json").write_text(json.dumps(config))
    for name in weights:
        (path / name).write_bytes(b"weights")
    return path


def refused(path: Path, **allowed: bool) -> str:
    with pytest.raises(ModelRefused) as caught:
        specs.check_folder(specs.Spec("mine", path, **allowed))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_bundled_models_are_found_by_name() -> None:
    spec = specs.find("mini-sentiment", Config())
    specs.check_folder(spec)
    assert spec.path == specs.BUNDLED / "mini-sentiment"


def test_a_configured_name_comes_before_a_bundled_one(tmp_path: Path) -> None:
    config = Config(models={"mini-sentiment": ModelEntry(path=str(tmp_path))})
    assert specs.find("mini-sentiment", config).path == tmp_path


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownModel, match="mini-sentiment"):
        specs.find("sentimint", Config())


def test_a_relative_path_is_no_model_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder(tmp_path / "m", "model.safetensors")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownModel):
        specs.find("./m", Config())


def test_pickle_weights_are_refused_unless_the_user_allowed_them(tmp_path: Path) -> None:
    path = folder(tmp_path / "m", "pytorch_model.bin")
    assert "allow_pickle = true" in refused(path)
    specs.check_folder(specs.Spec("mine", path, allow_pickle=True))


def test_what_the_user_allowed_for_a_folder_holds_by_path_too(tmp_path: Path) -> None:
    path = folder(tmp_path / "m", "pytorch_model.bin")
    config = Config(models={"mine": ModelEntry(path=str(path), allow_pickle=True)})
    assert specs.find(str(path), config).allow_pickle


def test_safetensors_are_taken_where_both_kinds_lie(tmp_path: Path) -> None:
    path = folder(tmp_path / "m", "pytorch_model.bin", "model.safetensors")
    assert specs.weights_files(path) == (path / "model.safetensors",)
    specs.check_folder(specs.Spec("mine", path))


def test_a_folder_that_is_missing_or_empty_or_broken_says_what_it_lacks(tmp_path: Path) -> None:
    assert "is missing" in refused(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    assert "has no config.json" in refused(tmp_path / "empty")
    assert "has no weights" in refused(folder(tmp_path / "weightless"))
    broken = folder(tmp_path / "broken", "model.safetensors")
    (broken / "config.json").write_text("{")
    assert "cannot be read" in refused(broken)


@pytest.mark.parametrize(
    "config",
    [
        [1, 2],
        {"id2label": []},
        {"id2label": {"x": "y"}},
        {"model_type": []},
        {"architectures": "B"},
    ],
)
def test_a_damaged_config_is_that_models_own_error(tmp_path: Path, config: object) -> None:
    path = folder(tmp_path / "m", "model.safetensors")
    (path / "config.json").write_text(json.dumps(config))
    assert "is damaged" in refused(path)
    by_name = {
        model.name: model
        for model in specs.available(Config(models={"bad": ModelEntry(path=str(path))}))
    }
    assert "is damaged" in by_name["bad"].error
    assert not by_name["mini-sentiment"].error


def test_a_changed_weights_file_is_another_revision(tmp_path: Path) -> None:
    path = folder(tmp_path / "m", "model.safetensors")
    before = specs.revision_of(str(path), Config())
    assert specs.revision_of(str(path), Config()) == before
    (path / "model.safetensors").write_bytes(b"other weights")
    assert specs.revision_of(str(path), Config()) != before


def test_the_list_says_why_a_configured_model_cannot_be_loaded(tmp_path: Path) -> None:
    config = Config(models={"gone": ModelEntry(path=str(tmp_path / "gone"))})
    by_name = {model.name: model for model in specs.available(config)}
    assert "is missing" in by_name["gone"].error
    assert by_name["mini-sentiment"].labels == ("negative", "positive")
    assert by_name["mini-spam"].labels == ("ham", "spam")


@pytest.mark.parametrize(
    "text", ["models = 3", "[models.m]\npath = 1", "[engine]\ndevise = 'cpu'", "= broken"]
)
def test_a_wrong_config_file_is_named_in_the_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(BadInput, match=r"config\.toml"):
        load_config(path)
