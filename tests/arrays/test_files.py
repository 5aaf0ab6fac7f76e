"""Data files as people have them: read as meant, or refused with what to do."""

import json
import pickle

import numpy as np
import polars as pl
import pytest

from limner.files.look import look
from limner.files.place import place_of
from limner.files.read import read_place
from limner.protocol import ArrayRefused, BadInput


@pytest.fixture
def file(tmp_path):
    """`file("data.csv", "a,b\\n1,2\\n")` → how it is written in a terminal."""

    def write(name: str, content: str | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


def columns(written: str) -> dict[str, list]:
    """Names and values; labels by name."""
    found = {}
    for source in read_place(place_of(written)):
        values = source.fetch(None)
        if source.kind == "categories":
            found[source.name] = [None if c < 0 else source.categories[c] for c in values]
        else:
            found[source.name] = values.tolist()
    return found


def notes(written: str) -> str:
    return " ".join(source.note for source in read_place(place_of(written)))


# ── which file, which column ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["a", "身高, cm", "a:b", "👍", "x y", "1"])
def test_a_column_is_named_behind_a_colon(file, name):
    path = file("data.csv", f'"{name}",other\n1,2\n3,4\n')
    assert columns(f"{path}:{name}") == {name: [1.0, 3.0]}


def test_a_path_with_a_drive_or_a_colon_is_a_path(file, tmp_path, monkeypatch):
    file("C:\\data.csv", "a,b\n1,2\n3,4\n")
    file("1:2.csv", "a,b\n5,6\n7,8\n")
    monkeypatch.chdir(tmp_path)
    assert columns("C:\\data.csv:b") == {"b": [2.0, 4.0]}
    assert columns("1:2.csv:b") == {"b": [6.0, 8.0]}


def test_case_and_spaces_of_a_column_are_forgiven_where_only_one_is_meant(file):
    path = file("data.csv", " Age ,age2,A,a\n1,2,3,4\n")
    assert columns(f"{path}:age") == {"Age": [1.0]}
    assert columns(f"{path}:a") == {"a": [4.0]}


def test_a_missing_column_names_those_that_are_alike(file):
    path = file("data.csv", "height,weight,age\n1,2,3\n")
    with pytest.raises(BadInput, match=r"no column 'heigth'\. Did you mean 'height'"):
        columns(f"{path}:heigth")
    with pytest.raises(BadInput, match="It has 'height', 'weight', 'age'"):
        columns(f"{path}:zzz")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("no.csv:a", "There is no file no.csv"),
        ("no.parquet", "There is no file no.parquet"),
        ("nothing", "There is no file nothing"),
        (".", "is a folder"),
    ],
)
def test_a_file_that_is_not_there_is_said(written, why, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput, match=why):
        place_of(written)


def test_a_file_of_another_kind_is_refused(file):
    with pytest.raises(BadInput, match=r"is of no kind that is read: \.csv"):
        place_of(file("data.xlsx", "x"))


# ── CSV ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings_are_recognised(file, encoding):
    path = file("data.csv", "身高,组\n1.5,甲\n2.5,乙\n".encode(encoding))
    assert columns(path) == {"身高": [1.5, 2.5], "组": ["甲", "乙"]}
    assert ("gb18030" in notes(path)) == (encoding == "gb18030")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_recognised(file, separator):
    path = file("data.csv", f'"a"{separator}"b,;"\n1{separator}2\n')
    assert columns(path) == {"a": [1.0], "b,;": [2.0]}


def test_quoted_numbers_thousands_and_decimal_commas_are_numbers(file):
    assert columns(file("a.csv", 'a,b\n"1,234.5"," 2 "\n"7","3e4"\n')) == {
        "a": [1234.5, 7.0],
        "b": [2.0, 30000.0],
    }
    path = file("b.csv", "a;b\n3,5;1\n4;2\n")
    assert columns(path) == {"a": [3.5, 4.0], "b": [1.0, 2.0]}
    assert "Commas" in notes(path)


def test_empty_cells_and_their_usual_names_are_missing(file):
    found = columns(file("data.csv", "a,b\n1,x\n,\nNA,y\nnan,null\n"))
    np.testing.assert_array_equal(found["a"], [1, np.nan, np.nan, np.nan])
    assert found["b"] == ["x", None, "y", None]


