"""What clients send to our own commands and requests, as our own types."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from limner.protocol import BadInput

T = TypeVar("T")


def argument(raw: Any, kind: type[T]) -> T:
    """The argument of a command.

    Raises:
        BadInput: it is not of that form.
    """
    return _read(raw, kind, "The command's argument is not understood")


def request(method: str, params: Any, kind: type[T]) -> T:
    """The parameters of a request.

    Raises:
        BadInput: they are not of that form.
    """
    return _read(params, kind, method)


def _read(raw: Any, kind: type[T], what: str) -> T:
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise BadInput(f"{what}: {error}.") from error
