"""Mining a folder for a session: when a person asks, and again after a document was saved."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from limner.lsp.data_files import path_of
from limner.lsp.features.terms import rows
from limner.lsp.progress import ServerProgress
from limner.protocol import BadInput, Cancelled, LimnerError
from limner.terms.pace import Clock

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer

AFTER = 15.0
"""Seconds from the last saving of a document to mining its folder again …"""
QUICK = 20.0
"""… where mining took no longer than this."""


async def saved(ls: LimnerServer, params: lsp.DidSaveTextDocumentParams) -> None:
    """A document was saved: the counts of its folder's terms are those of before."""
    path = path_of(params.text_document.uri)
    if path is None or not ls.settings.automatic or not ls.client.trusted:
        return
    lexicon = await ls.terms.lexicon(path)
    if lexicon is None or lexicon.stored is None or lexicon.stored.terms.seconds > QUICK:
        return
    if task := ls.remining.pop(lexicon.folder, None):
        task.cancel()
    ls.remining[lexicon.folder] = ls.spawn(_again(ls, lexicon.folder))


async def _again(ls: LimnerServer, folder: Path) -> None:
    await asyncio.sleep(AFTER)
    ls.remining.pop(folder, None)  # what is saved from now on is for the next time
    await mine(ls, folder, again=True)


async def folder_of(ls: LimnerServer, uri: str) -> Path:
    """The folder that has a lexicon; else the one that is named, that is open, or around it."""
    path = path_of(uri)
    if path is None:
        raise BadInput("Save the document in a folder first: terms are mined from folders.")
    lexicon = await ls.terms.lexicon(path)
    if lexicon is not None:
        return lexicon.folder
    if path.is_dir():
        return path
    home = path.parent
    around = [root for root in ls.roots() if path.is_relative_to(root)]
    folder = max(around, key=lambda root: len(root.parts), default=home)
    if not folder.is_dir():
        raise BadInput(f"{folder} is not a folder: save the document first.")
    return folder


async def mine(
    ls: LimnerServer, folder: Path, seeds: tuple[str, ...] = (), *, again: bool = False
) -> None:
    """Mine a folder for as long as the session lives, with progress that can be cancelled."""
    progress = ServerProgress(ls, ls.spawn) if ls.client.progress else None
    if progress:
        progress.begin(f"reading {folder.name}")
        if task := asyncio.current_task():
            ls.mining[progress.token] = task
    telling = _Telling(progress)
    rows.changed(ls, folder)
    mines = ls.terms.shelf.mines
    try:
        top = ls.settings.terms_top
        count = await mines.mine(folder, top, seeds, telling, again=again)
        ls.terms.refresh()
        if not again:
            ls.inform(f"{count:,} terms were mined from {folder.name}.")
    except (Cancelled, asyncio.CancelledError):
        return  # what was counted is kept for the next time
    except LimnerError as error:
        ls.warn(f"Mining {folder.name}: {error}")
    finally:
        if progress:
            progress.end()
            ls.mining.pop(progress.token, None)
        mines.when_done(folder, lambda: rows.changed(ls, folder))  # a process that ends takes time
        rows.changed(ls, folder)


class _Telling:
    """Progress with its rate and the time that is left."""

    def __init__(self, progress: ServerProgress | None) -> None:
        self._progress = progress
        self._clock = Clock()

    def __call__(self, doing: str, done: int, total: int) -> None:
        if self._progress is None:
            return
        pace = self._clock.pace(doing, done, total)
        rate = f", {pace.rate / 1e6:.1f} M/s" if pace.seconds > 1 else ""
        self._progress.report(f"{doing}{rate}{pace.left}", int(100 * pace.share))
