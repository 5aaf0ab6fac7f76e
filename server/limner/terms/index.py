"""What was read and counted, in one SQLite file: incremental, resumable, beyond memory.

SQLite is in the standard library, commits in one step (whatever is killed, the file is whole) and
is shared by processes. It holds the text of each document (compressed) with size and time of the
file, and *runs* of n-gram counts. A run's keys are spread evenly, so their four leading bits cut it
into 16 parts; merging one part of all runs at a time needs a sixteenth of the memory.

    a document added      a run of its counts
    a document removed    a run of its counts, negative, from the text that is kept here
    read                  the sum over runs, which equals a full rebuild exactly

A file that is damaged, or of another version, is removed and begun anew.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from limner.methods.terms.counting import (
    ORDER,
    SEPARATOR,
    Counts,
    Grams,
    at_least,
    count_tokens,
    merge,
    merge_grams,
    negative,
)
from limner.methods.terms.results import Chunk, Piece
from limner.methods.terms.tokens import tokenize
from limner.terms.reading import Read

FORMAT = 1
PARTS = 16
CHUNK = 1 << 19
"""Code points that are tokenized together."""
_RUN = 1 << 22
"""Code points of one run."""
_MANY = 12
"""Runs that are merged into one."""

_SCHEMA = """
CREATE TABLE documents(id INTEGER PRIMARY KEY, path TEXT UNIQUE, size INTEGER, time INTEGER,
                       chars INTEGER, unit TEXT, note TEXT);
CREATE TABLE pieces(document INTEGER, seq INTEGER, line INTEGER, text BLOB,
                    PRIMARY KEY(document, seq)) WITHOUT ROWID;
CREATE TABLE runs(run INTEGER, n INTEGER, part INTEGER, keys BLOB, counts BLOB,
                  PRIMARY KEY(n, part, run));
