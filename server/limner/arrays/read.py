"""One object → one array that can be sent: which kinds are understood, and how."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from limner.protocol import ArrayRefused

Values = np.ndarray[Any, Any]

CATEGORIES = 10_000
"""Most different texts of a column: with more of them they are no categories."""

WANTED = "Name a numpy array, a tensor, a Series, a DataFrame or a list of numbers."


@dataclass(frozen=True)
class Source:
    """An array that has not been fetched yet: a tensor may lie on a GPU."""

    name: str
    shape: tuple[int, ...]
    itemsize: int
    fetch: Callable[[Values | None], Values]
    """Rows by their indices, or all for None → them, in this process's memory."""
    kind: Literal["numeric", "categories"] = "numeric"
    columns: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    note: str = ""

    @property
    def bytes(self) -> int:
        """Of all rows."""
        return int(np.prod(self.shape, dtype=object)) * self.itemsize


def read(name: str, value: Any) -> Source:
    """The array that `value` is; `name` is what messages call it.

    Raises:
        ArrayRefused: it is none, or none that can be computed with; says what to do.
    """
    for library, kind in (("torch", "Tensor"), ("pandas", ""), ("polars", "")):
        module = sys.modules.get(library)
        if module is None:
            continue
        if library == "torch" and isinstance(value, getattr(module, kind)):
            return _tensor(name, value, module)
        if library != "torch" and isinstance(value, (module.Series, module.DataFrame)):
            from limner.arrays import tables

            return getattr(tables, library)(name, value)
    if isinstance(value, np.ndarray):
        return of_numpy(name, value)
    if isinstance(value, range):
        return of_numpy(name, np.arange(value.start, value.stop, value.step))
    if isinstance(value, list | tuple):
        return _listed(name, value)
    if hasattr(value, "__array__") and not np.isscalar(value):
        return of_numpy(name, np.asarray(value))
    if isinstance(value, bool | int | float | complex | np.generic):
        raise ArrayRefused(f"{name} is a single number, not an array. {WANTED}")
    raise ArrayRefused(f"{name} is of type {type(value).__name__}, not an array. {WANTED}")


def of_numpy(name: str, array: Values, *, columns: Sequence[str] = (), note: str = "") -> Source:
    """A numpy array; raises as `read`."""
    _check_form(name, array)
    if isinstance(array, np.ma.MaskedArray):
        note = " ".join(filter(None, (note, "Masked values count as NaN.")))
        array = np.ma.filled(array.astype(np.float64), np.nan)
    kind = array.dtype.kind
    if kind in "mM":
        array, added = _seconds(array)
        note = " ".join(filter(None, (note, added)))
    elif kind in "UST":
        return of_texts(name, array.ravel().tolist(), array.ndim)
    elif array.dtype.name in ("longdouble", "float128", "float96"):
        array = array.astype(np.float64)
    elif kind == "O":
        raise ArrayRefused(
            f"{name} has dtype object, which may hold anything: convert it with "
            f"{name}.astype(float) under a name of its own."
        )
    elif kind not in "biuf":
        raise ArrayRefused(
            f"{name} is of {array.dtype}: name its real part, its absolute value or one of its "
            "fields."
        )
    return Source(
        name,
        array.shape,
        array.itemsize,
        lambda rows: array if rows is None else array[rows],
        columns=tuple(columns),
        note=note,
    )


def of_texts(name: str, texts: Sequence[Any], dimensions: int = 1) -> Source:
    """Texts as categories; None and NaN are missing values.

    Raises:
        ArrayRefused: more than one dimension, too many different ones, or other things than texts.
    """
    if dimensions != 1:
        raise ArrayRefused(f"{name} has texts in {dimensions} dimensions: name one column of it.")
    known: dict[str, int] = {}
    codes = np.empty(len(texts), np.int32)
    for i, text in enumerate(texts):
        if isinstance(text, bytes):
            text = text.decode(errors="replace")
        if text is None or text != text:
            codes[i] = -1
        elif isinstance(text, str):
            codes[i] = known.setdefault(text, len(known))
        else:
            raise ArrayRefused(
                f"{name} holds a {type(text).__name__}, neither number nor text. {WANTED}"
            )
        if len(known) > CATEGORIES:
            raise ArrayRefused(
                f"{name} has more than {CATEGORIES:,} different texts: they are no categories; "
                "group them first."
            )
    return of_codes(name, codes, tuple(known))


