"""`limner`. `limner lsp` takes a short cut, so that an editor waits for no import."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and give its exit status."""
    if sys.argv[1:2] == ["lsp"] and not {"--help", "-h"} & {*sys.argv[2:]}:
        from limner.daemon.relay import main as relay

        relay()
        return 0
    from limner.cli import main as command

    return command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
