"""`limner attribute`: which words moved the model."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from limner.cli.console import console, print_json, write_file
from limner.cli.engines import Tools, ask, model_name, run
from limner.protocol import (
    ATTRIBUTIONS,
    MAX_CHARACTERS,
    Attribution,
    BadInput,
    Job,
    Result,
    TextInput,
    TextRefused,
)


@click.command()
@click.argument("text", required=False)
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Read the text from a file.",
)
@click.option("--text-pair", metavar="TEXT", help="Second text of a pair.")
@click.option(
    "--model",
    default="mini-sentiment",
    show_default=True,
    metavar="NAME|FOLDER",
    help="A name from `limner models list`, or a folder.",
)
@click.option(
    "--method",
    type=click.Choice(ATTRIBUTIONS),
    default=ATTRIBUTIONS[0],
    show_default=True,
    help="Which attribution.",
)
@click.option(
    "--target", metavar="LABEL", help="Label by name or index.  [default: the predicted one]"
)
@click.option("--contrast", metavar="LABEL", help="Why the target rather than this label.")
@click.option(
    "--baseline",
    "baselines",
    multiple=True,
    default=("pad",),
    show_default="pad",
    metavar="pad|mask|zero|text:…",
    help="What the text is compared with; joined by + for a mean; repeat the option to see "
    "several side by side.",
)
@click.option(
    "--continuation",
    metavar="TEXT",
    help="Of a model that writes: the output that is explained.  [default: its own; of a causal "
    "model the next token]",
)
@click.option(
    "--earlier-tokens",
    is_flag=True,
    help="Of a causal model's output: also what its earlier tokens do to later ones.",
)
@click.option(
    "--tolerance",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.01,
    show_default=True,
    help="Largest δ, as a share of ΔF.",
)
@click.option(
    "--output",
    type=click.Choice(["logit", "probability"]),
    default="logit",
    show_default=True,
    help="What is explained.",
)
@click.option(
    "--compare", metavar="BASELINE", help="A second baseline in the same result, side by side."
)
@click.option(
    "--faithfulness",
    is_flag=True,
    help="Also whether the model follows the scores: comprehensiveness, sufficiency.",
)
@click.option("--absolute", is_flag=True, help="Sum |·| over the embedding: strength without sign.")
@click.option(
    "--all-labels",
    is_flag=True,
    help="Every label's scores, in a column each; of an output each token's, in a row.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write a web page.")
@click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), help="Write a picture.")
@click.option("--no-daemon", is_flag=True, help="Compute in this process.")
@click.pass_obj
def attribute(
    tools: Tools,
    text: str | None,
    file: Path | None,
    text_pair: str | None,
    model: str,
    method: str,
    target: str | None,
    contrast: str | None,
    baselines: tuple[str, ...],
    continuation: str | None,
    earlier_tokens: bool,
    tolerance: float,
    output: str,
    compare: str | None,
    faithfulness: bool,
    absolute: bool,
    all_labels: bool,
    as_json: bool,
    html: Path | None,
    svg: Path | None,
    no_daemon: bool,
) -> None:
    """Show which words of TEXT moved the model from the baseline's output to this one.

    TEXT is the text itself, or - for standard input.
    """
    config = tools.config()
    params = {
        "target": target,
        "contrast": contrast,
        "continuation": continuation,
        "earlier_tokens": earlier_tokens,
        "tolerance": tolerance,
        "output": output,
        "compare": compare,
        "faithfulness": faithfulness,
        "absolute": absolute,
        "all_labels": all_labels,
    }
    given = TextInput(text=_read(text, file), pair=text_pair)
    name = model_name(model, config)
    jobs = [job_of(method, name, given, params | {"baseline": b}) for b in baselines]

    async def compute() -> list[Attribution]:
        async with tools.connect(not no_daemon, config) as engine:
            return [_attribution(result) for result in await ask(engine, jobs)]

    results = run(compute())
    if html:
        from limner.render.html import to_page

        write_file(html, to_page(results))
    if svg:
        from limner.render.svg import to_svg

        write_file(svg, to_svg(*results))
    if as_json:
        _print_json(results)
    else:
        from limner.render import terminal

        terminal.show(console(), *results)


def _attribution(result: Result) -> Attribution:
    assert isinstance(result, Attribution)  # what these jobs end in
    return result


def job_of(method: str, model: str, given: TextInput, options: Mapping[str, Any]) -> Job:
    """The job that options mean, for the terminal and for magics."""
    return Job(method=method, model=model, input=given, params=said(options))


def said(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options that were given; each method refuses those that it does not have."""
    return {k: v for k, v in options.items() if v is not None and v is not False}


def _print_json(results: list[Attribution]) -> None:
    from limner.render.json import to_dict

    first, *others = map(to_dict, results)
    print_json(first | {"side_by_side": others} if others else first)


def _read(text: str | None, file: Path | None) -> str:
    """The text from wherever it was said to be.

    Raises:
        BadInput: said twice or not at all; unreadable; not UTF-8.
    """
    if (text is None) == (file is None):
        raise click.UsageError("Give either TEXT (or -) or --file.", click.get_current_context())
    if file is not None:
        return _decode(_bytes(file), str(file))
    if text == "-":
        return _decode(sys.stdin.buffer.read(4 * MAX_CHARACTERS + 1), "standard input")
    assert text is not None
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise BadInput("TEXT is not valid in this terminal's encoding; use --file with UTF-8.")
    return text


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(4 * MAX_CHARACTERS + 1)
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from error


def _decode(data: bytes, name: str) -> str:
    if len(data) > 4 * MAX_CHARACTERS:
        raise TextRefused(
            f"{name} is longer than {MAX_CHARACTERS:,} characters: give a shorter part of it."
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{name} is not UTF-8 (byte {error.start}): save it as UTF-8 first."
        ) from error
