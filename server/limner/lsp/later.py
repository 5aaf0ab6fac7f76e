"""What is done to an open document after a wait: one task each, the newest request alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

from limner.lsp.documents import Document, Documents


class Later:
    """Asking again stops what was asked before, whether it waits or runs."""

    def __init__(
        self,
        documents: Documents,
        work: Callable[[Document], Awaitable[None]],
        done: Callable[[str], None] = lambda uri: None,
    ) -> None:
        """`work` gets the document as it is after the wait; `done` hears when nothing follows."""
        self._documents = documents
        self._work = work
        self._done = done
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def ask(self, uri: str, wait: float = 0.0) -> None:
        """Do it to this document after `wait` seconds."""
        self.drop(uri)
        self._tasks[uri] = asyncio.create_task(self._after(uri, wait))

    def drop(self, uri: str) -> None:
        """Do not, after all."""
        if task := self._tasks.pop(uri, None):
            task.cancel()

    def close(self) -> None:
        """Stop everything."""
        for uri in [*self._tasks]:
            self.drop(uri)

    def get(self, uri: str) -> asyncio.Task[None] | None:
        """What is to be waited for."""
        return self._tasks.get(uri)

    def __contains__(self, uri: str) -> bool:
        return uri in self._tasks

    def __iter__(self) -> Iterator[str]:
        return iter([*self._tasks])

    async def _after(self, uri: str, wait: float) -> None:
        try:
            if wait:
                await asyncio.sleep(wait)
            if document := self._documents.get(uri):
                await self._work(document)
        finally:
            if self._tasks.get(uri) is asyncio.current_task():
                del self._tasks[uri]
                self._done(uri)
