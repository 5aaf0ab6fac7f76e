"""Training a task's head for a session, with progress, and the change of the task file after it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from limner.lsp.data_files import path_of
from limner.lsp.editing import change
from limner.lsp.progress import ServerProgress
from limner.lsp.sheet import Sheet
from limner.protocol import (
    BadInput,
    Cancelled,
    ClozeLabels,
    ClozeTraining,
    LimnerError,
    Partial,
    Priority,
    Progress,
)
from limner.text.edits import Edit, shrink

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer


def check(sheet: Sheet) -> None:
    """Refuse at once what cannot be trained on.

    Raises:
        BadInput: a label with fewer than two rows.
    """
    for label in sheet.labels:
        count = sum(row.label == label for row in sheet.rows)
        if count < 2:
            raise BadInput(
                f"{count} rows are labelled {label}: label two or more of each, one to learn from "
                "and one to measure on."
            )


async def train(ls: LimnerServer, sheet: Sheet) -> None:
    """Train for as long as the session lives; what is kept becomes the task's head."""
    uri = sheet.document.uri
    progress = ServerProgress(ls, ls.spawn) if ls.client.progress else None
    task = asyncio.current_task()
    assert task
    ls.training[uri] = task
    if progress:
        progress.begin(f"training on {sheet.path.name}")
        ls.cancellable[progress.token] = task
    try:
        result = await _run(ls, sheet, progress)
        await _keep(ls, sheet, result)
    except (Cancelled, asyncio.CancelledError):
        return
    except LimnerError as error:
        ls.warn(f"Training {sheet.task_file.name}: {error}")
    finally:
        ls.training.pop(uri, None)
        if progress:
            progress.end()
            ls.cancellable.pop(progress.token, None)


async def _run(ls: LimnerServer, sheet: Sheet, progress: ServerProgress | None) -> ClozeTraining:
    from limner.labelling.heads import next_path
    from limner.labelling.jobs import train_job
    from limner.lsp.asks import allowed

    assert sheet.task
    allowed(sheet.task.model, ls.catalog)
    rows = [row for row in sheet.rows if row.label in sheet.labels or not row.label]
    save = await asyncio.to_thread(next_path, sheet.task_file)
    texts, labels = [row.text for row in rows], [row.label or None for row in rows]
    job = train_job(sheet.task, texts, labels, save=save)
    said = ""

    def listen(update: Progress | Partial) -> None:
        nonlocal said
        if progress is None:
            return
        if isinstance(update, Partial):
            assert isinstance(update.result, ClozeTraining)
            said = " · " + of_pass(update.result)
        elif update.total:
            share = int(100 * update.done / update.total)
            progress.report(f"step {update.done:,} of {update.total:,}{said}", share)
        elif update.message:
            progress.report(update.message, None)

    result = await ls.engine.run(job, priority=Priority.CORPUS, listener=listen)
    assert isinstance(result, ClozeTraining)
    return result


def of_pass(result: ClozeTraining) -> str:
    """The last pass in a line."""
    last = result.epochs[-1]
    return (
        f"pass {last.epoch}: {last.held_out.accuracy:.0%} right on {result.held_out} held out "
        f"(before {result.before.accuracy:.0%})"
    )


async def _keep(ls: LimnerServer, sheet: Sheet, result: ClozeTraining) -> None:
    from limner.labelling.heads import version_of

    before, after = result.before.accuracy, result.after.accuracy
    figures = f"{before:.0%} right before, {after:.0%} after, on {result.held_out} held-out rows"
    if result.saved is None:
        ls.inform(f"No pass was better than the model as it is ({figures}): nothing is kept.")
        return
    version = version_of(result.saved)
    await use_head(ls, sheet, version)
    ls.inform(f"Head {version}: {figures}. Labels come from it now; “go back” undoes that.")


async def use_head(ls: LimnerServer, sheet: Sheet, head: int | None) -> None:
    """Write into the task file which head labels, where the client has it open by an edit."""
    from limner.labelling.editing import with_head
    from limner.labelling.textfile import read_text_file, write_text_file

    for document in ls.documents:
        if path_of(document.uri) == sheet.task_file:
            text = with_head(document.text, head)
            whole = shrink(document.text, Edit(0, len(document.text), text))
            instead = f"set head = {head or 0} in the task file yourself"
            change(ls, document, [whole], "Limner: head", instead=instead)
            return

    def write() -> None:
        file = read_text_file(sheet.task_file)
        write_text_file(sheet.task_file, with_head(file.text, head), file)

    await asyncio.to_thread(write)
    ls.labelling.refresh(sheet.document.uri)


async def labels_of(ls: LimnerServer, sheet: Sheet, texts: Sequence[str]) -> ClozeLabels:
    """Labels of texts, in one job."""
    from limner.labelling.jobs import label_job
    from limner.lsp.asks import allowed

    assert sheet.task
    allowed(sheet.task.model, ls.catalog)
    job = await asyncio.to_thread(label_job, sheet.task, sheet.task_file, texts)
    name = f"report-{sheet.document.uri}"

    def listen(update: Progress | Partial) -> None:
        if isinstance(update, Progress):
            ls.activity.report(name, update)

    ls.activity.enter(name, sheet.task.model)
    try:
        result = await ls.engine.run(job, priority=Priority.PINNED, listener=listen)
    finally:
        ls.activity.leave(name)
    assert isinstance(result, ClozeLabels)
    return result
