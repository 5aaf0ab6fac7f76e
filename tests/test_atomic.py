"""Files appear at once, whole, with their mode; nothing half-written is left."""

from __future__ import annotations

import os
import stat

import pytest

from limner.atomic import add_file, replace_file


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_takes_the_place_of_another_and_keeps_its_mode(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    path.chmod(0o640)
    before = path.stat().st_ino
    replace_file(path, b"new")
    assert path.read_bytes() == b"new" and mode(path) == 0o640
    assert path.stat().st_ino != before  # a reader that has the old one open keeps it whole
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_a_new_file_has_the_mode_of_any_new_file(tmp_path):
    plain, ours = tmp_path / "plain", tmp_path / "ours"
    plain.write_bytes(b"")
    replace_file(ours, b"x")
    assert mode(ours) == mode(plain)
    add_file(tmp_path / "added", lambda draft: draft.write_bytes(b"y"))
    assert mode(tmp_path / "added") == mode(plain)


def test_a_link_is_not_followed(tmp_path):
    secret, link = tmp_path / "secret", tmp_path / "link.txt"
    secret.write_bytes(b"old")
    link.symlink_to(secret)
    replace_file(link, b"new")
    assert not link.is_symlink() and link.read_bytes() == b"new"
    assert secret.read_bytes() == b"old"


def test_where_writing_fails_the_old_file_stays_and_nothing_else(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")

    def fails(draft):
        draft.write_bytes(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_file(path, fails)
    with pytest.raises(OSError):
        replace_file(tmp_path / "no folder" / "a.txt", b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_is_added_only_where_none_is(tmp_path):
    path = tmp_path / "001.safetensors"
    add_file(path, b"first")

    with pytest.raises(FileExistsError):
        add_file(path, lambda draft: draft.write_bytes(b"second"))
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        add_file(tmp_path / "dangling", b"x")
    assert path.read_bytes() == b"first" and not (tmp_path / "nowhere").exists()
    assert sorted(os.listdir(tmp_path)) == ["001.safetensors", "dangling"]


def test_one_that_came_meanwhile_is_kept(tmp_path):
    path = tmp_path / "001.safetensors"

    def overtaken(draft):
        draft.write_bytes(b"ours")
        path.write_bytes(b"theirs")

    with pytest.raises(FileExistsError):
        add_file(path, overtaken)
    assert path.read_bytes() == b"theirs" and len(os.listdir(tmp_path)) == 1
