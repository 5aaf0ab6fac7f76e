from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from limner.labelling.table import Table, columns_of, format_of, read_table
from limner.labelling.textfile import read_text_file, write_text_file
from limner.protocol import TableRefused
from limner.text.edits import apply_edits


def tsv(text: str, **options: object) -> Table:
    named = {"text_column": "text", "label_column": "label", **options}
    return read_table(text, "tsv", **named)  # type: ignore[arg-type]


def csv_of(text: str) -> Table:
    return read_table(text, "csv", text_column="text", label_column="label")


def jsonl(text: str) -> Table:
    return read_table(text, "jsonl", text_column="text", label_column="label")


def relabelled(table: Table, labels: dict[int, str]) -> str:
    return apply_edits(table.text, table.relabel(labels))


CELL = st.text(alphabet=st.sampled_from([*'ab好😀,;\t"\r\n \u2028']), max_size=8)
ROWS = st.lists(st.tuples(CELL, CELL.map(str.strip), CELL), min_size=1, max_size=6)


@given(ROWS, st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]), st.sampled_from(["\n", "\r\n"]))
def test_csv_is_read_as_the_standard_library_reads_it(
    rows: list[tuple[str, str, str]], quoting: int, end: str
) -> None:
    # the library's writer leaves a lone \r without quotes, and its reader ends a line there
    assume(quoting == csv.QUOTE_ALL or not any("\r" in cell for row in rows for cell in row))
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerow(["id,", "label", "text"])
    writer.writerows(rows)
    table = csv_of(out.getvalue())
    assert not table.troubles
    read = [*csv.reader(io.StringIO(out.getvalue(), newline=""))][1:]
    assert [(row.text, row.label) for row in table.rows] == [
        (cells[2], cells[1].strip()) for cells in read if cells
    ]


@given(ROWS, CELL, st.integers(0, 5))
def test_only_the_label_changes(rows: list[tuple[str, str, str]], label: str, at: int) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["id", "label", "text"])
    writer.writerows(rows)
    table = csv_of(out.getvalue())
    index = at % len(table.rows)
    after = relabelled(table, {index: label})
    read = [*csv.reader(io.StringIO(after, newline=""))]
    expected = [["id", "label", "text"], *map(list, rows)]
    expected[index + 1][1] = label
    assert read == expected


def test_quotes_in_a_tsv_belong_to_the_text_unless_they_are_around_all_of_it() -> None:
    table = tsv('label\ttext\n\t"好的" 他说\n\t"a ""b"""\npos\t"开" 和 "关"\n')
    assert [row.text for row in table.rows] == ['"好的" 他说', 'a "b"', '"开" 和 "关"']


def test_lines_end_as_the_protocol_says_and_stay_as_they_are() -> None:
    text = "\ufefflabel\ttext\r\n\t一\u2028二😀\n\n\t三\r\t四"
    table = tsv(text)
    assert [(row.line, row.text) for row in table.rows] == [
        (1, "一\u2028二😀"),
        (3, "三"),
        (4, "四"),
    ]
    assert relabelled(table, {0: "好", 2: "坏"}) == (
        "\ufefflabel\ttext\r\n好\t一\u2028二😀\n\n\t三\r坏\t四"
    )


def test_a_label_that_has_no_cell_yet_gets_its_delimiters() -> None:
    table = tsv("text\tid\tlabel\n好\n坏\t2\n")
    assert relabelled(table, {0: "pos", 1: "neg"}) == "text\tid\tlabel\n好\t\tpos\n坏\t2\tneg\n"


def test_an_open_quote_is_reported_and_does_not_swallow_the_rest() -> None:
    table = csv_of('label,text\n,"一\n,二\npos,"三,\n四"\n')
    assert [row.text for row in table.rows] == ["二", "三,\n四"]
    (trouble,) = table.troubles
    assert trouble.line == 1 and "not closed" in trouble.said


def test_a_line_without_a_text_is_left_out_and_said() -> None:
    table = tsv("label\ttext\npos\nneg\t坏\n")
    assert [row.text for row in table.rows] == ["坏"]
    assert "column 2" in table.troubles[0].said


def test_labels_are_quoted_where_the_file_does_so() -> None:
    text = 'label,text\n"pos","好"\n"neg","坏"\n"","中"\n'
    assert relabelled(csv_of(text), {2: "pos"}) == text.replace('"",', '"pos",')


def test_a_semicolon_separates_where_the_header_has_it() -> None:
    assert [row.text for row in csv_of("label;text\npos;a, b\n").rows] == ["a, b"]


