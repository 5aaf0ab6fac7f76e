"""Commands `limner.cloze.…`: label rows, find the next one, train, go back, compare patterns.

Each takes one object `{uri, line?, label?, above?, head?}` and answers `{said, line?, text?}`.
Labels are written by an edit of the client's document, so they are undone as any edit is; the task
file is written on disk, or by an edit where the client has it open.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from limner.lsp.convert import offset, range_of
from limner.lsp.data_files import path_of
from limner.lsp.editing import change
from limner.lsp.features.cloze import training
from limner.lsp.messages import ClozeAnswer, ClozeArgument
from limner.lsp.reading import argument
from limner.lsp.sheet import Sheet, least_certain
from limner.protocol import BadInput

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer


async def accept(ls: LimnerServer, raw: Any) -> ClozeAnswer:
    """Give the row of a line its label: the one that is named, or the predicted one."""
    given = argument(raw, ClozeArgument)
    sheet = await ls.labelling.current(given.uri)
    assert sheet.table and sheet.task
    row = sheet.table.row_at(_at(ls, sheet, given))
    if row is None:
        raise BadInput("There is no row with a text here: put the caret into one.")
    label = given.label
    if not label:
        prediction = ls.labelling.known(given.uri).get(row.text)
        if prediction is None:
            raise BadInput("Nothing is predicted for this row yet: wait a moment, or name a label.")
        label = sheet.labels[prediction.label]
    _check(sheet, label)
    _relabel(ls, sheet, {row.index: label}, "Limner: label")
    return ClozeAnswer(said=f"Labelled {label}.")


async def accept_all(ls: LimnerServer, raw: Any) -> ClozeAnswer:
    """Give all unlabelled rows their predicted label, from a probability on."""
    given = argument(raw, ClozeArgument)
    sheet = await ls.labelling.current(given.uri)
    assert sheet.table
    known = ls.labelling.known(given.uri)
    labels = {
        row.index: sheet.labels[known[row.text].label]
        for row in sheet.rows
        if not row.label and row.text in known and max(known[row.text].p) >= given.above
    }
    if not labels:
        raise BadInput(f"No unlabelled row has a prediction of {given.above:.0%} or more.")
    _relabel(ls, sheet, labels, "Limner: accept predictions")
    rows = "row" if len(labels) == 1 else "rows"
    return ClozeAnswer(said=f"{len(labels):,} {rows} labelled; undo takes all back.")


async def next_row(ls: LimnerServer, raw: Any) -> ClozeAnswer:
    """Go to the unlabelled row whose labels are closest: labelling it teaches most."""
    given = argument(raw, ClozeArgument)
    sheet = await ls.labelling.current(given.uri)
    assert sheet.table
    here = sheet.table.row_at(_at(ls, sheet, given)) if given.line is not None else None
    row = least_certain(sheet, ls.labelling.known(given.uri), here.index if here else None)
    if row is None:
        raise BadInput("No unlabelled row has a prediction: all are labelled, or it is too early.")
    document = sheet.document
    place = range_of(document.lines, *row.cell, ls.client.encoding)
    if ls.client.show_document:
        shown = lsp.ShowDocumentParams(uri=given.uri, take_focus=True, selection=place)
        ls.spawn(_show(ls, shown))
    prediction = ls.labelling.known(given.uri)[row.text]
    label = sheet.labels[prediction.label]
    said = f"Line {place.start.line + 1}: {label} {max(prediction.p):.0%}."
    return ClozeAnswer(said=said, line=place.start.line, character=place.start.character)


async def predict(ls: LimnerServer, raw: Any) -> ClozeAnswer:
    """Ask the model about all texts anew."""
    given = argument(raw, ClozeArgument)
    sheet = await ls.labelling.current(given.uri)
    ls.labelling.again(given.uri)
    return ClozeAnswer(said=f"Labelling {len(sheet.rows):,} rows …")


async def train(ls: LimnerServer, raw: Any) -> ClozeAnswer:
    """Train on the labelled rows, in the background, with progress."""
    given = argument(raw, ClozeArgument)
    if not ls.client.trusted:
        raise BadInput("Trust this workspace first: training writes a file beside the task.")
    sheet = await ls.labelling.current(given.uri)
    training.check(sheet)
    if given.uri in ls.training:
        return ClozeAnswer(said="It is being trained already.")
    ls.spawn(training.train(ls, sheet))
    labelled = sum(bool(row.label) for row in sheet.rows)
    return ClozeAnswer(said=f"Training on {labelled:,} labelled rows …")


async def rollback(ls: LimnerServer, raw: Any) -> ClozeAnswer:
    """Label with an earlier head again (`head`), or with the one before the present one."""
    from limner.labelling.heads import heads

    given = argument(raw, ClozeArgument)
    sheet = await ls.labelling.current(given.uri)
    assert sheet.task
    versions = [head.version for head in await asyncio.to_thread(heads, sheet.task_file)]
    if given.head is not None:
        head = given.head
    else:
        head = max((v for v in versions if v < (sheet.task.head or 0)), default=0)
    if head and head not in versions:
        known = ", ".join(map(str, versions)) or "none"
        raise BadInput(f"There is no head {head}; there are: {known}.")
    if head == (sheet.task.head or 0):
        raise BadInput("There is no earlier head: the model is used as it is.")
    await training.use_head(ls, sheet, head or None)
    return ClozeAnswer(said=f"Head {head}." if head else "The model as it is, without a head.")


async def report(ls: LimnerServer, raw: Any) -> ClozeAnswer:
    """How good the task is on the rows that are labelled, and which pattern is best."""
    from limner.labelling.evaluation import evaluate

    given = argument(raw, ClozeArgument)
    sheet = await ls.labelling.current(given.uri)
    assert sheet.task
    rows = list(sheet.rows)
    result = await training.labels_of(ls, sheet, [row.text for row in rows])
    found = evaluate(sheet.task, result, [row.label or None for row in rows])
    return ClozeAnswer(said=found.headline, text=found.to_text())


async def new(ls: LimnerServer, raw: Any) -> ClozeAnswer:
    """Write a task file for a data file, beside it, and show it."""
    from limner.labelling.begin import begin

    given = argument(raw, ClozeArgument)
    if not ls.client.trusted:
        raise BadInput("Trust this workspace first: a task file is written beside the data.")
    path = path_of(given.uri)
    if path is None:
        raise BadInput("Save the data file in a folder first.")
    document = ls.document(given.uri)
    text = document.text if document else None
    made = await asyncio.to_thread(begin, path, text)
    ls.labelling.refresh(given.uri)
    if ls.client.show_document:
        ls.spawn(_show(ls, lsp.ShowDocumentParams(uri=made.as_uri(), take_focus=True)))
    return ClozeAnswer(said=f"{made.name} is written: mend its patterns and words.", text=str(made))


# ── inside ────────────────────────────────────────────────────────────────────────────────────


def _at(ls: LimnerServer, sheet: Sheet, given: ClozeArgument) -> int:
    place = lsp.Position(given.line or 0, given.character or 0)
    return offset(sheet.document, place, ls.client.encoding)


def _check(sheet: Sheet, label: str) -> None:
    if label not in sheet.labels:
        raise BadInput(f"{label!r} is no label of the task; choose {', '.join(sheet.labels)}.")


def _relabel(ls: LimnerServer, sheet: Sheet, labels: dict[int, str], label: str) -> None:
    """Have the client write labels into their cells."""
    assert sheet.table
    edits = sheet.table.relabel(labels)
    change(ls, sheet.document, edits, label, instead="write the label into its cell yourself")


async def _show(ls: LimnerServer, params: lsp.ShowDocumentParams) -> None:
    try:
        await ls.window_show_document_async(params)
    except JsonRpcException:
        return  # the answer of the command says where it is