def test_labels_that_look_like_numbers_among_texts_stay_as_they_are_written(file):
    assert columns(file("data.csv", "a\n01\nA\n1\n")) == {"a": ["01", "A", "1"]}


def test_dates_are_seconds(file):
    path = file("data.csv", "a,b\n1970-01-02,1\n1970-01-01T00:00:01,2\n")
    assert columns(path)["a"] == [86400.0, 1.0]
    assert "Dates are seconds" in notes(path)


def test_texts_among_many_numbers_are_refused_with_the_row_and_left_out_of_a_table(file):
    rows = "".join(f"{i},{i}\n" for i in range(40))
    path = file("data.csv", f"a,b\n{rows}oops,1\n")
    with pytest.raises(
        ArrayRefused, match="1 texts among 40 numbers, the first is 'oops' in row 41"
    ):
        columns(f"{path}:a")
    assert list(columns(path)) == ["b"]
    assert "Left out: a has 1 texts" in notes(path)


def test_too_many_different_texts_are_no_categories(file):
    path = file("data.csv", "a\n" + "".join(f"t{i}\n" for i in range(10_001)))
    with pytest.raises(ArrayRefused, match="more than 10,000 different texts"):
        columns(f"{path}:a")


def test_a_file_without_a_header_has_numbered_columns(file):
    path = file("data.csv", "1,2\n3,4\n")
    assert columns(f"{path}:2") == {"2": [2.0, 4.0]}
    assert "columns are named 1, 2" in notes(path)


def test_columns_of_one_name_are_told_apart(file):
    assert list(columns(file("data.csv", "a,a,,a\n1,2,3,4\n"))) == ["a", "a (2)", "3", "a (4)"]


def test_blank_lines_and_cells_over_several_lines_do_not_matter(file):
    found = columns(file("data.csv", 'a,b\r\n1,"x\ny"\r\n\r\n2,z\r\n'))
    assert found == {"a": [1.0, 2.0], "b": ["x\ny", "z"]}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("a,b\n1,2\n1,2,3\n", "line 3 has 3 cells, the first line 2"),
        ("", "is empty"),
        ("a,b\n", "no row below its first line"),
        (b"PK\x03\x04\0\0\0\0,", "is not text"),
        ('a,b\n"1,2\n' + "x" * (1 << 20) + "\n", "is a quote not closed"),
    ],
    ids=["ragged", "empty", "headline only", "binary", "open quote"],
)
def test_a_wrong_csv_is_refused_in_a_sentence(file, content, why):
    with pytest.raises(BadInput, match=why):
        columns(file("data.csv", content))


# ── JSON lines ────────────────────────────────────────────────────────────────────────────────


def test_json_lines_have_columns_also_where_keys_come_late_or_not_at_all(file):
    rows = [{"a": 1, "b": "x"}, {"a": 2.5, "c": True}, {"a": None, "b": "y", "c": False}]
    found = columns(file("d.jsonl", "".join(json.dumps(row) + "\n" for row in rows)))
    np.testing.assert_array_equal(found["a"], [1, 2.5, np.nan])
    assert found["b"] == ["x", None, "y"]
    np.testing.assert_array_equal(found["c"], [np.nan, 1, 0])


def test_of_json_lines_one_column_may_be_named(file):
    path = file("d.jsonl", '{"a": 1, "b": 2}\n{"b": 3}\n')
    assert columns(f"{path}:b") == {"b": [2.0, 3.0]}
    with pytest.raises(BadInput, match=r"no column 'c'\. It has 'a', 'b'"):
        columns(f"{path}:c")


@pytest.mark.parametrize(
    ("content", "why"),
    [("[1, 2]\n", "row 1 is no JSON object"), ("{\n", "row 1 is no JSON"), ("\n", "is empty")],
)
def test_wrong_json_lines_are_refused(file, content, why):
    with pytest.raises(BadInput, match=why):
        columns(file("d.jsonl", content))


# ── Parquet, numpy ────────────────────────────────────────────────────────────────────────────


def test_parquet_keeps_numbers_texts_and_dates(tmp_path):
    path = tmp_path / "d.parquet"
    pl.DataFrame({"a": [1, None, 3], "组": ["x", "y", None], "l": [[1], [2], [3]]}).write_parquet(
        path
    )
    found = columns(str(path))
    np.testing.assert_array_equal(found["a"], [1, np.nan, 3])
    assert found["组"] == ["x", "y", None]
    assert list(found) == ["a", "组"] and "Left out: l" in notes(str(path))
    assert list(columns(f"{path}:组")) == ["组"]


