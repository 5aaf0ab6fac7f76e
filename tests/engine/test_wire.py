"""Frames: what goes in comes out, and what is not a frame is refused before it is read."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from limner.engine import blocking, wire
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


def sent(send) -> bytes:
    """What a blocking sender puts on a socket."""
    here, there = socket.socketpair()
    with here, there:
        here.settimeout(10)
        thread = threading.Thread(target=lambda: (send(there), there.shutdown(socket.SHUT_WR)))
        thread.start()
        found = b"".join(iter(lambda: here.recv(1 << 16), b""))
        thread.join()
    return found


@settings(deadline=None)  # a thread each time, on a machine that may be busy
@given(
    st.lists(st.binary(max_size=200), max_size=3),
    hnp.arrays(dtype=st.sampled_from(sorted(wire.ITEM_SIZES)), shape=hnp.array_shapes(max_dims=3)),
)
def test_what_a_blocking_sender_sends_the_loop_reads(bodies, array):
    def send(connection):
        for body in bodies:
            blocking.send_message(connection, body)
        blocking.send_array(connection, Array.of(array))

    *messages, frame = read(sent(send))
    assert messages == bodies
    assert isinstance(frame, Array)
    assert frame.numpy().tobytes() == array.tobytes()


@given(st.binary(max_size=300))
def test_a_blocking_reader_reads_what_the_loop_sends(body):
    here, there = socket.socketpair()
    with here, there:
        there.sendall(message_frame(body))
        assert blocking.read_message(here) == body


@pytest.mark.parametrize(
    ("stream", "error"),
    [
        (b"", ConnectionError),
        (message_frame(b"hello")[:-1], ConnectionError),
        (b"\x07" + bytes(8), FrameError),
        (b"".join(bytes(piece) for piece in array_frame(Array.of(np.zeros(3)))), FrameError),
    ],
    ids=["nothing", "half", "kind", "array"],
)
def test_a_blocking_reader_refuses_what_is_no_message(stream, error):
    here, there = socket.socketpair()
    with here:
        with there:
            there.sendall(stream)
        with pytest.raises(error):
            blocking.read_message(here)


def test_an_array_is_sent_from_its_own_memory():
    array = np.arange(10.0)
    assert np.shares_memory(np.frombuffer(Array.of(array).data, np.uint8), array)
    assert np.shares_memory(np.frombuffer(Array.of(array.reshape(2, 5).T).data, np.uint8), array)


def test_an_array_that_nobody_asked_for_is_refused_before_it_is_read():
    async def take() -> None:
        reader = asyncio.StreamReader()
        reader.feed_data(next(iter(array_frame(Array.of(np.zeros(3))))))
        with pytest.raises(FrameError, match="asked for"):
            await read_frame(reader, array_cap=16)

    asyncio.run(take())
