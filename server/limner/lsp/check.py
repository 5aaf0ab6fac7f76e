"""A file's probes without an editor: what `limner check FILE` prints.

The same documents, probes and runs as in a session, so that what an editor would show is what is
reported; only the protocol is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from limner.config import Config
from limner.engine.interface import Engine
from limner.lsp.asks import Ask
from limner.lsp.catalog import Catalog
from limner.lsp.documents import MAX_DOCUMENT, Document, Documents
from limner.lsp.probe import Probe
from limner.lsp.probes import Probes
from limner.protocol import Attribution, BadInput
from limner.text.directives import format_directive

LANGUAGES = {
    ".py": "python",
    ".pyi": "python",
    ".md": "markdown",
    ".markdown": "markdown",
}
"""By suffix; everything else is read as plain text."""

EXCERPT = 40
"""Characters of a row's excerpt."""


@dataclass(frozen=True)
class Row:
    """One probe's outcome."""

    line: int
    """From 1, where the text begins."""
    text: str
    """The beginning of the text."""
    label: str = ""
    probability: float | None = None
    delta: float | None = None
    evaluations: int = 0
    converged: bool = False
    notes: tuple[str, ...] = ()
    error: str = ""
    """Why there is no result."""


@dataclass(frozen=True)
class CheckReport:
    """What was found in one file."""

    path: Path
    passages: int
    rows: tuple[Row, ...]
    advice: str = ""
    """What to do in a file that has no directive."""

    @property
    def ok(self) -> bool:
        """Every probe has a result, and each result converged."""
        return all(not row.error and row.converged for row in self.rows)


async def run_check(
    path: Path, *, engine: Engine, config: Config, all: bool = False
) -> CheckReport:
    """Run the directives of a file; with `all`, attribute every passage.

    Raises:
        BadInput: the file cannot be read as UTF-8 text, or is too long.
    """
    document = _open(path)
    documents = Documents()
    document = documents.open(document.uri, document.language, 1, document.text)
    probes = Probes(documents, engine, Catalog(config))
    try:
        probes.opened(document)
        await probes.idle(document.uri)
        if all:
            _pin_the_rest(probes, document)
            await probes.idle(document.uri)
        found = probes.of(document.uri)
        rows = sorted((_row(document, probe) for probe in found), key=lambda row: row.line)
        advice = "" if found else _advice(document, config)
        return CheckReport(path, len(document.passages), tuple(rows), advice)
    finally:
        probes.close()


def _open(path: Path) -> Document:
    if path.exists() and not path.is_file():  # a pipe would be waited for without end
        raise BadInput(f"{path} cannot be read: it is not a regular file.")
    try:
        # newline="": lone \r and \r\n stay as they are, and offsets with them
        with path.open(encoding="utf-8-sig", newline="") as file:
            text = file.read(MAX_DOCUMENT + 1)
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} cannot be read: it is not UTF-8 text; save it as such.") from error
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
    if len(text) > MAX_DOCUMENT:
        raise BadInput(f"{path} has more than {MAX_DOCUMENT:,} characters: split it.")
    return Document(path.absolute().as_uri(), LANGUAGES.get(path.suffix, "plaintext"), 1, text)


def _pin_the_rest(probes: Probes, document: Document) -> None:
    taken = {probe.span for probe in probes.of(document.uri)}
    for passage in document.passages:
        if (passage.start, passage.end) not in taken:
            probes.pin(document, passage, Ask("attribute", {}))


def _row(document: Document, probe: Probe) -> Row:
    start = probe.span[0] if probe.span else probe.anchor[0]
    line = document.lines.line_of(start) + 1
    text = probe.passage.text if probe.passage else document.line_text(line - 1)
    text = " ".join(text[: 4 * EXCERPT].split())
    if len(text) > EXCERPT:
        text = text[: EXCERPT - 1] + "…"
    result = probe.result
    if not isinstance(result, Attribution):
        return Row(line, text, error=str(probe.error or "It was stopped."))
    return Row(
        line,
        text,
        label=result.target,
        probability=result.probability,
        delta=result.delta,
        evaluations=result.evaluations,
        converged=result.converged,
        notes=result.notes,
    )


def _advice(document: Document, config: Config) -> str:
    if not document.passages:
        return "There is no text in this file that a model could read."
    model = next((model.name for model in Catalog(config).models if model.labels), "mini-sentiment")
    comment = format_directive(document.kind, "attribute", {"model": model})
    return f"Nothing is pinned in this file. Pin a text by a comment on the line above: {comment}"
