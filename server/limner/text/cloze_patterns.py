"""Patterns of cloze tasks: sentences with one `{mask}` and one `{text}`.

Braces that are meant as such are written twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Name = Literal["mask", "text"]


@dataclass(frozen=True)
class Hole:
    """A place in a pattern that is filled: the gap, or the text."""

    name: Name


Part = str | Hole

_TOKEN = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}]*)\}|[{}]")


def parts(pattern: str) -> tuple[Part, ...]:
    """What a pattern is made of, in order; literal stretches are never empty.

    Raises:
        ValueError: no gap or two, no text or two, a name that is neither; says what to do.
    """
    found: list[Part] = []
    literal, at = "", 0
    for token in _TOKEN.finditer(pattern):
        literal += pattern[at : token.start()]
        at = token.end()
        if token[0] in ("{{", "}}"):
            literal += token[0][0]
            continue
        if token["name"] is None:
            raise ValueError(
                f"The pattern {pattern!r} has a lone {token[0]!r}: write it twice for a brace."
            )
        if literal:
            found.append(literal)
        literal = ""
        found.append(Hole(_name(token["name"], pattern)))
    literal += pattern[at:]
    if literal:
        found.append(literal)
    _count(found, "mask", "gap", pattern)
    _count(found, "text", "place for the text", pattern)
    return tuple(found)


def _name(written: str, pattern: str) -> Name:
    if written == "mask" or written == "text":
        return written
    raise ValueError(
        f"The pattern {pattern!r} has {{{written}}}: only {{mask}} and {{text}} are known; "
        "write braces of the text twice."
    )


def _count(found: list[Part], name: Name, what: str, pattern: str) -> None:
    count = sum(part == Hole(name) for part in found)
    if count == 0:
        raise ValueError(f"The pattern {pattern!r} has no {what}: write {{{name}}} where it is.")
    if count > 1:
        raise ValueError(
            f"The pattern {pattern!r} has {count} of {{{name}}}: leave one, a task has one {what}."
        )
