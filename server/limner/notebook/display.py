"""Drawing from a magic: bundles in a notebook, coloured tables in a terminal, one line of progress.

In a notebook the line of progress becomes the result: both are one display, so nothing flickers
and nothing of it stays in the file.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import DisplayHandle, display
from rich.console import Console

from limner.cli.console import Waiting, console
from limner.protocol import Attribution, Independence, PairMatrix, TensorAttribution
from limner.render import cloze as of_cloze
from limner.render import hsic, pairs, sheet, terminal
from limner.render import terms as of_terms
from limner.render.card import Card
from limner.render.mime import bundle
from limner.render.runs import visible
from limner.results.cloze import Drawn as Cloze
from limner.terms.api import Terms

Drawn = Attribution | TensorAttribution | Independence | PairMatrix | Terms | Cloze | Card


def in_terminal(shell: InteractiveShell) -> bool:
    """Whether only text can be shown: no kernel, so no front end that takes bundles."""
    return not hasattr(shell, "kernel")


class Notice:
    """One line that says what is going on; wiped or replaced by the result at the end."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._terminal = in_terminal(shell)
        self._handle: DisplayHandle | None = None
        stream = Console(stderr=True, highlight=False)
        self._waiting = Waiting(stream if self._terminal and stream.is_terminal else None)

    def say(self, message: str) -> None:
        """What is going on now."""
        if self._terminal:
            self._waiting.say(message)
            return
        self._put({"text/plain": visible(message)})

    def show(self, first: Drawn, *beside: Attribution) -> None:
        """The result, in place of the line."""
        if self._terminal:
            self._waiting.stop()
            _print(first, beside)
        else:
            self._put(_bundle(first, beside))
            self._handle = None

    def update(self, card: Card) -> None:
        """A picture of what is going on; the next one, or the result, takes its place."""
        if self._terminal:
            self._waiting.say(card.title)
        else:
            self._put(sheet.bundle(card))

    def wipe(self) -> None:
        """Take the line away."""
        self._waiting.stop()
        if self._handle is not None:
            self._handle.update({}, raw=True)
            self._handle = None

    def _put(self, data: dict[str, Any]) -> None:
        if self._handle is None:
            self._handle = display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)


def once(shell: InteractiveShell, value: Any) -> Any:
    """Return `value` from a magic that has already drawn it.

    A magic's value that is a cell's last line would be displayed again by `sys.displayhook`.
    Until the end of the cell the hook passes this one value by; `_` and `Out` get it all the same.
    IPython puts its hook back when the cell ends.
    """
    hook = shell.displayhook
    if sys.displayhook is hook:

        def passing(shown: Any) -> None:
            if shown is not value:
                hook(shown)
            elif value is not None:
                hook.update_user_ns(value)
                hook.fill_exec_result(value)

        sys.displayhook = passing
    return value


def _bundle(first: Drawn, beside: Sequence[Attribution]) -> dict[str, Any]:
    if isinstance(first, Card):
        return sheet.bundle(first)
    if isinstance(first, Independence):
        return hsic.bundle(first)
    if isinstance(first, PairMatrix):
        return pairs.bundle(first)
    if isinstance(first, Terms):
        return of_terms.bundle(first)
    if isinstance(first, Cloze):
        return of_cloze.bundle(first)
    return bundle(first, *beside)


def _print(first: Drawn, beside: Sequence[Attribution]) -> None:
    if isinstance(first, Attribution):
        terminal.show(console(), first, *beside)
    elif isinstance(first, TensorAttribution):
        print(first.to_text())
    elif isinstance(first, Independence):
        sheet.show(console(), hsic.card(first))
    elif isinstance(first, PairMatrix):
        sheet.show(console(), pairs.card(first))
    elif isinstance(first, Terms):
        sheet.show(console(), of_terms.plain(first))
    elif isinstance(first, Cloze):
        of_cloze.show(console(), first)
    else:
        sheet.show(console(), first)
