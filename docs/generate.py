"""Writes docs/reference/ from the code: `make docs`; a test fails when it is stale."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import click

REFERENCE = Path(__file__).parent / "reference"
HEAD = "<!-- Written by `make docs` from the code; edit there. -->\n\n"


@dataclass(frozen=True)
class Field:
    """One attribute of a class, as written in its source."""

    name: str
    type: str
    default: str
    doc: str


def pages() -> dict[str, str]:
    """File name → text."""
    return {
        "cli.md": cli(),
        "json.md": json(),
        "settings.md": settings(),
        "protocol.md": protocol(),
    }


# ── cli.md ────────────────────────────────────────────────────────────────────────────────────


def cli() -> str:
    """Every command with its arguments and options, as click knows them."""
    from limner.cli import cli as root

    text = (
        f"{HEAD}# Command line\n\n"
        "Results go to stdout, everything else to stderr. With `--json` stdout is one JSON object. "
        "Exit status: 0 a result, 2 bad input (one sentence on stderr says what to mend), 1 a "
        "fault of ours, 130 after Ctrl-C. `NO_COLOR`, `COLUMNS` and `LIMNER_CONFIG` are respected; "
        "`LIMNER_DEBUG=1` prints the traceback of a fault of ours.\n"
    )
    return text + "".join(_command(path, command) for path, command in _commands("limner", root))


def _commands(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield path, command
        return
    for name, child in command.commands.items():
        yield from _commands(f"{path} {name}", child)


def _command(path: str, command: click.Command) -> str:
    context = click.Context(command, info_name=path)
    arguments = [p for p in command.params if isinstance(p, click.Argument)]
    usage = " ".join([path, *(a.make_metavar(context) for a in arguments)])
    rows = [_option(o, context) for o in command.params if isinstance(o, click.Option)]
    table = "\n| Option | |\n|---|---|\n" + "".join(rows) if rows else ""
    about = inspect.cleandoc(command.help or "").replace("\n\n", "\n\n")
    return f"\n## `{usage}`\n\n{about}\n{table}"


def _option(option: click.Option, context: click.Context) -> str:
    record = option.get_help_record(context)
    assert record, option.name
    name, about = record
    return f"| `{_cell(name)}` | {_cell(' '.join(about.split()))} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# ── json.md ───────────────────────────────────────────────────────────────────────────────────


def json() -> str:
    """The keys of a result, from its type."""
    from limner import protocol
    from limner.methods.terms import results
    from limner.render import card
    from limner.terms import api as terms

    parts = [
        HEAD,
        "# JSON of a result\n\n"
        "Printed by `limner attribute --json`, returned by `.to_json()`. Positions are code points "
        "into `text` (or `pair`, for pieces of segment 1), end excluded. Keys are only ever added; "
        "what is not a finite number is `null`. Several `--baseline`s give the first one's object "
        "with the others under `side_by_side`.\n\n"
        "In a notebook's bundle, `application/vnd.limner.v1+json` holds a [card](#card), which "
        "front ends draw without knowing the method.\n",
        '\n## Attribution\n\n`"method": "integrated_gradients"`, and:\n',
        _table([*fields(protocol, "Explained"), *fields(protocol, "Attribution")]),
        "\n## A piece: items of `tokens` and `words`\n",
        _table(fields(protocol, "Piece")),
        "\n## Items of `by_label`\n",
        _table(fields(protocol, "LabelScores")),
        "\n## `truncated`\n",
        _table(fields(protocol, "Truncation")),
        "\n## Attribution of a tensor\n\nThe keys of an attribution down to `ms`, and: (a card "
        "leaves out more than 10,000 `scores`)\n",
        _table([f for f in fields(protocol, "TensorAttribution") if f.name != "picture"]),
        "\n## HSIC\n\nPrinted by `limner hsic --json`, returned by `.to_json()`: the keys below, "
        "with `statistic` for `hsic`, `normalized` for `normalised`, `p_value` for `p`, `kernel` "
        "(both names, joined by + where they differ), and without `scatter`.\n",
        _table(fields(protocol, "Independence")),
        "\n### Items of `kernels`\n",
        _table(fields(protocol, "KernelFacts")),
        "\n### All pairs of a table\n\nItems of `pairs` have `x` and `y` (names of columns), `n`, "
        "`statistic`, `normalized`, `p_value`, `q_value` and `significant`.\n",
        _table(fields(protocol, "PairMatrix")),
        "\n### Items of `columns`\n",
        _table(fields(protocol, "Column")),
        "\n## Terms\n\nPrinted by `limner terms mine --json`, returned by `.to_json()`. Logarithms "
        "are natural, positions code points of a sentence's `text`. A card has the first terms.\n",
        _table(fields(terms, "Terms")),
        "\n### Items of `terms`\n",
        _table(fields(results, "Term")),
        "\n### Items of `sentences`\n",
        _table(fields(results, "Sentence")),
        "\n### Items of `chain` and `neighbours`\n",
        _table(fields(results, "Link")),
        "\n### A lexicon\n\nWritten by `limner terms mine --out lexicon.json`: `{method, terms}`, "
        "a term a line. Items have the keys above (of terms that were mined), `status` (candidate, "
        "accepted or rejected) and `variants` (other spellings). "
        "`limner.terms.importing.read_lexicon` reads it back, and lists of texts or of `{term}`.\n",
        f"\n## Card\n\n{_essay(card)}\n",
        *(f"\n### `{name}`\n{_table(fields(card, name))}" for name in CARD),
        "\n## Of `limner models list --json`: items of `models`\n",
        _table(fields(protocol, "ModelStatus")),
        "\n## Of `limner daemon status --json`: `engine`\n",
        _table(fields(protocol, "EngineStatus")),
    ]
    return "".join(parts)


CARD = ("Card", "CardText", "CardMark", "CardTable", "CardChart", "CardPicture")


# ── settings.md ───────────────────────────────────────────────────────────────────────────────


def settings() -> str:
    """The user's file and what an editor may set."""
    from limner import config
    from limner.lsp import settings as lsp_settings
    from limner.methods import integrated_gradients

    sections = (
        ("`[models.NAME]`", "ModelEntry"),
        ("`[engine]`", "EngineSettings"),
        ("`[daemon]`", "DaemonSettings"),
    )
    parts = [
        HEAD,
        "# Settings\n\n## Your own file\n\n"
        "`config.toml` in the configuration folder of your system (`limner doctor` prints where; "
        "`LIMNER_CONFIG` names another). It alone decides which models may be loaded and how: a "
        "workspace, a document or an editor's settings can only choose among them by name. A "
        "mistake in it is reported, never skipped. Restart the daemon (`limner daemon stop`) after "
        "a change.\n\n"
        '```toml\n[models.sentiment]\npath = "/home/me/models/sentiment"\n\n'
        '[engine]\ndevice = "cuda:1"\n```\n',
    ]
    for title, name in sections:
        parts += [f"\n### {title}\n", _table(fields(config, name))]
    parts += [
        "\n## In the editor: section `limner`\n\n"
        "Harmless wishes, from the user's or the workspace's settings. Anything that would decide "
        "which file or code is loaded is refused here with a warning.\n",
        _table([_camel(field) for field in fields(lsp_settings, "Settings")]),
        "\n## Parameters of integrated gradients\n\n"
        "For `limner attribute` (options), `limner.attribute` (keywords); a directive comment "
        "takes `model`, `target`, `contrast`, `baseline`, `tolerance` and `output`.\n",
        _table(fields(integrated_gradients, "Params")),
    ]
    return "".join(parts)


