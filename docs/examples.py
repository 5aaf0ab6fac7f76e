"""The commands in the documents, and what they print: `make docs` writes it anew.

An example is a fenced block of language `console` whose first line is `$ limner …`; the rest of
the block is what that command printed, on a terminal of 80 columns without colours.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "pictures" / "review.svg"
HSIC = (
    ("hsic-circle.svg", "examples/circle.csv:x", "examples/circle.csv:y"),
    ("hsic-pairs.svg", "examples/circle.csv"),
)
"""Pictures of docs/methods/hsic.md, and the columns they are of."""
GAN = ("gan-circles.svg", "--preset", "vanilla", "--ema", "0.999")
"""The picture of docs/methods/gan.md."""
EXPOSURE = ("exposure-strings.svg", "--pairs", "examples/strings.tsv")
"""The picture of docs/methods/exposure.md."""
PICTURED = "位置虽然偏了一点，但是性价比很高，老板人也热情。就是房间的隔音太差，半夜被吵醒两次。"
BLOCK = re.compile(r"```console\n\$ limner (?P<command>[^\n]+)\n(?P<output>.*?)```\n", re.DOTALL)


@dataclass(frozen=True)
class Example:
    """One block."""

    file: Path
    command: str
    output: str

    def run(self) -> str:
        """What the command prints now."""
        return limner(*shlex.split(self.command))


def limner(*arguments: str) -> str:
    """Run a command in the checkout.

    Raises:
        subprocess.CalledProcessError: it ends with another status than 0.
    """
    ran = subprocess.run(
        [sys.executable, "-m", "limner", *arguments],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1"},
    )
    lines = ran.stdout.decode("utf-8").splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines)


def documents() -> list[Path]:
    """The Markdown files that may hold examples."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(path for path in found if path.parent.name != "reference")


def examples() -> Iterator[Example]:
    """All of them."""
    for file in documents():
        for match in BLOCK.finditer(file.read_text("utf-8")):
            yield Example(file, match["command"], match["output"])


def refresh() -> None:
    """Write what the commands print now into the documents, and draw the README's picture.

    By a daemon with this code and a warm model, so that the times are those of the computing.
    """
    limner("daemon", "stop")
    limner("attribute", "预热")
    limner("attribute", PICTURED, "--svg", str(PICTURE))
    for command, (picture, *options) in (("gan", GAN), ("exposure", EXPOSURE)):
        limner(command, *options, "--svg", str(PICTURE.with_name(picture)))
    for picture, *places in HSIC:
        limner("hsic", *places, "--svg", str(PICTURE.with_name(picture)))
    for file in documents():
        text = file.read_text("utf-8")

        def block(match: re.Match[str], file: Path = file) -> str:
            now = Example(file, match["command"], "").run()
            return f"```console\n$ limner {match['command']}\n{now}```\n"

        new = BLOCK.sub(block, text)
        if new != text:
            file.write_text(new, encoding="utf-8")
            print(f"wrote {file}")


if __name__ == "__main__":
    refresh()
