"""Frames: what goes in comes out, and what is not a frame is refused before it is read."""

from __future__ import annotations

import asyncio
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from limner.engine import wire
from limner.engine.messages import Run, decode_request, encode
from limner.engine.wire import Array, FrameError, array_frame, message_frame, read_frame
from limner.protocol import BadInput, Job, Priority, TextInput


def read(*pieces: bytes) -> list[wire.Frame]:
    """All frames of a stream."""

    async def frames() -> list[wire.Frame]:
        reader = asyncio.StreamReader()
        for piece in pieces:
            reader.feed_data(piece)
        reader.feed_eof()
        found = []
        while (frame := await read_frame(reader)) is not None:
            found.append(frame)
        return found

    return asyncio.run(frames())


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_messages_come_back_in_order(bodies):
    assert read(*map(message_frame, bodies)) == bodies


@given(
    hnp.arrays(
        dtype=st.sampled_from(sorted(wire.ITEM_SIZES)),
        shape=hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
    ),
    st.sampled_from("CF"),
)
def test_arrays_come_back_bit_for_bit(array, order):
    array = np.asarray(array, order=order)
    (frame,) = read(*array_frame(Array.of(array)))
    assert isinstance(frame, Array)
    back = frame.numpy()
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert back.tobytes() == array.tobytes()


def test_slices_and_big_endian_arrays_travel_too():
    array = np.arange(24, dtype=">i4").reshape(4, 6)[::2, ::3]
    (frame,) = read(*array_frame(Array.of(array)))
    assert isinstance(frame, Array)
    assert np.array_equal(frame.numpy(), array)


def test_objects_do_not_travel():
    with pytest.raises(BadInput, match="cannot be sent"):
        Array.of(np.array([object()]))


@given(st.text(), st.sampled_from(Priority))
def test_a_request_survives_the_wire(text, priority):
    job = Job(method="m", model="n", input=TextInput(text=text), params={"a": [1, "二"]})
    run = Run(id=7, job=job, priority=priority)
    (frame,) = read(message_frame(encode(run)))
    assert isinstance(frame, bytes)
    assert decode_request(frame) == run


@pytest.mark.parametrize("cut", [0, 3, 9, 12])
def test_a_stream_that_ends_inside_a_frame_just_ends(cut):
    assert read(message_frame(b"123456")[:cut]) == []


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (struct.pack(">BQ", 9, 1), "unknown kind 9"),
        (struct.pack(">BQ", 0, 1 << 60), "is the most"),
        (struct.pack(">BQ", 1, 1 << 60), "is the most"),
        (struct.pack(">BQI", 1, 5, 70_000), "longer than its frame"),
        (struct.pack(">BQI", 1, 6, 2) + b"\xc1\xc1", "cannot be read"),
    ],
)
def test_what_is_not_a_frame_is_refused(frame, sentence):
    with pytest.raises(FrameError, match=sentence):
        read(frame)


@pytest.mark.parametrize(("dtype", "shape"), [("object", [1]), ("int64", [2]), ("int8", [-8])])
def test_an_array_whose_header_lies_is_refused(dtype, shape):
    header = wire.msgspec.msgpack.encode({"dtype": dtype, "shape": shape, "order": "C"})
    body = struct.pack(">I", len(header)) + header + bytes(8)
    with pytest.raises(FrameError):
        read(struct.pack(">BQ", 1, len(body)) + body)


def test_a_message_beyond_the_cap_is_not_sent(monkeypatch):
    monkeypatch.setattr(wire, "MESSAGE_CAP", 10)
    with pytest.raises(BadInput, match="is the most"):
        message_frame(bytes(11))
