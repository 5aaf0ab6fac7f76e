"""Paths from a baseline to an input, in coordinates s: the model sees x̄ + s (x − x̄).

A path knows how to run the model on a batch of rows and hands back the leaf s, so that one
`autograd.grad` gives the integrand of integrated gradients (see there).
"""

from __future__ import annotations

import inspect
from collections.abc import Hashable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import pad

from limner.models.encode import Encoded, encode
from limner.models.model import Model
from limner.models.reads import Read, find_reads, replaced
from limner.protocol import TextInput, UnknownBaseline, UnsupportedModel

if TYPE_CHECKING:
    from limner.methods._gap import Choice

BASELINES = ("pad", "mask", "zero")


@dataclass(frozen=True)
class TensorInput:
    """A plain tensor for a user's own module: x and baseline of one shape, no batch dimension."""

    x: Tensor
    baseline: Tensor


class Node(Protocol):
    """A row: a path and a place on it."""

    @property
    def path(self) -> Path: ...

    @property
    def alpha(self) -> float: ...


class Path(Protocol):
    """One input's way from its baseline."""

    @property
    def length(self) -> int:
        """Cost of a row, in tokens."""
        ...

    @property
    def group(self) -> Hashable:
        """Paths of equal group may share a batch, unless `shares` is "none"."""
        ...

    @property
    def shares(self) -> Literal["any", "own", "none"]:
        """Whose rows may be in a batch with this path's."""
        ...

    @staticmethod
    def forward(
        model: Model, rows: Sequence[Any], elementwise: bool, bf16: bool
    ) -> tuple[Tensor, Tensor]:
        """(leaf s, logits (B, C)) at the rows' nodes."""
        ...

    @staticmethod
    def at(model: Model, paths: Sequence[Any], s: Tensor) -> Tensor:
        """Logits (B, C) where each coordinate has a value of its own: s (B, n), n ≥ `size`."""
        ...

    def nudged(self, model: Model, e: Tensor) -> Tensor:
        """Logits (B, C) at x + e, e (B, *`shape`)."""
        ...

    @property
    def shape(self) -> tuple[int, ...]:
        """Of what the model reads: embeddings (L, D), or the tensor's own."""
        ...

    @property
    def size(self) -> int:
        """How many coordinates s there are."""
        ...

    def crop(self, gradient: NDArray[np.float64]) -> NDArray[np.float64]:
        """A row's (T, …) gradient without the batch's padding."""
        ...


@dataclass(frozen=True, eq=False)
class TextPath:
    """L tokens; `differences` holds x − x̄ (L, D) for each of the model's reads of the text."""

    ids: Tensor  # (L,)
    types: Tensor | None  # (L,)
    differences: tuple[Tensor, ...]  # (L, D) each
    shares: Literal["any", "own", "none"]
    """Whose rows may be in a batch with this path's: any path's, its own, or nobody's."""
    gap: tuple[int, ...] = ()
    """Positions of the gap that is asked about, of a masked language model."""
    choice: Choice | None = None
    """The words that may fill it."""

    @property
    def length(self) -> int:
        return len(self.ids)

    @property
    def group(self) -> Hashable:
        if self.shares != "any":
            return id(self)
        return ("text", self.types is None, len(self.gap), self.choice)

    @staticmethod
    def forward(
        model: Model, rows: Sequence[Any], elementwise: bool, bf16: bool
    ) -> tuple[Tensor, Tensor]:
        paths: list[TextPath] = [row.path for row in rows]
        L, D = max(path.length for path in paths), paths[0].differences[0].shape[-1]
        dtype = torch.promote_types(torch.float32, paths[0].differences[0].dtype)
        alphas = torch.tensor([row.alpha for row in rows], dtype=dtype, device=model.device)  # (B,)
        s = alphas.view(-1, 1, 1).expand(-1, L, D if elementwise else 1).clone().requires_grad_()
        cast = torch.autocast(model.device.type, torch.bfloat16) if bf16 else nullcontext()
        with cast:
            logits = _on_paths(model, paths, s)
        return s, logits.float() if bf16 else logits

    @staticmethod
    def at(model: Model, paths: Sequence[TextPath], s: Tensor) -> Tensor:
        if paths[0].shares == "none" and len(paths) > 1:
            one = [TextPath.at(model, (path,), s[b : b + 1]) for b, path in enumerate(paths)]
            return torch.cat(one)
        return _on_paths(model, paths, s.unsqueeze(-1))

    def nudged(self, model: Model, e: Tensor) -> Tensor:
        def moved(read: Read, x: Tensor) -> Tensor:
            return x + read.aligned(e).to(x.dtype)

        with replaced(model.module, model.reads, moved):
            return _read(model, [self] * len(e))

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.differences[0].shape)

    @property
    def size(self) -> int:
        return len(self.ids)

    def crop(self, gradient: NDArray[np.float64]) -> NDArray[np.float64]:
        cropped = gradient[:, : self.length]  # (T, L, 1 or D)
        return cropped[..., 0] if cropped.shape[-1] == 1 else cropped


