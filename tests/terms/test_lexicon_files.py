"""Lexicons as files: what is written is read again, and broken files lose little."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from limner.methods.terms.matching import fold
from limner.methods.terms.results import Sentence, Term
from limner.methods.terms.surfaces import language
from limner.protocol import BadInput
from limner.terms.entry import Entry, entry_of, language_of
from limner.terms.export import FORMATS, format_of, suffix_of, write
from limner.terms.importing import MOST_BYTES, MOST_COMPLAINTS, READERS, Imported, read_lexicon

MINED = Term(
    term="文件系统<&>",
    count=40,
    language="zh",
    score=11.5,
    unit=2.0,
    whole=30,
    pmi=4.5,
    split=("文件", "系统"),
    left_entropy=3.0,
    right_entropy=2.0,
    nested_in=None,
    nested_share=0.0,
    c_value=40.0,
    background=3,
    ratio=72.0,
    delta=5.0,
    z=14.0,
    sentences=(Sentence(text="挂载 <文件系统>。", start=3, end=7, path="a\tb.md", line=7),),
)
ENTRIES = (
    entry_of(MINED),
    Entry("账户", "zh", "accepted", ("帐户", "帐号")),
    Entry("窗口中输入", "zh", "rejected"),
    Entry("IP 地址", "mixed", "candidate", ("IP", "互联网地址")),
    Entry("file system", "en", "accepted", ("filesystem",)),
)
ODD = ("a\tb", 'say "so"', "<term>&amp;", "emoji 😀", "back\\tslash\\", "a|b\\|c", "x\ny", "‮turn")


def written(tmp_path: Path, form: str, entries) -> Path:
    path = tmp_path / f"l{suffix_of(form)}"
    write(path, FORMATS[form](entries))
    assert format_of(path) == form
    return path


def told(entries) -> list[tuple[str, str, set[str]]]:
    return [(one.term, one.status, {*one.variants}) for one in entries]


@pytest.mark.parametrize("form", ["tsv", "tbx", "json"])
def test_what_is_written_is_read_again(tmp_path, form):
    odd = [Entry(term, language(term), "accepted", (f"{term} 2",)) for term in ODD]
    found = read_lexicon(written(tmp_path, form, [*ENTRIES, *odd]))
    assert found.complaints == ()
    assert told(found.entries) == told([*ENTRIES, *odd])
    assert [one.language for one in found.entries] == [one.language for one in [*ENTRIES, *odd]]


def test_json_keeps_figures_and_sentences(tmp_path):
    assert read_lexicon(written(tmp_path, "json", ENTRIES)).entries == ENTRIES


def test_a_dictionary_of_jieba_has_the_words_and_variants_that_are_not_rejected(tmp_path):
    found = read_lexicon(written(tmp_path, "jieba", ENTRIES))
    words = {one.term for one in found.entries}
    assert words == {"账户", "帐户", "帐号", "IP", "互联网地址", "filesystem"}


TERMS = st.text(st.sampled_from("内核系统aZ9 <>&\"'|\\\t\n\r😀é-/#"), min_size=1, max_size=9)
NAMES = st.lists(TERMS.map(str.strip).filter(fold), min_size=1, max_size=8, unique_by=fold)
STATUSES = st.sampled_from(("candidate", "accepted", "rejected"))


@given(NAMES, STATUSES, st.sampled_from(("tsv", "tbx", "json")))
@settings(max_examples=200, deadline=None)
def test_any_terms_come_back(names, status, form):
    term, *variants = names
    entries = [Entry(term, language(term), status, tuple(variants)), *map(Entry, "甲乙丙")]
    rows = [row for _, row in READERS[form](FORMATS[form](entries))]
    assert told(rows) == told(entries)


@given(st.lists(st.text(max_size=9), max_size=5), st.sampled_from(sorted(FORMATS)))
@settings(max_examples=200, deadline=None)
def test_any_text_at_all_can_be_written_and_read(texts, form):
    entries = [Entry(text, variants=tuple(texts)) for text in [*texts, "\ud800", "\0", "\ufffe"]]
    text = FORMATS[form](entries)
    text.encode("utf-8")
    for _, row in READERS[form](text):
        assert isinstance(row, Entry | str)


@given(st.text(max_size=200), st.sampled_from(sorted(READERS)))
@settings(max_examples=200, deadline=None)
def test_no_text_makes_a_reader_fail(text, form):
    text = text.encode("utf-8", "replace").decode("utf-8")
    for place, _ in READERS[form](text):
        assert place.split()[0] in ("line", "term")


@given(st.text("内核aZ -9/é", min_size=1, max_size=6))
def test_the_short_way_to_a_language_is_the_long_one(term):
    assert language_of(term) == language(term)


# ── jieba itself ──────────────────────────────────────────────────────────────────────────────

SMALL = "操作 99\n系统 999\n文件 999\n文 99\n管理 900\n在 90000\n的 90000\n"


def tokenizer_with(tmp_path: Path, dictionary: str) -> jieba.Tokenizer:
    (tmp_path / "small").write_text(SMALL, "utf-8")
    (tmp_path / "user.dict").write_text(dictionary, "utf-8", newline="\n")
    tokenizer = jieba.Tokenizer(str(tmp_path / "small"))
    tokenizer.tmp_dir = str(tmp_path)
    with (tmp_path / "user.dict").open("rb") as file:
        tokenizer.load_userdict(file)
    return tokenizer


def test_jieba_cuts_the_words_whole(tmp_path):
    terms = [
        "文件系统管理",
        "文件系统",
        "操作系统",
        "IP地址",
        "C++",
        "TCP/IP",
        "file system",
        "系统😀",
    ]
    dictionary = FORMATS["jieba"]([Entry(term) for term in terms])
    words = dictionary.split()
    assert words == ["C++", "文件系统", "操作系统", "IP地址", "文件系统管理"]
    tokenizer = tokenizer_with(tmp_path, dictionary)
    for word in words:
        assert word in tokenizer.lcut(f"在{word}的"), word


@given(st.lists(st.text("文件系统管理在的aB9+", min_size=2, max_size=7), max_size=12))
@settings(max_examples=60, deadline=None)
def test_jieba_cuts_any_words_whole(tmp_path_factory, words):
    dictionary = FORMATS["jieba"]([Entry(word) for word in words])
    tokenizer = tokenizer_with(tmp_path_factory.mktemp("jieba"), dictionary)
    assert all(tokenizer.lcut(word) == [word] for word in dictionary.split())


# ── TBX against its published schema ──────────────────────────────────────────────────────────

NS = "{urn:iso:std:iso:30042:ed-2}"
LEVELS = {  # element: what may stand in it, in this order, as ISO 30042's core structure has it
    "tbx": ("tbxHeader", "text"),
    "tbxHeader": ("fileDesc",),
    "fileDesc": ("sourceDesc",),
    "sourceDesc": ("p",),
    "text": ("body",),
    "body": ("conceptEntry",),
    "conceptEntry": ("langSec",),
    "langSec": ("termSec",),
    "termSec": ("term", "termNote", "descripGrp", "note"),
    "descripGrp": ("descrip", "admin"),
}
TYPES = {
    "termNote": {"administrativeStatus"},
    "descrip": {"context"},
    "admin": {"source"},
    "tbx": {"TBX-Basic"},
}
STATUS = {f"{one}Term-admn-sts" for one in ("preferred", "admitted", "deprecated")}


def test_tbx_has_the_levels_and_categories_of_tbx_basic():
    root = etree.fromstring(FORMATS["tbx"](ENTRIES).encode("utf-8"))
    assert (root.tag, root.get("style")) == (f"{NS}tbx", "dca")
    for element in root.iter():
        name = element.tag.removeprefix(NS)
        inside = [child.tag.removeprefix(NS) for child in element]
        order = LEVELS.get(name, ())
        assert inside == sorted(inside, key=order.index), name
        assert element.get("type") in TYPES.get(name, {None})
        if name == "termNote":
            assert element.text in STATUS
    ids = [concept.get("id") for concept in root.iter(f"{NS}conceptEntry")]
    assert len({*ids}) == len(ENTRIES)
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    tags = [[one.get(lang) for one in c] for c in root.iter(f"{NS}conceptEntry")]
    assert tags == [["zh"], ["zh"], ["zh"], ["zh", "en"], ["en"]]


@pytest.mark.skipif(
    "LIMNER_TBX_SCHEMAS" not in os.environ,
    reason="LIMNER_TBX_SCHEMAS names no folder with the RELAX NG of TBX (LTAC-Global publishes it)",
)
@pytest.mark.parametrize("entries", [ENTRIES, [Entry(term) for term in (*ODD, "\ud800\0")]])
def test_tbx_is_valid_by_the_published_schemas(entries):
    schemas = sorted(Path(os.environ["LIMNER_TBX_SCHEMAS"]).glob("*.rng"))
    assert schemas
    document = etree.fromstring(FORMATS["tbx"](entries).encode("utf-8"))
    for schema in schemas:
        etree.RelaxNG(file=str(schema)).assertValid(document)


THEIRS = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE martif SYSTEM "http://localhost:9/TBXcoreStructV02.dtd">
<martif type="TBX" xml:lang="en"><text><body>
<termEntry id="a"><langSet xml:lang="en"><tig><term>old name</term>
<termNote type="administrativeStatus">supersededTerm-admn-sts</termNote></tig>
<tig><term>new <hi>name</hi></term>
<termNote type="partOfSpeech">noun</termNote>
<termNote type="normativeAuthorization">preferredTerm</termNote></tig></langSet></termEntry>
<termEntry id="b"><langSet xml:lang="en"></langSet></termEntry>
</body></text></martif>"""
DCT = """<tbx style="dct" xmlns="urn:iso:std:iso:30042:ed-2" xmlns:min="http://x"><text><body>
<conceptEntry><langSec xml:lang="zh"><termSec><term>内核</term>
<min:administrativeStatus>deprecatedTerm-admn-sts</min:administrativeStatus></termSec></langSec>
</conceptEntry></body></text></tbx>"""


