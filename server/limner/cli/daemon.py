"""`limner daemon status|stop|forget|logs`: the resident process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
import msgspec

from limner.cli.console import console, print_json, row, say, size, table
from limner.cli.engines import Tools
from limner.daemon.messages import DaemonStatus
from limner.protocol import DaemonUnreachable


@click.group()
def daemon() -> None:
    """The resident process that keeps the models; it starts by itself."""


@daemon.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def status(tools: Tools, as_json: bool) -> None:
    """Whether it runs, who is connected, what its engine does. Starts nothing."""
    found = tools.daemon_status()
    if as_json:
        plain: dict[str, Any] = msgspec.to_builtins(found) if found else {}
        print_json({"running": found is not None, **plain})
    elif found is None:
        say("No daemon runs; the first command or editor starts it.")
    else:
        _print(found)


@daemon.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def stop(tools: Tools, as_json: bool) -> None:
    """Stop it; editors start it again when they need it."""
    stopped = tools.stop_daemon()
    if as_json:
        print_json({"stopped": stopped})
    else:
        say("Stopped." if stopped else "No daemon runs.")


@daemon.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def forget(tools: Tools, as_json: bool) -> None:
    """Let go of the arrays that notebooks have sent."""
    forgotten = tools.forget_arrays()
    if as_json:
        print_json({"forgotten": forgotten})
    else:
        say("Forgotten." if forgotten else "No daemon runs.")


@daemon.command("logs")
@click.option(
    "-n", "--lines", type=click.IntRange(1), default=50, show_default=True, help="How many lines."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show_logs(lines: int, as_json: bool) -> None:
    """The end of its log. Texts are never in it, unless log_level is debug."""
    from limner.daemon.client import logs
    from limner.daemon.paths import UnsafePath, daemon_paths

    try:
        path, found = daemon_paths().log, logs(lines)
    except UnsafePath as error:
        raise DaemonUnreachable(str(error)) from error
    if as_json:
        print_json({"path": str(path), "lines": found})
        return
    if not found:
        say(f"{path} is empty.")
    for line in found:
        say(line)


def _print(found: DaemonStatus) -> None:
    grid = table("", "")
    grid.show_header = False
    for name, value in facts(found):
        row(grid, name, value)
    console().print(grid)


def facts(found: DaemonStatus) -> Iterator[tuple[str, str]]:
    """Names and values, in reading order."""
    engine = found.engine
    yield "daemon", f"{found.version}, pid {found.pid}, up {_ago(found.seconds)}"
    yield "memory", size(found.memory_bytes)
    yield "socket", found.socket
    yield "log", found.log
    yield "worker", f"{engine.state} on {engine.device or '—'}, pid {engine.pid or '—'}"
    yield "its memory", size(engine.memory_bytes)
    yield "models", f"{size(engine.resident_bytes)} of {size(engine.budget_bytes)}"
    jobs = f"{engine.running} running, {engine.queued} waiting, {engine.completed} done"
    yield "jobs", f"{jobs}, {engine.cancelled} cancelled, {engine.restarts} restarts"
    yield "cache", f"{engine.cache_entries} results, {engine.cache_hits} hits"
    kept = sum(array.bytes for array in found.arrays)
    yield "arrays", f"{len(found.arrays)} kept, {size(kept)} of {size(found.arrays_budget_bytes)}"
    for session in found.sessions:
        about = f"{session.kind}, pid {session.pid or '—'}, {_ago(session.seconds)}"
        yield f"client {session.id}", about


def _ago(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
