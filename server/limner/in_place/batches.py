"""A person's batches: tensors in tuples, lists and dicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from limner.methods._in_place import leaves


def rows(batch: Any) -> int:
    """Of the first tensor that has any; 0 without one."""
    return next((len(one) for one in leaves(batch) if one.ndim), 0)


def half(batch: Any) -> Any:
    """The first half of the rows; None of a single row."""
    count = rows(batch)
    return _cut(batch, count, count // 2) if count > 1 else None


def _cut(batch: Any, count: int, keep: int) -> Any:
    if isinstance(batch, Tensor):
        return batch[:keep] if batch.ndim and len(batch) == count else batch
    if isinstance(batch, Mapping):
        return {name: _cut(one, count, keep) for name, one in batch.items()}
    if isinstance(batch, tuple | list):
        return type(batch)(_cut(one, count, keep) for one in batch)
    return batch
