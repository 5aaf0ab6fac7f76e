"""A `*.terms.toml` is read line by line, and written without touching what else is in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.protocol import BadInput
from limner.terms.deciding import decide, merge, put, undo
from limner.terms.decisions import Complaint, parse, read
from limner.terms.where import decided_file

WRITTEN = """\
# 术语
accepted = [
  "进程",   # 第一
  "page table",
]

[variants]
"账户" = ["帐户"]  # 两种写法
"""


def edited(folder, *edits) -> str:
    for edit in edits:
        change = decide(folder, "said", edit)
    return change.path.read_text("utf-8")


def test_comments_and_order_stay(tmp_path):
    (tmp_path / "ours.terms.toml").write_text(WRITTEN, "utf-8")
    text = edited(tmp_path, put("虚拟内存", "accepted"), put("进程 ", "rejected"))
    assert (
        "# 术语" in text and "# 两种写法" in text and text.index("page table") < text.index("虚拟")
    )
    assert "进程" not in parse(text).accepted
    assert parse(text).rejected == ("进程 ",)
    assert parse(text).variants == {"账户": ("帐户",)}


def test_line_ends_and_names_stay(tmp_path):
    file = tmp_path / "ours.terms.toml"
    file.write_bytes(b'accepted = ["a b"]\r\n# c\r\n')
    edited(tmp_path, put("cd", "accepted"))
    assert file.read_bytes() == b'accepted = ["a b", "cd"]\r\n# c\r\n'
    assert decided_file(tmp_path) == file


def test_a_term_is_accepted_rejected_or_a_spelling_never_two_of_them(tmp_path):
    edited(tmp_path, put("账户", "accepted"), put("帐户", "accepted"), merge("帐户", "账户"))
    decided = read(decided_file(tmp_path))
    assert (decided.accepted, decided.variants) == (("账户",), {"账户": ("帐户",)})
    edited(tmp_path, put("帐户", "rejected"))
    decided = read(decided_file(tmp_path))
    assert (decided.rejected, decided.variants, decided.complaints) == (("帐户",), {}, ())
    edited(tmp_path, put("帐户", None), put("账户", "seeds"))
    assert read(decided_file(tmp_path)).rejected == ()
    assert read(decided_file(tmp_path)).seeds == ("账户",)


def test_spellings_go_along_when_their_term_is_merged(tmp_path):
    edited(tmp_path, merge("b b", "a a"), merge("a a", "d d"))
    assert read(decided_file(tmp_path)).variants == {"d d": ("a a", "b b")}
    edited(tmp_path, merge("c c", "b b"))  # itself a spelling
    assert read(decided_file(tmp_path)).variants == {"d d": ("a a", "b b", "c c")}


def test_undoing_puts_the_file_back_or_refuses(tmp_path):
    file = tmp_path / "lexicon.terms.toml"
    first = decide(tmp_path, "one", put("进程", "accepted"))
    second = decide(tmp_path, "two", put("内存", "accepted"))
    undo(second)
    assert file.read_text("utf-8") == first.after
    file.write_text(first.after + "# mine\n", "utf-8")
    with pytest.raises(BadInput, match="changed since"):
        undo(first)
    file.write_text(first.after, "utf-8")
    undo(first)
    assert not file.exists()


def test_a_broken_file_is_not_written(tmp_path):
    file = tmp_path / "x.terms.toml"
    file.write_text('accepted = ["a\n', "utf-8")
    with pytest.raises(BadInput, match="broken"):
        decide(tmp_path, "said", put("b", "accepted"))
    assert file.read_text("utf-8") == 'accepted = ["a\n'
    (complaint,) = read(file).complaints
    assert complaint.line == 1
    file.write_bytes(b"accepted = ['\xff']")
    assert read(file).complaints == (Complaint(1, "is not UTF-8: save it as such."),)


def test_a_read_only_folder_is_said(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("limner.atomic.open", refuse, raising=False)
    with pytest.raises(BadInput, match="cannot be written: Permission denied"):
        decide(tmp_path, "said", put("b", "accepted"))


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "secret").write_text('accepted = ["x"]', "utf-8")
    home = tmp_path / "home"
    home.mkdir()
    (home / "a.terms.toml").symlink_to(tmp_path / "secret")
    assert decided_file(home) is None


names = st.text(min_size=1, max_size=12).filter(lambda text: text.isprintable() and text.strip())


@given(st.lists(st.tuples(names, st.sampled_from(["accepted", "rejected", "seeds", None]))))
def test_what_is_decided_last_counts(tmp_path_factory, decisions):
    folder = tmp_path_factory.mktemp("folder")
    from limner.methods.terms.matching import fold

    last = {}
    for term, kind in decisions:
        if not fold(term):
            continue
        decide(folder, "said", put(term, kind))
        if kind != "seeds":
            last[fold(term)] = kind
    decided = read(folder / "lexicon.terms.toml")
    assert not decided.complaints
    for kind in ("accepted", "rejected"):
        expected = {term for term, said in last.items() if said == kind}
        assert {fold(term) for term in getattr(decided, kind)} == expected
