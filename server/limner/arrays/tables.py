"""Columns and tables of pandas and polars; the library is the one that the object came from."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from limner.arrays.read import Source, of_codes, of_numpy, of_texts
from limner.protocol import ArrayRefused


def pandas(name: str, value: Any) -> Source:
    """A Series (numbers, truth values, dates, categories, texts) or the numbers of a DataFrame."""
    pd: Any = sys.modules["pandas"]
    if isinstance(value, pd.Series):
        return _pandas_column(name, value, pd)
    numeric = value.select_dtypes(include=["number", "bool", "boolean"])
    arrays = [_numbers(numeric.iloc[:, i]) for i in range(numeric.shape[1])]
    return _table(name, arrays, list(map(str, numeric.columns)), list(map(str, value.columns)))


def polars(name: str, value: Any) -> Source:
    """A Series (numbers, truth values, dates, categories, texts) or the numbers of a DataFrame."""
    pl: Any = sys.modules["polars"]
    if isinstance(value, pl.Series):
        return _polars_column(name, value, pl)
    numeric = [column for column in value.get_columns() if _counts(column, pl)]
    arrays = [column.to_numpy() for column in numeric]
    return _table(name, arrays, [column.name for column in numeric], list(value.columns))


def _pandas_column(name: str, series: Any, pd: Any) -> Source:
    if isinstance(series.dtype, pd.CategoricalDtype):
        names = tuple(map(str, series.cat.categories))
        return of_codes(name, series.cat.codes.to_numpy(), names)
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return of_numpy(name, series.to_numpy("datetime64[ns]"))
    if pd.api.types.is_numeric_dtype(series.dtype):
        return of_numpy(name, _numbers(series))
    if series.dtype.kind == "m":
        return of_numpy(name, series.to_numpy())
    texts = series.astype(object).where(series.notna(), None)
    return of_texts(name, texts.tolist())


def _numbers(series: Any) -> np.ndarray[Any, Any]:
    """Of a numeric Series; where values are missing, as float64 with NaN."""
    if isinstance(series.dtype, np.dtype):
        return series.to_numpy()
    if series.isna().any():
        return series.to_numpy(dtype=np.float64, na_value=np.nan)
    return series.to_numpy(dtype=series.dtype.numpy_dtype)


def _polars_column(name: str, series: Any, pl: Any) -> Source:
    if _counts(series, pl) or series.dtype.is_temporal():
        return of_numpy(name, series.to_numpy())
    if series.dtype in (pl.String, pl.Categorical, pl.Enum):
        return of_texts(name, series.cast(pl.String).to_list())
    raise ArrayRefused(f"{name} is a column of {series.dtype}: name one of numbers or texts.")


def _counts(series: Any, pl: Any) -> bool:
    return series.dtype.is_numeric() or series.dtype == pl.Boolean


def _table(
    name: str, arrays: Sequence[np.ndarray[Any, Any]], columns: list[str], all_columns: list[str]
) -> Source:
    """The numeric columns beside each other, in a type that holds all of them."""
    if not arrays:
        raise ArrayRefused(f"{name} has no column of numbers: name one of its columns.")
    left = [column for column in all_columns if column not in columns]
    note = f"Left out, because they hold no numbers: {', '.join(left)}." if left else ""
    return of_numpy(name, np.column_stack(list(arrays)), columns=columns, note=note)
