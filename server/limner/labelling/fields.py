"""The keys of a task file with what their docstrings say, for the schema and for editors."""

from __future__ import annotations

import ast
import inspect
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import msgspec

from limner.labelling.task import Data, Task, Train

TABLES: Mapping[str, type[msgspec.Struct]] = {"data": Data, "train": Train}
"""Tables with keys of their own."""


@dataclass(frozen=True)
class Field:
    """One key."""

    name: str
    doc: str
    type: Any
    required: bool
    default: Any
    """None: there is none."""

    @property
    def values(self) -> tuple[str, ...]:
        """All values that there are, as TOML writes them; empty where there are many."""
        if self.type is bool:
            return ("true", "false")
        if typing.get_origin(self.type) is typing.Literal:
            return tuple(f'"{value}"' for value in typing.get_args(self.type))
        return ()

    @property
    def range(self) -> str:
        """The values in words, where the type says more than its name."""
        if self.values:
            return ", ".join(value.strip('"') for value in self.values)
        found = self.schema
        return ", ".join(f"{said} {found[name]}" for name, said in _BOUNDS if name in found)

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of the values; TOML has no null, a key is left out."""
        found = msgspec.json.schema(self.type)
        choices = [one for one in found.get("anyOf", ()) if one != {"type": "null"}]
        if len(choices) == 1:
            return choices[0]
        return {**found, "anyOf": choices} if choices else found


_BOUNDS = (("exclusiveMinimum", "more than"), ("minimum", "from"), ("maximum", "up to"))


@cache
def fields(kind: type[msgspec.Struct]) -> Mapping[str, Field]:
    """The keys of a table, in order."""
    docs = _docs(kind)
    found: dict[str, Field] = {}
    for field in msgspec.structs.fields(kind):
        default = None if field.default is msgspec.NODEFAULT else field.default
        found[field.name] = Field(
            field.name, docs.get(field.name, ""), field.type, field.required, default
        )
    return found


def field_at(path: tuple[str | int, ...]) -> Field | None:
    """The key that names lead to: `("train", "epochs")`."""
    match path:
        case (str(name),):
            return fields(Task).get(name)
        case (str(table), str(name)) if table in TABLES:
            return fields(TABLES[table]).get(name)
        case _:
            return None


def _docs(kind: type[msgspec.Struct]) -> dict[str, str]:
    """The texts beneath annotated attributes, which only the source has."""
    tree = ast.parse(inspect.getsource(kind))
    assert isinstance(tree.body[0], ast.ClassDef)
    body = tree.body[0].body
    return {
        ast.unparse(one.target): " ".join(str(doc.value.value).split())
        for one, doc in pairwise(body)
        if isinstance(one, ast.AnnAssign)
        and isinstance(doc, ast.Expr)
        and isinstance(doc.value, ast.Constant)
    }
