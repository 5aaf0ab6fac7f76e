"""From the text of an expression to the object it names, without evaluating anything.

A front end sends what is selected in a document, and documents are untrusted. So only names,
attributes and subscripts with constants are followed, step by step: `df["age"]`, `net.fc.weight`,
`xs[0][:, 3:5]`. A call, an operator or a name with two underscores is refused.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

LONGEST = 500
"""Most characters of an expression."""

ONLY = (
    'Select a name, with attributes or constant indices at most: x, net.weight, df["age"], xs[0]. '
    "Give anything else a name of its own first."
)


class BadName(Exception):
    """The expression is more than a name; in one sentence."""


class NoSuchName(Exception):
    """There is no such thing in the kernel; in one sentence."""


def resolve(expression: str, namespace: Mapping[str, Any]) -> Any:
    """The object that a dotted and indexed name means.

    Raises:
        BadName: it is something else than that.
        NoSuchName: a step of it does not exist.
    """
    text = expression.strip()
    if not text or len(text) > LONGEST:
        raise BadName(f"This is no name. {ONLY}")
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadName(f"{_short(text)} is no name. {ONLY}") from None
    _check(tree, text)
    return _follow(tree, namespace)


def _check(node: ast.expr, text: str) -> None:
    """Refuse the whole before a step of it is taken."""
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            name = node.attr
        elif isinstance(node, ast.Subscript):
            _index(node.slice, text)
            name = ""
        else:
            raise BadName(f"{_short(text)} is more than a name. {ONLY}")
        if name.startswith("__"):
            raise BadName(f"{_short(text)} looks into {name}, which is not followed. {ONLY}")
        node = node.value
    if node.id.startswith("__"):
        raise BadName(f"{_short(text)} begins with {node.id}, which is not followed. {ONLY}")


def _follow(node: ast.expr, namespace: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        if node.id not in namespace:
            raise NoSuchName(f"There is no {node.id} in the kernel: run the cell that makes it.")
        return namespace[node.id]
    text = ast.unparse(node)
    try:
        if isinstance(node, ast.Attribute):
            return getattr(_follow(node.value, namespace), node.attr)
        assert isinstance(node, ast.Subscript)
        return _follow(node.value, namespace)[_index(node.slice, text)]
    except NoSuchName:
        raise
    except Exception as error:  # the person's own objects may raise anything
        said = f"{type(error).__name__}: {_short(str(error))}"
        raise NoSuchName(f"{_short(text)} does not exist in the kernel ({said}).") from None


def _index(node: ast.expr, text: str) -> Any:
    """The constant that an index is.

    Raises:
        BadName: it is none.
    """
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        number = _index(node.operand, text)
        if type(number) in (int, float):
            return -number
    if isinstance(node, ast.Tuple):
        return tuple(_index(one, text) for one in node.elts)
    if isinstance(node, ast.List):
        return [_index(one, text) for one in node.elts]
    if isinstance(node, ast.Slice):
        parts = (node.lower, node.upper, node.step)
        return slice(*(None if part is None else _index(part, text) for part in parts))
    raise BadName(f"{_short(text)} has an index that is not a constant. {ONLY}")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