def _camel(field: Field) -> Field:
    head, *rest = field.name.split("_")
    return Field(
        head + "".join(word.title() for word in rest), field.type, field.default, field.doc
    )


# ── protocol.md ───────────────────────────────────────────────────────────────────────────────


def protocol() -> str:
    """What we add to the Language Server Protocol, from the modules that speak it."""
    from limner.lsp import messages
    from limner.lsp.features import commands, describe, export, hsic, named, overlay, probe
    from limner.lsp.features.terms import commands as terms
    from limner.lsp.features.terms import highlights, rows

    of_arrays = {"describe": describe.handle, "hsic": hsic.handle}
    parts = [
        HEAD,
        "# What Limner adds to the Language Server Protocol\n\n"
        "A plain client needs none of this: inlay hints, hovers, semantic tokens, code lenses, "
        "code actions, completion and diagnostics carry everything. Positions are the protocol's, "
        "in the negotiated encoding. `protocol/src/types.ts` has all of this as TypeScript.\n",
        f"\n## Request `limner/probe`\n\n{_essay(probe)}",
        _message(messages.ProbeParams),
        "\nThe answer; `result` has the keys of [json.md](json.md), offsets in code points of its "
        "`text`, `overlay` those of `Drawing` below:\n",
        _message(messages.ProbeAnswer),
        "\n`$/progress` brings the last two alone.\n",
        "\n## Request `limner/export`\n\n",
        _essay(export),
        _message(messages.ExportParams),
        "\nThe answer is `{text}`.\n",
        "\n## Request `limner/status`\n\nIt has no parameters. The answer; `engine` and `models` "
        "are those of [json.md](json.md):\n",
        _message(messages.StatusAnswer),
        f"\n## Notification `limner/overlay`\n\n{_essay(overlay)}",
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
        f"\n## Notification `limner/highlights`\n\n{_essay(highlights)}",
        "\nIt goes to clients that declare `limner/overlay`.\n",
        _message(messages.HighlightsParams),
        f"\n## Requests `limner/lexicon` and `limner/term`\n\n{_essay(rows)}",
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
        f"\n## Commands\n\n{_essay(commands)}",
        _message(messages.CommandArgument),
        "\n| Command | |\n|---|---|\n",
        *(
            f"| `limner.{name}` | {_first(getattr(commands, name, of_arrays.get(name)))} |\n"
            for name in COMMANDS
        ),
        f"\n### Of arrays\n\n{_essay(named)}",
        _table(fields(named, "Arguments")),
        f"\n### `limner.describe`\n\n{_essay(describe)}",
        f"\n### `limner.hsic`\n\n{_essay(hsic)}",
        f"\n### Of terms\n\n{_essay(terms)}",
        _message(messages.TermsArgument),
        "\nThe answer:\n",
        _message(messages.TermsAnswer),
        "\n| Command | |\n|---|---|\n",
        *(f"| `limner.terms.{name}` | {_first(getattr(terms, name))} |\n" for name in TERMS),
        f"\n## After a reconnect\n\n{AGAIN}",
    ]
    return "".join(parts)


