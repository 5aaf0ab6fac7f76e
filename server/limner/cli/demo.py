"""`limner demo`: what Limner does, on this machine, in a minute."""

from __future__ import annotations

import asyncio
import shutil
import sys
import webbrowser
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from limner.cli import lab
from limner.cli.console import console, row, table
from limner.cli.engines import Tools, announced, ask, run
from limner.protocol import Attribution, Job, LimnerError, TextInput

REVIEWS = (
    "房间很干净，早餐也丰富，下次还会住这家酒店。",
    "服务态度太差了，等了一个小时才办好入住，再也不来了。",
    "书的内容不错，就是纸张和印刷质量让人失望。",
    "位置虽然偏了一点，但是性价比很高，老板人也热情。",
)
SAMPLE = Path("examples/reviews.py")
PATIENCE = 120.0
"""Seconds for the language server: the first start on a slow machine loads torch."""

NEXT = """\
Connect an editor: it starts `{limner} lsp` by itself.
  Neovim      vim.lsp.config("limner", {{ cmd = {{ "{limner}", "lsp" }}, \
filetypes = {{ "python", "markdown", "text" }} }})
              vim.lsp.enable("limner"); vim.lsp.inlay_hint.enable()
  Helix       [language-server.limner]  command = "{limner}"  args = ["lsp"]
  Emacs       (add-to-list 'eglot-server-programs '(python-mode "{limner}" "lsp"))
More, and other editors: docs/editors.md.  In Python:  limner.attribute("房间很差")
Try a sentence of yours:  {limner} attribute "…"\
"""


@click.command()
@click.option("--no-daemon", is_flag=True, help="Compute in this process; skip the editors' part.")
@click.option("--terminal-only", is_flag=True, help="Do not start JupyterLab.")
@click.option("--no-browser", is_flag=True, help="Start JupyterLab and print its address.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="JupyterLab's port.  [default: a free one]"
)
@click.pass_obj
def demo(
    tools: Tools, no_daemon: bool, terminal_only: bool, no_browser: bool, port: int | None
) -> None:
    """Attribute a few reviews, check a file as an editor does, open JupyterLab on a tour.

    Without a terminal, JupyterLab is started only where --no-browser asks for it. It runs on
    copies of the examples, until Ctrl-C.
    """
    out = console()
    results = run(_attribute(tools, daemon=not no_daemon))
    _heading(out, "What moved the bundled classifier?")
    _print_reviews(out, results)
    if not no_daemon:
        _heading(out, f"The same in an editor: {SAMPLE} through `limner lsp`")
        run(_open_sample(out))
    _heading(out, "Next")
    out.print(NEXT.format(limner=_command()), soft_wrap=True)
    if not (no_daemon or terminal_only):
        _open_lab(out, browser=not no_browser, port=port)


async def _attribute(tools: Tools, *, daemon: bool) -> list[Attribution]:
    config = tools.config()
    jobs = [
        Job(
            method="integrated_gradients",
            model="mini-sentiment",
            input=TextInput(text=review),
        )
        for review in REVIEWS
    ]
    async with tools.connect(daemon, config) as engine:
        return [r for r in await ask(engine, jobs) if isinstance(r, Attribution)]


def _print_reviews(out: Console, results: list[Attribution]) -> None:
    from limner.render import terminal
    from limner.render.facts import signed
    from limner.render.runs import strongest, words

    for result in results:
        terminal.show(out, result, table=False)
        top = ", ".join(f"{p.text} {signed(p.score)}" for p in strongest(words(result), 5))
        out.print(Text(f"strongest: {top}", "dim"))
        out.print()
    legend = Text("orange, underlined: towards the label   blue, double line: away from it", "dim")
    out.print(legend)
    out.print(Text("δ: how far the words' scores miss the model's change, in per cent", "dim"))


async def _open_sample(out: Console) -> None:
    from limner.cli.editor import editor

    if not SAMPLE.exists():
        out.print(f"({SAMPLE} is not here: run this in a checkout of Limner.)")
        return
    try:
        async with asyncio.timeout(PATIENCE), editor() as client:
            hints = await announced(client.hints(SAMPLE), "opening the file …")
    except TimeoutError:
        raise LimnerError(
            f"The language server did not answer within {PATIENCE:.0f} s: see `limner daemon logs`."
        ) from None
    grid = table("line", "text", "hint", right=("line",))
    for hint in hints:
        row(grid, str(hint.line), hint.source.strip(), hint.label)
    out.print(grid)


def _open_lab(out: Console, *, browser: bool, port: int | None) -> None:
    _heading(out, "JupyterLab")
    if why := lab.missing():
        out.print(why, soft_wrap=True)
        return
    if browser and not sys.stdout.isatty():
        out.print("In a terminal this opens JupyterLab; elsewhere: make demo ARGS=--no-browser")
        return
    folder = lab.copy_examples()
    with lab.Lab(folder, port) as running:
        out.print(f"It shows copies of the examples, in {folder}.", soft_wrap=True)
        out.print(running.address, soft_wrap=True)
        out.print("Ctrl-C ends it.")
        if browser and lab.has_display():
            webbrowser.open(running.address)
        running.stay()


def _heading(out: Console, title: str) -> None:
    out.print()
    out.print(Text(title, "bold"))


def _command() -> str:
    """How this very Limner is called from anywhere."""
    beside = Path(sys.prefix) / "bin" / "limner"
    return str(beside) if beside.exists() else shutil.which("limner") or "limner"
