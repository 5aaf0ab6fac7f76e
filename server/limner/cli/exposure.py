"""`limner exposure`: does a decoder fall apart when it reads its own words?"""

from __future__ import annotations

from pathlib import Path

import click

from limner.cli.console import console, waiting, write_file
from limner.protocol import BadInput

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--model", default="mini-seq2seq", show_default=True, help="A name or a folder.")
@click.option("--pairs", type=FILE, required=True, help="TSV, CSV or JSONL of source and target.")
@click.option("--columns", metavar="A,B", help="Their columns.  [default: source,target, or 1, 2]")
@click.option("--limit", type=click.IntRange(1), default=200, show_default=True, help="Most pairs.")
@click.option("--beams", type=int, default=3, show_default=True, help="Widest beam; 0: none.")
@click.option("--batch", type=int, default=16, show_default=True, help="Pairs at a time.")
@click.option("--longest", type=int, default=256, show_default=True, help="Tokens that are read.")
@click.option("--shown", type=int, default=5, show_default=True, help="Pairs shown in full.")
@click.option("--sample", is_flag=True, help="Draw its own words instead of the likeliest.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the drawing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--html", type=FILE, help="Write a web page.")
@click.option("--svg", type=FILE, help="Write both curves as a picture.")
def exposure(
    model: str,
    pairs: Path,
    columns: str | None,
    limit: int,
    beams: int,
    batch: int,
    longest: int,
    shown: int,
    sample: bool,
    seed: int,
    as_json: bool,
    html: Path | None,
    svg: Path | None,
) -> None:
    """Show what target tokens cost a decoder that reads the target, and one that reads itself.

    For a causal model a pair is a prompt and its continuation. Models in memory go through
    limner.exposure_bias in Python or %exposure in a notebook.
    """
    from limner.files.pairs import read_pairs

    read = read_pairs(pairs, _two(columns), limit + 1)
    with waiting() as notice:
        notice.say("loading torch …")
        from limner.in_place.exposure import exposure_bias

        result = exposure_bias(
            _name(model),
            pairs=read[:limit],
            beams=beams,
            batch=batch,
            longest=longest,
            shown=shown,
            sample=sample,
            seed=seed,
            progress=notice.say,
        )
    if len(read) > limit:
        from msgspec.structs import replace

        more = f"The file has more than {limit} pairs: give --limit for more."
        result = replace(result, notes=(*result.notes, more))
    if html:
        from limner.render.page import to_page

        write_file(html, to_page(result.to_html(), title="Limner: exposure bias"))
    if svg:
        write_file(svg, result.to_svg())
    if as_json:
        print(result.to_json())
    else:
        from limner.render.exposure import show

        show(console(), result)


def _name(model: str) -> str:
    """A folder by its whole path, anything else as it is."""
    path = Path(model).expanduser()
    return str(path.resolve()) if path.is_dir() else model


def _two(columns: str | None) -> tuple[str, str] | None:
    if columns is None:
        return None
    names = columns.split(",")
    if len(names) != 2 or not all(names):
        raise BadInput(f"--columns {columns!r}: give two names separated by a comma.")
    return names[0], names[1]