TERMS = ("mine", "accept", "reject", "forget", "seed", "merge", "undo", "export")
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
    return _table([_camel(row) for row in rows])


def _essay(module: ModuleType) -> str:
    """A module's docstring as Markdown: `::` blocks fenced, double backticks single."""
    lines: list[str] = []
    fenced = False
    for line in inspect.cleandoc(module.__doc__ or "").split("\n"):
        if line.startswith("    ") and not fenced:
            fenced = True
            lines.append("```")
        elif fenced and line and not line.startswith("    "):
            fenced = False
            lines[-1:] = ["```", ""]
        lines.append(line[4:] if fenced else line.replace("``", "`"))
    text = "\n".join(line for line in lines if line.strip() != "::").replace("\n\n\n", "\n\n")
    return text + ("\n```\n" if fenced else "\n")


def _first(function: object) -> str:
    return (inspect.getdoc(function) or "").split("\n\n")[0]


# ── fields and their docstrings, which only the source has ────────────────────────────────────


def fields(module: ModuleType, name: str) -> list[Field]:
    """The annotated attributes of a class with the docstrings beneath them."""
    home = sys.modules[getattr(module, name).__module__]  # a module may pass on another's class
    tree = ast.parse(inspect.getsource(home))
    body = next(n.body for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and n.name == name)
    found: list[Field] = []
    for node, after in zip(body, [*body[1:], None], strict=True):
        if not isinstance(node, ast.AnnAssign):
            continue
        default = ast.unparse(node.value) if node.value else ""
        doc = ""
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            doc = " ".join(str(after.value.value).split())
        found.append(Field(ast.unparse(node.target), _type(node.annotation), default, doc))
    return found


def _type(annotation: ast.expr) -> str:
    """The type in words of JSON and TOML."""
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Annotated":
        inner = annotation.slice
        assert isinstance(inner, ast.Tuple)
        bounds = ast.unparse(inner.elts[1]).removeprefix("msgspec.Meta")
        return f"{_type(inner.elts[0])} {bounds}"
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Literal":
        inner = annotation.slice
        values = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        return " or ".join(str(ast.literal_eval(value)) for value in values)
    text = ast.unparse(annotation).replace("None", "null").replace("'", "")
    return text.replace(" | ", " or ").replace("tuple[", "list[").replace(", ...]", "]")


def _table(rows: list[Field]) -> str:
    lines = [
        f"| `{row.name}` | {_cell(row.type)} | {f'`{_cell(row.default)}`' if row.default else ''} "
        f"| {_cell(row.doc)} |\n"
        for row in rows
    ]
    return "\n| Key | Type | Default | |\n|---|---|---|---|\n" + "".join(lines)


def main() -> int:
    """Write what changed."""
    REFERENCE.mkdir(exist_ok=True)
    for name, text in pages().items():
        path = REFERENCE / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
