"""`limner cloze`: label texts with a masked language model, from a task written as a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from limner.cli.console import complain, console, print_json, write_file
from limner.cli.engines import Tools, ask, model_name, run
from limner.protocol import (
    BadInput,
    Candidates,
    ClozeLabels,
    ClozeTraining,
    Job,
    TextInput,
    TextRefused,
)

if TYPE_CHECKING:
    from limner.labelling.table import Table
    from limner.labelling.task import Task
    from limner.labelling.textfile import TextFile

FILE = click.Path(path_type=Path, dir_okay=False)
TASK = click.argument("task", type=click.Path(path_type=Path, exists=True, dir_okay=False))
DATA = click.argument("data", required=False, type=FILE)
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
HTML = click.option("--html", type=FILE, help="Write a web page.")
LOCAL = click.option("--no-daemon", is_flag=True, help="Compute in this process.")


@click.group()
def cloze() -> None:
    """Label texts with a task that is written as a sentence with a gap."""


@cloze.command()
@click.argument("data", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--model", default="mini-mlm", show_default=True, metavar="NAME")
def new(data: Path, model: str) -> None:
    """Write a task file beside DATA (.tsv, .csv, .jsonl), to be mended by hand."""
    from limner.labelling.begin import begin

    path = begin(data, model=model)
    complain(
        f"{path} is written: mend its patterns and words, then: limner cloze eval {path}", prefix=""
    )


@cloze.command("eval")
@TASK
@DATA
@JSON
@HTML
@LOCAL
@click.pass_obj
def evaluate_(
    tools: Tools, task: Path, data: Path | None, as_json: bool, html: Path | None, no_daemon: bool
) -> None:
    """Measure TASK on the rows that are labelled: its data's, or those of another file DATA."""
    from limner.labelling.evaluation import evaluate

    read, tables = _read(task, data)
    rows = [row for _, table in tables for row in table.rows]
    result = _labels(tools, read, task, [row.text for row in rows], no_daemon)
    _show(evaluate(read, result, [row.label or None for row in rows]), as_json, html)


@cloze.command()
@TASK
@DATA
@click.option(
    "--above",
    default=0.0,
    type=click.FloatRange(0, 1),
    metavar="P",
    help="Write only labels of this probability or more.",
)
@click.option(
    "--write",
    is_flag=True,
    help="Write the labels into the files; nothing else of them "
    "changes, labels that are there stay.",
)
@click.option("--out", type=FILE, help="Write a TSV of label, probability, margin and text.")
@JSON
@LOCAL
@click.pass_obj
def predict(
    tools: Tools, task: Path, data: Path | None, above: float, write: bool, out: Path | None,
    as_json: bool, no_daemon: bool,
) -> None:  # fmt: skip
    """Label the rows of TASK's data, or of another file DATA, that have no label."""
    from limner.labelling.jobs import best
    from limner.labelling.textfile import write_text_file
    from limner.text.edits import apply_edits

    read, tables = _read(task, data)
    rows = [(file, row) for file, table in tables for row in table.rows]
    result = _labels(tools, read, task, [row.text for _, row in rows], no_daemon)
    found = [best(result, i) for i in range(len(rows))]
    if out:
        lines = ["label\tprobability\tmargin\ttext"]
        for (_, row), (label, p, margin) in zip(rows, found, strict=True):
            flat = " ".join(row.text.split())
            lines.append(f"{row.label or label}\t{p:.4f}\t{margin:.4f}\t{flat}")
        write_file(out, "\n".join(lines) + "\n")
    written = 0
    at = 0
    for file, table in tables:
        labels = {
            row.index: found[at + k][0]
            for k, row in enumerate(table.rows)
            if not row.label and found[at + k][1] >= above
        }
        at += len(table.rows)
        if write and labels:
            path, text = file
            write_text_file(path, apply_edits(table.text, table.relabel(labels)), text)
            written += len(labels)
    if as_json:
        _print(result)
    else:
        from limner.render.cloze import Listing, show

        texts = tuple(row.text for _, row in rows)
        show(console(), result, Listing(texts=texts))
    if write:
        complain(f"{written:,} rows were labelled.", prefix="")


