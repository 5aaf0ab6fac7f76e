"""JSON Schema (draft 7) of task files, for editors without our server: Taplo, Even Better TOML.

It says what a schema can say. That a word stands for one label, and that text and label are two
columns, `reading` says.
"""

from __future__ import annotations

import inspect
from typing import Any

import msgspec

from limner.labelling.fields import TABLES, Field, fields
from limner.labelling.table import SUFFIXES
from limner.labelling.task import Task

_TEXT = r"(?:[^{}]|\{\{|\}\})*"
PATTERN = (
    rf"^{_TEXT}(?:\{{mask\}}{_TEXT}\{{text\}}|\{{text\}}{_TEXT}\{{mask\}}){_TEXT}$"  # each once
)
"""What `limner.text.cloze_patterns` takes; without look-ahead, which not all readers have."""

_NAME = r"(?:\.|\.?[^./\\:][^/\\:]*|\.\.[^/\\:]+)"  # of a folder, and not `..`
_ENDS = "|".join(
    "".join(f"[{c}{c.upper()}]" if c.isalpha() else rf"\{c}" for c in suffix) for suffix in SUFFIXES
)
FILE = rf"^(?:{_NAME}/+)*[^/\\:]+(?:{_ENDS})$"
"""A data file below the task file."""

_WORD = {"type": "string", "pattern": r"\S"}
_OWN: dict[str, dict[str, Any]] = {
    "patterns": {
        "type": "array",
        "items": {"type": "string", "pattern": PATTERN},
        "minItems": 1,
        "uniqueItems": True,
    },
    "labels": {
        "type": "object",
        "propertyNames": {"pattern": r"\S"},
        "additionalProperties": {
            "anyOf": [
                _WORD,
                {"type": "array", "items": _WORD, "minItems": 1, "uniqueItems": True},
            ]
        },
        "minProperties": 2,
    },
    "files": {"type": "array", "items": {"type": "string", "pattern": FILE}},
}
"""Keys whose values are narrower than their type says."""


def schema() -> dict[str, Any]:
    """The schema, from the types of `limner.labelling.task`."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Limner cloze task",
        **_table(Task),
    }


def _table(kind: type[msgspec.Struct]) -> dict[str, Any]:
    known = fields(kind)
    table: dict[str, Any] = {
        "description": inspect.getdoc(kind),
        "type": "object",
        "properties": {name: _property(field) for name, field in known.items()},
        "additionalProperties": False,
    }
    if required := [name for name, field in known.items() if field.required]:
        table["required"] = required
    return table


def _property(field: Field) -> dict[str, Any]:
    if field.name in TABLES:
        return {**_table(TABLES[field.name]), "description": field.doc}
    found: dict[str, Any] = {"description": field.doc}
    found |= _OWN.get(field.name) or field.schema
    if field.default is not None:
        found["default"] = msgspec.to_builtins(field.default)
    return found
