"""Matching: what is found is what an exhaustive search finds, place by place."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.methods.terms.matching import Match, Matcher, fold, numbers

HAN = re.compile("[\u4e00-\u9fff]")


def texts(page: str, matcher: Matcher, **more) -> list[str]:
    return [page[match.start : match.end] for match in matcher.find(page, **more)]


def is_word(character: str) -> bool:
    return character.isalnum() and not HAN.match(character)


def by_search(page: str, terms: list[str], preferred: list[bool]) -> list[Match]:
    """Every place of every term, tier by tier leftmost, then longest."""
    chosen: list[Match] = []
    for tier in (True, False):
        free = 0
        for start in range(len(page)):
            fits = [
                Match(start, start + len(term), k)
                for k, term in enumerate(terms)
                if preferred[k] is tier and page.startswith(term, start) and start >= free
                if not (is_word(term[0]) and start and is_word(page[start - 1]))
                if not (
                    is_word(term[-1])
                    and start + len(term) < len(page)
                    and is_word(page[start + len(term)])
                )
                if not any(start < m.end and start + len(term) > m.start for m in chosen)
            ]
            if fits:
                best = max(fits, key=lambda match: (match.end, -match.term))
                chosen.append(best)
                free = best.end
    return sorted(chosen)


pieces = st.lists(st.sampled_from(["ab", "abc", "b", "操", "作", "系", "，", "+"]), min_size=1)


@given(
    st.lists(pieces.map("".join), min_size=1, max_size=8, unique=True),
    st.lists(st.booleans(), min_size=8, max_size=8),
    st.lists(st.sampled_from(["ab", "abc", "b", "操", "作", "系", "，", "+", "。"]), max_size=30),
)
@settings(max_examples=400)
def test_what_is_found_is_what_a_search_finds(terms, preferred, page):
    text = "".join(page)
    found = Matcher(terms, preferred, plurals=False).find(text)
    assert found == by_search(text, terms, preferred)


@given(st.text("操作 -\tab\r\nＡ😀。", max_size=60))
def test_places_are_those_of_the_page(page):
    matcher = Matcher(["操作", "ab", "a b", "ab操作"], plurals=False)
    end = 0
    for match in matcher.find(page):
        assert end <= match.start < match.end <= len(page)
        end = match.end
        found = fold(page[match.start : match.end])
        assert found == fold(["操作", "ab", "a b", "ab操作"][match.term])


@given(st.text(), st.lists(st.text(), max_size=5))
def test_no_text_and_no_term_is_too_odd(page, terms):
    matcher = Matcher(terms)
    matcher.find(page)
    matcher.find(page, list)


@pytest.mark.parametrize(
    ("term", "page", "found"),
    [
        ("IP地址", "请填 IP 地址。", ["IP 地址"]),
        ("IP 地址", "ip地址", ["ip地址"]),
        ("file system", "A file-\n   system; File  Systems", ["file-\n   system", "File  Systems"]),
        ("file system", "file\n\nsystem, file.system", []),
        ("ＵＲＬ", "url，URLs，ＵＲＬ", ["url", "URLs", "ＵＲＬ"]),
        ("C++", "C++ and xC++", ["C++"]),
        ("process", "processes preprocess process_id", ["processes"]),
        ("entry", "entries, reentry", ["entries"]),
        ("操作系统", "操作 系统、操作\n系统", []),
        ("𠀀字", "😀𠀀字", ["𠀀字"]),
        ("café", "CAFÉ cafés", ["CAFÉ"]),
        ("İzmir", "in İzmir", ["İzmir"]),
        ("node.js", "Node.js", ["Node.js"]),
    ],
)
def test_terms_are_compared_folded(term, page, found):
    assert texts(page, Matcher([term])) == found


def test_numbers_are_regular_and_can_be_left_alone():
    assert numbers("file system") == ["file systems"]
    assert numbers("class") == ["classes"]
    assert numbers("classes") == ["class"]
    assert numbers("status") == ["statuses"]
    assert numbers("policy") == ["policies"]
    assert numbers("files") == ["file"]
    assert numbers("操作系统") == []
    assert texts("files", Matcher(["file"], plurals=False)) == []


def test_a_term_of_its_own_goes_before_anothers_plural():
    page = "windows"
    (match,) = Matcher(["window", "windows"]).find(page)
    assert match.term == 1


def test_accepted_terms_go_before_longer_mined_ones():
    page = "文件系统类型"
    assert texts(page, Matcher(["文件系统类型", "文件系统"])) == ["文件系统类型"]
    assert texts(page, Matcher(["文件系统类型", "文件系统"], [False, True])) == ["文件系统"]


def test_words_settle_what_crosses_them():
    from limner.text.chinese import chinese_words

    page = "这些产品和服务。\n她穿着和服。"
    matcher = Matcher(["和服", "服务"])
    assert texts(page, matcher) == ["和服", "和服"]
    assert texts(page, matcher, words=chinese_words) == ["服务", "和服"]


def test_a_matcher_is_made_from_another_ones_work():
    one = Matcher(["文件系统", "page table"])
    more = Matcher(["文件系统", "page table", "virtual memory"], like=one)
    assert texts("page tables in virtual memory", more) == ["page tables", "virtual memory"]
    assert texts("page tables in virtual memory", one) == ["page tables"]


def test_an_empty_lexicon_finds_nothing():
    assert Matcher([]).find("text") == []
    assert Matcher(["", " ", "\n"]).find("a b") == []
