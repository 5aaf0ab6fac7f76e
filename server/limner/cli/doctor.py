"""`limner doctor`: is everything here that Limner needs, and if not, what to do."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

import click
from rich.text import Text

from limner import __version__
from limner.cli import lab
from limner.cli.console import console, print_json, size, waiting
from limner.cli.engines import Tools, run
from limner.config import Config, config_path
from limner.engine.interface import Engine
from limner.protocol import BadInput, EngineStatus, LimnerError

State = Literal["ok", "warn", "fail"]
PACKAGES = ("torch", "transformers", "tokenizers", "safetensors", "pygls", "jieba", "msgspec")
SIGNS: dict[State, tuple[str, str]] = {
    "ok": ("ok  ", "green"),
    "warn": ("warn", "yellow"),
    "fail": ("FAIL", "bold red"),
}


@dataclass(frozen=True)
class Check:
    """One line of the report."""

    name: str
    state: State
    said: str
    advice: str = ""
    """What to do, when it is not ok."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def doctor(tools: Tools, as_json: bool) -> int:
    """Look over the installation; every line that is not ok says what to do."""
    checks = run(_collect(tools, show=not as_json))
    ok = all(check.state != "fail" for check in checks)
    if as_json:
        print_json(
            {"ok": ok, "version": __version__, "checks": [asdict(check) for check in checks]}
        )
    return 0 if ok else 1


async def _collect(tools: Tools, *, show: bool) -> list[Check]:
    checks: list[Check] = []
    with waiting() as notice:
        notice.say("looking …")
        async for check in checks_of(tools):
            checks.append(check)
            notice.stop()
            if show:
                _print(check)
            notice.say("looking …")
    return checks


async def checks_of(tools: Tools) -> AsyncIterator[Check]:
    """Every check, as it is done."""
    for check in (_python(), _platform(), _packages(), _terminal()):
        yield check
    try:
        config = tools.config()
    except BadInput as error:
        yield Check("configuration", "fail", str(error), f"Correct {config_path()}.")
        return
    yield _configuration(config)
    yield _jupyter()
    yield _device(config)
    yield _socket()
    async for check in _engine(tools, config):
        yield check


def _python() -> Check:
    return Check("Python", "ok", f"{platform.python_version()} in {sys.prefix}")


def _platform() -> Check:
    said = f"{platform.system()} {platform.release()}, {platform.machine()}"
    if platform.system() == "Windows":
        return Check("platform", "fail", said, "Run Limner in WSL: it needs Unix sockets.")
    return Check("platform", "ok", said)


def _packages() -> Check:
    found: list[str] = [f"limner {__version__}"]
    missing: list[str] = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        advice = f"Install them: {sys.executable} -m pip install {' '.join(missing)}"
        return Check("packages", "fail", f"missing: {', '.join(missing)}", advice)
    return Check("packages", "ok", ", ".join(found))


def _terminal() -> Check:
    encoding = sys.stdout.encoding or "unknown"
    if encoding.lower().replace("-", "") == "utf8":
        return Check("terminal", "ok", encoding)
    advice = "Chinese is escaped here; set LC_ALL=C.UTF-8 to see it."
    return Check("terminal", "warn", encoding, advice)


def _configuration(config: Config) -> Check:
    path = config_path()
    if not path.exists():
        return Check("configuration", "ok", f"none at {path}: the defaults hold")
    names = ", ".join(config.models) or "no models of your own"
    risky = [n for n, m in config.models.items() if m.allow_pickle or m.trust_remote_code]
    if risky:
        advice = "These may run code from their folders; keep that only where you read it."
        return Check("configuration", "warn", f"{path} ({', '.join(risky)})", advice)
    if os.name == "posix" and path.stat().st_mode & 0o022:
        return Check(
            "configuration", "warn", f"{path} can be written by others", f"chmod go-w {path}"
        )
    return Check("configuration", "ok", f"{path} ({names})")


def _jupyter() -> Check:
    """JupyterLab's two halves: what its page loads, and what its server relays."""
    name, folder = "JupyterLab", lab.labextension()
    if folder is None:
        advice = "In a checkout: `make lab`. Else install Limner anew: its wheel brings it along."
        return Check(name, "warn", "the extension is not installed", advice)
    if lab.is_switched_off():
        advice = f"Switch it on: jupyter labextension enable {lab.LABEXTENSION}"
        return Check(name, "warn", "the extension is switched off", advice)
    if not lab.server_extension_is_on():
        advice = (
            f"Switch it on: jupyter server extension enable {lab.SERVER_EXTENSION}; "
            "if that does not find it, install Limner anew."
        )
        return Check(name, "warn", "the server extension is not switched on", advice)
    return Check(name, "ok", f"extension in {folder}; server extension switched on")


def _device(config: Config) -> Check:
    from limner.engine.devices import choose

    try:
        device = choose(config.engine.device)
    except BadInput as error:
        return Check("device", "fail", config.engine.device, str(error))
    except ImportError as error:
        return Check("device", "fail", f"torch cannot be imported: {error}", "Install torch anew.")
    said = f"{device.name} ({device.description}, {size(device.free_bytes)} free)"
    return Check("device", "ok", said)


def _socket() -> Check:
    from limner.daemon.paths import UnsafePath, daemon_paths

    try:
        return Check("socket", "ok", str(daemon_paths().socket))
    except UnsafePath as error:
        return Check("socket", "fail", str(error), "Remove it, or set XDG_RUNTIME_DIR.")


async def _engine(tools: Tools, config: Config) -> AsyncIterator[Check]:
    began = time.monotonic()
    try:
        async with tools.resident(config) as engine:
            took = f"{1000 * (time.monotonic() - began):.0f} ms"
            yield Check("daemon", "ok", f"answers after {took}")
            async for check in _models(engine, config):
                yield check
            yield _worker(await engine.status())
    except LimnerError as error:
        advice = "See `limner daemon logs`; `limner attribute --no-daemon` works without it."
        yield Check("daemon", "fail", str(error), advice)


def _worker(status: EngineStatus) -> Check:
    said = f"{status.state} on {status.device}, {size(status.memory_bytes)}"
    if status.state != "ready":
        return Check("worker", "fail", said, "See `limner daemon logs`.")
    if status.restarts:
        advice = "It died and was started anew: see `limner daemon logs`."
        return Check("worker", "warn", f"{said}, {status.restarts} restarts", advice)
    return Check("worker", "ok", said)


async def _models(engine: Engine, config: Config) -> AsyncIterator[Check]:
    from limner.models.specs import available

    for model in available(config):
        began = time.monotonic()
        try:
            await engine.load(model.name)
        except LimnerError as error:
            yield Check(f"model {model.name}", "fail", str(error), "Mend or remove its entry.")
        else:
            took = f"{1000 * (time.monotonic() - began):.0f} ms"
            labels = ", ".join(model.labels) or "no labels"
            yield Check(f"model {model.name}", "ok", f"loaded in {took}; {labels}")


def _print(check: Check) -> None:
    sign, style = SIGNS[check.state]
    line = Text(sign, style)
    line.append(f"  {check.name}: ", "bold")
    line.append(check.said, "")
    if check.advice and check.state != "ok":
        line.append(f"\n      → {check.advice}", style)
    console().print(line, soft_wrap=True)
