"""`python -m benchmarks` runs everything, `python -m benchmarks cost editor` some of it."""

from __future__ import annotations

import argparse
import sys
import time
import traceback

from benchmarks import (
    adaptive,
    cloze,
    cost,
    editor,
    exposure,
    flooding,
    gan,
    hsic,
    jupyterlab,
    landscape,
    matching,
    overhead,
    terms,
    vscode,
)
from benchmarks.report import Section, write
from benchmarks.setting import Setting, default_threads

BENCHMARKS = {
    "cost": cost.measure,
    "memory": cost.memory,
    "adaptive": adaptive.measure,
    "pretrained": adaptive.pretrained,
    "overhead": overhead.measure,
    "exposure": exposure.measure,
    "flooding": flooding.measure,
    "gan": gan.measure,
    "landscape": landscape.measure,
    "cloze": cloze.measure,
    "cloze-speed": cloze.speed,
    "hsic": hsic.measure,
    "editor": editor.measure,
    "jupyterlab": jupyterlab.measure,
    "matching": matching.measure,
    "terms": terms.measure,
    "vscode": vscode.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--threads", type=int, default=default_threads(), help="of torch")
    parser.add_argument("--quick", action="store_true", help="tiny sizes; RESULTS.md stays as is")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(BENCHMARKS):
        parser.error(
            f"no benchmark {', '.join(sorted(unknown))}; choose of {', '.join(BENCHMARKS)}"
        )
    failed = 0
    for name in arguments.names or BENCHMARKS:
        setting = Setting(threads=arguments.threads, quick=arguments.quick)
        started = time.monotonic()
        try:
            section = BENCHMARKS[name](setting)
        except Exception as error:  # the other benchmarks go on; the failure is written down
            traceback.print_exc()
            section = Section(name).say(f"**Failed:** {type(error).__name__}: {error}")
            failed += 1
        section.say(setting.stamp(name, time.monotonic() - started))
        print(f"\n{section.text()}\n", flush=True)
        if not arguments.quick:
            write(name, section)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
