"""protocol.md: what we add to the Language Server Protocol."""

from __future__ import annotations

from pages.source import HEAD, camel, essay, fields, first, table


def protocol() -> str:
    """What we add to the Language Server Protocol, from the modules that speak it."""
    from limner.lsp import messages
    from limner.lsp.features import commands, describe, export, hsic, named, overlay, probe
    from limner.lsp.features.cloze import commands as cloze
    from limner.lsp.features.terms import commands as terms
    from limner.lsp.features.terms import highlights, rows

    of_arrays = {"describe": describe.handle, "hsic": hsic.handle}
    parts = [
        HEAD,
        "# What Limner adds to the Language Server Protocol\n\n"
        "A plain client needs none of this: inlay hints, hovers, semantic tokens, code lenses, "
        "code actions, completion and diagnostics carry everything. Positions are the protocol's, "
        "in the negotiated encoding. `protocol/src/types.ts` has all of this as TypeScript.\n",
        f"\n## Request `limner/probe`\n\n{essay(probe)}",
        _message(messages.ProbeParams),
        "\nThe answer; `result` has the keys of [json.md](json.md), offsets in code points of its "
        "`text`, `overlay` those of `Drawing` below:\n",
        _message(messages.ProbeAnswer),
        "\n`$/progress` brings the last two alone.\n",
        "\n## Request `limner/export`\n\n",
        essay(export),
        _message(messages.ExportParams),
        "\nThe answer is `{text}`.\n",
        "\n## Request `limner/status`\n\nIt has no parameters. The answer; `engine` and `models` "
        "are those of [json.md](json.md):\n",
        _message(messages.StatusAnswer),
        f"\n## Notification `limner/overlay`\n\n{essay(overlay)}",
        "\nA client declares it in its `initialize` request: "
        '`"experimental": {"limner": {"overlay": {"version": 1}}}`; it then gets no semantic '
        "tokens.\n",
        *(
            f"\n### `{kind.__name__}`\n{_message(kind)}"
            for kind in (
                messages.OverlayParams,
                messages.OverlayProbe,
                messages.Drawing,
                messages.OverlayMark,
                messages.OverlayNote,
                messages.OverlayPanel,
            )
        ),
        f"\n## Notification `limner/highlights`\n\n{essay(highlights)}",
        "\nIt goes to clients that declare `limner/overlay`.\n",
        _message(messages.HighlightsParams),
        f"\n## Requests `limner/lexicon` and `limner/term`\n\n{essay(rows)}",
        *(
            f"\n### `{kind.__name__}`\n{_message(kind)}"
            for kind in (
                messages.LexiconParams,
                messages.LexiconAnswer,
                messages.LexiconTerm,
                messages.TermParams,
                messages.TermAnswer,
                messages.TermPlace,
                messages.LexiconChanged,
            )
        ),
        f"\n## Commands\n\n{essay(commands)}",
        _message(messages.CommandArgument),
        "\n| Command | |\n|---|---|\n",
        *(
            f"| `limner.{name}` | {first(getattr(commands, name, of_arrays.get(name)))} |\n"
            for name in COMMANDS
        ),
        f"\n### Of arrays\n\n{essay(named)}",
        table(fields(named, "Arguments")),
        f"\n### `limner.describe`\n\n{essay(describe)}",
        f"\n### `limner.hsic`\n\n{essay(hsic)}",
        f"\n### Of terms\n\n{essay(terms)}",
        _message(messages.TermsArgument),
        "\nThe answer:\n",
        _message(messages.TermsAnswer),
        "\n| Command | |\n|---|---|\n",
        *(f"| `limner.terms.{name}` | {first(getattr(terms, name))} |\n" for name in TERMS),
        f"\n### Of labels\n\n{essay(cloze)}",
        _message(messages.ClozeArgument),
        "\nThe answer:\n",
        _message(messages.ClozeAnswer),
        "\n| Command | |\n|---|---|\n",
        *(
            f"| `limner.cloze.{name}` | {first(getattr(cloze, function))} |\n"
            for name, function in CLOZE.items()
        ),
        f"\n## After a reconnect\n\n{AGAIN}",
    ]
    return "".join(parts)


TERMS = ("mine", "accept", "reject", "forget", "seed", "merge", "undo", "export")
CLOZE = {
    "new": "new",
    "accept": "accept",
    "acceptAll": "accept_all",
    "next": "next_row",
    "predict": "predict",
    "train": "train",
    "rollback": "rollback",
    "report": "report",
}
COMMANDS = ("attribute", "pin", "unpin", "rerun", "configure", "describe", "hsic", "stop")

AGAIN = """\
When the connection or the daemon ends, a client connects anew, sends `initialize`, and opens its
documents again. Probes of comments are back by themselves, with new ids. Those of commands lived
in the session: the client brings back what `limner/overlay` told it last. For each probe whose
`origin` is `command` and whose `method` reads no arrays, it sends, after the document is open,

```
limner.attribute {uri, range, options, beside: true}
```

with the probe's `options` as they were and its `range` moved by the client's own edits since. The
range is that of the passage, so the same passage is found again; `beside` keeps several probes on
one text. Sending the same twice pins one probe. Results are in the daemon's cache or are computed
again. The same brings probes back when a document is closed and opened again, which lets them go.
A document that is opened while it is open, and a notebook's cell that is closed and opened in one
`notebookDocument/didChange` (moved, say), keep their probes unless the language is another.
"""


def _message(kind: type) -> str:
    """A message's keys, those of its base first."""
    from limner.lsp import messages

    bases = [base for base in reversed(kind.__mro__) if base.__module__ == messages.__name__]
    rows = [field for base in bases for field in fields(messages, base.__name__)]
    return table([camel(row) for row in rows])
