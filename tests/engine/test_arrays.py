"""Arrays that are kept: unguessable ids, a cap, a time limit; how two ends hand them over."""

import asyncio
import socket

import msgspec
import numpy as np
import pytest

from limner.engine.arrays import Arrays
from limner.engine.link import Link
from limner.engine.messages import Give, Run, encode
from limner.engine.serving import Service
from limner.engine.wire import Array, FrameError, array_frame, message_frame
from limner.protocol import (
    ArrayFacts,
    ArrayGone,
    ArrayRefused,
    ArraysInput,
    Description,
    Job,
)


def facts(n: int, id: str = "") -> ArrayFacts:
    return ArrayFacts(name="x", id=id, dtype="float64", shape=(n,), of=n)


def put(arrays: Arrays, id: str, n: int = 10) -> None:
    arrays.put(facts(n, id), Array.of(np.zeros(n)))


def test_the_least_recently_used_leaves_when_room_is_needed():
    arrays = Arrays(capacity=200)
    put(arrays, "a")
    put(arrays, "b")
    assert arrays.get("a") is not None
    put(arrays, "c")
    assert arrays.get("b") is None
    assert {one.id for one, _ in arrays.listed()} == {"a", "c"}
    assert arrays.bytes == 160


def test_what_nobody_uses_leaves_after_a_while():
    now = [0.0]
    arrays = Arrays(seconds=60, clock=lambda: now[0])
    put(arrays, "a")
    put(arrays, "b")
    now[0] = 50
    assert arrays.find("a") is not None
    now[0] = 70
    assert arrays.find("b") is None
    assert arrays.find("a") is not None
    arrays.forget()
    assert arrays.listed() == ()


def test_what_can_never_be_kept_is_refused_before_it_is_sent():
    arrays = Arrays(capacity=80)
    arrays.check(facts(10))
    for wrong in (facts(11), facts(-1), msgspec.structs.replace(facts(1), dtype="object")):
        with pytest.raises(ArrayRefused):
            arrays.check(wrong)


def test_ids_are_of_the_content_and_of_this_store():
    one, other = Arrays(), Arrays()
    array = Array.of(np.zeros(3))
    assert one.id_of(facts(3), array) == one.id_of(facts(3, "old"), array)
    assert one.id_of(facts(3), array) != other.id_of(facts(3), array)
    assert one.id_of(facts(3), array) != one.id_of(facts(3), Array.of(np.ones(3)))


class Served:
    """A service whose job asks for an array, and a link to it that has some."""

    def __init__(self, have: dict[str, Array]) -> None:
        self.have = have
        self.asked: list[str] = []
        self.hold: asyncio.Event | None = None

    def find(self, id: str) -> Array | None:
        self.asked.append(id)
        return self.have.get(id)

    async def __aenter__(self) -> Link:
        here, there = socket.socketpair()
        reader, writer = await asyncio.open_unix_connection(sock=there)

        async def run(request: Run, listener) -> Description:
            assert isinstance(request.job.input, ArraysInput)
            (wanted,) = request.job.input.arrays
            array = await service.want(request.id, wanted)
            return Description(array=wanted, notes=(str(array.numpy().sum()),))

        service = Service(None, writer, run=run)  # pyright: ignore[reportArgumentType]
        self.writer = writer
        self.serving = asyncio.create_task(service.serve(reader))
        self.link = Link(*await asyncio.open_unix_connection(sock=here), arrays=self.find)
        return self.link

    async def __aexit__(self, *_: object) -> None:
        await self.link.close()
        await asyncio.wait([self.serving])
        self.writer.close()


def job(n: int, id: str) -> Job:
    return Job(method="describe", model="", input=ArraysInput(arrays=(facts(n, id),)))


async def test_a_job_fetches_its_array_from_the_side_that_asks():
    served = Served({"a": Array.of(np.arange(4.0)), "b": Array.of(np.ones(300_000))})
    async with served as link:
        first, second = await asyncio.gather(link.run(job(4, "a")), link.run(job(300_000, "b")))
    assert (first.notes, second.notes) == (("6.0",), ("300000.0",))


async def test_an_array_that_is_gone_is_that_jobs_error_alone():
    async with Served({"a": Array.of(np.arange(4.0))}) as link:
        with pytest.raises(ArrayGone, match="run it again"):
            await link.run(job(4, "gone"))
        assert (await link.run(job(4, "a"))).notes == ("6.0",)


async def test_a_job_that_is_cancelled_while_its_array_travels_leaves_the_connection_whole():
    served = Served({"a": Array.of(np.arange(4.0)), "b": Array.of(np.ones(500_000))})
    async with served as link:
        task = asyncio.create_task(link.run(job(500_000, "b")))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await link.run(job(4, "a"))).notes == ("6.0",)


@pytest.mark.parametrize(
    "pieces",
    [
        [message_frame(encode(Give(id=1, array="a")))],
        array_frame(Array.of(np.zeros(2))),
    ],
    ids=["give", "array"],
)
async def test_what_was_not_asked_for_ends_the_connection(pieces):
    served = Served({})
    async with served as link:
        link._writer.writelines(pieces)
        await asyncio.wait([served.serving], timeout=10)
    assert isinstance(served.serving.exception(), FrameError)
