"""The two numbers that everything agrees on; standard library only, for the relay."""

from __future__ import annotations

VERSION = "0.1.0"
"""Of the package; pyproject.toml carries the same."""

PROTOCOL = 1
"""Version of the types in `limner.protocol`; part of the daemon's socket name."""
