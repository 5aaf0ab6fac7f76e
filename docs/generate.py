"""Writes docs/reference/ from the code: `make docs`; a test fails when it is stale."""

from __future__ import annotations

import sys
from pathlib import Path

from pages import cli, json, protocol, settings

REFERENCE = Path(__file__).parent / "reference"


def pages() -> dict[str, str]:
    """File name → text."""
    return {
        "cli.md": cli.cli(),
        "json.md": json.json(),
        "settings.md": settings.settings(),
        "protocol.md": protocol.protocol(),
        "cloze.schema.json": settings.cloze_schema(),
    }


def main() -> int:
    """Write what changed."""
    REFERENCE.mkdir(exist_ok=True)
    for name, text in pages().items():
        path = REFERENCE / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
