"""Where the statement below a comment begins and ends, by indentation and brackets."""

import re

from limner.text.python_lexer import Comment, tokens

_CODE = re.compile(r"\S")
_EVENT = re.compile(
    r"(?P<open>[(\[{])|(?P<close>[)\]}])|\\(?:\r\n|[\r\n])"
    r"|(?:\r\n?|\n)(?P<indent>[ \t\f]*)(?P<first>(?=[^\s]))"
)


def without_strings(source: str) -> str:
    """The source with strings as letters and comments as spaces; every offset stays."""
    pieces: list[str] = []
    at = 0
    for token in tokens(source):
        filler = " " if isinstance(token, Comment) else "x"
        pieces += source[at : token.start], filler * (token.end - token.start)
        at = token.end
    pieces.append(source[at:])
    return "".join(pieces)


def next_statement(code: str, offset: int) -> tuple[int, int]:
    """The range of the first statement after an offset, with its body; decorators go with it.

    `code` is what `without_strings` gives; the range is empty where nothing follows.
    """
    first = _CODE.search(code, offset)
    if first is None:
        return len(code), len(code)
    start = first.start()
    line = max(code.rfind("\n", 0, start), code.rfind("\r", 0, start)) + 1
    return start, _end(code, start, start - line)


def _end(code: str, start: int, indent: int) -> int:
    depth = 0
    decorated = code[start] == "@"
    for event in _EVENT.finditer(code, start):
        depth += (event["open"] is not None) - (event["close"] is not None)
        if depth < 0:
            return event.start()
        if depth or event["indent"] is None or len(event["indent"]) > indent:
            continue
        if not decorated:
            return event.end()
        decorated = code[event.end()] == "@"
    return len(code)
