"""Paragraphs of Markdown as passages: paragraphs, list items, headings, block quotes, by block.

Markers of lists, quotes and headings are not part of the text. Inline markup (``**``, backquotes,
links) stays in it as it is written, because what a model reads should be what the user sees under
the cursor. Code, HTML and comments, tables, link definitions and front matter are not passages.
"""

import re
from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

from limner.text.lines import Lines
from limner.text.passage import Passage
from limner.text.prose import joined, trim

_BLOCK = 512
_CONTINUATION = bytes(range(0x80, 0xC0))
_LONE_CR = re.compile(r"\r(?!\n)")
_CLOSING_HASHES = re.compile(r"(?:^|[ \t])#+[ \t]*\Z")
_DEFINITION = re.compile(r"\[[^\]]+\]:\s*\S+(?:\s+[\"'(].*)?")
_BLOCKS = """
(paragraph (inline) @text)
(atx_heading (inline) @heading)
(html_block) @html
(inline (block_continuation) @marker)
"""


class Block(NamedTuple):
    """A range of the source, in code points."""

    start: int
    end: int


class Blocks(NamedTuple):
    """What the parser found in one document, each in order."""

    texts: tuple[Block, ...]
    headings: frozenset[Block]
    """Those of `texts` that are ``#`` headings."""
    markers: tuple[Block, ...]
    """Quote marks and indentation at the beginnings of continued lines."""
    html: tuple[Block, ...]
    """HTML blocks, comments among them."""


@lru_cache(maxsize=4)
def blocks(source: str) -> Blocks:
    """The blocks of a Markdown document; the last few documents are kept."""
    data = _LONE_CR.sub("\n", source).encode("utf-8", "replace")
    captures = _captures(Parser(_language()).parse(data))
    points = _CodePoints(data)

    def found(name: str) -> tuple[Block, ...]:
        return tuple(
            sorted(
                Block(points.at(node.start_byte), points.at(node.end_byte))
                for node in captures[name]
            )
        )

    headings = found("heading")
    texts = tuple(sorted((*found("text"), *headings)))
    return Blocks(texts, frozenset(headings), found("marker"), found("html"))


def markdown_paragraphs(source: str) -> tuple[Passage, ...]:
    """Every block of running text in a Markdown document, in order."""
    found = blocks(source)
    lines = Lines(source)
    markers = {lines.line_of(marker.start): marker.end for marker in found.markers}
    passages: list[Passage | None] = []
    for text in found.texts:
        end = _heading_end(source, text) if text in found.headings else text.end
        rows = _rows(lines, markers, text.start, end)
        if not all(_DEFINITION.fullmatch(source, *row) for row in rows):
            passages.append(joined(source, rows))
    return tuple(passage for passage in passages if passage)


def _rows(lines: Lines, markers: dict[int, int], start: int, end: int) -> list[tuple[int, int]]:
    """The lines of a block without their markers."""
    rows: list[tuple[int, int]] = []
    first = lines.line_of(start)
    for line in range(first, lines.line_of(max(start, end - 1)) + 1):
        begin, stop = lines.span(line)
        begin = start if line == first else markers.get(line, begin)
        rows.append(trim(lines.text, begin, max(begin, min(stop, end))))
    return rows


def _heading_end(source: str, heading: Block) -> int:
    match = _CLOSING_HASHES.search(source[heading.start : heading.end])
    return heading.start + match.start() if match else heading.end


class _CodePoints:
    """Byte offsets of UTF-8 to code points: counted once per block of 512 bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._before = [0]
        if not data.isascii():
            for start in range(0, len(data), _BLOCK):
                self._before.append(self._before[-1] + self._count(start, start + _BLOCK))

    def at(self, offset: int) -> int:
        if len(self._before) == 1:
            return offset
        block = offset // _BLOCK
        return self._before[block] + self._count(block * _BLOCK, offset)

    def _count(self, start: int, end: int) -> int:
        return len(self._data[start:end].translate(None, _CONTINUATION))


@lru_cache(maxsize=1)
def _language() -> Language:
    import tree_sitter_markdown

    return Language(tree_sitter_markdown.language())  # pyright: ignore


@lru_cache(maxsize=1)
def _query() -> Query:
    return Query(_language(), _BLOCKS)


def _captures(tree: Tree) -> defaultdict[str, list[Node]]:
    cursor = QueryCursor(_query())
    return defaultdict(list, cursor.captures(tree.root_node))