def imported(tmp_path: Path, name: str, data: str | bytes) -> Imported:
    (tmp_path / name).write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return read_lexicon(tmp_path / name)


def test_tbx_of_other_tools_is_read(tmp_path):
    found = imported(tmp_path, "a.tbx", THEIRS)
    assert told(found.entries) == [("new name", "accepted", {"old name"})]
    assert found.complaints == ("line 9: is a concept without a term: left out.",)
    assert told(imported(tmp_path, "b.xml", DCT).entries) == [("内核", "rejected", set())]


def test_entities_are_not_read_and_nothing_outside_is(tmp_path):
    (tmp_path / "secret").write_text("秘密")
    outside = f'<!DOCTYPE a [<!ENTITY e SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
    bomb = '<!DOCTYPE a [<!ENTITY e "ha"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;">]>'
    for declared in (outside, bomb):
        found = imported(tmp_path, "a.tbx", f"{declared}\n{DCT.replace('内核', '&e;')}")
        assert found.entries == ()
        assert found.complaints[0].startswith("line 1: declares an entity")


# ── broken files ──────────────────────────────────────────────────────────────────────────────


def test_concepts_before_the_break_are_kept(tmp_path):
    whole = FORMATS["tbx"](ENTRIES)
    found = imported(tmp_path, "a.tbx", whole[: whole.index("窗口中")])
    assert told(found.entries) == told(ENTRIES[:2])
    assert "is not well-formed XML" in found.complaints[0]
    assert "there is no conceptEntry" in imported(tmp_path, "b.tbx", "<a/>").complaints[0]


