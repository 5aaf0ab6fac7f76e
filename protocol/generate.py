"""Writes protocol/src/types.ts and palette.ts from the Python types: `make docs`.

A test fails when they are stale. What the server sends has every key; what it is given may leave
out a key that has a default.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import msgspec.inspect as kinds

from limner import protocol
from limner.lsp import messages
from limner.render import card, colors

SOURCE = Path(__file__).parent / "src"
HEAD = "// Written by `make docs` from {}; edit there.\n"

GIVEN = (
    messages.ProbeParams,
    messages.ExportParams,
    messages.CommandArgument,
    messages.LexiconParams,
    messages.TermParams,
    messages.TermsArgument,
    messages.ClozeArgument,
)
"""What a front end writes."""

SENT = (
    messages.Position,
    messages.Range,
    messages.OverlayMark,
    messages.OverlayNote,
    messages.OverlayPanel,
    messages.Drawing,
    messages.OverlayProbe,
    messages.OverlayParams,
    messages.HighlightsParams,
    messages.ProbeAnswer,
    messages.ProbePartial,
    messages.ExportAnswer,
    messages.Pinned,
    messages.LexiconTerm,
    messages.LexiconAnswer,
    messages.TermPlace,
    messages.TermAnswer,
    messages.LexiconChanged,
    messages.TermsAnswer,
    messages.ClozeAnswer,
    protocol.ModelStatus,
    protocol.EngineStatus,
    messages.MethodOption,
    messages.StatusAnswer,
    card.CardMark,
    card.CardText,
    card.CardTable,
    card.CardChart,
    card.CardPicture,
    card.Card,
)
"""What a front end reads, the parts before the whole."""

PALETTE = (
    *("TOWARDS", "AWAY", "TOWARDS_LINE", "AWAY_LINE"),
    *("PURPLE", "GREEN", "PURPLE_LINE", "GREEN_LINE"),
    *("EDGES", "ALPHA"),
)


def files() -> dict[str, str]:
    """File name → text."""
    return {"types.ts": types(), "palette.ts": palette()}


# ── types.ts ──────────────────────────────────────────────────────────────────────────────────


def types() -> str:
    """An interface for each class."""
    parts = [interface(kind, given=False) for kind in SENT]
    parts += [interface(kind, given=True) for kind in GIVEN]
    return HEAD.format("limner/lsp/messages.py, render/card.py, protocol.py") + "".join(parts)


def interface(kind: type[msgspec.Struct], *, given: bool) -> str:
    """The class with its sentences; a subclass of another one in the list extends it."""
    base = next((b for b in kind.__mro__[1:] if b in SENT), None)
    inherited = set(base.__struct_encode_fields__) if base else set()
    docs = dict(sentences(kind))
    extends = f" extends {base.__name__}" if base else ""
    lines = [
        comment(inspect.getdoc(kind) or "", ""),
        f"export interface {kind.__name__}{extends} {{",
    ]
    for field in kinds.type_info(kind).fields:  # pyright: ignore[reportAttributeAccessIssue]
        if field.encode_name in inherited:
            continue
        if field.name in docs:
            lines.append(comment(docs[field.name], "  "))
        mark = "?" if given and not field.required else ""
        lines.append(f"  readonly {field.encode_name}{mark}: {type_of(field.type)};")
    return "\n" + "\n".join([*lines, "}"]) + "\n"


def type_of(kind: kinds.Type) -> str:
    """The type in TypeScript's words."""
    match kind:
        case kinds.StrType():
            return "string"
        case kinds.IntType() | kinds.FloatType():
            return "number"
        case kinds.BoolType():
            return "boolean"
        case kinds.NoneType():
            return "null"
        case kinds.AnyType():
            return "unknown"
        case kinds.LiteralType(values):
            return " | ".join(literal(value) for value in values)
        case kinds.StructType(cls):
            return cls.__name__
        case kinds.UnionType(parts):
            return " | ".join(type_of(part) for part in parts)
        case kinds.VarTupleType(item):
            return f"readonly {bracketed(type_of(item))}[]"
        case kinds.TupleType(items):
            return f"readonly [{', '.join(type_of(item) for item in items)}]"
        case kinds.DictType(key, value):
            return f"Readonly<Record<{type_of(key)}, {type_of(value)}>>"
        case _:
            raise TypeError(f"{kind} has no TypeScript type here: add it to type_of.")


def bracketed(written: str) -> str:
    """Parentheses around what binds less than `[]`."""
    return f"({written})" if " " in written and not written.startswith("Readonly<") else written


def literal(value: object) -> str:
    """As prettier writes it."""
    return f"'{value}'" if isinstance(value, str) else str(value)


def sentences(what: Any) -> Iterator[tuple[str, str]]:
    """(name, docstring beneath it) in a class or module, which only the source has."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(what))).body
    body = tree[0].body if isinstance(tree[0], ast.ClassDef) else tree
    for node, after in pairwise(body):
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            yield ast.unparse(target), str(after.value.value)


def comment(text: str, indent: str) -> str:
    """A doc comment; a paragraph's lines are joined."""
    text = " ".join(text.split()).replace("*/", "* /")
    line = f"{indent}/** {text} */"
    if len(line) <= 100:
        return line
    wrapped = textwrap.wrap(text, 96 - len(indent))
    return "\n".join([f"{indent}/**", *(f"{indent} * {part}" for part in wrapped), f"{indent} */"])


# ── palette.ts ────────────────────────────────────────────────────────────────────────────────


def palette() -> str:
    """The colours and the steps of strength."""
    docs = dict(sentences(colors))
    parts = [HEAD.format("limner/render/colors.py")]
    parts.append("\n/** Red, green and blue, 0 … 255 each. */\n")
    parts.append("export type Rgb = readonly [number, number, number];\n")
    for name in PALETTE:
        value: Any = getattr(colors, name)
        kind = "Rgb" if name not in ("EDGES", "ALPHA") else "readonly number[]"
        parts.append(f"\n{comment(docs[name], '')}\n" if name in docs else "\n")
        parts.append(f"export const {name}: {kind} = {json.dumps(value)};\n")
    return "".join(parts)


def main() -> int:
    """Write what changed."""
    for name, text in files().items():
        path = SOURCE / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
