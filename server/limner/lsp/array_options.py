"""Options of methods that read arrays: as words of a command, and as the method's parameters.

The words are those of `limner hsic`, `%hsic` and `limner.hsic(…)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from limner.protocol import BadInput


@dataclass(frozen=True)
class Option:
    """What an option says, which values are worth offering, how a written value is read."""

    name: str
    help: str
    values: tuple[str, ...] = ()
    read: Callable[[str], Any] = str


def _whole(written: str) -> int:
    return int(written)


def _truth(written: str) -> bool:
    return {"yes": True, "true": True, "no": False, "false": False}[written.lower()]


def _width(written: str) -> str | float:
    try:
        return float(written)
    except ValueError:
        return written  # the method knows which words it takes


KERNELS = ("gaussian", "linear", "polynomial", "delta", "precomputed")

_COMMON = (
    Option("kernel", "When two values count as alike; two for x and y by a comma.", KERNELS),
    Option(
        "bandwidth", "σ of the Gaussian, or how to find it.", ("median", "several", "1"), _width
    ),
    Option("convention", "exp(−d²/2σ²), or the article's exp(−d²/σ²).", ("half", "article")),
    Option("degree", "Of the polynomial kernel.", ("2", "3"), _whole),
    Option("estimator", "Of HSIC.", ("biased", "unbiased")),
    Option("test", "Where the p-value is from.", ("permutation", "gamma")),
    Option("permutations", "How many.", ("1000", "10000"), _whole),
    Option("seed", "Of permutations and samples.", ("0", "1"), _whole),
    Option("drop", "Leave out rows with missing or infinite values.", ("yes", "no"), _truth),
)
_ALPHA = Option("alpha", "False discovery rate.", ("0.05", "0.01"), float)

ARRAY_OPTIONS: Mapping[str, tuple[Option, ...]] = {
    "describe": (),
    "hsic": _COMMON,
    "hsic_matrix": (*_COMMON, _ALPHA),
}
"""The options of each method of arrays."""


def fitting(method: str, options: Mapping[str, str]) -> dict[str, str]:
    """The options without those that only the sister method has: a pair has no alpha."""
    known = {option.name for option in ARRAY_OPTIONS[method]}
    others = {option.name for options in ARRAY_OPTIONS.values() for option in options}
    return {name: value for name, value in options.items() if name in known or name not in others}


def params_of(method: str, options: Mapping[str, str]) -> dict[str, Any]:
    """The method's parameters.

    Raises:
        BadInput: an unknown option, or a value that is not of its kind.
    """
    known = {option.name: option for option in ARRAY_OPTIONS[method]}
    params: dict[str, Any] = {}
    for name, written in options.items():
        if name not in known:
            what = f"Choose among: {', '.join(known)}." if known else "Leave it out."
            raise BadInput(f"Unknown option {name!r} of {method}. {what}")
        try:
            params[name] = known[name].read(written)
        except (ValueError, KeyError):
            offered = " or ".join(known[name].values)
            raise BadInput(f"{name}={written} is not understood; write {offered}, say.") from None
    return params