"""


class Index:
    """A corpus (`limner.methods.terms.results.Corpus`) that lives in a file."""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`, or begin it.

        Raises:
            sqlite3.OperationalError: the folder cannot be written, or somebody else is writing.
        """
        self.rebuilt = False
        """Whether a damaged or older file was found there."""
        try:
            self._db = _open(path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            for name in (path, path.with_name(f"{path.name}-journal")):
                name.unlink(missing_ok=True)
            self.rebuilt = True
            self._db = _open(path)
        self._counting = _Counting()
        self._version: int | None = None
        """SQLite's, which rises when another connection commits; that of `known`."""

    def close(self) -> None:
        """What was not committed is as if it had not been."""
        self._db.close()

    # ── what is in it ──

    def known(self) -> dict[str, tuple[int, int]]:
        """Path → size and time of the files that were counted.

        From then on nothing is changed if somebody else has changed something in between.
        """
        self._version = self._data_version()
        rows = self._db.execute("SELECT path, size, time FROM documents")
        return {path: (size, time) for path, size, time in rows}

    def notes(self) -> list[tuple[str, str]]:
        """Paths and what a reader should know of them."""
        rows = self._db.execute("SELECT path, note FROM documents WHERE note != '' ORDER BY path")
        return [(path, note) for path, note in rows]

    @property
    def documents(self) -> int:
        """How many."""
        return int(self._db.execute("SELECT COUNT(*) FROM documents").fetchone()[0])

    @property
    def chars(self) -> int:
        """Code points of all documents."""
        return self._sum("chars")

    @property
    def tokens(self) -> int:
        """Of all documents: the 1-grams."""
        return sum(self._merged(0, part).total for part in range(PARTS))

    def _sum(self, column: str) -> int:
        return int(self._db.execute(f"SELECT TOTAL({column}) FROM documents").fetchone()[0])

    def chunks(self) -> Iterator[Chunk]:
        """All text, in the order in which it was added."""
        rows = self._db.execute(
            "SELECT path, line, unit, text FROM pieces JOIN documents ON id = document "
            "ORDER BY document, seq"
        )
        texts: list[str] = []
        pieces: list[Piece] = []
        size = 0
        for path, line, unit, data in rows:
            text = _text(data)
            pieces.append(Piece(size, path, line, unit))
            texts.append(text)
            size += len(text) + 1
            if size >= CHUNK:
                yield Chunk(SEPARATOR.join(texts), pieces)
                texts, pieces, size = [], [], 0
        if texts:
            yield Chunk(SEPARATOR.join(texts), pieces)

    def frequent(self, least: int) -> Grams:
        """n-grams that occur `least` times or more, one part of the keys at a time."""
        return tuple(self._frequent(n, least) for n in range(ORDER))

    def _frequent(self, n: int, least: int) -> Counts:
        # the parts are ranges of keys, in order, so what is put together is in order
        parts = [at_least(self._merged(n, part), least) for part in range(PARTS)]
        keys = np.concatenate([part.keys for part in parts])
        return Counts(keys, np.concatenate([part.counts for part in parts]))

    def _merged(self, n: int, part: int) -> Counts:
        rows = self._db.execute("SELECT keys, counts FROM runs WHERE n = ? AND part = ?", (n, part))
        return merge(_counts(keys, counts) for keys, counts in rows)

    # ── changing it ──

    def add(self, path: str, size: int, time: int, reads: Iterator[Read]) -> int:
        """Count one document and give its characters; `commit` makes it last.

        Whatever `reads` raises leaves the document out.
        """
        self._begin()
        self._db.execute("SAVEPOINT document")
        own = _Counting()
        try:
            chars = self._add(path, size, time, reads, own)
        except BaseException:
            self._db.execute("ROLLBACK TO document")
            raise
        self._db.execute("RELEASE document")
        self._counting.take(own)
        if self._counting.chars >= _RUN:
            self.commit()
        return chars

    def _add(
        self, path: str, size: int, time: int, reads: Iterator[Read], counting: _Counting
    ) -> int:
        cursor = self._db.execute(
            "INSERT INTO documents(path, size, time, chars, unit, note) VALUES(?, ?, ?, 0, '', '')",
            (path, size, time),
        )
        identity, chars, last = cursor.lastrowid, 0, Read("", 1)
        for seq, last in enumerate(reads):
            self._db.execute(
                "INSERT INTO pieces VALUES(?, ?, ?, ?)",
                (identity, seq, last.line, zlib.compress(last.text.encode("utf-8", "replace"), 1)),
            )
            counting.add(last.text)
            chars += len(last.text)
            if counting.chars >= _RUN:  # a document larger than a run
                self._write(counting.grams())
        self._db.execute(
            "UPDATE documents SET chars = ?, unit = ?, note = ? WHERE id = ?",
            (chars, last.unit, last.note, identity),
        )
        return chars

    def remove(self, path: str) -> None:
        """Take away what one document added; `commit` makes it last."""
        self._begin()
        (identity,) = self._db.execute(
            "SELECT id FROM documents WHERE path = ?", (path,)
        ).fetchone()
        rows = self._db.execute(
            "SELECT text FROM pieces WHERE document = ? ORDER BY seq", (identity,)
        )
        counting = _Counting()
        for (data,) in rows.fetchall():
            counting.add(_text(data))
            if counting.chars >= _RUN:
                self._write(negative(counting.grams()))
        self._write(negative(counting.grams()))
        self._db.execute("DELETE FROM pieces WHERE document = ?", (identity,))
        self._db.execute("DELETE FROM documents WHERE id = ?", (identity,))

    def commit(self) -> None:
        """What was added and removed so far stays, whatever happens next."""
        if not self._db.in_transaction:
            return
        self._write(self._counting.grams())
        if self._db.execute("SELECT COUNT(DISTINCT run) FROM runs").fetchone()[0] > _MANY:
            self._merge_runs()
        self._db.execute("COMMIT")

    def _begin(self) -> None:
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")
            if self._version not in (None, self._data_version()):
                self._db.execute("ROLLBACK")
                raise sqlite3.OperationalError("locked by another who has changed it meanwhile")

    def _data_version(self) -> int:
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def _write(self, grams: Grams) -> None:
        (run,) = self._db.execute("SELECT COALESCE(MAX(run), 0) + 1 FROM runs").fetchone()
        for n, counts in enumerate(grams):
            for part, one in enumerate(_parts(counts)):
                self._put(run, n, part, one)

    def _merge_runs(self) -> None:
        for n in range(ORDER):
            for part in range(PARTS):
                whole = self._merged(n, part)
                self._db.execute("DELETE FROM runs WHERE n = ? AND part = ?", (n, part))
                self._put(1, n, part, whole)

    def _put(self, run: int, n: int, part: int, counts: Counts) -> None:
        if len(counts):
            data = counts.keys.tobytes(), counts.counts.astype("<i4").tobytes()
            self._db.execute("INSERT INTO runs VALUES(?, ?, ?, ?, ?)", (run, n, part, *data))


class _Counting:
    """Texts that wait until there are enough of them to be tokenized together."""

    def __init__(self) -> None:
        self.chars = 0
        """Since `grams` was last asked for."""
        self._texts: list[str] = []
        self._waiting = 0
        self._parts: list[Grams] = []

    def add(self, text: str) -> None:
        self._texts.append(text)
        self._waiting += len(text)
        self.chars += len(text)
        if self._waiting >= CHUNK:
            self._count()

    def take(self, other: _Counting) -> None:
        """What another one counted."""
        for text in other._texts:
            self.add(text)
        self._parts += other._parts
        self.chars += other.chars - other._waiting

    def grams(self) -> Grams:
        """All counts; then it is empty."""
        self._count()
        whole = merge_grams(self._parts)
        self._parts, self.chars = [], 0
        return whole

    def _count(self) -> None:
        if self._texts:
            self._parts.append(count_tokens(tokenize(SEPARATOR.join(self._texts))))
        self._texts, self._waiting = [], 0


def texts(path: Path) -> Iterator[tuple[str, str, int, str]]:
    """Path, text, first line and unit of every piece of the index at `path`, which is only read.

    Raises:
        sqlite3.Error: it is damaged, or somebody writes it for long.
    """
    db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5)
    try:
        rows = db.execute(
            "SELECT path, text, line, unit FROM pieces JOIN documents ON id = document "
            "ORDER BY document, seq"
        )
        for name, data, line, unit in rows:
            yield name, _text(data), line, unit
    finally:
        db.close()


