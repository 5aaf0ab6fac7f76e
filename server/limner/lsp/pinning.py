"""Writing a probe into the document as a comment, and taking it out again."""

from __future__ import annotations

import re
from collections.abc import Mapping

from limner.lsp.documents import Document
from limner.text.directives import Directive, directives, format_directive, with_options
from limner.text.edits import Edit, apply_edits, shrink
from limner.text.passages import Passage, passages

_INDENT = re.compile(r"[ \t]*")


def pin_edit(
    document: Document, passage: Passage, method: str, options: Mapping[str, str]
) -> Edit | None:
    """The insertion of a directive above `passage`.

    None where no comment can mean it: a second string on one line, say. The new text is read
    again to be sure that the comment means this very passage and changes no other.
    """
    line = document.lines.line_of(passage.start)
    while line and document.line_text(line - 1).rstrip(" \t").endswith("\\"):
        line -= 1  # a comment after a continued line would break the code
    at, end = document.lines.span(line)
    found = _INDENT.match(document.text, at, end)
    indent = found.group() if found else ""
    try:
        comment = format_directive(document.kind, method, options, indent)
    except ValueError:
        return None
    edit = Edit(at, at, comment + _line_end(document, line))
    return edit if _means(document, edit, passage) else None


def unpin_edit(document: Document, directive: Directive) -> Edit:
    """The removal of a directive, with its line where it stands alone."""
    first = document.lines.line_of(directive.start)
    last = document.lines.line_of(directive.end)
    start, _ = document.lines.span(first)
    _, end = document.lines.span(last)
    alone = not (
        document.text[start : directive.start].strip() or document.text[directive.end : end].strip()
    )
    if not alone:
        return Edit(directive.start, directive.end, "")
    if last + 1 < len(document.lines):
        end = document.lines.starts[last + 1]
    return Edit(start, end, "")


def options_edit(
    document: Document, directive: Directive, changes: Mapping[str, str]
) -> Edit | None:
    """The directive with these options set, or taken out where empty; None where it says so."""
    before = document.text[directive.start : directive.end]
    after = with_options(before, changes)
    if after == before:
        return None
    return shrink(document.text, Edit(directive.start, directive.end, after))


def _line_end(document: Document, line: int) -> str:
    """As the document ends its lines."""
    for near in (line, line - 1):
        if 0 <= near and near + 1 < len(document.lines):
            return document.text[document.lines.span(near)[1] : document.lines.starts[near + 1]]
    return "\n"


def _means(document: Document, edit: Edit, passage: Passage) -> bool:
    text = apply_edits(document.text, (edit,))
    found = passages(document.kind, text)
    if [one.text for one in found] != [one.text for one in document.passages]:
        return False
    place = (passage.start + edit.growth, passage.end + edit.growth)
    return any(
        directive.passage
        and not directive.errors
        and edit.start <= directive.start < edit.start + len(edit.text)
        and (directive.passage.start, directive.passage.end) == place
        for directive in directives(document.kind, text, found)
    )
