"""Loading is safe: safetensors only, no remote code, no random heads, nothing fetched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

import limner
from limner.config import Config, ModelEntry
from limner.models import load_model
from limner.protocol import ModelRefused, UnsupportedModel
from tests.methods import tiny


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A tiny BERT classifier as a user would save it."""
    path = tmp_path / "saved"
    tiny.bert().save_pretrained(path)
    tiny.word_pieces().save_pretrained(path)
    return path


def edit(path: Path, **changes: object) -> None:
    file = path / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


def refusal(path: Path, error: type[Exception] = ModelRefused) -> str:
    with pytest.raises(error) as caught:
        load_model(str(path), "cpu", Config())
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_saved_folder_loads_frozen_and_in_eval_mode(saved: Path) -> None:
    model = load_model(str(saved), "cpu", Config())
    assert not model.module.training
    assert not any(p.requires_grad for p in model.module.parameters())
    assert model.bytes == sum(p.numel() * 4 for p in model.module.parameters()) + sum(
        b.numel() * b.element_size() for b in model.module.buffers()
    )
    assert limner.attribute("很好", str(saved), target=0).model == str(saved)


def test_the_bundled_classifier_comes_as_module_and_tokenizer() -> None:
    module, tokenizer = limner.models.load("mini-sentiment")
    with torch.no_grad():
        logits = module(**tokenizer("房间很干净，服务也很好", return_tensors="pt")).logits
    assert module.config.id2label[int(logits.argmax())] == "positive"


def test_pickle_weights_load_only_with_the_users_leave(saved: Path) -> None:
    module = tiny.bert()
    torch.save(module.state_dict(), saved / "pytorch_model.bin")
    (saved / "model.safetensors").unlink()
    assert "allow_pickle" in refusal(saved)
    config = Config(models={"mine": ModelEntry(path=str(saved), allow_pickle=True)})
    loaded = load_model("mine", "cpu", config)
    for name, value in module.state_dict().items():
        assert torch.equal(loaded.module.state_dict()[name], value)


def test_remote_code_is_not_run(saved: Path, tmp_path: Path) -> None:
    witness = tmp_path / "ran"
    (saved / "evil.py").write_text(f"open({str(witness)!r}, 'w')\nclass C: pass\nclass M: pass\n")
    edit(saved, model_type="evil", auto_map={"AutoConfig": "evil.C", "AutoModel": "evil.M"})
    assert "trust_remote_code" in refusal(saved)
    assert not witness.exists()


def test_a_known_architecture_with_remote_code_is_loaded_without_it(
    saved: Path, tmp_path: Path
) -> None:
    witness = tmp_path / "ran"
    (saved / "evil.py").write_text(f"open({str(witness)!r}, 'w')\nclass C: pass\n")
    edit(saved, auto_map={"AutoModelForSequenceClassification": "evil.C"})
    load_model(str(saved), "cpu", Config())
    assert not witness.exists()


def test_damaged_weights_are_refused(saved: Path) -> None:
    (saved / "model.safetensors").write_bytes(b"\0" * 100)
    assert "cannot be loaded" in refusal(saved)


@pytest.mark.parametrize("change", [{"hidden_size": "big"}, {"hidden_size": 48}])
def test_a_config_that_contradicts_the_weights_is_refused(
    saved: Path, change: dict[str, object]
) -> None:
    edit(saved, **change)
    assert "cannot be loaded" in refusal(saved)


def test_a_head_with_random_weights_is_refused(saved: Path) -> None:
    encoder = tiny.bert().bert
    encoder.save_pretrained(saved)
    edit(saved, architectures=["BertForSequenceClassification"])
    assert "random weights" in refusal(saved, UnsupportedModel)


def test_a_model_without_a_head_is_refused(saved: Path) -> None:
    edit(saved, architectures=["BertModel"])
    assert "BertModel" in refusal(saved, UnsupportedModel)


def test_a_folder_without_a_tokenizer_says_so(saved: Path) -> None:
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (saved / name).unlink()
    assert "tokenizer" in refusal(saved, UnsupportedModel)
