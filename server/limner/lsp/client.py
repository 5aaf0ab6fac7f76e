"""What a client said it can do, read once from its initialize request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from lsprotocol import types as lsp
from pygls.capabilities import get_capability

from limner.lsp.convert import ENCODINGS, choose_encoding
from limner.text.positions import Encoding


@dataclass(frozen=True)
class Client:
    """The capabilities that change what we send."""

    encoding: Encoding = Encoding.UTF16
    overlay: bool = False
    """Draws `limner/overlay` itself; gets no semantic tokens."""
    overlay_changes: bool = False
    """Keeps what it was told of each probe: only those that changed are told again."""
    refresh_hints: bool = False
    refresh_tokens: bool = False
    refresh_lenses: bool = False
    progress: bool = False
    """Lets the server create progress."""
    configuration: bool = False
    """Answers workspace/configuration."""
    watches_configuration: bool = False
    """Lets the server register for didChangeConfiguration."""
    apply_edit: bool = False
    versioned_edits: bool = False
    """Takes `documentChanges`, which carry the version they were made for."""
    markdown: bool = True
    """Shows Markdown in hovers."""
    diagnostic_versions: bool = False
    registers_inline: bool = False
    """Registers inline completion by itself; see `features.INLINE`."""
    show_document: bool = False
    """Shows a document and a place in it when asked."""
    trusted: bool = True
    """Unless the client says `experimental.limner.trusted: false` of its workspace."""


def read_client(params: lsp.InitializeParams) -> Client:
    """The digest of an initialize request."""
    capabilities = params.capabilities

    def has(path: str) -> bool:
        return bool(get_capability(capabilities, path, False))

    overlay = _overlay(capabilities.experimental)
    offered = get_capability(capabilities, "general.position_encodings", None)
    formats = get_capability(capabilities, "text_document.hover.content_format", None)
    return Client(
        encoding=ENCODINGS[choose_encoding(offered)],
        overlay=bool(overlay),
        overlay_changes=overlay.get("changes") is True,
        refresh_hints=has("workspace.inlay_hint.refresh_support"),
        refresh_tokens=has("workspace.semantic_tokens.refresh_support"),
        refresh_lenses=has("workspace.code_lens.refresh_support"),
        progress=has("window.work_done_progress"),
        configuration=has("workspace.configuration"),
        watches_configuration=has("workspace.did_change_configuration.dynamic_registration"),
        apply_edit=has("workspace.apply_edit"),
        versioned_edits=has("workspace.workspace_edit.document_changes"),
        markdown=formats is None or lsp.MarkupKind.Markdown in formats,
        diagnostic_versions=has("text_document.publish_diagnostics.version_support"),
        registers_inline=has("text_document.inline_completion.dynamic_registration"),
        show_document=has("window.show_document.support"),
        trusted=_ours(capabilities.experimental, "trusted") is not False,
    )


def _overlay(experimental: Any) -> Mapping[str, Any]:
    """`experimental.limner.overlay` as far as it is known: `{version: 1}`, in short true."""
    found = _ours(experimental, "overlay")
    if found is True:
        return {"version": 1}
    if isinstance(found, Mapping) and cast("Mapping[str, Any]", found).get("version") == 1:
        return cast("Mapping[str, Any]", found)
    return {}


def _ours(experimental: Any, name: str) -> Any:
    """`experimental.limner.NAME`, or None."""
    found = experimental
    for key in ("limner", name):
        found = cast("Mapping[str, Any]", found).get(key) if isinstance(found, Mapping) else None
    return found
