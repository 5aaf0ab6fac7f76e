"""Commands `limner.terms.…`: mine a folder; decide about terms; undo; export.

Each takes one object `{uri, term?, into?, format?, seeds?}` and answers `{said, text?, name?}`.
Decisions are written into the folder's `*.terms.toml` at once and by the server, so every client
can make them; undoing puts the file back as it was.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.lsp.data_files import path_of
from limner.lsp.features.terms import mining, rows
from limner.lsp.messages import TermsAnswer, TermsArgument
from limner.lsp.reading import argument
from limner.protocol import BadInput

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer
    from limner.terms.deciding import Edit
    from limner.terms.lexicon import Lexicon


async def mine(ls: LimnerServer, raw: Any) -> TermsAnswer:
    """Mine the terms of a folder, in the background, with progress."""
    given = argument(raw, TermsArgument)
    if not ls.client.trusted:
        raise BadInput("Trust this workspace first: mining reads all of its documents.")
    folder = await mining.folder_of(ls, given.uri)
    if ls.terms.shelf.mines.busy(folder):
        said = f"{folder.name} is being mined already."
    else:
        said = f"Mining the terms of {folder.name} …"
    ls.spawn(mining.mine(ls, folder, given.seeds))
    return TermsAnswer(said=said)


# ── decisions ─────────────────────────────────────────────────────────────────────────────────


async def accept(ls: LimnerServer, raw: Any) -> TermsAnswer:
    """A term it is, whatever mining says; one that was not mined is added."""
    from limner.terms.deciding import put

    given = argument(raw, TermsArgument)
    return await _decide(ls, given, f"{given.term} is a term", put(given.term, "accepted"))


async def reject(ls: LimnerServer, raw: Any) -> TermsAnswer:
    """It is not a term: it is highlighted and offered no more."""
    from limner.terms.deciding import put

    given = argument(raw, TermsArgument)
    return await _decide(ls, given, f"{given.term} is not a term", put(given.term, "rejected"))


async def forget(ls: LimnerServer, raw: Any) -> TermsAnswer:
    """Take back what was decided about a term, its spellings included."""
    from limner.terms.deciding import put

    given = argument(raw, TermsArgument)
    return await _decide(ls, given, f"{given.term} is open again", put(given.term, None))


async def seed(ls: LimnerServer, raw: Any) -> TermsAnswer:
    """The next mining keeps what a chain of word vectors reaches from the seeds."""
    from limner.terms.deciding import put

    given = argument(raw, TermsArgument)
    return await _decide(ls, given, f"{given.term} is a seed", put(given.term, "seeds"))


async def merge(ls: LimnerServer, raw: Any) -> TermsAnswer:
    """A term is a spelling of another one."""
    from limner.terms.deciding import merge

    given = argument(raw, TermsArgument)
    if not given.into.strip():
        raise BadInput("Say which term it is a spelling of: into is missing.")
    said = f"{given.term} is a spelling of {given.into}"
    return await _decide(ls, given, said, merge(given.term, given.into))


async def undo(ls: LimnerServer, raw: Any) -> TermsAnswer:
    """Take back the last decision about a folder's terms."""
    lexicon = await _lexicon(ls, argument(raw, TermsArgument).uri)
    said = await asyncio.to_thread(ls.terms.shelf.undo, lexicon.folder)
    if said is None:
        raise BadInput("There is nothing to undo here.")
    _changed(ls, lexicon.folder)
    return TermsAnswer(said=f"Undone: {said}.")


async def _decide(ls: LimnerServer, given: TermsArgument, said: str, edit: Edit) -> TermsAnswer:
    from limner.terms.deciding import check, decide

    check(given.term)
    folder = await mining.folder_of(ls, given.uri)
    _check_saved(ls, folder)
    change = await asyncio.to_thread(decide, folder, said, edit)
    ls.terms.shelf.did(folder, change)
    _changed(ls, folder)
    return TermsAnswer(said=f"{said}.")


def _check_saved(ls: LimnerServer, folder: Path) -> None:
    """A file that an editor has open and changed is not written behind its back."""
    from limner.terms.where import decided_file

    file = decided_file(folder)
    for document in ls.documents if file else ():
        if path_of(document.uri) == file and file is not None:
            saved = file.read_bytes().decode("utf-8-sig", "replace")
            if document.text != saved:
                raise BadInput(f"{file.name} has changes that are not saved: save it first.")


def _changed(ls: LimnerServer, folder: Path) -> None:
    ls.terms.refresh()
    rows.changed(ls, folder)


async def _lexicon(ls: LimnerServer, uri: str) -> Lexicon:
    path = path_of(uri)
    lexicon = await ls.terms.lexicon(path) if path else None
    if lexicon is None:
        raise BadInput("There is no lexicon here: mine the folder's terms first.")
    return lexicon


# ── export ────────────────────────────────────────────────────────────────────────────────────


async def export(ls: LimnerServer, raw: Any) -> TermsAnswer:
    """The lexicon as a file's contents: TSV, a user dictionary of jieba, TBX, JSON."""
    from limner.terms.export import FORMATS, suffix_of

    given = argument(raw, TermsArgument)
    lexicon = await _lexicon(ls, given.uri)
    text = await asyncio.to_thread(lambda: FORMATS[given.format](lexicon.entries()))
    name = f"{lexicon.folder.name or 'lexicon'}{suffix_of(given.format)}"
    return TermsAnswer(said=f"{len(lexicon.words):,} terms.", text=text, name=name)
