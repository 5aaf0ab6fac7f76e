"""Where keys and values of a TOML text stand; tree-sitter reads half-written files too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

Path = tuple[str | int, ...]
"""Keys and indices that lead to a value."""


@dataclass(frozen=True)
class Place:
    """A key and its value, in code points; for an element of an array both are the element."""

    path: Path
    key: tuple[int, int]
    value: tuple[int, int]


def places(text: str) -> dict[Path, Place]:
    """All keys, tables and elements of arrays."""
    data = text.encode("utf-8", "surrogatepass")
    code_point = _code_points(text, len(data))
    found: dict[Path, Place] = {}
    with suppress(RecursionError):  # nobody means lists in a thousand lists
        for path, key, value in _walk(_parser().parse(data).root_node, ()):
            span = (code_point[key.start_byte], code_point[key.end_byte])
            held = (code_point[value.start_byte], code_point[value.end_byte])
            found[path] = Place(path, span, held)
    return found


def _walk(node: Node, path: Path) -> Iterator[tuple[Path, Node, Node]]:
    for child in node.children:
        if child.type in ("table", "table_array_element"):
            keys = [one for one in child.children if one.type.endswith("key")]
            if keys:
                inner = (*path, *_names(keys[0]))
                yield inner, keys[0], keys[0]
                yield from _walk(child, inner)
        elif child.type == "pair":
            key, value = child.children[0], child.children[-1]
            inner = (*path, *_names(key))
            yield inner, key, value
            yield from _values(value, inner)
        elif child.type == "ERROR":
            yield from _walk(child, path)


def _values(value: Node, path: Path) -> Iterator[tuple[Path, Node, Node]]:
    if value.type == "inline_table":
        yield from _walk(value, path)
    elif value.type == "array":
        elements = [c for c in value.children if c.type not in ("[", "]", ",", "comment", "ERROR")]
        for index, element in enumerate(elements):
            yield (*path, index), element, element
            yield from _values(element, (*path, index))


def _names(key: Node) -> list[str]:
    """The names of a key: bare, quoted or dotted."""
    if key.type == "dotted_key":
        return [name for part in key.children if part.type != "." for name in _names(part)]
    written = (key.text or b"").decode("utf-8", "replace")
    if key.type == "quoted_key":
        import tomllib

        try:
            return list(tomllib.loads(f"{written} = 0"))
        except tomllib.TOMLDecodeError:
            return [written[1:-1]]
    return [written]


@cache
def _parser() -> Parser:
    import tree_sitter_toml
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_toml.language()))


def _code_points(text: str, size: int) -> list[int]:
    """For each byte of the UTF-8 text, the code point that it belongs to."""
    if size == len(text):
        return list(range(size + 1))
    found: list[int] = []
    for index, char in enumerate(text):
        found += [index] * len(char.encode("utf-8", "surrogatepass"))
    found.append(len(text))
    return found
