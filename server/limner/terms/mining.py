"""Mining for editors: one process per folder, whoever and however many ask."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import msgspec

from limner.protocol import BadInput, Cancelled, LimnerError

log = logging.getLogger(__name__)

Told = Callable[[str, int, int], None]
"""What is being done, how much of how much."""

COMMAND = (sys.executable, "-P", "-m", "limner.terms.miner")
"""`-P`: the working directory, which may be a workspace, is not imported from."""

_LINE = 1 << 16


class Mines:
    """The folders that are being mined."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        """`command` is the miner's process, before its arguments."""
        self._command = command
        self._running: dict[Path, _Mine] = {}

    def busy(self, folder: Path) -> bool:
        """Whether the folder is being mined."""
        return folder in self._running

    def when_done(self, folder: Path, call: Callable[[], None]) -> None:
        """Call when the folder is mined no more, however that ends."""
        if found := self._running.get(folder):
            found.task.add_done_callback(lambda _: call())

    async def mine(
        self, folder: Path, top: int, seeds: Sequence[str], told: Told, *, again: bool = False
    ) -> int:
        """Mine a folder and give the number of its terms; who asks meanwhile waits for the same.

        `again`: some documents have changed since it was mined. Cancel the task to leave: with the
        last who waits, the process ends.

        Raises:
            BadInput: what the miner says.
            LimnerError: the miner failed.
        """
        found = self._running.get(folder)
        if found is None:
            command = [*self._command, str(folder), "--top", str(top)]
            command += ["--seeds", *seeds] if seeds else []
            command += ["--again"] if again else []
            found = self._running[folder] = _Mine(command)
            found.task.add_done_callback(lambda _: self._running.pop(folder, None))
        return await found.attend(told)

    async def close(self) -> None:
        """End all."""
        tasks = [mine.task for mine in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Mine:
    """One process and those who wait for it."""

    def __init__(self, command: Sequence[str]) -> None:
        self._told: list[Told] = []
        self.task = asyncio.create_task(self._run(command))

    async def attend(self, told: Told) -> int:
        self._told.append(told)
        try:
            return await asyncio.shield(self.task)
        except asyncio.CancelledError:
            if self.task.cancelled():
                raise Cancelled("Mining was cancelled: what was counted is kept.") from None
            raise
        finally:
            self._told.remove(told)
            if not self._told:
                self.task.cancel()

    async def _run(self, command: Sequence[str]) -> int:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_LINE,
        )
        errors = asyncio.create_task(_tail(process))
        try:
            ended = await self._follow(process)
            await process.wait()
        except asyncio.CancelledError:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()  # it keeps what it has counted
            await process.wait()
            raise
        finally:
            said = await errors
        if "terms" in ended:
            return int(ended["terms"])
        if "error" in ended:
            raise BadInput(str(ended["error"]))
        log.error("The miner ended with %s: %s", process.returncode, said)
        raise LimnerError(
            "Mining ended without a result: see `limner daemon log`, or run `limner terms mine`."
        )

    async def _follow(self, process: asyncio.subprocess.Process) -> dict[str, Any]:
        """Pass progress on; what it says last."""
        assert process.stdout is not None
        last: dict[str, Any] = {}
        async for line in process.stdout:
            last = cast("dict[str, Any]", msgspec.json.decode(line))
            if "doing" in last:
                for told in [*self._told]:
                    told(last["doing"], last["done"], last["total"])
        return last


async def _tail(process: asyncio.subprocess.Process) -> str:
    """The last of what it says of its faults."""
    assert process.stderr is not None
    text = b""
    while block := await process.stderr.read(1 << 14):
        text = (text + block)[-4096:]
    return text.decode("utf-8", "replace").strip().rpartition("\n")[2]