@cloze.command()
@TASK
@DATA
@click.option(
    "--scheme",
    type=click.Choice(("one", "pet", "ipet")),
    default="one",
    show_default=True,
    help="A single model, or PET's ensemble and what it teaches.",
)
@click.option("--unlabelled", is_flag=True, help="Also read the rows without a label.")
@click.option("--epochs", type=click.IntRange(1, 1000), help="Most passes.")
@click.option("--seed", type=click.IntRange(0))
@click.option("--no-use", is_flag=True, help="Do not write the new head into the task file.")
@JSON
@HTML
@LOCAL
@click.pass_obj
def train(
    tools: Tools, task: Path, data: Path | None, scheme: str, unlabelled: bool, epochs: int | None,
    seed: int | None, no_use: bool, as_json: bool, html: Path | None, no_daemon: bool,
) -> None:  # fmt: skip
    """Train a head for TASK on the labelled rows, keep it if it is better, and use it."""
    import msgspec

    from limner.labelling.editing import with_head
    from limner.labelling.heads import next_path, version_of
    from limner.labelling.jobs import train_job
    from limner.labelling.textfile import read_text_file, write_text_file

    read, tables = _read(task, data)
    given = {"epochs": epochs, "seed": seed, "unlabelled": unlabelled or None}
    named = {name: value for name, value in given.items() if value is not None}
    read = msgspec.structs.replace(read, train=msgspec.structs.replace(read.train, **named))
    rows = [row for _, table in tables for row in table.rows]
    job = train_job(
        _named(read, tools),
        [row.text for row in rows],
        [row.label or None for row in rows],
        save=next_path(task.absolute()),
        scheme=scheme,
    )
    result = cast(ClozeTraining, _ask(tools, job, no_daemon))
    _show(result, as_json, html)
    if result.saved and not no_use:
        file = read_text_file(task)
        version = version_of(result.saved)
        write_text_file(task, with_head(file.text, version), file)
        complain(
            f"{task} labels with head {version} now; take the line head out to go back.", prefix=""
        )


@cloze.command()
@click.argument("text")
@click.option("--model", default="mini-mlm", show_default=True, metavar="NAME|FOLDER")
@click.option("--top", default=10, show_default=True, type=click.IntRange(1, 200))
@click.option(
    "--most-tokens",
    default=2,
    show_default=True,
    type=click.IntRange(1, 6),
    help="Words of up to so many tokens.",
)
@JSON
@LOCAL
@click.pass_obj
def fill(
    tools: Tools, text: str, model: str, top: int, most_tokens: int, as_json: bool, no_daemon: bool
) -> None:
    """Words for the gap [MASK] (or ____) of TEXT, the likeliest first."""
    from limner.labelling.api import gap_of

    given, gap = gap_of(text)
    if gap is None:
        raise TextRefused("There is no gap in this text: write [MASK] where the word is missing.")
    job = Job(
        method="fill",
        model=model_name(model, tools.config()),
        input=TextInput(text=given, gap=gap),
        params={"top": top, "most_tokens": most_tokens},
    )
    _show(cast(Candidates, _ask(tools, job, no_daemon)), as_json, None)


def _read(task: Path, data: Path | None) -> tuple[Task, list[tuple[tuple[Path, TextFile], Table]]]:
    """The task and its tables; lines that cannot be read are said and left out."""
    from limner.labelling.heads import mismatch
    from limner.labelling.reading import load
    from limner.labelling.table import format_of, read_table
    from limner.labelling.textfile import read_text_file
    from limner.labelling.where import data_files

    task = task.absolute()
    read = load(task)
    files: Sequence[Path] = [data] if data else data_files(task, read)
    if not files:
        raise BadInput(
            f"{task.name} names no data file that is there: write files under [data], or name the "
            "file behind the task."
        )
    if read.head and (warning := mismatch(read, task)):
        complain(warning, prefix="")
    tables: list[tuple[tuple[Path, TextFile], Table]] = []
    for path in files:
        text = read_text_file(path)
        table = read_table(
            text.text,
            format_of(path),
            text_column=read.data.text,
            label_column=read.data.label,
            header=read.data.header,
        )
        for trouble in table.troubles:
            complain(f"{path.name}:{trouble.line + 1}: {trouble.said}", prefix="")
        tables.append(((path, text), table))
    return read, tables


def _named(task: Task, tools: Tools) -> Task:
    """With a folder as an absolute path: a person at a terminal may name one."""
    import msgspec

    return msgspec.structs.replace(task, model=model_name(task.model, tools.config()))


def _labels(
    tools: Tools, task: Task, file: Path, texts: Sequence[str], no_daemon: bool
) -> ClozeLabels:
    from limner.labelling.jobs import label_job

    job = label_job(_named(task, tools), file.absolute(), texts)
    return cast(ClozeLabels, _ask(tools, job, no_daemon))


def _ask(tools: Tools, job: Job, no_daemon: bool) -> Any:
    async def compute() -> Any:
        async with tools.connect(not no_daemon, tools.config()) as engine:
            return (await ask(engine, [job]))[0]

    return run(compute())


def _show(result: Any, as_json: bool, html: Path | None) -> None:
    from limner.render import cloze as render

    if html:
        write_file(html, render.to_page(result))
    if as_json:
        _print(result)
    else:
        render.show(console(), result)


def _print(result: Any) -> None:
    from limner.render.cloze import to_dict

    print_json(to_dict(result))
