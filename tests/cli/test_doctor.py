import json
import sys

import pytest

from limner.config import Config, ModelEntry
from limner.protocol import BadInput, DaemonUnreachable, ModelRefused


def checks(said):
    return {check["name"]: check for check in said.json["checks"]}


def test_a_sound_installation_passes(limner):
    said = limner("doctor")
    assert said.status == 0
    assert said.out.count("ok  ") >= 8
    for name in ("Python", "packages", "device", "socket", "daemon", "model mini-sentiment"):
        assert name in said.out


def test_the_report_as_json(limner):
    said = limner("doctor", "--json")
    assert said.json["ok"] is True
    assert checks(said)["Python"]["said"].endswith(sys.prefix)


def test_a_broken_configuration_fails_with_the_line_to_mend(limner, monkeypatch):
    def broken():
        raise BadInput("/c/config.toml: Invalid value. Correct that line or remove the file.")

    tools = limner.tools
    monkeypatch.setattr(
        limner, "tools", lambda: type(tools())(**{**vars(tools()), "config": broken})
    )
    said = limner("doctor", "--json")
    assert said.status == 1
    assert "Correct that line" in checks(said)["configuration"]["said"]


def test_a_model_that_does_not_load_fails_and_the_others_are_still_looked_at(limner, monkeypatch):
    async def refuse(model, *, pin=False):
        raise ModelRefused(f"{model} has only pickle weights.")

    monkeypatch.setattr(limner.engine, "load", refuse)
    said = limner("doctor", "--json")
    assert said.status == 1
    assert checks(said)["model mini-sentiment"]["state"] == "fail"
    assert checks(said)["worker"]["state"] == "ok"


def test_a_daemon_that_does_not_start_fails_and_names_the_way_around(limner, monkeypatch):
    async def unreachable():
        raise DaemonUnreachable("The daemon does not start; its log is /x.log.")

    monkeypatch.setattr(limner.engine, "status", unreachable)
    said = limner("doctor")
    assert said.status == 1
    assert "FAIL  daemon: The daemon does not start" in said.out
    assert "--no-daemon" in said.out


def test_models_that_may_run_code_are_pointed_at(limner, tmp_path, monkeypatch):
    file = tmp_path / "config.toml"
    file.write_text("")
    monkeypatch.setenv("LIMNER_CONFIG", str(file))
    limner.config = Config(models={"old": ModelEntry(path="/m", allow_pickle=True)})
    assert checks(limner("doctor", "--json"))["configuration"]["state"] == "warn"


@pytest.fixture
def jupyter(tmp_path, monkeypatch):
    """A prefix of Jupyter's with both halves of the extension; the user's own folder is empty."""
    monkeypatch.setattr("jupyter_core.paths.ENV_JUPYTER_PATH", [str(tmp_path / "data")])
    monkeypatch.setattr("jupyter_core.paths.SYSTEM_JUPYTER_PATH", [])
    monkeypatch.setattr("jupyter_core.paths.ENV_CONFIG_PATH", [str(tmp_path / "etc")])
    monkeypatch.setattr("jupyter_core.paths.SYSTEM_CONFIG_PATH", [])
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "user"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "user"))
    (tmp_path / "data/labextensions/@limner/labextension").mkdir(parents=True)
    (tmp_path / "data/labextensions/@limner/labextension/package.json").write_text("{}")
    switch_server_extension(tmp_path / "etc", True)
    return tmp_path


def switch_server_extension(folder, on):
    (folder / "jupyter_server_config.d").mkdir(parents=True)
    said = {"ServerApp": {"jpserver_extensions": {"limner.notebook.server_extension": on}}}
    (folder / "jupyter_server_config.d/limner.json").write_text(json.dumps(said))


def test_jupyterlabs_two_halves_are_found(limner, jupyter):
    check = checks(limner("doctor", "--json"))["JupyterLab"]
    assert check["state"] == "ok"
    assert str(jupyter) in check["said"]


def test_an_extension_that_is_not_there_says_how_it_comes(limner, jupyter):
    (jupyter / "data/labextensions/@limner/labextension/package.json").unlink()
    check = checks(limner("doctor", "--json"))["JupyterLab"]
    assert (check["state"], check["said"]) == ("warn", "the extension is not installed")
    assert "make lab" in check["advice"]


def test_a_server_extension_that_the_user_switched_off_is_told(limner, jupyter, monkeypatch):
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    switch_server_extension(jupyter / "user", False)
    check = checks(limner("doctor", "--json"))["JupyterLab"]
    assert (check["state"], check["said"]) == ("warn", "the server extension is not switched on")
    assert "jupyter server extension enable" in check["advice"]


def test_a_labextension_that_the_user_switched_off_is_told(limner, jupyter, monkeypatch):
    page = {"disabledExtensions": {"@limner/labextension": True}}
    monkeypatch.setattr("jupyterlab_server.config.get_static_page_config", lambda level: page)
    check = checks(limner("doctor", "--json"))["JupyterLab"]
    assert (check["state"], check["said"]) == ("warn", "the extension is switched off")