@dataclass(frozen=True, eq=False)
class TensorPath:
    """A plain tensor x and its baseline, both without the batch dimension."""

    x: Tensor
    baseline: Tensor
    shares: Literal["any", "own", "none"] = "any"

    @property
    def length(self) -> int:
        return 1 + self.x.numel() // 768  # as many numbers as a token of a base-size transformer

    @property
    def group(self) -> Hashable:
        return (tuple(self.x.shape), self.x.dtype)

    @staticmethod
    def forward(
        model: Model, rows: Sequence[Any], elementwise: bool, bf16: bool
    ) -> tuple[Tensor, Tensor]:
        x = torch.stack([row.path.x for row in rows])  # (B, *shape)
        baseline = torch.stack([row.path.baseline for row in rows])
        alphas = torch.tensor([row.alpha for row in rows], dtype=x.dtype, device=x.device)
        s = alphas.view(-1, *[1] * (x.ndim - 1)).expand_as(x).clone().requires_grad_()
        cast = torch.autocast(x.device.type, torch.bfloat16) if bf16 else nullcontext()
        with cast:
            logits = model.tensor_logits(baseline + s * (x - baseline))
        return s, logits.float() if bf16 else logits

    @staticmethod
    def at(model: Model, paths: Sequence[TensorPath], s: Tensor) -> Tensor:
        x = torch.stack([path.x for path in paths])  # (B, *shape)
        baseline = torch.stack([path.baseline for path in paths])
        return model.tensor_logits(baseline + s.to(x.dtype).view_as(x) * (x - baseline))

    def nudged(self, model: Model, e: Tensor) -> Tensor:
        return model.tensor_logits(self.x + e)

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.x.shape)

    @property
    def size(self) -> int:
        return self.x.numel()

    def crop(self, gradient: NDArray[np.float64]) -> NDArray[np.float64]:
        return gradient


def text_paths(
    model: Model, encoded: Encoded, baseline: str, choice: Choice | None = None
) -> tuple[TextPath, ...]:
    """One path per baseline named in `baseline` ("mask", or "pad+mask" for the mean of two).

    Raises:
        UnknownBaseline: not one of the names, or the tokenizer lacks that token.
        UnsupportedModel: the model reads its ids by other means than `nn.Embedding`.
    """
    ids = torch.tensor(encoded.ids, device=model.device)
    types = None if encoded.types is None else torch.tensor(encoded.types, device=model.device)
    with model.as_found(), torch.no_grad():
        if not model.reads:
            model.reads = _reads(model, ids, types)
        modules = [model.module.get_submodule(read.name) for read in model.reads]
        return tuple(
            TextPath(
                ids,
                types,
                tuple(_difference(module, ids, encoded, name, model) for module in modules),
                "any" if model.batchable else "none" if model.one_by_one else "own",
                encoded.gap,
                choice,
            )
            for name in _names(baseline)
        )


def _names(baseline: str) -> list[str]:
    if baseline.startswith("text:"):
        if not baseline.removeprefix("text:").strip():
            raise UnknownBaseline(
                "The baseline text: is empty: write a text behind the colon, or choose "
                f"{', '.join(BASELINES)}."
            )
        return [baseline]
    names = baseline.split("+")
    for name in names:
        if name not in BASELINES:
            raise UnknownBaseline(
                f"Unknown baseline {name!r}. Choose {', '.join(BASELINES)}, text:… (a text of "
                "your own), or several of the names joined by + (their mean)."
            )
    return names