def test_columns_may_be_numbers_where_there_is_no_header() -> None:
    table = read_table("pos\t好\n\t坏\n", "tsv", text_column=2, label_column=1, header=False)
    assert [(row.label, row.text) for row in table.rows] == [("pos", "好"), ("", "坏")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("label\tsentence\n\t好\n", "label, sentence"),
        ("", "empty"),
        ("label\ttext\n", "no row"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(text: str, said: str) -> None:
    with pytest.raises(TableRefused, match=said):
        tsv(text)


def test_text_and_label_are_two_columns() -> None:
    with pytest.raises(TableRefused, match="same column"):
        tsv("text\n好\n", label_column="text")


def test_json_lines_keep_their_spacing_and_order() -> None:
    text = (
        '{"text": "好", "id": 1}\n{ "label" : null, "text":"坏😀" }\r\n{"text":"中","label":"neg"}'
    )
    table = jsonl(text)
    assert [row.label for row in table.rows] == ["", "", "neg"]
    assert relabelled(table, {0: "pos", 1: "neg", 2: "正"}) == (
        '{"text": "好", "id": 1, "label": "pos"}\n'
        '{ "label" : "neg", "text":"坏😀" }\r\n'
        '{"text":"中","label":"正"}'
    )


def test_json_labels_that_are_numbers_stay_numbers() -> None:
    table = jsonl('{"text": "a", "label": 1}\n{"text": "b"}\n')
    assert table.rows[0].label == "1"
    assert json.loads(relabelled(table, {1: "0"}).split("\n")[1])["label"] == 0


def test_json_that_is_escaped_stays_ascii() -> None:
    table = jsonl('{"text": "\\u597d"}\n')
    assert table.rows[0].text == "好"
    assert relabelled(table, {0: "正"}) == '{"text": "\\u597d","label":"\\u6b63"}\n'.replace(
        ',"label":', ',"label": '
    )


def test_broken_json_is_said_with_its_line() -> None:
    table = jsonl('{"text": "a"}\n{"text": \n[1]\n{"text": 3}\n')
    assert [trouble.line for trouble in table.troubles] == [1, 2, 3]
    assert len(table.rows) == 1


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["text", "label", "id", "好"]), st.text(max_size=5)),
        min_size=1,
        max_size=5,
    ),
    st.booleans(),
)
def test_an_object_with_a_new_label_is_the_same_object(
    objects: list[dict[str, str]], ascii: bool
) -> None:
    objects = [{**one, "text": "t"} for one in objects]
    text = "".join(json.dumps(one, ensure_ascii=ascii) + "\n" for one in objects)
    table = jsonl(text)
    after = relabelled(table, {row.index: "新" for row in table.rows})
    read = [json.loads(line) for line in after.split("\n") if line]
    assert read == [{**one, "label": "新"} for one in objects]


def test_the_row_at_a_place() -> None:
    table = tsv("label\ttext\n\t好\n\t坏\n")
    found = table.row_at(table.text.index("坏"))
    assert found and found.text == "坏"
    assert table.row_at(0) is None


def test_formats_go_by_the_suffix() -> None:
    assert format_of("a/b.TSV") == "tsv"
    with pytest.raises(TableRefused, match=r"\.jsonl"):
        format_of("a.xlsx")
    assert columns_of("\ufeffa,b\n1,2\n", "csv") == ("a", "b")
    assert columns_of('{"a": 1, "b": 2}\n', "jsonl") == ("a", "b")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be"])
def test_a_file_keeps_its_encoding_and_line_ends(tmp_path: Path, encoding: str) -> None:
    text = "label\ttext\r\n\t房间很好\n\t差\r\n"
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    path = tmp_path / "data.tsv"
    path.write_bytes((mark + text).encode(encoding))
    read = read_text_file(path)
    table = tsv(read.text)
    write_text_file(path, relabelled(table, {0: "好"}), read)
    assert path.read_bytes() == (mark + text.replace("\r\n\t房", "\r\n好\t房")).encode(encoding)


def test_a_file_that_changed_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "data.tsv"
    path.write_text("label\ttext\n\t好\n", "utf-8")
    read = read_text_file(path)
    path.write_text("label\ttext\n\t很好\n", "utf-8")
    with pytest.raises(TableRefused, match="changed on disk"):
        write_text_file(path, "x", read)
    assert path.read_text("utf-8") == "label\ttext\n\t很好\n"


def test_a_link_stays_a_link_and_a_mode_a_mode(tmp_path: Path) -> None:
    path, link = tmp_path / "data.tsv", tmp_path / "link.tsv"
    path.write_text("a", "utf-8")
    path.chmod(0o640)
    link.symlink_to(path)
    write_text_file(link, "b", read_text_file(link))
    assert link.is_symlink() and path.read_text("utf-8") == "b"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_label_that_the_encoding_cannot_write_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "data.tsv"
    path.write_bytes("标\t文\n".encode("gb18030"))
    read = read_text_file(path)
    with pytest.raises(TableRefused, match="UTF-8"):
        write_text_file(path, "\ud800", read)
    with pytest.raises(TableRefused, match="regular file"):
        read_text_file(tmp_path)
