"""Finds the string literals and comments of Python source.

Strings of Python are lexical: a scanner finds them exactly, and goes on in half-typed code where a
parser's error recovery loses them. An unclosed one-line string ends with its line; an unclosed
triple-quoted string ends with its first line, because taking the rest of the file would repaint
everything below the cursor on each key.

One-line f-strings with a line break inside ``{...}`` (Python 3.12) are read as unclosed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MAX_NESTING = 4
"""Strings inside holes of strings inside holes ...; bounds the work on hostile text."""
_MAX_HOLE = 4096
"""Code points of one ``{...}``; a longer one is read as unclosed."""

_START = re.compile(r"""'(?:'')?|"(?:"")?|\#[^\r\n]*""")
_PREFIX = re.compile(r"(?<!\w)(?:[bft]r?|r[bft]?|u)\Z", re.IGNORECASE)
_HOLE_TOKEN = re.compile(r"""[(\[{]|[)\]}]|'(?:'')?|"(?:"")?|\#[^\r\n]*|!=|:|[\r\n]""")
_SPEC = {mark: re.compile(rf"[^{{}}\r\n{mark}]*+") for mark in "'\""}


def _bodies(formatted: bool) -> dict[str, re.Pattern[str]]:
    """Per quote, what a string may hold up to its closing quote (or, if formatted, a hole)."""
    escape = r"\\(?:\r\n|[\s\S])"
    stop = ""
    if formatted:
        escape = r"\{\{|\\N\{[^{}\r\n'\"]*\}|\\(?:\r\n|[^{])|\\(?=\{)"
        stop = "{"
    found: dict[str, re.Pattern[str]] = {}
    for mark in "'\"":
        plain = rf"[^\\\r\n{stop}{mark}]"
        found[mark] = re.compile(rf"{plain}*+(?:(?:{escape}){plain}*+)*+")
        plain = rf"[^\\{stop}{mark}]"
        inner = rf"{escape}|{mark}(?!{mark}{mark})"
        found[mark * 3] = re.compile(rf"{plain}*+(?:(?:{inner}){plain}*+)*+")
    return found


_PLAIN = _bodies(formatted=False)
_FORMATTED = _bodies(formatted=True)
_RAW_FORMATTED = {
    quote: re.compile(body.pattern.replace(r"\\N\{[^{}\r\n'\"]*\}|", ""))
    for quote, body in _FORMATTED.items()
}
_HALF_HOLE = {quote: re.compile(rf"\{{[^{{}}\r\n{quote[0]}]*\}}?") for quote in _PLAIN}
_LINE_REST = re.compile(r"[^\r\n]*")


@dataclass(frozen=True)
class Literal:
    """One string literal; offsets are code points of the source."""

    start: int
    """Where its prefix begins."""
    body: int
    """Where its content begins, after the opening quote."""
    body_end: int
    end: int
    """After the closing quote, or `body_end` where there is none."""
    prefix: str
    """In lower case: ``""``, ``"r"``, ``"f"``, ``"rb"`` ..."""
    holes: tuple[tuple[int, int], ...]
    """The ``{...}`` of an f-string (or t-string)."""

    @property
    def closed(self) -> bool:
        """Whether it has its closing quote."""
        return self.end > self.body_end


@dataclass(frozen=True)
class Comment:
    """One comment, from its ``#`` to the end of the line."""

    start: int
    end: int


def tokens(source: str) -> Iterator[Literal | Comment]:
    """The strings and comments in order; strings inside a hole belong to the outer one."""
    scanner = _Scanner(source)
    at = 0
    while match := _START.search(source, at):
        if match[0][0] == "#":
            found = Comment(match.start(), match.end())
        else:
            found = scanner.literal(match, 0)
        yield found
        at = max(found.end, match.end())


class _Scanner:
    """Reads literals of one source."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lost: set[str] = set()
        """Triple quotes found open to the end of the file: not looked for again."""
        self.reached = 0
        """How far holes were read; one that begins before it would be read a second time."""

    def literal(self, opening: re.Match[str], depth: int) -> Literal:
        """The literal that an opening quote begins."""
        source, quote, body = self.source, opening[0], opening.end()
        before = _PREFIX.search(source, max(0, opening.start() - 3), opening.start())
        prefix = before[0].lower() if before else ""
        holes: list[tuple[int, int]] = []
        end, closed = body, False
        if quote not in self.lost:
            end = self._body_end(body, quote, prefix, holes, depth)
            closed = source.startswith(quote, end)
        if not closed and len(quote) == 3:
            if end >= len(source) - 1:
                self.lost.add(quote)
            end = _end_of(_LINE_REST, source, body)
            holes = [(start, min(stop, end)) for start, stop in holes if start < end]
        start = opening.start() - len(prefix)
        return Literal(start, body, end, end + closed * len(quote), prefix, tuple(holes))

    def _body_end(
        self, at: int, quote: str, prefix: str, holes: list[tuple[int, int]], depth: int
    ) -> int:
        """Where the content of a string ends; fills `holes`.

        After one hole that does not close, the rest of the string is read by a simple rule, and a
        string inside a hole is given up: the text is being typed, and trying again at each brace
        would multiply the time with each level.
        """
        if "f" not in prefix and "t" not in prefix:
            return _end_of(_PLAIN[quote], self.source, at)
        body = (_RAW_FORMATTED if "r" in prefix else _FORMATTED)[quote]
        broken = depth >= _MAX_NESTING if depth else at < self.reached
        while True:
            at = _end_of(body, self.source, at)
            if not self.source.startswith("{", at):
                return at
            end = None if broken else self._hole_end(at, quote, depth)
            if end is None and depth:
                return at
            if end is None:
                broken = True
                end = _end_of(_HALF_HOLE[quote], self.source, at)
            holes.append((at, end))
            at = end

    def _hole_end(self, at: int, quote: str, depth: int) -> int | None:
        """The end of the ``{...}`` that begins at `at`; None where it does not close."""
        level, limit = 0, min(len(self.source), at + _MAX_HOLE)
        while match := _HOLE_TOKEN.search(self.source, at, limit):
            token, at = match[0], match.end()
            self.reached = max(self.reached, at)
            if token[0] in "([{":
                level += 1
            elif token[0] in ")]}":
                level -= 1
                if level == 0:
                    return at
            elif token == ":" and level == 1:
                return self._spec_end(at, quote, depth)
            elif token[0] in "'\"":
                inner = self._inner_string(match, quote, depth)
                if inner is None:
                    return None
                at = inner
            elif token[0] in "\r\n#" and len(quote) == 1:
                return None
        return None

    def _inner_string(self, opening: re.Match[str], quote: str, depth: int) -> int | None:
        """The end of a string inside a hole; None where it is the end of the outer one."""
        if len(quote) == 3 and opening[0] == quote:
            return None
        inner = self.literal(opening, depth + 1)
        return inner.end if inner.closed else None

    def _spec_end(self, at: int, quote: str, depth: int) -> int | None:
        """The end of a hole from its format specification on, which may hold further holes."""
        while True:
            at = _end_of(_SPEC[quote[0]], self.source, at)
            if self.source.startswith("}", at):
                return at + 1
            if not self.source.startswith("{", at) or depth >= _MAX_NESTING:
                return None
            inner = self._hole_end(at, quote, depth + 1)
            if inner is None:
                return None
            at = inner


def _end_of(pattern: re.Pattern[str], source: str, at: int) -> int:
    match = pattern.match(source, at)
    return match.end() if match else at
