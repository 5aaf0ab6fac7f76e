"""The features of the protocol, one module each, and the tables that say which we serve.

A handler takes a snapshot at its entry and answers from what probes have; only `limner/probe`
waits for the engine. Commands put a job on its way and return at once: a client cannot cancel a
command, and it should not have to wait for one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lsprotocol import types as lsp

from limner.lsp.features import (
    code_actions,
    code_lens,
    commands,
    completion,
    configuration,
    describe,
    export,
    hover,
    hsic,
    inlay_hints,
    probe,
    semantic_tokens,
    status,
)
from limner.lsp.features.cloze import commands as cloze
from limner.lsp.features.cloze import gaps
from limner.lsp.features.terms import commands as terms
from limner.lsp.features.terms import completion as terms_completion
from limner.lsp.features.terms import mining, places, rows, symbols

Feature = tuple[str, Callable[..., Any], Any]

FEATURES: tuple[Feature, ...] = (
    (lsp.INITIALIZED, configuration.initialized, None),
    (lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, configuration.changed, None),
    (lsp.TEXT_DOCUMENT_INLAY_HINT, inlay_hints.handle, None),
    (lsp.TEXT_DOCUMENT_HOVER, hover.handle, None),
    (lsp.TEXT_DOCUMENT_CODE_LENS, code_lens.handle, None),
    (lsp.TEXT_DOCUMENT_CODE_ACTION, code_actions.handle, code_actions.OPTIONS),
    (lsp.TEXT_DOCUMENT_COMPLETION, completion.handle, completion.OPTIONS),
    (lsp.TEXT_DOCUMENT_DID_SAVE, mining.saved, lsp.SaveOptions(include_text=False)),
    (lsp.COMPLETION_ITEM_RESOLVE, terms_completion.resolve, None),
    (lsp.TEXT_DOCUMENT_REFERENCES, places.references, None),
    (lsp.TEXT_DOCUMENT_DEFINITION, places.definition, None),
    (lsp.TEXT_DOCUMENT_DOCUMENT_LINK, places.links, lsp.DocumentLinkOptions()),
    (lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL, symbols.handle, lsp.DocumentSymbolOptions(label="Terms")),
    (rows.LEXICON, rows.lexicon, None),
    (rows.TERM, rows.term, None),
    (probe.METHOD, probe.handle, None),
    (status.METHOD, status.handle, None),
    (export.METHOD, export.handle, None),
)
"""(method, handler, options) of every client."""

INLINE: Feature = (lsp.TEXT_DOCUMENT_INLINE_COMPLETION, gaps.inline, gaps.INLINE)
"""Not for clients that register it by themselves, which is vscode-languageclient alone: its version
10 leaves all features of an ended connection in place once it has this one."""

TOKENS: Feature = (
    lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
    semantic_tokens.handle,
    semantic_tokens.LEGEND,
)
"""Only for clients that do not draw overlays: VS Code asks one provider of semantic tokens per
document, and a language's own colours would vanish."""

COMMANDS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("limner.attribute", commands.attribute),
    ("limner.pin", commands.pin),
    ("limner.unpin", commands.unpin),
    ("limner.rerun", commands.rerun),
    ("limner.configure", commands.configure),
    ("limner.describe", describe.handle),
    ("limner.hsic", hsic.handle),
    ("limner.stop", commands.stop),
    ("limner.cloze.accept", cloze.accept),
    ("limner.cloze.acceptAll", cloze.accept_all),
    ("limner.cloze.next", cloze.next_row),
    ("limner.cloze.predict", cloze.predict),
    ("limner.cloze.train", cloze.train),
    ("limner.cloze.rollback", cloze.rollback),
    ("limner.cloze.report", cloze.report),
    ("limner.cloze.new", cloze.new),
    ("limner.terms.mine", terms.mine),
    ("limner.terms.accept", terms.accept),
    ("limner.terms.reject", terms.reject),
    ("limner.terms.forget", terms.forget),
    ("limner.terms.seed", terms.seed),
    ("limner.terms.merge", terms.merge),
    ("limner.terms.undo", terms.undo),
    ("limner.terms.export", terms.export),
)
