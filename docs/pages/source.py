"""What only the source has: attributes of classes with their docstrings, essays of modules."""

from __future__ import annotations

import ast
import inspect
import sys
from dataclasses import dataclass
from types import ModuleType

HEAD = "<!-- Written by `make docs` from the code; edit there. -->\n\n"


@dataclass(frozen=True)
class Field:
    """One attribute of a class, as written in its source."""

    name: str
    type: str
    default: str
    doc: str


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


def table(rows: list[Field]) -> str:
    """A Markdown table of attributes."""
    lines = [
        f"| `{row.name}` | {cell(row.type)} | {f'`{cell(row.default)}`' if row.default else ''} "
        f"| {cell(row.doc)} |\n"
        for row in rows
    ]
    return "\n| Key | Type | Default | |\n|---|---|---|---|\n" + "".join(lines)


def camel(field: Field) -> Field:
    """The same with a name as JSON has it."""
    head, *rest = field.name.split("_")
    return Field(
        head + "".join(word.title() for word in rest), field.type, field.default, field.doc
    )


def cell(text: str) -> str:
    """Text that may stand in a table."""
    return text.replace("|", "\\|")


def essay(module: ModuleType) -> str:
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


def first(function: object) -> str:
    """The first paragraph of a docstring."""
    return (inspect.getdoc(function) or "").split("\n\n")[0]
