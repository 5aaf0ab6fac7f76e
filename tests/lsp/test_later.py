"""One task for each document, the newest request alone."""

from __future__ import annotations

import asyncio

import pytest

from limner.lsp.documents import Document, Documents
from limner.lsp.later import Later


@pytest.fixture
def documents() -> Documents:
    found = Documents()
    found.open("a", "markdown", 1, "一")
    return found


async def test_the_newest_request_alone_is_done_with_the_text_as_it_is_then(documents: Documents):
    seen: list[str] = []
    ended: list[str] = []

    async def work(document: Document) -> None:
        seen.append(document.text)

    later = Later(documents, work, ended.append)
    later.ask("a", 60)
    later.ask("a", 0.01)
    documents.open("a", "markdown", 2, "二")
    assert "a" in later and list(later) == ["a"]
    await asyncio.wait([later.get("a")], timeout=10)
    assert seen == ["二"] and ended == ["a"] and "a" not in later


async def test_one_that_runs_is_stopped_by_the_next_and_by_closing(documents: Documents):
    begun = asyncio.Queue[str]()
    stopped: list[str] = []
    ended: list[str] = []

    async def work(document: Document) -> None:
        begun.put_nowait(document.uri)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            stopped.append(document.uri)
            raise

    later = Later(documents, work, ended.append)
    for _ in range(2):
        later.ask("a")
        await asyncio.wait_for(begun.get(), 10)
    task = later.get("a")
    later.close()
    await asyncio.wait([task], timeout=10)
    assert stopped == ["a", "a"] and ended == [] and not list(later)


async def test_a_document_that_is_gone_is_left_alone(documents: Documents):
    async def work(document: Document) -> None:
        raise AssertionError(document.uri)

    later = Later(documents, work)
    later.ask("b")
    task = later.get("b")
    await asyncio.wait([task], timeout=10)
    assert task.exception() is None and "b" not in later
