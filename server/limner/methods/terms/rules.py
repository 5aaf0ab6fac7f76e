"""What no term begins or ends with, read from a file (`rules.toml`), so that it can be changed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from limner.methods.terms.tokens import Keys, key_of
from limner.protocol import BadInput

DEFAULT = Path(__file__).with_name("rules.toml")
_KNOWN = {"zh": {"first", "last", "never"}, "en": {"stop", "never"}}


@dataclass(frozen=True)
class Rules:
    """Keys in order, as `tokens` makes them."""

    first: Keys
    """Tokens that no candidate begins with."""
    last: Keys
    """Tokens that no candidate ends with."""
    never: Keys
    """Whole candidates that are no terms."""


def read_rules(path: Path | None = None) -> Rules:
    """The default rules, with what the file at `path` says in place of theirs.

    Raises:
        BadInput: the file cannot be read or has other keys.
    """
    said = _read(DEFAULT)
    if path is not None:
        for language, entries in _read(path).items():
            said[language] = said[language] | entries
    zh, en = said["zh"], said["en"]
    return Rules(
        first=_keys([*zh["first"], *en["stop"]]),
        last=_keys([*zh["last"], *en["stop"]]),
        never=_keys([*zh["never"], *en["never"]]),
    )


def _keys(terms: Iterable[str]) -> Keys:
    found = {key for term in terms if (key := key_of(term)) is not None}
    return np.array(sorted(found), np.uint64)


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: {error}. Correct that line.") from error
    for language, entries in data.items():
        known = _KNOWN.get(language, set())
        unknown = set(entries) - known if isinstance(entries, dict) else {language}
        if not known or unknown:
            raise BadInput(
                f"{path}: rules are [zh] first, last, never and [en] stop, never; "
                f"{', '.join(sorted(unknown)) or language} is none of them."
            )
        for name, value in entries.items():
            if not isinstance(value, str | list) or not all(isinstance(v, str) for v in value):
                raise BadInput(f"{path}: [{language}] {name} must be text or a list of texts.")
    return data
