"""Markup made blank, so that what is left is text and every line keeps its number.

Terms are shown with the line that they stand on; libraries that turn TeX or reStructuredText into
text lose the lines, so what is no text is replaced by spaces here. HTML goes through the standard
library's parser, Markdown through tree-sitter.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from limner.text.markdown import blocks

_NOT_NEWLINE = re.compile(r"[^\r\n]")
_URL = r"(?:https?|ftp)://[^\s<>()（）\u3000-\u303f\u4e00-\u9fff]+"
# bounded, and never begun inside a word: an endless line must not cost its square
_ADDRESS = re.compile(
    rf"{_URL}|(?<![\w.+-])[a-zA-Z0-9_.+-]{{1,64}}@[\w-]+\.[\w.-]+"
    r"|(?<![\w/.])~?(?:/[a-zA-Z0-9_.+-]{1,255}){2,}/?"
)
_MARKDOWN = re.compile(r"\]\([^)\n]*\)|<[^>\n]+>")
_TEX = re.compile(
    r"(?<!\\)%.*"
    r"|\\begin\{(verbatim|lstlisting|minted|equation|align|gather|tikzpicture|tabular)\*?\}"
    r"[\s\S]*?\\end\{\1\*?\}"
    r"|\$\$[\s\S]*?\$\$|\\\[[\s\S]*?\\\]|(?<!\\)\$[^$\n]*\$"
    r"|\\(?:usepackage|documentclass|label|ref|cite\w*|includegraphics|input|include|url"
    r"|bibliography\w*|newcommand|begin|end)\*?(?:\[[^\]]*\])?(?:\{[^{}]*\})?"
    r"|\\[a-zA-Z@]+\*?|\\.|[{}]"
)
_RST = re.compile(
    r"^[ \t]*\.\. (?!note|warning|tip|important|caution|hint|attention)[^\n]*(?:\n[ \t]+:[^\n]*)*"
    r"|^[ \t]*:[\w-]+:(?=\s)[^\n]*|``[^`\n]*``|:[\w:+.-]+:(?=`)|<[^>\n]*>`_*|`_*|\|",
    re.MULTILINE,
)
_SILENT = {"script", "style", "head", "template", "svg", "math", "pre"}
_INLINE = {
    *("a", "abbr", "b", "bdi", "cite", "code", "dfn", "em", "font", "i", "kbd", "mark", "q", "s"),
    *("samp", "small", "span", "strong", "sub", "sup", "tt", "u", "var", "wbr"),
}


def _blank(match: re.Match[str]) -> str:
    return _NOT_NEWLINE.sub(" ", match.group())


def plain(source: str) -> str:
    """Addresses, e-mail addresses and paths of files are blank."""
    return _ADDRESS.sub(_blank, source)


def markdown(source: str) -> str:
    """Running text of Markdown; code, tables, HTML and addresses are blank."""
    parts: list[str] = []
    end = 0
    for block in blocks(source).texts:
        if block.start >= end:
            parts += _NOT_NEWLINE.sub(" ", source[end : block.start]), ""
            parts.append(_MARKDOWN.sub(_blank, source[block.start : block.end]))
            end = block.end
    parts.append(_NOT_NEWLINE.sub(" ", source[end:]))
    return "".join(parts)


def tex(source: str) -> str:
    """Running text of TeX; commands, comments and mathematics are blank."""
    return _TEX.sub(_blank, source)


def rst(source: str) -> str:
    """Running text of reStructuredText; directives, roles' names and literals are blank."""
    return _RST.sub(_blank, source)


def html(source: str) -> str:
    """Running text of HTML, every piece on the line that it is on in the source."""
    parser = _Html()
    parser.feed(source)
    parser.close()
    return "".join(parser.parts)


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._line = 1
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag not in _INLINE:
            self.parts.append("\0")  # a block ends the sentence, as in the browser

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass
        elif tag not in _INLINE:
            self.parts.append("\0")

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        line = self.getpos()[0]
        if line > self._line:
            self.parts.append("\n" * (line - self._line))
            self._line = line
        self.parts.append(data)
        self._line += data.count("\n")
