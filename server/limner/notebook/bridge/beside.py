"""Which arrays of a kernel could stand beside one: a front end offers them for the second array.

Only types and shapes are looked at, no value is read.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from limner.notebook.bridge.trouble import Trouble, told

MIME = "application/vnd.limner.partners.v1+json"

MOST = 200
"""Most names that are offered."""


@dataclass(frozen=True)
class Partners:
    """The answer to a front end."""

    table: bool = False
    """The thing has several columns, which can be compared with each other."""
    names: tuple[str, ...] = ()
    """Arrays and columns with as many rows, as `send` reads them."""
    error: Trouble | None = None

    def __repr__(self) -> str:
        """In words, for whoever calls it by hand."""
        return self.error.message if self.error else ", ".join(self.names) or "None"

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        data = {
            "version": 1,
            "table": self.table,
            "names": list(self.names),
            "error": told(self.error),
        }
        return {MIME: data, "text/plain": repr(self)}


def partners_of(name: str, namespace: Mapping[str, Any]) -> Partners:
    """Names of what has as many rows as this array; none where it is a table by itself.

    Raises:
        BadName: the expression is more than a name.
        NoSuchName: a step of it does not exist.
    """
    from limner.notebook.bridge.names import resolve

    value = resolve(name, namespace)
    shape = _shape(value)
    if len(shape) == 2 and shape[1] > 1:
        return Partners(table=True)
    if not shape:
        return Partners()
    found = (
        other
        for other, rows, thing in _arrays(namespace)
        if rows == shape[0] and thing is not value and other != name.strip().replace("'", '"')
    )
    return Partners(names=tuple(other for other, _ in zip(found, range(MOST), strict=False)))


def _arrays(namespace: Mapping[str, Any]) -> Iterator[tuple[str, int, Any]]:
    """Name, rows and thing of every array; a table's columns one by one."""
    for name, value in list(namespace.items()):  # a cell may be running beside this
        shape = _shape(value)
        if name.startswith("_") or not shape:
            continue
        columns = _columns(value)
        if not columns:
            yield name, shape[0], value
        for column in columns:
            yield f"{name}[{_quoted(column)}]", shape[0], None


def _columns(value: Any) -> list[str]:
    """Names of a DataFrame's columns that an index can say."""
    if not any(isinstance(value, frame) for frame in _known("DataFrame")):
        return []
    return [one for one in value.columns if isinstance(one, str) and one.isprintable()]


def _shape(value: Any) -> tuple[int, ...]:
    """Of an array of one or two dimensions; empty for anything else."""
    if isinstance(value, list | tuple):
        plain = value and all(isinstance(one, int | float | str) for one in value[:3])
        return (len(value),) if plain else ()
    kinds = (*_known("ndarray"), *_known("Tensor"), *_known("Series"), *_known("DataFrame"))
    if not isinstance(value, kinds):
        return ()
    shape = tuple(value.shape)
    return shape if 1 <= len(shape) <= 2 else ()


def _known(kind: str) -> tuple[type, ...]:
    """Classes of this name in the array libraries that the kernel has imported already."""
    loaded = (sys.modules.get(library) for library in ("numpy", "torch", "pandas", "polars"))
    found = (getattr(module, kind, None) for module in loaded if module is not None)
    return tuple(one for one in found if isinstance(one, type))


def _quoted(column: str) -> str:
    escaped = column.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