def test_without_polars_parquet_says_what_to_install(tmp_path, monkeypatch):
    path = tmp_path / "d.parquet"
    path.write_bytes(b"PAR1")
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    with pytest.raises(BadInput, match=r"pip install 'limner\[parquet\]'"):
        columns(str(path))


def test_npz_and_npy_are_read(tmp_path):
    np.savez(tmp_path / "d.npz", a=np.arange(3), b=np.ones((3, 2)), c=np.array([1j, 2, 3]))
    np.save(tmp_path / "d.npy", np.arange(3.0))
    assert columns(f"{tmp_path}/d.npz:a") == {"a": [0, 1, 2]}
    assert list(columns(f"{tmp_path}/d.npz")) == ["a", "b"]
    assert columns(f"{tmp_path}/d.npy") == {"d.npy": [0, 1, 2]}


def test_a_pickle_is_never_opened(tmp_path, file):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("it was unpickled",))

    np.save(tmp_path / "d.npy", np.array([Trap()], dtype=object), allow_pickle=True)
    np.savez(tmp_path / "d.npz", a=np.array([Trap()], dtype=object))
    file("p.npy", pickle.dumps(Trap()))
    for written in ("d.npy", "d.npz:a", "p.npy"):
        with pytest.raises(BadInput, match="Python objects"):
            columns(f"{tmp_path}/{written}")
    assert look(tmp_path / "d.npy").columns[0][1] == "object (a pickle: not read)"
    assert look(tmp_path / "p.npy") is None


@pytest.mark.parametrize("name", ["d.parquet", "d.npz", "d.npy"])
def test_a_file_that_is_not_what_its_name_says_is_refused(file, name):
    for content in (b"", b"hello\n", b"PK\x03\x04 broken", b"PAR1 1234 \xff\xff\xff\x7fPAR1"):
        path = file(name, content)
        with pytest.raises(BadInput):
            columns(path)
        assert look(place_of(path).path) is None


# ── headers ───────────────────────────────────────────────────────────────────────────────────


def test_the_header_of_a_text_tells_names_types_and_rows(file):
    path = place_of(file("d.csv", "身高,组,n\n1.5,甲,1\n2.5,乙,\n")).path
    found = look(path)
    assert found.columns == (
        ("身高", "number", "1.5"),
        ("组", "text", "甲"),
        ("n", "integer", "1"),
    )
    assert (found.rows, found.count, found.about) == (2, 3, False)


def test_of_a_huge_text_only_the_beginning_is_read(tmp_path):
    path = tmp_path / "d.csv"
    with path.open("wb") as stream:
        stream.write(b"a,b\n")
        for _ in range(20):
            stream.write(b"1,2\n" * (1 << 18))
    found = look(path)
    assert found.about and found.rows == pytest.approx(20 * (1 << 18), rel=0.01)
    found = look(_sparse(tmp_path / "s.csv"))
    assert found is None or found.about


def _sparse(path):
    with path.open("wb") as stream:
        stream.write(b"a,b\n1,2\n")
        stream.truncate(1 << 36)
    return path


def test_headers_of_arrays_are_read_without_their_numbers(tmp_path):
    np.savez(tmp_path / "d.npz", a=np.zeros((3, 2), "f4"), b=np.arange(5))
    assert look(tmp_path / "d.npz").columns == (("a", "float32", "3 × 2"), ("b", "int64", "5"))
    np.save(tmp_path / "d.npy", np.zeros(7))
    with (tmp_path / "d.npy").open("r+b") as stream:
        stream.truncate(130)
    assert look(tmp_path / "d.npy").columns == (("d", "float64", "7"),)
    pl.DataFrame({"x": [1, 2], "y": ["a", "b"]}).write_parquet(tmp_path / "d.parquet")
    found = look(tmp_path / "d.parquet")
    assert [c[:2] for c in found.columns] == [("x", "Int64"), ("y", "String")] and found.rows == 2


def test_what_is_no_regular_file_has_no_header(tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    for name in ("pipe.csv", "folder.csv", "missing.csv"):
        assert look(tmp_path / name) is None
