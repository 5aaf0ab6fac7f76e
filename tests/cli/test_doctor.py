import sys

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