def test_lines_of_a_broken_json_are_kept(tmp_path):
    lines = FORMATS["json"](ENTRIES).split("\n")
    lines[2] = lines[2].replace('"status"', "status")
    found = imported(tmp_path, "a.json", "\n".join(lines))
    assert told(found.entries) == told([ENTRIES[0], *ENTRIES[2:]])
    assert found.complaints[0].startswith("line 3: is no JSON")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("7", "there is no list of terms"),
        ('{"terms": 7}', "there is no list of terms"),
        ('[{"x": 1}]', "term 1: {"),
        ('["a", {"term": "b", "variants": 7}]', "term 2: b: variants must be a list"),
        ('["a", {"term": "b", "status": "maybe"}]', "term 2: b: 'maybe' is none of"),
        ('["a", {"term": "b", "status": ["x"]}]', "is none of"),
        ('[{"term": "b", "count": "many"}]', "term 1: b: Expected"),
        ("[" * 100_000, "line 1: is no JSON"),
    ],
)
def test_json_that_is_no_lexicon_says_so(tmp_path, data, sentence):
    assert sentence in imported(tmp_path, "a.json", data).complaints[0]


def test_a_broken_line_is_complained_of_and_the_others_are_kept(tmp_path):
    lines = FORMATS["tsv"](ENTRIES).split("\n")
    lines[2] = "half a line"
    lines[3] = lines[3].replace("rejected", "perhaps")
    found = imported(tmp_path, "a.tsv", "\r\n".join(lines))
    assert told(found.entries) == told([ENTRIES[0], *ENTRIES[3:]])
    assert [one.split(":")[0] for one in found.complaints] == ["line 3", "line 4"]


