"""A real kernel, asked as a front end asks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel

from limner.render.card import MIME

Message = dict[str, Any]


@dataclass
class Output:
    """What a cell left behind, as a notebook would keep it."""

    status: str
    displays: list[dict[str, Any]] = field(default_factory=list)
    """MIME bundles in order, each as its last update left it."""
    progress: list[str] = field(default_factory=list)
    """Texts that were shown on the way and replaced."""
    results: list[dict[str, Any]] = field(default_factory=list)
    streams: str = ""
    error: str = ""

    @property
    def card(self) -> dict[str, Any]:
        """The only display's card."""
        (bundle,) = self.displays
        return bundle[MIME]


@dataclass
class Live:
    """A kernel and a client of it."""

    manager: KernelManager
    client: BlockingKernelClient

    def __call__(self, code: str, heard: Callable[[Message], object] | None = None) -> Output:
        """Run a cell to its end; `heard` gets every message on the way."""
        messages: list[Message] = []

        def keep(message: Message) -> None:
            messages.append(message)
            if heard:
                heard(message)

        reply = self.client.execute_interactive(code, output_hook=keep, timeout=180)
        return read(messages, reply["content"]["status"])

    def complete(self, code: str) -> list[str]:
        """What the kernel offers at the end of `code`."""
        reply = self.client.complete(code, len(code), reply=True, timeout=60)
        return reply["content"]["matches"]


def read(messages: list[Message], status: str) -> Output:
    """Put a cell's messages together as a notebook does."""
    output, shown = Output(status), dict[str, dict[str, Any]]()
    for message in messages:
        content, kind = message["content"], message["msg_type"]
        if kind in ("display_data", "update_display_data"):
            name = content["transient"].get("display_id") or str(len(shown))
            if name in shown:
                output.progress.append(shown[name].get("text/plain", ""))
            shown[name] = content["data"]
        elif kind == "execute_result":
            output.results.append(content["data"])
        elif kind == "stream":
            output.streams += content["text"]
        elif kind == "error":
            output.error = "\n".join(content["traceback"])
    output.displays = [bundle for bundle in shown.values() if bundle]
    return output


@contextmanager
def kernel(environment: Mapping[str, str]) -> Iterator[Live]:
    """A kernel of this Python, shut down afterwards."""
    manager, client = start_new_kernel(kernel_name="python3", env=dict(environment))
    try:
        yield Live(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()
