"""Where the daemon's files are, and who may touch them."""

from __future__ import annotations

import stat
import sys

import pytest

from limner.daemon import paths
from limner.daemon.paths import UnsafePath, daemon_paths


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def runtime(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(paths, "LONGEST", 1000)
    return tmp_path


def test_the_folder_is_the_users_alone(runtime):
    assert daemon_paths().folder == runtime / "limner"
    assert mode(runtime / "limner") == 0o700


def test_a_folder_that_was_open_to_others_is_closed(runtime):
    (runtime / "limner").mkdir(mode=0o755)
    daemon_paths()
    assert mode(runtime / "limner") == 0o700


@pytest.mark.parametrize("make", ["symlink", "file"])
def test_what_is_not_a_folder_of_ours_is_refused(runtime, make):
    if make == "symlink":
        (runtime / "elsewhere").mkdir()
        (runtime / "limner").symlink_to(runtime / "elsewhere")
    else:
        (runtime / "limner").touch()
    with pytest.raises(UnsafePath, match="not a folder of yours"):
        daemon_paths()


def test_another_owner_is_refused(runtime, monkeypatch):
    daemon_paths()
    monkeypatch.setattr(paths.os, "getuid", lambda: 12345)
    with pytest.raises(UnsafePath):
        paths._private(runtime / "limner")
    with pytest.raises(UnsafePath, match="belongs to another user"):
        paths.check_owner(runtime)


def test_two_environments_have_two_sockets(runtime, monkeypatch):
    here = daemon_paths().socket
    monkeypatch.setattr(sys, "prefix", "/another")
    assert daemon_paths().socket != here


def test_a_long_runtime_directory_does_not_make_a_long_socket(tmp_path, monkeypatch):
    long = tmp_path / ("x" * 90)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    assert len(str(paths._folder(paths.identity()) / f"{paths.identity()}.sock")) < 100


@pytest.mark.parametrize("value", ["", "relative", "/does/not/exist"])
def test_without_a_usable_runtime_directory_the_system_is_asked(value, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", value)
    folder = paths._folder(paths.identity())
    assert folder.is_absolute()
    assert folder.name.startswith("limner")
