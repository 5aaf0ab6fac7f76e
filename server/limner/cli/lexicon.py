"""`limner terms find`, `why`, `accept` …: a folder's lexicon in the terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from limner.cli.console import complain, console, print_json, say
from limner.cli.terms import FORMAT, terms
from limner.protocol import BadInput
from limner.render.runs import visible
from limner.terms.where import folder_of

if TYPE_CHECKING:
    from limner.terms.deciding import Edit
    from limner.terms.lexicon import Lexicon, Word

_STYLES = {"accepted": "bold green", "candidate": "cyan"}

folder_option = click.option(
    "--in",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path("."),
    show_default="the working directory",
    help="A folder that has a lexicon, or one inside it.",
)


def lexicon_of(path: Path) -> Lexicon:
    """The lexicon of a file or folder.

    Raises:
        BadInput: there is none.
    """
    from limner.terms import lexicon

    path = Path(os.path.abspath(path))
    folder = _nearest(path)
    found = lexicon.load(folder) if folder else None
    if found is None:
        home = path if path.is_dir() else path.parent
        raise BadInput(f"{home} has no lexicon: make one with `limner terms mine {home}`.")
    for note in found.decided.complaints:
        complain(f"{found.file}:{note.line}: {note.said}")
    return found


@terms.command()
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option("--term", help="This term alone.")
@click.option("--segmented", is_flag=True, help="None that crosses a Chinese word (jieba).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def find(paths: tuple[Path, ...], term: str | None, segmented: bool, as_json: bool) -> None:
    """Find the terms of a folder's lexicon in its files, line by line."""
    found: list[dict[str, object]] = []
    for path in paths:
        lexicon = lexicon_of(path)
        wanted = _word(lexicon, term) if term is not None else None
        for row, line, column, text, start, end in _places(lexicon, path, segmented):
            word = lexicon.words[row]
            if wanted is not None and word is not wanted:
                continue
            place = {"path": str(path), "line": line, "column": column, "term": word.term}
            if as_json:
                found.append({**place, "text": text[start:end], "status": word.status})
            else:
                _print(f"{path}:{line}:{column}: ", text, start, end, _STYLES[word.status])
    if as_json:
        print_json({"places": found})


def _places(
    lexicon: Lexicon, path: Path, segmented: bool
) -> Iterator[tuple[int, int, int, str, int, int]]:
    """Row, line and column (from 1), the line's text, and where the term is in it."""
    from limner.terms.encoding import Unreadable
    from limner.terms.places import read
    from limner.terms.prose import prose
    from limner.text.lines import Lines

    try:
        kind, text = read(path)
    except Unreadable as why:
        raise BadInput(f"{path} {why}.") from why
    running = prose(kind, text) or ""
    lines = Lines(text)
    for match in lexicon.find(running, segmented=segmented):
        line = lines.line_of(match.start)
        begin, stop = lines.span(line)
        yield (
            *(match.term, line + 1, match.start - begin + 1, text[begin:stop]),
            *(match.start - begin, min(match.end, stop) - begin),
        )


def _print(place: str, text: str, start: int, end: int, style: str) -> None:
    line = Text(place, "dim")
    line.append(visible(text[:start]))
    line.append(visible(text[start:end]), style)
    line.append(visible(text[end:]))
    console().print(line, soft_wrap=True)


@terms.command()
@click.argument("term")
@folder_option
def why(term: str, folder: Path) -> None:
    """Say why a term is one: counts, contrast, neighbours, sentences."""
    from limner.overlays.terms import explain_plainly

    lexicon = lexicon_of(folder)
    say(explain_plainly(lexicon, _word(lexicon, term)))


def _word(lexicon: Lexicon, term: str) -> Word:
    word = lexicon.get(term)
    if word is None:
        raise BadInput(f"{term} is not in the lexicon of {lexicon.folder}.")
    return word


# ── decisions ─────────────────────────────────────────────────────────────────────────────────


@terms.command()
@click.argument("names", metavar="TERM…", nargs=-1, required=True)
@folder_option
def accept(names: tuple[str, ...], folder: Path) -> None:
    """Say that these are terms, whatever mining says."""
    from limner.terms.deciding import put

    _decide(folder, [(name, put(name, "accepted")) for name in names], "accepted")


@terms.command()
@click.argument("names", metavar="TERM…", nargs=-1, required=True)
@folder_option
def reject(names: tuple[str, ...], folder: Path) -> None:
    """Say that these are no terms: they are found no more."""
    from limner.terms.deciding import put

    _decide(folder, [(name, put(name, "rejected")) for name in names], "not a term")


@terms.command()
@click.argument("names", metavar="TERM…", nargs=-1, required=True)
@folder_option
def seed(names: tuple[str, ...], folder: Path) -> None:
    """Keep, in the next mining, what a chain of word vectors reaches from these."""
    from limner.terms.deciding import put

    _decide(folder, [(name, put(name, "seeds")) for name in names], "a seed")


@terms.command()
@click.argument("names", metavar="TERM…", nargs=-1, required=True)
@folder_option
def forget(names: tuple[str, ...], folder: Path) -> None:
    """Take back what was decided about these."""
    from limner.terms.deciding import put

    _decide(folder, [(name, put(name, None)) for name in names], "open again")


@terms.command()
@click.argument("term")
@click.argument("into")
@folder_option
def merge(term: str, into: str, folder: Path) -> None:
    """Say that TERM is a spelling of INTO."""
    from limner.terms.deciding import merge

    _decide(folder, [(term, merge(term, into))], f"a spelling of {into}")


def _decide(folder: Path, edits: list[tuple[str, Edit]], said: str) -> None:
    from limner.terms.deciding import check, decide

    for name, edit in edits:
        check(name)
        change = decide(_home(folder), said, edit)
        say(f"{name}: {said} ({change.path})")


# ── files ─────────────────────────────────────────────────────────────────────────────────────


@terms.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@folder_option
@click.option("--format", "form", type=FORMAT, help="[default: by the file's name]")
def export(out: Path, folder: Path, form: str | None) -> None:
    """Write a folder's lexicon, with what was decided, into a file: .tsv, .dict, .tbx or .json."""
    from limner.terms.export import FORMATS, format_of, write

    lexicon = lexicon_of(folder)
    write(out, FORMATS[form or format_of(out)](lexicon.entries()))
    say(f"{len(lexicon.words):,} terms in {out}")


@terms.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@folder_option
@click.option("--format", "form", type=FORMAT, help="[default: by the file's name]")
def import_(file: Path, folder: Path, form: str | None) -> None:
    """Accept the terms of another lexicon, of Limner, jieba or a terminology tool, in a folder."""
    from limner.terms.deciding import decide, take
    from limner.terms.importing import read_lexicon

    found = read_lexicon(file, form)
    for said in found.complaints:
        complain(f"{file}: {said}")
    change = decide(_home(folder), "imported", take(found.entries))
    say(f"{len(found.entries):,} terms in {change.path}")


def _home(folder: Path) -> Path:
    """The folder itself or the nearest around it that has a lexicon."""
    here = Path(os.path.abspath(folder))
    return _nearest(here) or here


def _nearest(path: Path) -> Path | None:
    """In a terminal a `*.terms.toml` counts wherever it lies."""
    return folder_of(path, (Path(path.anchor),))
