"""`limner check`: the probes of a file, without an editor."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from limner.cli.console import complain, console, print_json, row, say, table
from limner.cli.engines import Tools, announced, run

if TYPE_CHECKING:
    from limner.lsp.check import CheckReport, Row


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--all", "everything", is_flag=True, help="Every text in the file, pinned or not.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--no-daemon", is_flag=True, help="Compute in this process.")
@click.pass_obj
def check(tools: Tools, file: Path, everything: bool, as_json: bool, no_daemon: bool) -> int:
    """Run the probes that FILE's comments pin, as an editor would."""
    config = tools.config()

    async def work() -> CheckReport:
        from limner.lsp.check import run_check

        async with tools.connect(not no_daemon, config) as engine:
            checking = run_check(file, engine=engine, config=config, all=everything)
            return await announced(checking, f"checking {file} …")

    report = run(work())
    if as_json:
        print_json(asdict(report) | {"path": str(report.path), "ok": report.ok})
    else:
        _print(report)
    failed = [found for found in report.rows if found.error]
    if not failed:
        return 0
    first = f"line {failed[0].line}: {failed[0].error}"
    complain(f"{len(failed)} of {len(report.rows)} probes have no result; {first}")
    return 2


def _print(report: CheckReport) -> None:
    grid = table("line", "text", "label", "p", "δ", "nodes", right=("line", "p", "δ", "nodes"))
    for found in report.rows:
        style = "" if found.converged else "red"
        row(grid, str(found.line), found.text, *_outcome(found), style=style)
    if report.rows:
        console().print(grid)
    for found in report.rows:
        for note in found.notes:
            say(f"! line {found.line}: {note}", "yellow")
    if report.advice:
        say(report.advice)


def _outcome(found: Row) -> tuple[str, str, str, str]:
    from limner.render.facts import percent

    if found.error:
        return "no result", "", "", ""
    delta = "—" if found.delta is None else percent(found.delta)
    if not found.converged:
        delta += " !"
    probability = "" if found.probability is None else f"{found.probability:.2f}"
    return found.label, probability, delta, str(found.evaluations)
