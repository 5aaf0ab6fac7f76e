"""Errors as one sentence: what a magic raises is shown without a traceback.

IPython asks an exception how it wants to be shown (`_render_traceback_`). The cell still counts as
failed, so "run all" stops there.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import click

from limner.errors import LimnerError
from limner.render.runs import visible


class Refused(Exception):
    """What happened and what to do, in one sentence."""

    def _render_traceback_(self) -> list[str]:
        return [f"limner: {visible(str(self))}"]


class Stopped(KeyboardInterrupt):
    """The person stopped it; the job on the engine is cancelled."""

    def _render_traceback_(self) -> list[str]:
        return ["limner: cancelled."]


@contextmanager
def in_one_sentence() -> Generator[None]:
    """Turn what can go wrong without a fault of ours into a `Refused` or `Stopped`."""
    try:
        yield
    except click.UsageError as error:
        message = " ".join(error.format_message().split()).rstrip(".")
        path = error.ctx.command_path if error.ctx else "%limner"
        raise Refused(f"{message} (see {path} --help).") from None
    except LimnerError as error:
        raise Refused(str(error)) from None
    except KeyboardInterrupt:
        raise Stopped from None
