from limner.daemon.messages import DaemonStatus, SessionStatus
from limner.protocol import EngineStatus


def daemon(engine: EngineStatus | None = None) -> DaemonStatus:
    return DaemonStatus(
        version="0.1.0",
        protocol=1,
        pid=4711,
        seconds=4000.0,
        socket="/run/limner.sock",
        log="/run/limner.log",
        memory_bytes=30_000_000,
        sessions=(SessionStatus(id=1, kind="lsp", pid=42, seconds=12.0),),
        engine=engine or EngineStatus(device="cpu"),
    )


def test_status_without_a_daemon_is_an_answer_and_starts_none(limner):
    said = limner("daemon", "status")
    assert (said.status, said.out) == (
        0,
        "No daemon runs; the first command or editor starts it.\n",
    )
    assert limner("daemon", "status", "--json").json == {"running": False}


def test_status_tells_of_daemon_worker_and_clients(limner):
    limner.running = daemon(EngineStatus(device="cpu", completed=3, cancelled=1, pid=99))
    said = limner("daemon", "status")
    for part in ("pid 4711", "67 min", "30 MB", "ready on cpu, pid 99", "3 done", "lsp, pid 42"):
        assert part in said.out


def test_status_as_json(limner):
    limner.running = daemon()
    plain = limner("daemon", "status", "--json").json
    assert plain["running"] is True
    assert plain["sessions"][0]["kind"] == "lsp"
    assert plain["engine"]["device"] == "cpu"


def test_stop_says_whether_there_was_one(limner):
    assert limner("daemon", "stop").out == "No daemon runs.\n"
    limner.running = daemon()
    assert limner("daemon", "stop").out == "Stopped.\n"
    assert limner("daemon", "stop", "--json").json == {"stopped": True}


def test_logs_are_the_end_of_the_file(limner, tmp_path, monkeypatch):
    runtime = tmp_path / "run"
    runtime.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    from limner.daemon.paths import daemon_paths

    daemon_paths().log.write_text("one\ntwo\n\x1b[31mthree\n", encoding="utf-8")
    said = limner("daemon", "logs", "-n", "2")
    assert said.out == "two\n␛[31mthree\n"
    assert limner("daemon", "logs", "--json").json["lines"][0] == "one"
