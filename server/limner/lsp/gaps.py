"""Words for the gaps of a session's documents: asked once, shared by list, hover and actions."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from limner.engine.interface import Engine
from limner.lsp.activity import Activity
from limner.lsp.asks import allowed
from limner.lsp.catalog import Catalog
from limner.lsp.settings import Settings
from limner.protocol import Candidates, Job, Partial, Priority, Progress, TextInput
from limner.text.gaps import Asked

KEPT = 64
"""Gaps whose words are remembered."""
NOTICED = 0.1
"""Seconds that nobody notices: longer words may take as long after the first pass …"""
SHARE = 0.2
"""… and of a slow model this share of the first pass."""
PATIENCE = 2.5
"""Seconds that a list may take; while a model loads, the next list has the words."""


@dataclass
class _Asking:
    """One gap's words, as far as they are known."""

    task: asyncio.Task[None] | None = None
    found: Candidates | None = None
    final: bool = False
    error: BaseException | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Gaps:
    """What models say of gaps."""

    def __init__(
        self,
        engine: Engine,
        catalog: Catalog,
        activity: Activity,
        settings: Callable[[], Settings],
    ) -> None:
        """`settings` says which model is asked."""
        self._engine = engine
        self._catalog = catalog
        self._activity = activity
        self._settings = settings
        self._asking: OrderedDict[bytes, _Asking] = OrderedDict()

    def job(self, asked: Asked, words: Mapping[str, tuple[str, ...]] | None = None) -> Job:
        """The question to the engine.

        Raises:
            BadInput: the model of the settings may not be used.
        """
        params = {"words": dict(words)} if words else {}
        passage = asked.passage
        return Job(
            method="fill",
            model=allowed(self._settings().mask_model, self._catalog),
            input=TextInput(text=passage.text, holes=passage.holes, gap=asked.gap),
            params=params,
        )

    def known(self, job: Job) -> Candidates | None:
        """What was found before; asks nobody."""
        one = self._asking.get(_key(job))
        return one.found if one else None

    async def candidates(
        self, job: Job, *, patience: float | None = None
    ) -> tuple[Candidates | None, bool]:
        """Words for the gap, and whether these are all; None where it takes too long.

        What takes too long goes on, so that the next one who asks has it.

        Raises:
            LimnerError: what the engine says.
        """
        one = self._ask(job)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            async with asyncio.timeout(PATIENCE if patience is None else patience):
                while one.found is None and one.error is None:
                    await one.news.wait()
                    one.news.clear()
                first = loop.time() - begun
                if not one.final and one.error is None and one.task:
                    await asyncio.wait([one.task], timeout=max(NOTICED - first, SHARE * first))
        except TimeoutError:
            return None, False
        if one.error is not None and one.found is None:
            raise one.error
        return one.found, one.final

    def close(self) -> None:
        """Stop what runs."""
        for one in self._asking.values():
            if one.task:
                one.task.cancel()

    def _ask(self, job: Job) -> _Asking:
        key = _key(job)
        one = self._asking.get(key)
        if one is None or one.error is not None:
            one = self._asking[key] = _Asking()
            one.task = asyncio.create_task(self._run(job, one))
        self._asking.move_to_end(key)
        while len(self._asking) > KEPT:
            _, old = self._asking.popitem(last=False)
            if old.task:
                old.task.cancel()
        return one

    async def _run(self, job: Job, one: _Asking) -> None:
        name = f"gap-{id(one)}"

        def listen(update: Progress | Partial) -> None:
            if isinstance(update, Progress):
                self._activity.report(name, update)
            elif isinstance(update.result, Candidates):
                one.found = update.result
                one.news.set()

        self._activity.enter(name, job.model)
        try:
            result = await self._engine.run(job, priority=Priority.CARET, listener=listen)
            assert isinstance(result, Candidates)
            one.found, one.final = result, True
        except asyncio.CancelledError:
            one.error = TimeoutError()
            raise
        except Exception as error:  # raised to whoever asks
            one.error = error
        finally:
            self._activity.leave(name)
            one.news.set()


def _key(job: Job) -> bytes:
    return msgspec.msgpack.encode(job, order="deterministic")
