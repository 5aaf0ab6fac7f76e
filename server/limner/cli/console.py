"""Where the command line writes: results on stdout, everything else on stderr."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from limner.protocol import BadInput
from limner.render.runs import one_line, visible


def prepare_streams() -> None:
    """Let a character that the terminal's encoding lacks be escaped instead of ending us."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


class _Console(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError  # `limner.cli.main` knows what that means


def console() -> Console:
    """For results. rich respects NO_COLOR, COLUMNS, and pipes (no colours, no cursor codes)."""
    return _Console(highlight=False, emoji=False, markup=False, soft_wrap=False)


def say(sentence: str, style: str = "") -> None:
    """A line on stdout, not wrapped, so that it can be copied."""
    console().print(Text(visible(sentence), style), soft_wrap=True)


def complain(sentence: str, *, prefix: str = "limner: ") -> None:
    """One line on stderr."""
    print(visible(f"{prefix}{sentence}"), file=sys.stderr)


def write_file(path: Path, content: str) -> None:
    """Write a file that was asked for, and say so; raises BadInput where it cannot be written."""
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from error
    complain(f"wrote {path}")


def print_json(data: dict[str, Any]) -> None:
    """One JSON object on one line; escaped where stdout is not UTF-8."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    print(json.dumps(data, ensure_ascii=encoding != "utf8", separators=(",", ":")))


def table(*columns: str, right: tuple[str, ...] = ()) -> Table:
    """An empty table in the house manner."""
    grid = Table(
        box=None, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False, header_style="dim"
    )
    for name in columns:
        grid.add_column(name, justify="right" if name in right else "left")
    return grid


def row(grid: Table, *cells: str, style: str = "") -> None:
    """Add a row of plain text."""
    grid.add_row(*(Text(one_line(cell)) for cell in cells), style=style)


def size(count: int) -> str:
    """Bytes as people read them."""
    if count < 1000:
        return f"{count} B"
    value, unit = count / 1000, "kB"
    for unit in ("kB", "MB", "GB"):
        if value < 999.5 or unit == "GB":
            break
        value /= 1000
    return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"


class Waiting:
    """Says on stderr what is going on, once it has lasted long enough to be wondered about."""

    def __init__(self, stream: Console | None) -> None:
        """Without a console (stderr is no terminal) it says nothing."""
        self._console = stream
        self._status = stream.status("") if stream else None
        self._started = False

    def say(self, message: str) -> None:
        """What is going on now."""
        if self._status is None:
            return
        self._status.update(Text(visible(message)))
        if not self._started:
            self._started = True
            self._status.start()

    def stop(self) -> None:
        """Wipe it."""
        if self._status and self._started:
            self._started = False
            self._status.stop()


@contextmanager
def waiting() -> Generator[Waiting]:
    """A `Waiting` that is wiped at the end."""
    stream = Console(stderr=True, highlight=False)
    notice = Waiting(stream if stream.is_terminal else None)
    try:
        yield notice
    finally:
        notice.stop()
