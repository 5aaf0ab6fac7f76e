"""Completion: inside a directive comment methods, options, models, labels; in text terms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from limner.lsp.asks import METHODS
from limner.lsp.asks import OPTIONS as METHOD_OPTIONS
from limner.lsp.convert import offset, range_of
from limner.lsp.features.cloze import task_file
from limner.lsp.features.cloze.gaps import completion as of_gap
from limner.lsp.features.cloze.notes import completion as of_labels
from limner.lsp.features.terms.completion import of_terms

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer

OPTIONS = lsp.CompletionOptions(
    trigger_characters=[":", "=", "]", "_", "}", ">"], resolve_provider=True
)

_DIRECTIVE = re.compile(r"(?:#|<!--)[ \t]*limner:(?P<words>[^\r\n]*)$")
_VALUE = re.compile(r"(?P<name>[\w.-]+)=(?P<written>[^\s=]*)$")
_WORD = re.compile(r"[^\s=]*$")
_GIVEN = re.compile(r"([\w.-]+)=(\S+)")


async def handle(ls: LimnerServer, params: lsp.CompletionParams) -> lsp.CompletionList | None:
    """What fits at the caret; None where nothing does, so that other servers are not disturbed."""
    document = ls.document(params.text_document.uri)
    if document is None:
        return None
    at = offset(document, params.position, ls.client.encoding)
    begin, _ = document.lines.span(document.lines.line_of(at))
    found = _DIRECTIVE.search(document.text[begin:at])
    if found is None:
        return (
            await of_gap(ls, document, at)
            or await task_file.completions(ls, document, at)
            or of_labels(ls, document, at)
            or await of_terms(ls, document, at)
        )
    words = found["words"]
    written, offers = _offers(ls, words)
    place = range_of(document.lines, at - len(written), at, ls.client.encoding)
    items = [
        lsp.CompletionItem(
            label=label,
            detail=detail,
            kind=kind,
            text_edit=lsp.TextEdit(place, label),
        )
        for label, detail, kind in offers
    ]
    return lsp.CompletionList(is_incomplete=False, items=items)


Offer = tuple[str, str, lsp.CompletionItemKind]


def _offers(ls: LimnerServer, words: str) -> tuple[str, Iterator[Offer]]:
    """What is written of the word at the caret, and what it may become."""
    method, space, rest = words.lstrip().partition(" ")
    if not space:
        return method, ((name, id, lsp.CompletionItemKind.Function) for name, id in METHODS.items())
    if value := _VALUE.search(rest):
        given = dict(_GIVEN.findall(rest))
        return value["written"], _values(ls, method, value["name"], given)
    word = _WORD.search(rest)
    return word.group() if word else "", _names(method, rest)


def _names(method: str, rest: str) -> Iterator[Offer]:
    taken = {name for name, _ in _GIVEN.findall(rest)}
    for option in METHOD_OPTIONS.get(method, ()):
        if option.name not in taken:
            yield f"{option.name}=", option.help, lsp.CompletionItemKind.Property


def _values(ls: LimnerServer, method: str, name: str, given: dict[str, str]) -> Iterator[Offer]:
    if name == "model":
        for model in ls.catalog.models:
            detail = model.error or ", ".join(model.labels)
            yield model.name, detail, lsp.CompletionItemKind.Module
    elif name in ("target", "contrast"):
        for label in ls.catalog.labels(given.get("model") or ls.settings.model):
            yield label, "label", lsp.CompletionItemKind.EnumMember
    for option in METHOD_OPTIONS.get(method, ()):
        if option.name == name:
            for value in option.values:
                yield value, option.help, lsp.CompletionItemKind.Value
