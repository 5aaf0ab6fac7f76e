"""Code actions and lenses of a data file: label this row, label many, train, go on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from limner.lsp.convert import range_of
from limner.lsp.documents import Document
from limner.lsp.features.cloze.notes import row_at, title

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer

KIND = "limner"
SURE = 0.9
"""From this probability on, *accept all* is offered."""
LABELS = 9
"""Most labels that get an action of their own."""


def actions(ls: LimnerServer, document: Document, at: int) -> Iterator[lsp.CodeAction]:
    """What can be done with the row at an offset, and with all of them."""
    found = row_at(ls, document, at)
    if found is None:
        return
    sheet, row = found
    if sheet.task is None:
        return
    known = ls.labelling.known(document.uri)
    prediction = known.get(row.text)
    line = document.lines.line_of(row.start)
    p = prediction.p if prediction else (0.0,) * len(sheet.labels)
    order = sorted(range(len(sheet.labels)), key=lambda k: -p[k])[:LABELS]
    for k in order:
        label = sheet.labels[k]
        if label != row.label:
            share = f" ({p[k]:.0%})" if prediction else ""
            argument = {"uri": document.uri, "line": line, "label": label}
            yield _action(f"Limner: label {label}{share}", "limner.cloze.accept", argument)
    sure = sum(
        1 for one in sheet.rows if not one.label and (q := known.get(one.text)) and max(q.p) >= SURE
    )
    if sure:
        yield _action(
            f"Limner: accept all {sure:,} predictions from {SURE:.0%} on",
            "limner.cloze.acceptAll",
            {"uri": document.uri, "above": SURE},
        )
    here = {"uri": document.uri, "line": line}
    if any(not one.label for one in sheet.rows):
        yield _action("Limner: go to the least certain row", "limner.cloze.next", here)
    labelled = sum(bool(one.label) for one in sheet.rows)
    if labelled >= 2 * len(sheet.labels):
        yield _action(
            f"Limner: train on the {labelled:,} labelled rows", "limner.cloze.train", here
        )
    if sheet.task.head:
        yield _action(f"Limner: go back from head {sheet.task.head}", "limner.cloze.rollback", here)
    yield _action("Limner: compare the patterns", "limner.cloze.report", here)


def lenses(ls: LimnerServer, document: Document) -> Iterator[lsp.CodeLens]:
    """Above the first line: how far it is, and what comes next."""
    sheet = ls.labelling.sheet(document.uri)
    if sheet is None or sheet.table is None:
        return
    argument = {"uri": document.uri}
    labelled = sum(bool(row.label) for row in sheet.rows)
    offers: list[tuple[str, str]] = [(title(ls, sheet), "limner.cloze.report")]
    if labelled < len(sheet.rows):
        offers.append(("Least certain", "limner.cloze.next"))
    if labelled >= 2 * len(sheet.labels):
        offers.append(("Train", "limner.cloze.train"))
    for text, command in offers:
        yield lsp.CodeLens(
            range=range_of(document.lines, 0, 0, ls.client.encoding),
            command=lsp.Command(title=text, command=command, arguments=[argument]),
        )


def _action(title: str, command: str, argument: dict[str, Any]) -> lsp.CodeAction:
    named = lsp.Command(title=title, command=command, arguments=[argument])
    return lsp.CodeAction(title=title, kind=KIND, command=named)