def _parts(counts: Counts) -> Iterator[Counts]:
    shift = np.uint64(64 - PARTS.bit_length() + 1)
    starts = np.arange(1, PARTS, dtype=np.uint64) << shift
    edges = [0, *np.searchsorted(counts.keys, starts).tolist(), len(counts)]
    for a, b in pairwise(edges):
        yield Counts(counts.keys[a:b], counts.counts[a:b])


def _counts(keys: bytes, counts: bytes) -> Counts:
    return Counts(np.frombuffer(keys, "<u8"), np.frombuffer(counts, "<i4").astype(np.int64))


def _text(data: bytes) -> str:
    return zlib.decompress(data).decode("utf-8")


def _open(path: Path) -> sqlite3.Connection:
    """Open and look whether it is whole; an error of the format closes it again."""
    if str(path) != ":memory:":
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # word2vec reads the chunks in a thread of its own while the one that opened it waits
    db = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
    try:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        empty = not db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
        if empty:
            db.execute("BEGIN IMMEDIATE")
            for statement in _SCHEMA.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {FORMAT}")
            db.execute("COMMIT")
        elif version != FORMAT:
            raise sqlite3.DatabaseError("another version")
        elif db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("damaged")
    except sqlite3.Error:
        db.close()
        raise
    return db
