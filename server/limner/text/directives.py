"""Directives: comments that pin a method to what comes below them.

    # limner: attribute model=sentiment target=negative
    <!-- limner: terms lexicon="my terms.tsv" -->

A value that holds white space or quotes is written as a JSON string. Python takes the first form,
Markdown the second, and plain text both; each stands on a line of its own.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from limner.text.lines import Lines
from limner.text.markdown import blocks
from limner.text.passage import Passage
from limner.text.python_lexer import Comment, tokens
from limner.text.python_statements import next_statement, without_strings

_HASH = re.compile(r"#[ \t]*limner:(.*)")
_HTML = re.compile(r"<!--\s*limner:((?:(?!<!--|-->).)*+)-->", re.DOTALL)
_LINE = re.compile(r"[ \t]*(?:<!--[ \t]*limner:(.*?)-->|#[ \t]*limner:(.*?))[ \t]*")
_METHOD = re.compile(r"[a-z][a-z0-9_-]*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_BARE = re.compile(r"[\w./:@+,%-]+")
_ITEM = re.compile(
    r'(?P<name>[^\s="]+)=(?:(?P<quoted>"(?:[^"\\]|\\.)*"?)|(?P<bare>[^\s"]*))|(?P<stray>\S+)',
    re.DOTALL,
)
_GAP = {"markdown": re.compile(r"[\s>#*+-]*(?:\d+[.)]\s*)?(?:\[[ xX]\]\s*)?")}
_BLANK = re.compile(r"\s*")

_start = attrgetter("start")


@dataclass(frozen=True)
class Directive:
    """One directive as written; offsets are code points of the source."""

    line: int
    """The line it begins on, from 0."""
    start: int
    end: int
    """The range of the comment."""
    method: str
    """Empty where none is named."""
    options: dict[str, str]
    passage: Passage | None
    """What it looks at: the first string of the next statement, or the next paragraph."""
    errors: tuple[str, ...] = ()
    """What is wrong with it, a sentence each."""


class _Found(NamedTuple):
    """A comment that holds a directive, and the words after ``limner:``."""

    start: int
    end: int
    words: str


def directives(language: str, source: str, found: Sequence[Passage]) -> tuple[Directive, ...]:
    """The directives of a source in order; `found` are its passages."""
    if "limner:" not in source:
        return ()
    if language == "python":
        return _python(source, found)
    comments = list(_in_markdown(source) if language == "markdown" else _in_text(source))
    targets = _targets(source, comments, found, _GAP.get(language, _BLANK))
    lines = Lines(source)
    return tuple(
        _directive(lines, comment, target)
        for comment, target in zip(comments, targets, strict=True)
    )


def format_directive(
    language: str, method: str, options: Mapping[str, str], indent: str = ""
) -> str:
    """The comment that says so, without a line end; `directives` reads it back.

    Raises:
        ValueError: the method or an option has a name that a directive cannot hold.
    """
    if not _METHOD.fullmatch(method):
        raise ValueError(f"{method!r} cannot be written as a method; use a-z, 0-9, - and _")
    for name in options:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot be written as an option; use letters and digits")
    words = " ".join([method, *(f"{name}={_quoted(value)}" for name, value in options.items())])
    if language == "markdown":
        return f"{indent}<!-- limner: {words} -->"
    return f"{indent}# limner: {words}"


def with_options(comment: str, changes: Mapping[str, str]) -> str:
    """A directive's comment with options set, or taken out where the value is empty.

    What `changes` does not name stays as it is written.
    """
    closing = "-->" if comment.startswith("<!--") else ""
    body = comment.removesuffix(closing).rstrip()
    tail = comment[len(body) :]
    parts: list[str] = []
    done, missing = 0, dict(changes)
    for item in _ITEM.finditer(body, body.index("limner:") + len("limner:")):
        if item["name"] not in missing:
            continue
        value = missing.pop(item["name"])
        before = body[done : item.start()]
        parts.append(f"{before}{item['name']}={_quoted(value)}" if value else before.rstrip())
        done = item.end()
    parts.append(body[done:])
    parts += [f" {name}={_quoted(value)}" for name, value in missing.items() if value]
    return "".join(parts) + tail


def directive_rows(source: str) -> frozenset[int]:
    """The lines of a plain text that hold a directive."""
    if "limner:" not in source:
        return frozenset()
    lines = Lines(source)
    return frozenset(lines.line_of(comment.start) for comment in _in_text(source))


def _python(source: str, found: Sequence[Passage]) -> tuple[Directive, ...]:
    lines = Lines(source)
    code = without_strings(source)
    result: list[Directive] = []
    for comment in _in_python(source):
        line_start = lines.starts[lines.line_of(comment.start)]
        if source[line_start : comment.start].strip():
            error = "Put this comment on its own line, above what it looks at."
            result.append(_directive(lines, comment, None, error))
            continue
        start, end = next_statement(code, comment.end)
        at = bisect_left(found, start, key=_start)
        inside = at < len(found) and found[at].start < end
        result.append(_directive(lines, comment, found[at] if inside else None))
    return tuple(result)


def _in_python(source: str) -> Iterator[_Found]:
    for token in tokens(source):
        if isinstance(token, Comment) and (
            match := _HASH.fullmatch(source, token.start, token.end)
        ):
            yield _Found(token.start, token.end, match[1])


def _in_markdown(source: str) -> Iterator[_Found]:
    for block in blocks(source).html:
        for match in _HTML.finditer(source, block.start, block.end):
            yield _Found(match.start(), match.end(), match[1])


def _in_text(source: str) -> Iterator[_Found]:
    lines = Lines(source)
    for line in range(len(lines)):
        start, end = lines.span(line)
        if match := _LINE.fullmatch(source, start, end):
            written = match[0].strip(" \t")
            start = source.index(written, start)
            yield _Found(start, start + len(written), match[1] or match[2] or "")


def _targets(
    source: str, comments: Sequence[_Found], found: Sequence[Passage], gap: re.Pattern[str]
) -> list[Passage | None]:
    """What each comment looks at: stacked comments look at the same passage."""
    result: list[Passage | None] = []
    below: _Found | None = None
    for comment in reversed(comments):
        at = bisect_left(found, comment.end, key=_start)
        passage = found[at] if at < len(found) else None
        if below and (passage is None or below.start < passage.start):
            reached = gap.fullmatch(source, comment.end, below.start)
            passage = result[-1] if reached else None
        elif passage and not gap.fullmatch(source, comment.end, passage.start):
            passage = None
        result.append(passage)
        below = comment
    return result[::-1]


def _directive(lines: Lines, comment: _Found, passage: Passage | None, *errors: str) -> Directive:
    method, options, wrong = _read(comment.words)
    line = lines.line_of(comment.start)
    return Directive(line, comment.start, comment.end, method, options, passage, (*errors, *wrong))


def _read(words: str) -> tuple[str, dict[str, str], list[str]]:
    """Method, options and what is wrong."""
    method, _, rest = words.strip().partition(" ")
    options: dict[str, str] = {}
    errors: list[str] = []
    if not _METHOD.fullmatch(method):
        errors.append('Name a method after "limner:", for example "limner: attribute".')
        method, rest = "", words
    for item in _ITEM.finditer(rest):
        if error := _read_option(item, options):
            errors.append(error)
    return method, options, errors


def _read_option(item: re.Match[str], options: dict[str, str]) -> str | None:
    """Add one option, or say what is wrong with it."""
    name = item["name"]
    if name is None:
        return f"{item['stray']!r} is not an option: write name=value."
    if not _NAME.fullmatch(name):
        return f"{name!r} is not an option's name: use letters, digits, '.', '-' and '_'."
    if name in options:
        return f"{name} is given twice."
    value = item["bare"]
    if item["quoted"] is not None:
        value = _unquoted(item["quoted"])
        if value is None:
            return f'The quoted value of {name} is malformed: end it with ", and escape as in JSON.'
    elif not value:
        return f"{name} has no value: write {name}=value."
    options[name] = value
    return None


def _unquoted(quoted: str) -> str | None:
    try:
        return str(json.loads(quoted, strict=False))
    except json.JSONDecodeError:
        return None


def _quoted(value: str) -> str:
    """A value as a directive holds it; ``--`` would end an HTML comment in some readers."""
    if _BARE.fullmatch(value) and "--" not in value:
        return value
    return json.dumps(value, ensure_ascii=False).replace("--", "-\\u002d")
