"""The real daemon with toys in its worker; only tests name this file."""

import sys
from pathlib import Path

from limner.config import Config
from limner.daemon import serve
from limner.engine.arrays import Arrays
from limner.engine.sharing import SharedEngine
from limner.engine.supervisor import Supervisor

WORKER = Path(__file__).parents[1] / "engine" / "toy_worker.py"


def make(config: Config, arrays: Arrays) -> SharedEngine:
    command = (sys.executable, str(WORKER))
    return SharedEngine(Supervisor(config, command=command, arrays=arrays.find))


if __name__ == "__main__":
    serve.main(make)
