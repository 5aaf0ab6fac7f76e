"""`%limner`: the resident engine, from a cell. `COMMANDS` is the written-out list."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import click

from limner.cli.console import size
from limner.cli.daemon import facts
from limner.cli.doctor import Check, checks_of
from limner.cli.models import known, where
from limner.daemon.messages import DaemonStatus
from limner.notebook.magics.asking import Tell, aside
from limner.notebook.magics.describe import describe
from limner.notebook.magics.kernel import Kernel
from limner.notebook.magics.reading import words
from limner.notebook.magics.refusal import Refused, in_one_sentence
from limner.protocol import ModelStatus
from limner.render.card import Card, CardTable


@click.group(
    "%limner",
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": 96},
)
def root() -> None:
    """The engine that keeps the models for all your notebooks and editors."""


@click.command()
@click.pass_obj
def status(kernel: Kernel) -> None:
    """What runs where: engine, models, memory, queue. Starts nothing."""
    found = _daemon(kernel)
    if found is None:
        print("No daemon runs; the first %attribute or an editor starts it.")
        return
    notice = kernel.notice()
    notice.show(_status_card(kernel, found))


@click.command()
@click.pass_obj
def models(kernel: Kernel) -> None:
    """The models that may be chosen by name."""
    found = _daemon(kernel)
    listed = known(kernel.tools.config(), found.engine if found else None)
    title = f"{len(listed)} models"
    notes = tuple(f"{model.name}: {model.error}" for model in listed if model.error)
    table = _table(listed)
    kernel.notice().show(_card("models", title, tables=(table,), notes=notes))


@click.command()
@click.argument("model")
@click.pass_obj
def pin(kernel: Kernel, model: str) -> None:
    """Load MODEL and keep it in memory, whatever else is used."""

    async def load(tell: Tell) -> None:
        tell(f"loading model {model} …")
        async with kernel.tools.resident(kernel.tools.config()) as engine:
            await engine.load(model, pin=True)

    _wait(kernel, load)
    print(f"{model} is loaded and stays; %limner unpin {model} frees its memory.")


@click.command()
@click.argument("model")
@click.pass_obj
def unpin(kernel: Kernel, model: str) -> None:
    """Free the memory of MODEL; it is loaded again when somebody uses it."""
    names = [one.name for one in known(kernel.tools.config(), None)]
    if model not in names and "/" not in model:
        raise Refused(f"Unknown model {model!r}. Choose one of: {', '.join(names)}.")
    found = _daemon(kernel)
    if found is None:
        print("No daemon runs: no model is in memory.")
        return

    async def unload(tell: Tell) -> None:
        tell(f"unloading model {model} …")
        async with kernel.tools.resident(kernel.tools.config()) as engine:
            await engine.unload(model)

    _wait(kernel, unload)
    print(f"{model} is not pinned any more, and its memory is free.")


@click.command()
@click.pass_obj
def stop(kernel: Kernel) -> None:
    """Stop the engine; the next use of it starts it again."""

    async def work(tell: Tell) -> bool:
        tell("stopping the daemon …")
        return await _in_thread(kernel.tools.stop_daemon)

    print("Stopped." if _wait(kernel, work) else "No daemon runs.")


@click.command()
@click.pass_obj
def doctor(kernel: Kernel) -> None:
    """Look over the installation; what is not ok says what to do."""

    async def work(tell: Tell) -> list[Check]:
        checks: list[Check] = []
        tell("looking …")
        async for check in checks_of(kernel.tools):
            checks.append(check)
            tell(f"looking … {check.name}: {check.state}")
        return checks

    kernel.notice().show(_checks_card(_wait(kernel, work)))


COMMANDS = (status, models, describe, pin, unpin, stop, doctor)
"""The subcommands of `%limner`; each gets the `Kernel` as click's object."""

for _command in COMMANDS:
    root.add_command(_command)


def limner(kernel: Kernel, line: str, cell: str | None = None) -> Any:
    """Run `%limner SUBCOMMAND`; its value, where it has one, is returned."""
    with in_one_sentence():
        try:
            context = root.make_context("%limner", words(line) or ["--help"], obj=kernel)
            with context:
                return root.invoke(context)
        except click.exceptions.Exit:  # --help has been printed
            return None


# ── asking ────────────────────────────────────────────────────────────────────────────────────


def _daemon(kernel: Kernel) -> DaemonStatus | None:
    async def work(tell: Tell) -> DaemonStatus | None:
        tell("asking the daemon …")
        return await _in_thread(kernel.tools.daemon_status)

    return _wait(kernel, work)


async def _in_thread(function: Any) -> Any:
    """What has an event loop of its own cannot run on this one."""
    return await asyncio.to_thread(function)


def _wait(kernel: Kernel, work: Any) -> Any:
    notice = kernel.notice()
    try:
        return aside(work, notice)
    finally:
        notice.wipe()


# ── drawing ───────────────────────────────────────────────────────────────────────────────────


def _status_card(kernel: Kernel, found: DaemonStatus) -> Card:
    engine = found.engine
    listed = [m for m in known(kernel.tools.config(), engine) if m.state != "on-disk" or m.pinned]
    title = (
        f"{engine.device or 'no device'} · {size(engine.resident_bytes)} of "
        f"{size(engine.budget_bytes)} · {engine.running} running, {engine.queued} waiting"
    )
    table = _table(listed)
    return _card("status", title, facts=tuple(facts(found)), tables=(table,) if listed else ())


def _table(listed: Iterable[ModelStatus]) -> CardTable:
    return CardTable(
        caption="Models",
        columns=("model", "labels", "size", "where", "hits"),
        align="llrlr",
        rows=tuple(
            (m.name, ", ".join(m.labels) or "—", size(m.bytes), where(m), str(m.hits))
            for m in listed
        ),
    )


def _checks_card(checks: list[Check]) -> Card:
    bad = sum(check.state != "ok" for check in checks)
    title = f"{len(checks)} checks, {bad} to look at" if bad else f"{len(checks)} checks, all ok"
    table = CardTable(
        caption="Installation",
        columns=("", "check", "found"),
        align="lll",
        rows=tuple((check.state, check.name, check.said) for check in checks),
    )
    advice = tuple(f"{c.name}: {c.advice}" for c in checks if c.advice and c.state != "ok")
    return _card("doctor", title, tables=(table,), notes=advice)


def _card(
    method: str,
    title: str,
    *,
    facts: tuple[tuple[str, str], ...] = (),
    tables: tuple[CardTable, ...] = (),
    notes: tuple[str, ...] = (),
) -> Card:
    return Card(method=method, title=title, spoken=title, facts=facts, tables=tables, notes=notes)
