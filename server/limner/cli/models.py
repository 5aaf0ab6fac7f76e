"""`limner models list|show`: what there is, and what the daemon holds of it."""

from __future__ import annotations

import click
import msgspec

from limner.cli.console import console, print_json, row, say, size, table
from limner.cli.engines import Tools
from limner.config import Config
from limner.protocol import EngineStatus, ModelStatus, UnknownModel

PLACES = {"on-disk": "on disk", "loading": "loading", "on-cpu": "in memory", "on-device": "loaded"}


@click.group()
def models() -> None:
    """The models that may be chosen."""


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def list_models(tools: Tools, as_json: bool) -> None:
    """All models: the user's own and the bundled ones."""
    config = tools.config()
    found = known(config, _status(tools))
    if as_json:
        print_json({"models": [msgspec.to_builtins(model) for model in found]})
        return
    grid = table("model", "labels", "size", "where", "hits", right=("size", "hits"))
    for model in found:
        labels = ", ".join(model.labels) or f"— ({head(model)})"
        row(grid, model.name, labels, size(model.bytes), where(model), str(model.hits))
    console().print(grid)
    for model in found:
        if model.error:
            say(f"! {model.name}: {model.error}", "yellow")


@models.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def show_model(tools: Tools, name: str, as_json: bool) -> None:
    """One model: its folder, labels, size, and what the daemon did with it."""
    config = tools.config()
    model = _named(name, known(config, _status(tools)))
    if as_json:
        print_json(msgspec.to_builtins(model))
        return
    grid = table("", "")
    grid.show_header = False
    row(grid, "name", model.name)
    row(grid, "folder", model.path)
    row(grid, "labels", ", ".join(model.labels) or f"— ({head(model)})")
    row(grid, "size", size(model.bytes))
    row(grid, "where", where(model))
    row(grid, "hits", f"{model.hits} jobs found it loaded, {model.loads} loads")
    if model.loads:
        row(grid, "load time", f"{model.load_ms:.0f} ms")
    if model.error:
        row(grid, "cannot be loaded", model.error, style="yellow")
    console().print(grid)


def _status(tools: Tools) -> EngineStatus | None:
    daemon = tools.daemon_status()
    return daemon.engine if daemon else None


def known(config: Config, running: EngineStatus | None) -> list[ModelStatus]:
    """Every model of the configuration, as the daemon sees it where it runs."""
    from limner.models.specs import available

    resident = {model.name: model for model in running.models} if running else {}
    listed = [resident.pop(model.name, model) for model in available(config)]
    return listed + list(resident.values())


def _named(name: str, found: list[ModelStatus]) -> ModelStatus:
    for model in found:
        if model.name == name:
            return model
    names = ", ".join(model.name for model in found)
    raise UnknownModel(f"Unknown model {name!r}. Choose one of: {names}.")


def head(model: ModelStatus) -> str:
    """What a model without labels does."""
    if model.writes:
        return {"seq2seq": "writes from a text", "causal": "writes behind a text"}[model.writes]
    return "guesses masked words" if model.masked else "not a classifier"


def where(model: ModelStatus) -> str:
    """Where a model is, as people read it."""
    if model.error:
        return "cannot be loaded"
    place = PLACES[model.state]
    if model.device and model.state != "on-disk":
        place += f" on {model.device}"
    return f"{place}, pinned" if model.pinned else place
