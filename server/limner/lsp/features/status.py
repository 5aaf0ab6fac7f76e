"""`limner/status`: what the engine has loaded and runs, for a status bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from limner._version import PROTOCOL, VERSION
from limner.daemon.paths import identity
from limner.lsp.array_options import ARRAY_OPTIONS
from limner.lsp.asks import METHODS, OPTIONS
from limner.lsp.messages import MethodOption, StatusAnswer

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer

METHOD = "limner/status"


async def handle(ls: LimnerServer, params: Any) -> dict[str, Any]:
    """What is loaded, what runs, what may be chosen."""
    probes = [probe for document in ls.documents for probe in ls.probes.of(document.uri)]
    states = [probe.state.value for probe in probes]
    answer = StatusAnswer(
        version=VERSION,
        protocol=PROTOCOL,
        daemon=identity(),
        engine=await ls.engine.status(),
        models=ls.catalog.models,
        probes={state: states.count(state) for state in sorted(set(states))},
        options=_options(),
    )
    return msgspec.to_builtins(answer)


def _options() -> dict[str, tuple[MethodOption, ...]]:
    told = {
        name: tuple(MethodOption(name=o.name, help=o.help, values=o.values) for o in options)
        for name, options in (*OPTIONS.items(), *ARRAY_OPTIONS.items())
    }
    return told | {id: told[name] for name, id in METHODS.items()}
