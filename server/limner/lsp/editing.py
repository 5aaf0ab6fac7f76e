"""Edits of a client's documents: asked for at once, applied when the client answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from limner.lsp.convert import workspace_edits
from limner.lsp.documents import Document
from limner.protocol import BadInput
from limner.text.edits import Edit

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer


def change(
    ls: LimnerServer, document: Document, edits: Sequence[Edit], label: str, *, instead: str
) -> None:
    """Have the client change its document; what goes wrong then is shown as a warning.

    Args:
        ls: the session.
        document: as the edits were made for.
        edits: each of a place of its own.
        label: what undo is called.
        instead: what a person can do where the client applies no edits.

    Raises:
        BadInput: it applies none.
    """
    if not ls.client.apply_edit:
        raise BadInput(f"This editor lets no server edit: {instead}.")
    edit = workspace_edits(document, edits, ls.client.encoding, versioned=ls.client.versioned_edits)
    ls.spawn(_apply(ls, lsp.ApplyWorkspaceEditParams(edit=edit, label=label)))


async def _apply(ls: LimnerServer, params: lsp.ApplyWorkspaceEditParams) -> None:
    try:
        reply = await ls.workspace_apply_edit_async(params)
    except JsonRpcException as error:
        ls.warn(f"The editor refused the edit: {error}.")
        return
    if not reply.applied:
        ls.warn(f"The editor did not apply the edit: {reply.failure_reason or 'no reason given'}.")
