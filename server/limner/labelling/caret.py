"""What is being written at a place of a task file, whether or not the rest of it is TOML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

Keys = tuple[str, ...]

DEEPEST = 20
"""Most names of a key, and most brackets in each other, that are told apart."""
MOST_DOTS = 500
"""Of a line, outside of strings."""

_TOKEN = re.compile(
    r"""
      (?P<end>\r\n?|\n)
    | (?P<space>[^\S\r\n]+)
    | (?P<comment>\#[^\r\n]*)
    | (?P<string>\"{3}(?:\\.|[^\\])*?(?:\"{3,5}|\Z)
               | '{3}.*?(?:'{3,5}|\Z)
               | "(?:\\[^\r\n]|[^"\\\r\n])*\\?"?
               | '[^'\r\n]*'?)
    | (?P<mark>[\[\]{}=,.])
    | (?P<word>[^\s\[\]{}=,.\#"']+)
    """,
    re.VERBOSE | re.DOTALL,
)
_FRESH = re.compile(r"[^\S\r\n]*(?:\[\[?[A-Za-z_][^\[\]=,\r\n]*\]|[\w-]+[^\S\r\n]*=)")
"""A line that begins anew, though an array above it was left open."""
_QUOTES = ('"""', "'''", '"', "'")


@dataclass(frozen=True)
class Quoted:
    """A string around the caret."""

    start: int
    end: int
    """Of what is between the quotes."""
    quote: str


@dataclass(frozen=True)
class Caret:
    """What a place is."""

    table: Keys
    """Whose key is written: its header, inline tables and dots before the word."""
    value_of: Keys | None = None
    """The key whose value is written."""
    header: bool = False
    """A table's name in square brackets is written."""
    quoted: Quoted | None = None
    idle: bool = False
    """Behind a value, or in a comment: nothing is written here."""
    listed: bool = False
    """Inside an array."""


@dataclass(frozen=True)
class Key:
    """A key that has a value, or a table's header."""

    path: Keys
    start: int
    end: int


def has_endless_key(text: str) -> bool:
    """Whether a line has more dots outside of strings than any key has.

    tomllib takes memory with the square of a key's names: 180 kB of `a.a.a…` would need all of it.
    """
    dots = 0
    for token in _TOKEN.finditer(text) if text.count(".") > MOST_DOTS else ():
        if token.lastgroup == "end":
            dots = 0
        dots += token[0] == "."
        if dots > MOST_DOTS:
            return True
    return False


def caret(text: str, offset: int) -> tuple[Caret, list[Key]]:
    """What `offset` is, and all keys of the text."""
    reader = _Reader()
    found: Caret | None = None
    for token in _TOKEN.finditer(text):
        if found is None and _reached(token, offset):
            found = reader.at(token if token.start() < offset else None)
        reader.read(token, text)
    return found or reader.at(None), reader.keys


def _reached(token: re.Match[str], offset: int) -> bool:
    """Whether the caret is before a token, in it, or at the end of one that goes on."""
    if token.start() >= offset or token.end() > offset:
        return True
    open_ = token.lastgroup in ("word", "comment") or bool(token["string"] and not _closed(token))
    return token.end() == offset and open_


def _quoted(token: re.Match[str]) -> Quoted:
    quote = next(quote for quote in _QUOTES if token[0].startswith(quote))
    start = token.start() + len(quote)
    return Quoted(start, token.end() - (len(quote) if _closed(token) else 0), quote)


def _closed(token: re.Match[str]) -> bool:
    written = token[0]
    quote = next(quote for quote in _QUOTES if written.startswith(quote))
    if len(written) < 2 * len(quote) or not written.endswith(quote):
        return False
    if "'" in quote:
        return True
    inner = written[len(quote) : -len(quote)]
    return (len(inner) - len(inner.rstrip("\\"))) % 2 == 0


class _Reader:
    """Reads token by token; a line that is wrong spoils no other one."""

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self._table: Keys = ()
        self._names: Keys = ()
        self._since = 0
        self._value_of: Keys | None = None
        self._header = self._done = False
        self._open: list[tuple[str, Keys, Keys | None]] = []
        """Brackets that are open, with the table and the key before them."""

    def at(self, token: re.Match[str] | None) -> Caret:
        """A caret before or in a token."""
        kind = token.lastgroup if token else None
        if kind == "comment" or self._done:
            return Caret((), idle=True)
        return Caret(
            (() if self._header else self._table) + self._names,
            self._value_of,
            self._header,
            _quoted(token) if token and kind == "string" else None,
            listed=bool(self._open) and self._open[-1][0] == "[",
        )

    def read(self, token: re.Match[str], text: str) -> None:
        """Go on behind a token."""
        match token.lastgroup:
            case "end":
                self._end(text, token.end())
            case "mark":
                self._mark(token)
            case "word" | "string" if self._value_of is None:
                if not self._names:
                    self._since = token.start()
                if len(self._names) < DEEPEST:
                    self._names += tuple(_name(token))
            case "word" | "string":
                self._done = not self._open
            case _:
                pass

    def _end(self, text: str, at: int) -> None:
        if self._open and (self._open[-1][0] == "{" or _FRESH.match(text, at)):
            self._table = self._open[0][1]
            self._open.clear()
        if not self._open:
            self._names, self._value_of = (), None
            self._header = self._done = False

    def _mark(self, token: re.Match[str]) -> None:
        mark = token[0]
        if self._header:
            if mark == "]":
                self._table = self._names
                self.keys.append(Key(self._names, self._since, token.start()))
                self._header, self._done, self._names = False, True, ()
        elif self._value_of is None:
            self._key_mark(mark, token.start())
        elif mark in "[{" and len(self._open) < DEEPEST:
            self._open.append((mark, self._table, self._value_of))
            if mark == "{":
                self._table, self._names, self._value_of = self._value_of, (), None
        elif mark in "]}":
            self._close()
        elif mark == "," and self._open and self._open[-1][0] == "{":
            self._names, self._value_of = (), None

    def _key_mark(self, mark: str, at: int) -> None:
        if mark == "[" and not self._names and not self._open:
            self._header = True
        elif mark == "=" and self._names:
            self._value_of = self._table + self._names
            self.keys.append(Key(self._value_of, self._since, at))
            self._names = ()
        elif mark == ",":  # behind a key that has no value yet
            self._names = ()
        elif mark == "}":
            self._close()

    def _close(self) -> None:
        if self._open:
            _, self._table, self._value_of = self._open.pop()
            self._names = ()
            self._done = not self._open


def _name(token: re.Match[str]) -> Iterator[str]:
    if token["word"]:
        yield token["word"]
    else:
        quoted = _quoted(token)
        yield token.string[quoted.start : quoted.end]