def test_a_table_of_another_tool_is_read_by_its_columns(tmp_path):
    table = "status\tterm\tnote\naccepted\tC:\\temp\t\n\n\t内核\tx\n"
    found = imported(tmp_path, "a.tsv", table)
    assert told(found.entries) == [("C:\\temp", "accepted", set()), ("内核", "candidate", set())]
    assert told(imported(tmp_path, "b.tsv", "内核\t5\n进程\n").entries) == [
        ("内核", "candidate", set()),
        ("进程", "candidate", set()),
    ]
    assert imported(tmp_path, "c.tsv", "") == Imported((), ())


def test_what_stands_twice_is_said(tmp_path):
    found = imported(tmp_path, "a.dict", "内核 5 n\n进程 7\nKernel\nkernel n\n，\n" + "长" * 201)
    assert [one.term for one in found.entries] == ["内核", "进程", "Kernel"]
    assert found.complaints[0] == "line 4: kernel is in line 3 already, which is kept."
    assert "line 5: '，' is no term" in found.complaints[1]
    assert "line 6" in found.complaints[2] and len(found.complaints[2]) < 150


def test_complaints_end_somewhere(tmp_path):
    found = imported(tmp_path, "a.dict", "内核\n" * 5000)
    assert len(found.complaints) == MOST_COMPLAINTS + 1
    assert found.complaints[-1] == "and 4,899 more of this kind."


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
@pytest.mark.parametrize("form", sorted(READERS))
def test_encodings_are_those_of_documents(tmp_path, form, encoding):
    entries = [Entry("文件系统"), Entry("操作系统", "zh"), Entry("内核")]
    data = FORMATS[form](entries).encode(encoding)
    found = imported(tmp_path, f"a{suffix_of(form)}", data)
    assert {one.term for one in found.entries} == {"文件系统", "操作系统", "内核"}
    assert found.complaints == ()


def test_files_that_are_not_lexicons_are_one_sentence(tmp_path):
    (tmp_path / "binary.tsv").write_bytes(b"\x7fELF\0\0")
    with pytest.raises(BadInput, match="is not text"):
        read_lexicon(tmp_path / "binary.tsv")
    with pytest.raises(BadInput, match="cannot be read: No such file"):
        read_lexicon(tmp_path / "none.tsv")
    with pytest.raises(BadInput, match="cannot be read"):
        read_lexicon(tmp_path)
    with (tmp_path / "large.tsv").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(BadInput, match="larger than 32 MB"):
        read_lexicon(tmp_path / "large.tsv")


def test_a_file_is_whole_or_as_before(tmp_path, monkeypatch):
    path = written(tmp_path, "json", ENTRIES)
    before = path.read_text("utf-8")
    monkeypatch.setattr(os, "replace", lambda a, b: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(BadInput, match="cannot be written: full"):
        write(path, "new")
    assert path.read_text("utf-8") == before
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    assert json.loads(before)["method"] == "terms"
