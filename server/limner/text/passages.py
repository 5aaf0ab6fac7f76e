"""The passages of a document: what in it a model can read.

Strings of Python, paragraphs of Markdown; everything else is read as plain text.
"""

from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter

from limner.text.directives import directive_rows
from limner.text.markdown import markdown_paragraphs
from limner.text.passage import HOLE, Passage, Run
from limner.text.prose import plain_paragraphs
from limner.text.python_strings import python_strings

__all__ = ["HOLE", "Passage", "Run", "passage_at", "passages"]

_start = attrgetter("start")


def passages(language: str, source: str) -> tuple[Passage, ...]:
    """The passages of a source in order; they do not overlap.

    `language` is the language id of an editor; an unknown one is read as plain text. Half-typed
    source is no error. Passages of white space only are left out, and so are lines that hold a
    directive.
    """
    if language == "python":
        return python_strings(source)
    if language == "markdown":
        return markdown_paragraphs(source)
    return plain_paragraphs(source, directive_rows(source))


def passage_at(found: Sequence[Passage], offset: int) -> Passage | None:
    """The passage under a cursor, either border included.

    Between two that touch, it is the one that begins there.
    """
    at = bisect_right(found, offset, key=_start) - 1
    return found[at] if at >= 0 and offset <= found[at].end else None
