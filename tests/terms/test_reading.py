"""Documents into text: formats, encodings, and what cannot be read."""

from __future__ import annotations

import docx
import pytest

from limner.methods.terms.tokens import tokenize
from limner.protocol import BadInput
from limner.terms import markup
from limner.terms.encoding import Unreadable, decode
from limner.terms.reading import PIECE, documents, read

CHINESE = "操作系统的内核管理内存、进程和设备。\n" * 20
PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R 5 0 R]/Count 2>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 99]/Contents 4 0 R/Resources 7 0 R>>endobj
4 0 obj<</Length 40>>stream
BT /F1 12 Tf 9 50 Td (first page) Tj ET
endstream endobj
5 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 99]/Contents 6 0 R/Resources 7 0 R>>endobj
6 0 obj<</Length 41>>stream
BT /F1 12 Tf 9 50 Td (second page) Tj ET
endstream endobj
7 0 obj<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>endobj
trailer<</Root 1 0 R>>
"""


def text_of(path) -> str:
    return "".join(piece.text for piece in read(path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_is_told_from_the_bytes(tmp_path, encoding):
    file = tmp_path / "a.txt"
    file.write_text(CHINESE, encoding)
    assert text_of(file) == CHINESE


def test_a_file_that_mixes_encodings_is_read_line_by_line():
    mixed = CHINESE.encode("utf-8") + CHINESE.encode("gb18030")
    assert decode(mixed).text == CHINESE * 2
    assert "line by line" in decode(mixed).note


def test_western_text_is_not_taken_for_chinese():
    text = "Les caractères accentués étaient déjà présents à l'été, où naïveté et Noël " * 30
    # which of the western encodings it is, is charset-normalizer's guess
    assert "caract" in decode(text.encode("latin-1")).text
    assert not tokenize(decode(text.encode("latin-1")).text).han.any()


def test_a_binary_file_is_left_out_with_a_sentence(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\x7fELF\0\0\0")
    with pytest.raises(Unreadable, match="not text"):
        read(tmp_path / "a.txt")


@pytest.mark.parametrize(
    ("render", "source", "kept", "blank"),
    [
        (
            markup.markdown,
            "# 内核\n\n`x` 见 [进程](http://a.b/c)\n\n```\ncode\n```\n",
            "进程",
            "code",
        ),
        (markup.tex, "% note\n\\section{内核}\n的 $x^2$ 进程 \\cite{a}", "进程", "cite"),
        (markup.rst, ".. image:: a.png\n   :alt: b\n\n:ref:`进程` 和 ``code``", "进程", "code"),
        (markup.html, "<html><head><title>t</title></head>\n<p>进<b>程</b>", "进程", "title"),
        (markup.plain, "见 https://a.b/c 和 /usr/share/doc 的进程", "进程", "usr"),
    ],
)
def test_markup_is_blank_and_lines_keep_their_numbers(render, source, kept, blank):
    text = render(source)
    assert kept in text
    assert blank not in text
    lines = [number for number, line in enumerate(text.split("\n")) if kept in line]
    wanted = [n for n, line in enumerate(source.split("\n")) if "进" in line and "程" in line]
    assert lines == wanted


def test_paragraphs_and_tables_of_a_docx_are_read(tmp_path):
    document = docx.Document()
    document.add_paragraph("操作系统")
    document.add_table(1, 1).rows[0].cells[0].text = "内核"
    document.save(str(tmp_path / "a.docx"))
    (piece,) = read(tmp_path / "a.docx")
    assert (piece.text, piece.unit) == ("操作系统\n内核", "paragraph")


def test_pages_of_a_pdf_are_read_and_a_broken_one_is_left_out(tmp_path):
    (tmp_path / "a.pdf").write_bytes(PDF)
    (piece,) = read(tmp_path / "a.pdf")
    assert (piece.text.split("\f"), piece.unit) == (["first page", "second page"], "page")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.4 no")
    with pytest.raises(Unreadable, match="PDF"):
        read(tmp_path / "b.pdf")
    (tmp_path / "b.docx").write_bytes(b"no")
    with pytest.raises(Unreadable, match="docx"):
        read(tmp_path / "b.docx")


def test_a_missing_library_is_named_with_the_extra(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    (tmp_path / "a.pdf").write_bytes(PDF)
    with pytest.raises(Unreadable, match=r"limner\[documents\]"):
        read(tmp_path / "a.pdf")


def test_an_endless_line_comes_in_pieces(tmp_path):
    (tmp_path / "a.txt").write_text("内核" * (3 * PIECE), "utf-8")
    pieces = [*read(tmp_path / "a.txt")]
    assert sum(len(piece.text) for piece in pieces) == 6 * PIECE
    assert {piece.line for piece in pieces} == {1}
    assert max(len(piece.text) for piece in pieces) <= PIECE


def test_pieces_know_the_lines_that_they_begin_on(tmp_path):
    lines = [f"第{number}行" + "字" * 1000 for number in range(4000)]
    (tmp_path / "a.txt").write_text("\n".join(lines), "utf-8")
    for piece in read(tmp_path / "a.txt"):
        assert piece.text.startswith(f"第{piece.line - 1}行")


def test_folders_give_readable_files_and_no_hidden_ones(tmp_path):
    for name in ("a.md", "b.py", ".c.txt", "d/e.TXT", "node_modules/f.md", ".git/g.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    found = documents([tmp_path, tmp_path / "b.py", tmp_path / "a.md"])
    assert [file.relative_to(tmp_path).as_posix() for file in found] == ["a.md", "d/e.TXT", "b.py"]
    with pytest.raises(BadInput, match="does not exist"):
        documents([tmp_path / "none"])
