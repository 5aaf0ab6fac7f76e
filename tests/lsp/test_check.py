"""`limner check FILE`: a file's probes without an editor."""

import os
from pathlib import Path

import pytest

from limner.config import Config
from limner.engine.fake import FakeEngine
from limner.lsp.check import run_check
from limner.protocol import BadInput, OutOfMemory


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


async def test_each_directive_gets_a_row(tmp_path: Path):
    text = (
        '# limner: attribute\r\na = "the film was bad"\r\n# limner: attribute model=no\nb = "x y"\n'
    )
    path = written(tmp_path, "reviews.py", text)
    report = await run_check(path, engine=FakeEngine(), config=Config())
    assert report.passages == 2
    assert [row.line for row in report.rows] == [2, 4]
    first, second = report.rows
    assert (first.text, first.label, first.delta) == ("the film was bad", "negative", 0.004)
    assert (first.evaluations, first.converged, first.error) == (17, True, "")
    assert second.error.startswith("Unknown model 'no'. Choose one of: ")
    assert not report.ok
    assert report.advice == ""


async def test_a_file_without_directives_says_how_to_pin_one(tmp_path: Path):
    path = written(tmp_path, "notes.md", "A paragraph of text.\n\nAnother one.\n")
    engine = FakeEngine()
    report = await run_check(path, engine=engine, config=Config())
    assert (report.passages, report.rows, report.ok) == (2, (), True)
    assert "<!-- limner: attribute model=mini-sentiment -->" in report.advice
    assert engine.jobs == []


async def test_all_attributes_every_passage_once(tmp_path: Path):
    text = "# limner: attribute baseline=mask\nFirst paragraph.\n\nSecond 🎬 one.\n"
    path = written(tmp_path, "notes.txt", text)
    engine = FakeEngine()
    report = await run_check(path, engine=engine, config=Config(), all=True)
    assert [row.text for row in report.rows] == ["First paragraph.", "Second 🎬 one."]
    assert [job.params["baseline"] for job in engine.jobs] == ["mask", "pad"]
    assert report.ok


async def test_a_failure_is_a_row(tmp_path: Path):
    path = written(tmp_path, "a.py", '# limner: attribute\na = "the film"\n')
    engine = FakeEngine()
    engine.fail_next(OutOfMemory("Not even one row fits: take a shorter text."))
    report = await run_check(path, engine=engine, config=Config())
    assert report.rows[0].error == "Not even one row fits: take a shorter text."


async def test_an_unreadable_file_is_one_clear_sentence(tmp_path: Path):
    binary = tmp_path / "a.bin"
    binary.write_bytes(b"\xff\xfe\x00")
    os.mkfifo(tmp_path / "pipe")
    for path in (binary, tmp_path / "none.py", tmp_path / "pipe", tmp_path):
        with pytest.raises(BadInput, match="cannot be read"):
            await run_check(path, engine=FakeEngine(), config=Config())
