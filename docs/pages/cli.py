"""cli.md: every command."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from pages.source import HEAD, cell


def cli() -> str:
    """Every command with its arguments and options, as click knows them."""
    from limner.cli import cli as root

    text = (
        f"{HEAD}# Command line\n\n"
        "Results go to stdout, everything else to stderr. With `--json` stdout is one JSON object. "
        "Exit status: 0 a result, 2 bad input (one sentence on stderr says what to mend), 1 a "
        "fault of ours, 130 after Ctrl-C. `NO_COLOR`, `COLUMNS` and `LIMNER_CONFIG` are respected; "
        "`LIMNER_DEBUG=1` prints the traceback of a fault of ours.\n"
    )
    return text + "".join(_command(path, command) for path, command in _commands("limner", root))


def _commands(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield path, command
        return
    for name, child in command.commands.items():
        yield from _commands(f"{path} {name}", child)


def _command(path: str, command: click.Command) -> str:
    context = click.Context(command, info_name=path)
    arguments = [p for p in command.params if isinstance(p, click.Argument)]
    usage = " ".join([path, *(a.make_metavar(context) for a in arguments)])
    rows = [_option(o, context) for o in command.params if isinstance(o, click.Option)]
    table = "\n| Option | |\n|---|---|\n" + "".join(rows) if rows else ""
    about = inspect.cleandoc(command.help or "").replace("\n\n", "\n\n")
    return f"\n## `{usage}`\n\n{about}\n{table}"


def _option(option: click.Option, context: click.Context) -> str:
    record = option.get_help_record(context)
    assert record, option.name
    name, about = record
    return f"| `{cell(name)}` | {cell(' '.join(about.split()))} |\n"
