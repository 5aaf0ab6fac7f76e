"""The running text of a document as an editor holds it: all else blank, every place as it was."""

from __future__ import annotations

import re

from limner.terms import markup
from limner.text.python_lexer import Comment, Literal, tokens

_NOT_LINE_END = re.compile(r"[^\r\n]")


def prose(kind: str, source: str) -> str | None:
    """Running text of a document of some kind, as long as `source`; None where there is none.

    Markdown without code, HTML and addresses; TeX without commands and mathematics;
    reStructuredText without directives and literals; comments and docstrings of Python.
    """
    match kind:
        case "plaintext":
            return markup.plain(source)
        case "markdown":
            return markup.plain(markup.markdown(source))
        case "latex":
            return markup.plain(markup.tex(source))
        case "restructuredtext":
            return markup.plain(markup.rst(source))
        case "python":
            return _python(source)
        case _:
            return None


def _python(source: str) -> str:
    """Comments and docstrings; the comments that pin a probe are none."""
    parts: list[str] = []
    done = 0
    for token in tokens(source):
        start, end = (token.start, token.end)
        if isinstance(token, Literal):
            if not _is_docstring(source, token):
                continue
            start, end = token.body, token.body_end
        elif _is_directive(source, token):
            continue
        parts += _NOT_LINE_END.sub(" ", source[done:start]), source[start:end]
        done = end
    parts.append(_NOT_LINE_END.sub(" ", source[done:]))
    return markup.plain("".join(parts))


def _is_directive(source: str, comment: Comment) -> bool:
    return source[comment.start + 1 : comment.end].lstrip().startswith("limner:")


def _is_docstring(source: str, literal: Literal) -> bool:
    """Whether a string stands alone, three quotes wide: a statement that says something."""
    if literal.body - literal.start < 3 or not literal.closed:
        return False
    line = max(source.rfind("\n", 0, literal.start), source.rfind("\r", 0, literal.start)) + 1
    before = source[line : literal.start]
    behind = source[literal.end :].lstrip(" \t")[:1]
    above = source[:line].rstrip()
    return (
        not before.strip()
        and behind in ("", "\n", "\r", "#")
        and not (above and above[-1] in "([{,=\\+")
    )
