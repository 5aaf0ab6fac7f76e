"""Settings: workspace/configuration and didChangeConfiguration, section `limner`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from limner.lsp.settings import SECTION, read_settings

if TYPE_CHECKING:
    from limner.lsp.server import LimnerServer


async def initialized(ls: LimnerServer, params: lsp.InitializedParams) -> None:
    """Ask to hear of changes, and for the settings."""
    if ls.client.watches_configuration:
        method = lsp.WORKSPACE_DID_CHANGE_CONFIGURATION
        registration = lsp.Registration(
            id="limner-configuration", method=method, register_options={"section": SECTION}
        )
        ls.spawn(_register(ls, registration))
    if ls.client.configuration:
        ls.spawn(_fetch(ls))


async def changed(ls: LimnerServer, params: lsp.DidChangeConfigurationParams) -> None:
    """Fetch the settings again; clients that cannot be asked send them along."""
    if ls.client.configuration:
        await _fetch(ls)
    else:
        adopt(ls, params.settings)


def adopt(ls: LimnerServer, raw: Any) -> None:
    """Take settings, with or without the section's name around them."""
    if raw is None:
        return
    if isinstance(raw, Mapping) and SECTION in raw:
        raw = cast("Mapping[str, Any]", raw)[SECTION]
    settings, complaints = read_settings(raw)
    if settings.model != ls.settings.model and ls.catalog.get(settings.model) is None:
        names = ", ".join(model.name for model in ls.catalog.models)
        complaints = (
            *complaints,
            f"limner.model: {settings.model!r} is not allowed; choose one of: {names}.",
        )
    for sentence in complaints:
        ls.warn(sentence)
    ls.probes.configured(settings)
    ls.labelling.configured(automatic=settings.automatic)
    ls.terms.configured(on=settings.terms, segmented=settings.terms_segmentation)
    ls.outbox.refresh()


async def _fetch(ls: LimnerServer) -> None:
    item = lsp.ConfigurationItem(section=SECTION)
    try:
        reply = await ls.workspace_configuration_async(lsp.ConfigurationParams(items=[item]))
    except JsonRpcException:
        return  # the client would rather not: the defaults hold
    if reply and reply[0] is not None:
        adopt(ls, reply[0])


async def _register(ls: LimnerServer, registration: lsp.Registration) -> None:
    try:
        await ls.client_register_capability_async(
            lsp.RegistrationParams(registrations=[registration])
        )
    except JsonRpcException:
        return  # it will not tell us; the settings of the start hold
