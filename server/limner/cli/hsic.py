"""`limner hsic`: are columns of files independent?

Computed in this process: see `limner.comparing`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from limner.cli.console import console, print_json, waiting, write_file
from limner.cli.engines import PATIENCE
from limner.protocol import BadInput, Independence, PairMatrix

if TYPE_CHECKING:
    from limner.arrays import Source

KERNELS = ("gaussian", "linear", "polynomial", "delta", "precomputed")

OPTIONS_OF_METHOD = (
    click.Option(
        ["--kernel"],
        metavar="KERNEL[,KERNEL]",
        help=f"When two values count as alike: {', '.join(KERNELS)}; two for x and y. Labels "
        "always get delta.  [default: gaussian]",
    ),
    click.Option(
        ["--bandwidth"],
        metavar="median|σ|several",
        help="σ of the Gaussian in the column's unit; two for x and y by a comma; several: ¼ to 4 "
        "times the medians in one test.  [default: median]",
    ),
    click.Option(
        ["--convention"],
        type=click.Choice(["half", "article"]),
        help="exp(−d²/2σ²), or the article's exp(−d²/σ²).  [default: article where σ is a number, "
        "half with the median]",
    ),
    click.Option(["--degree"], type=click.IntRange(1, 10), help="Of the polynomial kernel."),
    click.Option(
        ["--estimator"],
        type=click.Choice(["biased", "unbiased"]),
        help="Tr(KJLJ)/(n − 1)², or HSIC₁ whose mean is 0 under independence.  [default: biased]",
    ),
    click.Option(
        ["--test"],
        type=click.Choice(["permutation", "gamma"]),
        help="Where p is from.  [default: permutation; of many pairs gamma]",
    ),
    click.Option(
        ["--permutations"],
        type=click.IntRange(1, 1_000_000),
        help="How many; p cannot be under 1/(B + 1).  [default: 1000]",
    ),
    click.Option(["--seed"], type=click.IntRange(0), help="Of permutations.  [default: 0]"),
    click.Option(["--drop"], is_flag=True, help="Leave out rows with missing or infinite values."),
    click.Option(
        ["--alpha"],
        type=click.FloatRange(0, 1, min_open=True, max_open=True),
        help="False discovery rate of many pairs.  [default: 0.05]",
    ),
)
"""Of the terminal and of the magic."""


def _with_options(command: click.Command) -> click.Command:
    command.params[1:1] = OPTIONS_OF_METHOD
    return command


@_with_options
@click.command()
@click.argument("places", nargs=-1, required=True, metavar="FILE[:COLUMN]...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--text", type=click.Path(path_type=Path, dir_okay=False), help="Write the text.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write a web page.")
@click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), help="Write a picture.")
def hsic(
    places: tuple[str, ...],
    as_json: bool,
    text: Path | None,
    html: Path | None,
    svg: Path | None,
    **given: Any,
) -> None:
    """Say whether columns of files are independent of each other.

    FILE.csv:COLUMN (also .tsv, .jsonl, .parquet), FILE.npz:NAME, FILE.npy. Two columns are
    compared with each other; three and more, or a file without a column, pair by pair.
    """
    result = _result(places, said(given))
    if text:
        write_file(text, f"{result.to_text()}\n")
    if html:
        from limner.render.page import to_page

        write_file(html, to_page(result.to_html(), title="Limner: HSIC"))
    if svg:
        write_file(svg, result.to_svg())
    if as_json:
        print_json(_plain(result))
    else:
        from limner.render import hsic as pair
        from limner.render import pairs, sheet

        card = pair.card(result) if isinstance(result, Independence) else pairs.card(result)
        sheet.show(console(), card)


def said(given: dict[str, Any]) -> dict[str, Any]:
    """Options that were given, as the method takes them."""
    params = {name: value for name, value in given.items() if value is not None}
    if not params.get("drop"):
        params.pop("drop", None)
    with suppress(KeyError, ValueError):  # the method knows which words it takes
        params["bandwidth"] = float(params["bandwidth"])
    return params


def _result(places: Sequence[str], params: dict[str, Any]) -> Independence | PairMatrix:
    """Read and compare; what lasts is told on stderr."""
    import time

    from limner.comparing import compare

    began = time.monotonic()
    with waiting() as notice:

        def tell(message: str) -> None:
            if time.monotonic() - began > PATIENCE:
                notice.say(message)

        sources = _sources(places, tell)
        return compare(
            sources, params, lambda done, total: tell(f"computing {done:,} of {total:,} …")
        )


def _sources(places: Sequence[str], tell: Callable[[str], None]) -> list[Source]:
    """The arrays in the order in which they were named; of one table alone its columns."""
    from limner.arrays import columns_of
    from limner.files.place import place_of
    from limner.files.read import read_place

    found: list[Source] = []
    for place in [place_of(written) for written in places]:
        sources = read_place(place, tell)
        if len(places) == 1 and len(sources) == 1 and len(sources[0].shape) == 2:
            return list(columns_of(sources[0].name, sources[0].fetch(None)))
        if len(places) > 1 and len(sources) > 1:
            names = ", ".join(source.name for source in sources[:8])
            more = " …" if len(sources) > 8 else ""
            raise BadInput(
                f"{place.path.name} has {len(sources)} columns: write {place.path.name}:COLUMN "
                f"with one of {names}{more}."
            )
        found += sources
    return found


def _plain(result: Independence | PairMatrix) -> dict[str, Any]:
    from limner.render import hsic as pair
    from limner.render import pairs

    return pair.to_dict(result) if isinstance(result, Independence) else pairs.to_dict(result)