def of_codes(name: str, codes: Values, categories: tuple[str, ...]) -> Source:
    """Codes of categories, −1 for a missing value; raises as `read`."""
    _check_form(name, codes)
    if len(categories) > CATEGORIES:
        raise ArrayRefused(f"{name} has more than {CATEGORIES:,} categories: group them first.")
    codes = codes.astype(np.int32)
    return Source(
        name,
        codes.shape,
        codes.itemsize,
        lambda rows: codes if rows is None else codes[rows],
        kind="categories",
        categories=categories,
    )


# ── inside ────────────────────────────────────────────────────────────────────────────────────


def _check_form(name: str, array: Values) -> None:
    if array.ndim == 0:
        raise ArrayRefused(f"{name} is a single number, not an array. {WANTED}")
    if not array.size:
        shape = tuple(array.shape)
        raise ArrayRefused(f"{name} is empty (shape {shape}): run the cell that fills it first.")


def _seconds(array: Values) -> tuple[Values, str]:
    """Dates and durations as seconds; NaT becomes NaN."""
    missing = np.isnat(array)
    date = array.dtype.kind == "M"
    whole = array.astype("datetime64[us]" if date else "timedelta64[us]").astype(np.int64)
    found = whole / 1e6
    found[missing] = np.nan
    since = "Dates are seconds since 1970-01-01." if date else "Durations are in seconds."
    return found, since


def _listed(name: str, value: Sequence[Any]) -> Source:
    """A list of numbers, of lists of them, or of texts; None is missing."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise ArrayRefused(
            f"{name} has rows of different lengths: make them equally long, or name one of them."
        ) from None
    if array.dtype.kind not in "OUS":
        return of_numpy(name, array)
    flat: Sequence[Any] = value
    if array.ndim == 1 and all(isinstance(one, str | bytes | None) for one in flat):
        _check_form(name, array)
        return of_texts(name, flat)
    try:
        numbers = all(not isinstance(one, str | bytes) for one in array.ravel().tolist())
        if numbers and array.dtype.kind == "O":
            return of_numpy(name, np.array(value, dtype=np.float64))
    except (TypeError, ValueError, OverflowError):
        pass
    raise ArrayRefused(f"{name} holds other things than numbers. {WANTED}")


def _tensor(name: str, tensor: Any, torch: Any) -> Source:
    """A torch tensor on any device, with or without gradient."""
    if tensor.layout is not torch.strided:
        raise ArrayRefused(f"{name} is a sparse tensor: name {name}.to_dense() and send that.")
    if tensor.is_complex() or tensor.is_quantized:
        raise ArrayRefused(
            f"{name} is of {tensor.dtype}: name its real part, its absolute value or its "
            "dequantized values."
        )
    note = ""
    if tensor.device.type == "meta":
        raise ArrayRefused(f"{name} lies on the meta device and has no numbers.")
    if tensor.dtype is torch.bfloat16:
        note = "bfloat16 was read as float32."

    def fetch(rows: Values | None) -> Values:
        found = tensor.detach()
        if rows is not None:
            found = found[torch.from_numpy(rows).to(found.device)]
        found = found.float() if found.dtype is torch.bfloat16 else found
        return found.cpu().resolve_neg().numpy()

    first = tensor.detach()[:0] if tensor.ndim else tensor.detach()
    _check_form(name, _Shape(tuple(tensor.shape)))  # pyright: ignore[reportArgumentType]
    itemsize = 4 if first.dtype is torch.bfloat16 else first.element_size()
    return Source(name, tuple(tensor.shape), itemsize, fetch, note=note)


@dataclass(frozen=True)
class _Shape:
    """What `_check_form` looks at, of a tensor that stays where it is."""

    shape: tuple[int, ...]

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return int(np.prod(self.shape, dtype=object))
