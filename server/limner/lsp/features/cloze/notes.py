"""Predicted labels behind the lines of a data file, and what is wrong in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from limner.lsp.convert import notes_of, range_of, stretch_of
from limner.lsp.data_files import path_of
from limner.lsp.documents import Document
from limner.lsp.messages import OverlayPanel, OverlayProbe
from limner.lsp.sheet import Prediction, Sheet, moved
from limner.protocol import Note
from limner.text.edits import Edit

if TYPE_CHECKING:
    from limner.labelling.table import Row
    from limner.lsp.server import LimnerServer

MOST = 2000
"""Notes of one document that a client with overlays is told at once, those in view first."""
DOUBT = 0.9
"""A label that a person gave is doubted from this probability of another one on."""
MOST_DOUBTS = 200
"""Doubts of one document."""


def notes(ls: LimnerServer, uri: str, start: int, end: int) -> list[Note]:
    """What is predicted for unlabelled rows between two offsets of the newest text."""
    sheet = ls.labelling.sheet(uri)
    edits = ls.labelling.edits(sheet) if sheet else None
    if sheet is None or edits is None:
        return []
    known = ls.labelling.known(uri)
    return [
        _note(sheet, known[row.text], at)
        for row, at in _placed(sheet, edits)
        if start <= at <= end and not row.label and row.text in known
    ]


def _note(sheet: Sheet, prediction: Prediction, at: int) -> Note:
    label = sheet.labels[prediction.label]
    return Note(at=at, text=f"→ {label} {_percent(max(prediction.p))}")


def _percent(p: float) -> str:
    """Never 100 %: nobody is that sure."""
    return f"{min(p, 0.999):.0%}" if p < 0.995 else "> 99%"


def _placed(sheet: Sheet, edits: Sequence[Edit]) -> Iterator[tuple[Row, int]]:
    for row in sheet.rows:
        yield row, moved(row.end, edits) if edits else row.end


def probe(ls: LimnerServer, document: Document) -> OverlayProbe | None:
    """All of it as one probe, for clients that draw overlays."""
    sheet = ls.labelling.sheet(document.uri)
    if sheet is None:
        return None
    error, lines = ls.labelling.error(document.uri), document.lines
    shown = _in_view(ls, document) if ls.settings.hints else []
    busy = ls.labelling.busy(document.uri)
    state = "failed" if error else "computing" if busy else "done"
    return OverlayProbe(
        id=f"labels-{document.uri}",
        method="cloze",
        origin="directive",
        state=state,
        range=stretch_of(lines, 0, min(len(document.text), lines.span(0)[1]), ls.client.encoding),
        error=str(error) if error else None,
        trouble=type(error).__name__ if error else None,
        title=title(ls, sheet),
        model=sheet.task.model if sheet.task else "",
        options={"task": sheet.task_file.name},
        labels=sheet.labels,
        marks=(),
        notes=notes_of(lines, shown, ls.client.encoding),
        panel=None if busy else _panel(ls, sheet),
        preliminary=busy,
    )


def _panel(ls: LimnerServer, sheet: Sheet) -> OverlayPanel | None:
    """How sure the predictions are."""
    known = ls.labelling.known(sheet.document.uri)
    sure = [max(known[row.text].p) for row in sheet.rows if not row.label and row.text in known]
    if not sure:
        return None
    from limner.render.cloze_charts import confidence_in_words, confidences

    count = len(sheet.labels)
    return OverlayPanel(
        title=f"{sheet.path.name}: how sure the labels are",
        spec=confidences(sure, count),
        text=confidence_in_words(sure, count),
    )


def _in_view(ls: LimnerServer, document: Document) -> list[Note]:
    everything = notes(ls, document.uri, 0, len(document.text))
    if len(everything) <= MOST:
        return everything
    start, end = ls.labelling.view(document.uri)
    middle = (start + end) // 2
    near = sorted(everything, key=lambda note: abs(note.at - middle))[:MOST]
    return sorted(near, key=lambda note: note.at)


def title(ls: LimnerServer, sheet: Sheet) -> str:
    """How far labelling is, in a line."""
    if sheet.table is None:
        return ""
    labelled = sum(bool(row.label) for row in sheet.rows)
    known = ls.labelling.known(sheet.document.uri)
    asked = sum(row.text in known for row in sheet.rows if not row.label)
    head = f" · head {sheet.task.head}" if sheet.task and sheet.task.head else ""
    return f"{labelled:,} labelled · {asked:,} predicted of {len(sheet.rows):,}{head}"


# ── what is wrong ─────────────────────────────────────────────────────────────────────────────


def diagnostics(ls: LimnerServer, document: Document) -> list[lsp.Diagnostic]:
    """Lines left out, labels that the task does not have, and labels that the model doubts."""
    if document.uri.endswith(".cloze.toml"):
        return _of_models(ls, document)
    sheet = ls.labelling.sheet(document.uri)
    if sheet is None or sheet.document is not document:
        return list(ls.published.get(document.uri, ())) if sheet else []
    found = [
        _diagnostic(ls, document, *document.lines.span(trouble.line), trouble.said)
        for trouble in (sheet.table.troubles if sheet.table else ())
    ]
    if error := ls.labelling.error(document.uri):
        found.append(_diagnostic(ls, document, *document.lines.span(0), str(error)))
    if sheet.warning:
        severity = lsp.DiagnosticSeverity.Warning
        found.append(_diagnostic(ls, document, *document.lines.span(0), sheet.warning, severity))
    return [*found, *_foreign(ls, sheet), *_doubts(ls, sheet)]


def _foreign(ls: LimnerServer, sheet: Sheet) -> Iterator[lsp.Diagnostic]:
    for row in sheet.rows:
        if sheet.task and row.label and row.label not in sheet.task.labels:
            said = (
                f"{row.label!r} is no label of {sheet.task_file.name}: "
                f"choose {', '.join(sheet.labels)}, or add it under [labels]."
            )
            yield _diagnostic(ls, sheet.document, *row.cell, said)


def _doubts(ls: LimnerServer, sheet: Sheet) -> list[lsp.Diagnostic]:
    """Labels of people that the model contradicts, the surest contradiction first."""
    known = ls.labelling.known(sheet.document.uri)
    found: list[tuple[float, lsp.Diagnostic]] = []
    for row in sheet.rows:
        prediction = known.get(row.text)
        if not prediction or row.label not in sheet.labels:
            continue
        p, other = max(prediction.p), sheet.labels[prediction.label]
        if other == row.label or p < DOUBT:
            continue
        votes = sum(one.index(max(one)) == prediction.label for one in prediction.by_pattern)
        said = (
            f"Labelled {row.label}, but the model says {other} with {_percent(p)} "
            f"({votes} of {len(prediction.by_pattern)} patterns): check which is right."
        )
        severity = lsp.DiagnosticSeverity.Information
        found.append((p, _diagnostic(ls, sheet.document, *row.cell, said, severity)))
    found.sort(key=lambda one: -one[0])
    return [one for _, one in found[:MOST_DOUBTS]]


def _of_models(ls: LimnerServer, document: Document) -> list[lsp.Diagnostic]:
    """What a model says of a task, as label words that it cannot spell."""
    path = path_of(document.uri)
    said = {
        str(error)
        for sheet in (ls.labelling.bound_to(path) if path else ())
        if sheet.error is None and (error := ls.labelling.error(sheet.document.uri))
    }
    span = document.lines.span(0)
    return [_diagnostic(ls, document, *span, one) for one in sorted(said)]


def _diagnostic(
    ls: LimnerServer,
    document: Document,
    start: int,
    end: int,
    said: str,
    severity: lsp.DiagnosticSeverity = lsp.DiagnosticSeverity.Error,
) -> lsp.Diagnostic:
    place = range_of(document.lines, start, end, ls.client.encoding)
    return lsp.Diagnostic(range=place, message=said, severity=severity, source="limner")


# ── looking closer ────────────────────────────────────────────────────────────────────────────


def row_at(ls: LimnerServer, document: Document, at: int) -> tuple[Sheet, Row] | None:
    """The row around an offset, where the sheet is of this very text."""
    sheet = ls.labelling.sheet(document.uri)
    if sheet is None or sheet.document is not document or sheet.table is None:
        return None
    row = sheet.table.row_at(at)
    return (sheet, row) if row else None


def hover(ls: LimnerServer, document: Document, at: int) -> lsp.Hover | None:
    """What the task says of the row, pattern by pattern."""
    found = row_at(ls, document, at)
    prediction = ls.labelling.known(document.uri).get(found[1].text) if found else None
    if found is None or prediction is None:
        return None
    from limner.overlays.cloze import hover_of_row

    sheet, row = found
    assert sheet.task
    text = hover_of_row(
        dict(zip(sheet.labels, prediction.p, strict=True)),
        [
            (pattern, dict(zip(sheet.labels, p, strict=True)))
            for pattern, p in zip(sheet.task.patterns, prediction.by_pattern, strict=True)
        ],
        model=sheet.task.model,
        calibration="none" if sheet.task.head else sheet.task.calibration,
        head=sheet.task.head,
        truncated=prediction.truncated,
    )
    kind = lsp.MarkupKind.Markdown if ls.client.markdown else lsp.MarkupKind.PlainText
    return lsp.Hover(
        contents=lsp.MarkupContent(kind, text),
        range=range_of(document.lines, row.start, row.end, ls.client.encoding),
    )


def completion(ls: LimnerServer, document: Document, at: int) -> lsp.CompletionList | None:
    """The task's labels in a label cell, the likeliest first."""
    found = row_at(ls, document, at)
    if found is None:
        return None
    sheet, row = found
    if not row.cell[0] <= at <= row.cell[1] or row.before or not sheet.task:
        return None
    prediction = ls.labelling.known(document.uri).get(row.text)
    p: Sequence[float] = prediction.p if prediction else [0.0] * len(sheet.labels)
    order = sorted(range(len(sheet.labels)), key=lambda k: -p[k])
    items = [
        _item(ls, sheet, row, k, rank, p[k] if prediction else None) for rank, k in enumerate(order)
    ]
    return lsp.CompletionList(is_incomplete=False, items=items)


def _item(
    ls: LimnerServer, sheet: Sheet, row: Row, k: int, rank: int, p: float | None
) -> lsp.CompletionItem:
    assert sheet.table
    label = sheet.labels[k]
    (edit,) = sheet.table.relabel({row.index: label})
    place: Any = range_of(sheet.document.lines, edit.start, edit.end, ls.client.encoding)
    return lsp.CompletionItem(
        label=label,
        kind=lsp.CompletionItemKind.EnumMember,
        detail=_percent(p) if p is not None else "label of the task",
        sort_text=f"{rank:03}",
        filter_text=sheet.document.text[edit.start : edit.end] + label,
        text_edit=lsp.TextEdit(place, edit.text),
    )
