"""What stands behind a magic's name: options, quoted texts, expressions of the user's kernel.

Expressions are the user's own, evaluated in the user's own kernel because the user ran the cell.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from typing import Any

import click
from IPython.core.interactiveshell import InteractiveShell

from limner.notebook.magics.refusal import Refused

_OPEN, _CLOSE = "([{", ")]}"
_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*|\[[^\[\]]*\])*")


def words(line: str) -> list[str]:
    """A line cut at white space outside of quotes and brackets; quotes stay as they are written.

    Raises:
        Refused: a quote is not closed.
    """
    found: list[str] = []
    word, quote, depth, escaped = "", "", 0, False
    for character in line:
        if not quote and not depth and character.isspace():
            found += [word] if word else []
            word = ""
            continue
        word += character
        if quote:
            closes = character == quote and not escaped
            escaped = character == "\\" and not escaped
            quote = "" if closes else quote
        elif character in "\"'":
            quote = character
        else:
            depth += (character in _OPEN) - (character in _CLOSE and depth > 0)
    if quote:
        raise Refused(f"The {quote} before {word.partition(quote)[2][:20]!r} is not closed.")
    return [*found, word] if word else found


def arguments(line: str, command: click.Command, expressions: set[str]) -> list[str]:
    """The line's words for `command`; values of options without their quotes.

    Options whose parameter is among `expressions` keep the quotes: they are evaluated later.
    """
    named = {
        name: o
        for o in command.params
        if isinstance(o, click.Option)
        for name in (*o.opts, *o.secondary_opts)
    }
    found: list[str] = []
    option: click.Option | None = None
    for word in words(line):
        name, equals, value = word.partition("=")
        if option is not None:
            found.append(word if option.name in expressions else unquoted(word))
            option = None
        elif name in named and equals:
            found += [name, value if named[name].name in expressions else unquoted(value)]
        else:
            found.append(word)
            given = named.get(word)
            option = given if given and not given.is_flag and not given.count else None
    return found


def unquoted(word: str) -> str:
    """What a quoted word says; any other word as it is."""
    if word[:1] not in ('"', "'"):
        return word
    try:
        value = ast.literal_eval(word)
    except (SyntaxError, ValueError):
        return word
    return value if isinstance(value, str) else word


def is_name(text: str) -> bool:
    """Whether it reads like a variable, an attribute or an item of one."""
    return _DOTTED.fullmatch(text) is not None


def known(shell: InteractiveShell, text: str) -> bool:
    """Whether it reads like a variable and there is one of that name."""
    return is_name(text) and re.split(r"[.\[]", text, maxsplit=1)[0] in shell.user_ns


def evaluate(shell: InteractiveShell, expression: str, hint: str) -> Any:
    """The value of an expression of the user's.

    Raises:
        Refused: it cannot be evaluated; with `hint`, what to do about it.
    """
    try:
        return eval(expression, shell.user_global_ns, shell.user_ns)
    except Exception as error:  # the user's own code may raise anything
        said = str(error).splitlines()[0] if str(error) else "no more is said"
        shown = expression if len(expression) < 60 else f"{expression[:57]}…"
        why = f"{type(error).__name__}: {said}"
        raise Refused(f"{shown} cannot be evaluated ({why}): {hint}") from error


def texts(value: Any, source: str) -> str | list[str]:
    """A text, or the texts of a list, a tuple or a column of pandas, polars or numpy.

    Raises:
        Refused: it is none of these.
    """
    if isinstance(value, str):
        return str(value)
    if getattr(value, "ndim", 1) != 1:
        raise Refused(f"{source} has rows and columns: give one column, {source}['name'].")
    if isinstance(value, bytes | dict) or not isinstance(value, Iterable):
        raise Refused(
            f"{source} is of type {type(value).__name__}: give a text, or a list or a column "
            "of texts."
        )
    found = list(value)
    for index, item in enumerate(found):
        if not isinstance(item, str):
            raise Refused(
                f"Item {index} of {source} is no text but {type(item).__name__}: "
                "drop or convert such items."
            )
    if not found:
        raise Refused(f"{source} is empty: give at least one text.")
    return [str(item) for item in found]
