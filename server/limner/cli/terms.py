"""`limner terms`: the terms of a domain."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from limner.cli.console import (
    complain,
    console,
    print_json,
    row,
    say,
    size,
    table,
    waiting,
)
from limner.terms.pace import Clock

if TYPE_CHECKING:
    from limner.terms import Term, Terms

FORMAT = click.Choice(("tsv", "jieba", "tbx", "json"))
"""Of a lexicon's file."""
_SHOWN = 30
"""Terms of the table; files and JSON have all."""


@click.group()
def terms() -> None:
    """The terms of a domain: mine them from documents."""


@terms.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--background",
    multiple=True,
    default=("builtin",),
    show_default="builtin",
    metavar="PATH|builtin|none",
    help="Other texts to contrast with: files or folders (repeat the option), the general Chinese "
    "and English that come along, or none.",
)
@click.option(
    "--seeds", metavar="A,B", help="Keep what a chain of word vectors reaches from these."
)
@click.option("--top", default=1000, show_default=True, type=click.IntRange(1), help="Most terms.")
@click.option(
    "--min-count",
    type=click.IntRange(2),
    help="Least occurrences.  [default: 2, 3, 5 or a millionth of the tokens, by size]",
)
@click.option(
    "--rank",
    type=click.Choice(("score", "unit")),
    default="score",
    show_default=True,
    help="By score as terms, or by how much they look like words.",
)
@click.option(
    "--rules",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file of what no term begins or ends with.",
)
@click.option(
    "--index",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep the counts in this file.  [default: in the cache folder]",
)
@click.option("--no-index", is_flag=True, help="Keep no counts for the next time.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write all terms: .tsv, .tbx, .json, or .dict or .txt for jieba.",
)
@click.option(
    "--format",
    "form",
    type=FORMAT,
    help="Of --out.  [default: by its name]",
)
@click.option("--why", is_flag=True, help="Also sentences and reasons of each term of the table.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def mine(
    paths: tuple[Path, ...],
    background: tuple[str, ...],
    seeds: str | None,
    top: int,
    min_count: int | None,
    rank: Literal["score", "unit"],
    rules: Path | None,
    index: Path | None,
    no_index: bool,
    out: Path | None,
    form: str | None,
    why: bool,
    as_json: bool,
) -> None:
    """Mine the terms of documents: txt, md, tex, rst, html, docx, pdf, in files and folders.

    Counts are kept: the next run reads only what changed, and Ctrl-C loses nothing. The terms of a
    single folder are kept too: editors highlight them in its documents.
    """
    from limner.terms import mine as run
    from limner.terms.entry import entry_of
    from limner.terms.export import FORMATS, format_of, write

    with waiting() as notice:
        found = run(
            paths,
            background_of(background),
            seeds_of(seeds),
            top=top,
            min_count=min_count,
            rank=rank,
            rules=rules,
            index=False if no_index else index,
            progress=Telling(notice.say),
        )
    for note in found.notes:
        complain(note)
    if len(paths) == 1 and paths[0].is_dir() and not no_index:
        _keep(paths[0], found)
    if out is not None:
        write(out, FORMATS[form or format_of(out)]([entry_of(term) for term in found.terms]))
    if as_json:
        from limner.render.terms import to_dict

        print_json(to_dict(found))
        return
    _print(found, why)
    if out is not None:
        say(f"{len(found.terms):,} terms in {out}")


def _keep(folder: Path, found: Terms) -> None:
    """For editors, which highlight what was mined from a folder last."""
    from limner.terms import store

    try:
        store.save(folder.absolute(), found, time.time())
    except OSError as error:
        complain(f"not kept for editors: {error.strerror}.")


def background_of(named: tuple[str, ...]) -> list[str] | Literal["builtin", "none"]:
    """What `--background` says.

    Raises:
        click.UsageError: builtin or none beside others.
    """
    if len(named) == 1 and named[0] in ("builtin", "none"):
        return "builtin" if named[0] == "builtin" else "none"
    if {"builtin", "none"} & {*named}:
        context = click.get_current_context(silent=True)
        raise click.UsageError("--background takes builtin or none alone, or paths", context)
    return [*named]


def seeds_of(seeds: str | None) -> list[str]:
    """What `--seeds` says."""
    return [seed.strip() for seed in (seeds or "").replace("，", ",").split(",") if seed.strip()]


class Telling:
    """What is being done, how fast, and how long it will take."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._clock = Clock()
        self._doing = ""
        self._said = 0.0

    def __call__(self, doing: str, done: int, total: int) -> None:
        """Say it, some times a second."""
        pace = self._clock.pace(doing, done, total)
        if doing == self._doing and pace.seconds - self._said < 0.2:
            return
        self._doing, self._said = doing, pace.seconds
        rate = f"{size(int(pace.rate))}/s".replace(" B/s", "/s")
        self._say(f"{doing}: {pace.share:.0%}, {rate}{pace.left}")


def _print(found: Terms, why: bool) -> None:
    numbers = ("count", "score", "ratio", "z", "PMI", "freedom")
    grid = table("term", *numbers, "inside", right=numbers)
    for term in found.terms[:_SHOWN]:
        inside = f"{term.nested_in} {term.nested_share:.0%}" if term.nested_in else ""
        freedom = min(term.left_entropy, term.right_entropy)
        figures = (term.score, term.ratio, term.z, term.pmi, freedom)
        row(grid, term.term, f"{term.count:,}", *map(_figure, figures), inside)
    if found.terms:
        console().print(grid)
    if why:
        for term in found.terms[:_SHOWN]:
            _explain(term)
    against = f"against {found.background}" if found.background else "without a background"
    say(
        f"{len(found.terms):,} terms of {found.candidates:,} candidates that occur "
        f"{found.min_count} times or more, in {found.documents:,} documents with "
        f"{found.chars:,} characters, {against}: {found.seconds:.1f} s",
        "dim",
    )


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"


def _explain(term: Term) -> None:
    say("")
    say(term.term, "bold")
    if term.split:
        say(f"  weakest between {term.split[0]} and {term.split[1]}: PMI {term.pmi:.1f}")
    say(
        f"  neighbours: entropy {term.left_entropy:.1f} before, {term.right_entropy:.1f} behind; "
        f"a segment of its own {term.whole:,} times of {term.count:,}; C-value {term.c_value:,.0f}"
    )
    if term.background is not None:
        say(f"  background: {term.background:,} times; log-odds {term.delta:.1f}, z {term.z:.1f}")
    if term.chain:
        say("  chain: " + " → ".join(f"{link.term} ({link.similarity:.2f})" for link in term.chain))
    for sentence in term.sentences:
        unit = "" if sentence.unit == "line" else f"{sentence.unit} "
        say(f"  {sentence.path}:{unit}{sentence.line}: {sentence.text}")