def _reads(model: Model, ids: Tensor, types: Tensor | None) -> tuple[Read, ...]:
    if len(ids) < 3:  # too short to tell a text from the same text shifted
        ids, types = ids.repeat(3), None if types is None else types.repeat(3)
    inputs = _inputs(ids.unsqueeze(0), torch.ones_like(ids).unsqueeze(0), types)
    if model.writes and "decoder_input_ids" in inspect.signature(model.module.forward).parameters:
        # one word, so that only the encoder's look-up is the text's
        begin = {"decoder_input_ids": torch.zeros_like(inputs["input_ids"][:, :1])}
        call = partial(model.module, **inputs, **begin)
    else:
        call = partial(model.call, inputs)
    reads = find_reads(model.module, inputs["input_ids"], call)
    if not reads:
        raise UnsupportedModel(
            f"{model.name} does not look the token ids up in an nn.Embedding: "
            "pass the embedded text as a tensor instead."
        )
    return reads


def _difference(
    module: torch.nn.Module, ids: Tensor, encoded: Encoded, name: str, model: Model
) -> Tensor:
    """X − x̄ (L, D): zero at [CLS], [SEP] and whatever else is not the text's."""
    x = module(ids.unsqueeze(0))[0]
    places = [token.position for token in encoded.tokens]
    if name == "zero":
        difference = torch.zeros_like(x)
        difference[places] = x[places]
        return difference
    other = ids.clone()
    other[places] = _baseline_ids(name, len(places), model).to(ids.device)
    return x - module(other.unsqueeze(0))[0]


def _baseline_ids(name: str, count: int, model: Model) -> Tensor:
    tokenizer = model.tokenizer
    if not name.startswith("text:"):
        return torch.full((count,), _token_id(name, tokenizer))
    own = encode(model, TextInput(text=name.removeprefix("text:")))
    ids = [own.ids[token.position] for token in own.tokens][:count]
    fill = [] if len(ids) == count else [_token_id("pad", tokenizer)] * (count - len(ids))
    return torch.tensor(ids + fill)


def _token_id(name: str, tokenizer: Any) -> int:
    index = tokenizer.mask_token_id if name == "mask" else tokenizer.pad_token_id
    if index is None:
        raise UnknownBaseline(
            f"This tokenizer has no {name} token: choose another baseline (zero)"
            + (
                ", or set tokenizer.pad_token, to tokenizer.eos_token or another."
                if name == "pad"
                else "."
            )
        )
    return int(index)


def _padded(model: Model, paths: Sequence[TextPath]) -> dict[str, Tensor]:
    L = max(path.length for path in paths)
    ids = torch.full((len(paths), L), model.pad_id or 0, device=model.device)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for b, path in enumerate(paths):
        ids[b, : path.length] = path.ids
        mask[b, : path.length] = 1
        if path.types is not None:
            types[b, : path.length] = path.types
    return _inputs(ids, mask, None if paths[0].types is None else types)


def _inputs(ids: Tensor, mask: Tensor, types: Tensor | None) -> dict[str, Tensor]:
    named = {"input_ids": ids, "attention_mask": mask}
    return named if types is None else named | {"token_type_ids": types.view_as(ids)}


def _on_paths(model: Model, paths: Sequence[TextPath], s: Tensor) -> Tensor:
    """Logits (B, C) at x̄ + s (x − x̄), s (B, L, 1 or D)."""
    differences = {
        read: _stack([path.differences[i] for path in paths], s.shape[1])  # (B, L, D)
        for i, read in enumerate(model.reads)
    }

    def on_path(read: Read, x: Tensor) -> Tensor:
        # a decoder that reads the text shifted by one may read one position more or less
        moved = read.aligned((s - 1) * differences[read]).to(x.dtype)
        behind = x.shape[1] - moved.shape[1]  # an output that stands behind the text
        return x + (pad(moved, (0, 0, 0, behind)) if behind > 0 else moved)

    with replaced(model.module, model.reads, on_path):
        return _read(model, paths)


def _read(model: Model, paths: Sequence[TextPath]) -> Tensor:
    """Logits (B, C) of a classifier, or of the words that may fill the gap."""
    inputs, choice = _padded(model, paths), paths[0].choice
    if choice is None:
        return model.logits(inputs)
    return choice.read(model, inputs, torch.tensor([p.gap for p in paths], device=model.device))


def _stack(tensors: Sequence[Tensor], L: int) -> Tensor:
    """(L_b, D) tensors → (B, L, D), zeros at the ends."""
    stacked = tensors[0].new_zeros(len(tensors), L, tensors[0].shape[-1])
    for b, tensor in enumerate(tensors):
        stacked[b, : len(tensor)] = tensor
    return stacked
