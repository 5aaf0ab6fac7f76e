"""The command line: one module per group of commands.

Every command prints a table for people or, with `--json`, one JSON object; it ends with 0 and a
result, with 2 and one sentence on stderr when the input is at fault, with 1 when we are, and with
130 when the person pressed Ctrl-C.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Sequence

import click

from limner import __version__
from limner.cli.attribute import attribute
from limner.cli.check import check
from limner.cli.cloze import cloze
from limner.cli.console import complain, prepare_streams
from limner.cli.daemon import daemon
from limner.cli.demo import demo
from limner.cli.doctor import doctor
from limner.cli.engines import Tools
from limner.cli.exposure import exposure
from limner.cli.gan import gan
from limner.cli.hsic import hsic
from limner.cli.lexicon import terms
from limner.cli.lsp import lsp
from limner.cli.models import models
from limner.protocol import BadInput, Cancelled, LimnerError

__all__ = ["COMMANDS", "cli", "main"]

COMMANDS = (attribute, cloze, hsic, gan, exposure, check, models, daemon, doctor, terms, demo, lsp)

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Files that belong to a command are written in it; without a name it is standard output."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="limner", message="%(prog)s %(version)s")
def cli() -> None:
    """See what a model sees in your text, and what is in your arrays."""


for _command in COMMANDS:
    cli.add_command(_command)


def main(arguments: Sequence[str], tools: Tools | None = None) -> int:
    """Run one command and give its exit status; `tools` lets tests bring their own engine."""
    if sys.stdout is None:
        complain("standard output is closed: send it to a file, or to /dev/null.")
        return 2
    prepare_streams()
    try:
        status = cli.main(
            [*arguments],
            prog_name="limner",
            standalone_mode=False,
            obj=tools or Tools(),
        )
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        complain(error.format_message(), prefix="")
        return 2
    except click.UsageError as error:
        complain(_usage(error))
        return 2
    except click.ClickException as error:
        complain(error.format_message())
        return 2
    except BadInput as error:
        complain(str(error))
        return 2
    except (KeyboardInterrupt, click.Abort, Cancelled):
        complain("cancelled.")
        return 130
    except BrokenPipeError:
        _write_no_more()  # `limner … | head`: the reader has what it wanted
        return 0
    except LimnerError as error:
        complain(str(error))
        return 1
    except OSError as error:
        if error.errno not in NO_ROOM or error.filename is not None:
            return _our_fault(error)
        _write_no_more()
        complain(f"standard output cannot be written: {error.strerror}.")
        return 2
    except Exception as error:  # the last resort: our own fault, said in one sentence
        return _our_fault(error)
    return status if isinstance(status, int) else 0


def _usage(error: click.UsageError) -> str:
    """Click's message and where to read more, in one sentence."""
    command = error.ctx.command_path if error.ctx else "limner"
    message = " ".join(error.format_message().split()).rstrip(".")
    return f"{message} (see {command} --help)."


def _write_no_more() -> None:
    """What is still buffered goes nowhere, so that the interpreter's end does not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _our_fault(error: Exception) -> int:
    if os.environ.get("LIMNER_DEBUG"):
        traceback.print_exception(error)
    what = " ".join(f"{type(error).__name__}: {error}".split())
    complain(f"this is a fault of ours: {what} (LIMNER_DEBUG=1 shows where).")
    return 1
