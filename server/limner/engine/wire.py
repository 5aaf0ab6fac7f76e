"""Frames on a socket between our own processes: messages as msgpack, arrays as raw bytes.

::

    frame    kind (1 byte) · length of the body (8 bytes, big endian) · body
    message  body = msgpack of one tagged struct (`engine.messages`)
    array    body = length of the header (4 bytes) · msgpack of {dtype, shape, order} · the bytes

Nothing is ever unpickled, and a length above the cap ends the connection before it is read.
"""

from __future__ import annotations

import asyncio
import math
import struct
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from limner.protocol import BadInput

if TYPE_CHECKING:
    import numpy as np

MESSAGE_CAP = 64 << 20
"""Largest message, in bytes."""

ARRAY_CAP = 2 << 30
"""Largest array, in bytes."""

PIECE = 1 << 20
"""Bytes of an array that are taken from a connection at a time."""

FRAME = struct.Struct(">BQ")
_HEADER = struct.Struct(">I")
MESSAGE, _ARRAY = 0, 1

ITEM_SIZES = {
    "bool": 1,
    "int8": 1,
    "int16": 2,
    "int32": 4,
    "int64": 8,
    "uint8": 1,
    "uint16": 2,
    "uint32": 4,
    "uint64": 8,
    "float16": 2,
    "float32": 4,
    "float64": 8,
    "complex64": 8,
    "complex128": 16,
}
"""The element types that travel, little endian, and their bytes. No objects, no strings."""


class FrameError(BadInput):
    """The other side sent what is not a frame, or one beyond the cap."""


class _ArrayHeader(msgspec.Struct, frozen=True):
    dtype: str
    shape: tuple[int, ...]
    order: Literal["C", "F"] = "C"


class Array(msgspec.Struct, frozen=True):
    """An array as it travels: what numpy needs to look at `data`, and `data`."""

    dtype: str
    shape: tuple[int, ...]
    order: Literal["C", "F"]
    data: bytes | bytearray | memoryview

    @classmethod
    def of(cls, array: np.ndarray[Any, Any]) -> Array:
        """Describe a numpy array.

        Its own memory is sent where it is contiguous, in either order, and little endian; else a
        copy.
        """
        import numpy as np

        dtype = array.dtype.newbyteorder("<")
        if dtype.name not in ITEM_SIZES:
            raise BadInput(
                f"Arrays of {array.dtype} cannot be sent. Convert it to one of "
                f"{', '.join(ITEM_SIZES)} first."
            )
        fortran = array.flags.f_contiguous and not array.flags.c_contiguous
        order: Literal["C", "F"] = "F" if fortran else "C"
        plain = np.ascontiguousarray((array.T if fortran else array).astype(dtype, copy=False))
        data = plain.reshape(-1).view(np.uint8).data
        return cls(dtype.name, tuple(array.shape), order, data)

    def numpy(self) -> np.ndarray[Any, Any]:
        """A read-only view of `data`; no bytes are copied."""
        import numpy as np

        dtype = np.dtype(self.dtype).newbyteorder("<")
        found = np.frombuffer(self.data, dtype).reshape(self.shape, order=self.order)
        found.flags.writeable = False
        return found


Frame = bytes | Array
"""What is read: a message's msgpack, or an array."""


def message_frame(body: bytes) -> bytes:
    """Frame one encoded message.

    Raises:
        BadInput: it is beyond the cap.
    """
    if len(body) > MESSAGE_CAP:
        raise BadInput(
            f"The message has {len(body) >> 20} MiB; {MESSAGE_CAP >> 20} MiB is the most. "
            "Ask about a shorter text."
        )
    return FRAME.pack(MESSAGE, len(body)) + body


def array_frame(array: Array) -> Iterable[bytes | bytearray | memoryview]:
    """Frame an array, in pieces, so that its bytes are not copied once more."""
    _check_size(array.dtype, array.shape, len(array.data))
    header = msgspec.msgpack.encode(_ArrayHeader(array.dtype, array.shape, array.order))
    length = _HEADER.size + len(header) + len(array.data)
    yield FRAME.pack(_ARRAY, length) + _HEADER.pack(len(header)) + header
    yield array.data


async def read_frame(reader: asyncio.StreamReader, *, array_cap: int = ARRAY_CAP) -> Frame | None:
    """Read one frame; None at the end of the stream, also when it ends inside a frame.

    `array_cap` is the largest array that is wanted now, in bytes.

    Raises:
        FrameError: not a frame, or beyond the cap.
    """
    try:
        kind, length = FRAME.unpack(await reader.readexactly(FRAME.size))
        check_frame(kind, length)
        if kind == MESSAGE:
            return await reader.readexactly(length)
        return await _read_array(reader, length, array_cap)
    except asyncio.IncompleteReadError:
        return None


async def _read_array(reader: asyncio.StreamReader, length: int, cap: int) -> Array:
    (header_length,) = _HEADER.unpack(await reader.readexactly(_HEADER.size))
    size = length - _HEADER.size - header_length
    if size < 0 or header_length > 65_536:
        raise FrameError("An array's header is longer than its frame. Both sides must be Limner.")
    try:
        header = msgspec.msgpack.decode(await reader.readexactly(header_length), type=_ArrayHeader)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise FrameError(f"An array's header cannot be read: {error}.") from error
    _check_size(header.dtype, header.shape, size)
    if size > cap:
        raise FrameError(f"An array of {size} bytes came; at most {cap} were asked for.")
    return Array(header.dtype, header.shape, header.order, await _read_data(reader, size))


async def _read_data(reader: asyncio.StreamReader, size: int) -> bytearray:
    """Piece by piece into one place, so that the loop serves others between two pieces."""
    data = bytearray(size)
    room, at = memoryview(data), 0
    while at < size:
        piece = await reader.read(min(size - at, PIECE))
        if not piece:
            raise asyncio.IncompleteReadError(b"", size - at)
        room[at : at + len(piece)] = piece
        at += len(piece)
    return data


def check_frame(kind: int, length: int) -> None:
    """Refuse what is not a frame, before its body is read."""
    if kind not in (MESSAGE, _ARRAY):
        raise FrameError(f"A frame of unknown kind {kind} came. Both sides must be Limner.")
    cap = MESSAGE_CAP if kind == MESSAGE else ARRAY_CAP
    if length > cap:
        raise FrameError(
            f"A frame of {length} bytes came; {cap} is the most. Send a shorter text or array."
        )


def _check_size(dtype: str, shape: tuple[int, ...], size: int) -> None:
    if dtype not in ITEM_SIZES:
        raise FrameError(f"Arrays of {dtype!r} are not accepted.")
    if any(n < 0 for n in shape) or math.prod(shape) * ITEM_SIZES[dtype] != size:
        raise FrameError(f"An array of {dtype} {shape} cannot have {size} bytes.")
    if size > ARRAY_CAP:
        raise FrameError(f"An array of {size} bytes is too large; {ARRAY_CAP} is the most.")
