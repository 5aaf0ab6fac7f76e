"""`limner/status`: what the engine has loaded and runs, for a status bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from limner._version import PROTOCOL, VERSION

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer

METHOD = "limner/status"


async def handle(ls: LimnerServer, params: Any) -> dict[str, Any]:
    """`{version, protocol, engine, models, probes}`; `probes` counts them by state."""
    probes = [probe for document in ls.documents for probe in ls.probes.of(document.uri)]
    states = [probe.state.value for probe in probes]
    return {
        "version": VERSION,
        "protocol": PROTOCOL,
        "engine": msgspec.to_builtins(await ls.engine.status()),
        "models": [msgspec.to_builtins(model) for model in ls.catalog.models],
        "probes": {state: states.count(state) for state in sorted(set(states))},
    }
