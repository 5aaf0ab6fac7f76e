r"""The line table of one version of a text.

Lines end at ``\r\n``, ``\r`` and ``\n`` and nowhere else, as the language server protocol says.
``str.splitlines`` also breaks at U+2028, U+0085, ``\x0b`` and others, which puts every later edit
on the wrong line.
"""

import re
from bisect import bisect_right

_TERMINATOR = re.compile(r"\r\n?|\n")


class Lines:
    """Where the lines of one text begin and end, in code points; immutable."""

    __slots__ = ("starts", "text", "unit_tables")

    text: str
    starts: tuple[int, ...]
    unit_tables: dict[tuple[int, str], tuple[int, ...]]
    """Filled by `limner.text.positions`: per line and encoding, units before each block."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = (0, *(match.end() for match in _TERMINATOR.finditer(text)))
        self.unit_tables = {}

    def __len__(self) -> int:
        return len(self.starts)

    def line_of(self, offset: int) -> int:
        """The line that holds a code-point offset; a terminator belongs to the line it ends."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def span(self, line: int) -> tuple[int, int]:
        """Start and end of a line in code points, without its terminator.

        Raises:
            IndexError: there is no such line.
        """
        if not 0 <= line < len(self.starts):
            raise IndexError(f"line {line} of a text of {len(self.starts)} lines")
        start = self.starts[line]
        if line + 1 == len(self.starts):
            return start, len(self.text)
        end = self.starts[line + 1] - 1
        if end > start and self.text[end] == "\n" and self.text[end - 1] == "\r":
            end -= 1
        return start, end
