import io
import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
from rich.console import Console

from limner.protocol import Attribution, Piece
from limner.render import terminal
from limner.render.html import to_html, to_page
from limner.render.json import to_dict, to_json
from limner.render.runs import columns
from limner.render.svg import to_svg
from limner.render.terminal import to_text
from render.samples import attribution, long, truncated, two_baselines, two_labels

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>\"'&\x1b]0;x\x07 <img src=x onerror=y>"


def hostile() -> Attribution:
    word = Piece(text=HOSTILE, start=0, end=len(HOSTILE), score=1.0)
    return attribution(
        text=HOSTILE,
        words=(word,),
        tokens=(word,),
        model=HOSTILE,
        target=HOSTILE,
        baseline=HOSTILE,
        notes=(HOSTILE,),
        labels=(HOSTILE, "b"),
    )


class Tags(HTMLParser):
    """Which elements and attributes a fragment has, and whether they nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data


# ── JSON ──────────────────────────────────────────────────────────────────────────────────────


def test_the_stable_keys_come_first_and_in_order():
    plain = json.loads(to_json(attribution()))
    stable = (
        "method model target logit probability baseline delta evaluations converged "
        "tokens words ms".split()
    )
    assert [key for key in plain if key in stable] == stable
    assert plain["method"] == "integrated_gradients"
    assert plain["words"][1] == {"text": "很差", "start": 2, "end": 4, "score": 2.0, "segment": 0}
    assert plain["ms"] == 38.2


def test_every_field_of_a_result_is_in_its_json():
    assert {*Attribution.__struct_fields__} == {*to_dict(attribution())}


def test_what_is_not_a_number_is_null():
    assert json.loads(to_json(attribution(logit=float("nan"), value=float("inf"))))["logit"] is None


def test_several_results_are_one_object_with_the_others_at_its_side():
    plain = json.loads(to_json(attribution(), attribution(baseline="mask")))
    assert (plain["baseline"], plain["side_by_side"][0]["baseline"]) == ("pad", "mask")


# ── HTML ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("result", [attribution(), truncated(), two_labels(), hostile(), long(50)])
def test_html_nests_and_loads_nothing(result):
    html = to_html(result)
    seen = Tags(html)
    assert not seen.open
    assert not seen.tags & {"script", "img", "link", "iframe", "a", "object"}
    assert seen.attributes <= {"class", "title", "scope", "aria-label"}
    assert "http" not in html and "url(" not in html and "@import" not in html


def test_html_shows_hostile_text_as_text():
    assert "<script>alert(1)</script>" in Tags(to_html(hostile())).text
    assert "\x1b" not in to_html(hostile())


def test_html_tells_the_numbers_twice_in_picture_and_table():
    html = to_html(attribution())
    assert '<span class="limner-t4" title="+2.00">很差</span>' in html
    assert '<span class="limner-a3" title="−1.20">👍</span>' in html
    assert '<th scope="row">很差</th><td>+2.00</td>' in html
    for said in ("probability 0.930", "0.4 %", "17", "38 ms", "“pad”", "mini-sentiment on cpu"):
        assert said in Tags(html).text


def test_html_says_the_picture_to_a_screen_reader():
    assert "negative, probability 0.93. Strongest words: 很差 +2.00, 👍 −1.20" in to_html(
        attribution()
    )


def test_html_strikes_out_what_was_not_read_and_says_so():
    html = to_html(truncated())
    assert "limner-unread" in html
    assert "read the first 4 of 24 characters (6 of 20 tokens)" in html


def test_a_note_that_tells_of_truncation_is_not_repeated():
    html = to_html(
        attribution(truncated=truncated().truncated, notes=("Truncated to 4 characters.",))
    )
    assert html.count("runcated") == 1


def test_html_of_all_labels_has_a_column_for_each():
    assert "<td>+2.00</td><td>−2.00</td></tr>" in to_html(two_labels())


def test_html_of_ten_thousand_words_stays_small():
    html = to_html(long(10_000))
    assert len(html) < 1_000_000
    assert "9,800 weaker words" in html


def test_a_page_holds_several_fragments():
    assert to_page([attribution(), attribution()]).count("<section") == 2


# ── SVG ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("result", [attribution(), truncated(), two_labels(), hostile(), long(50)])
def test_svg_is_well_formed_and_holds_every_letter(result):
    root = ET.fromstring(to_svg(result))
    letters = "".join("".join(t.itertext()) for t in root.iter(f"{SVG}text") if t.get("textLength"))
    squeeze = str.maketrans("", "", " \n\x1b\x07␛␇")
    assert letters.translate(squeeze) == result.text.translate(squeeze)
    assert not [e for e in root.iter() if e.tag in (f"{SVG}script", f"{SVG}image", f"{SVG}a")]


def test_svg_lines_fit_the_picture():
    root = ET.fromstring(
        to_svg(attribution(text="很差" + "长" * 200 + " word" * 60, scores={"很差": 1.0}))
    )
    width = float(root.get("width"))
    for text in root.iter(f"{SVG}text"):
        if text.get("textLength"):
            assert float(text.get("x")) + float(text.get("textLength")) <= width


def test_svg_has_tooltips_and_a_twin_in_words():
    root = ET.fromstring(to_svg(attribution()))
    assert "很差 +2.00" in [t.text for t in root.iter(f"{SVG}title")]
    assert "很差 +2.00; 👍 −1.20" in root.find(f"{SVG}desc").text


def test_svg_puts_several_results_below_each_other():
    one, two = (ET.fromstring(to_svg(*rs)) for rs in ([attribution()], [attribution()] * 2))
    assert float(two.get("height")) > 1.5 * float(one.get("height"))


def test_svg_shows_every_baseline_of_one_job():
    root = ET.fromstring(to_svg(two_baselines()))
    titles = [t.text for t in root.iter(f"{SVG}title")]
    assert "很差 +2.00" in titles
    assert "很差 −2.00" in titles


def test_the_sign_is_drawn_by_the_line_too():
    svg = to_svg(attribution())
    assert 'class="towards"' in svg and 'class="away"' in svg and "stroke-dasharray" in svg


# ── terminal ──────────────────────────────────────────────────────────────────────────────────


def test_plain_text_has_no_escapes_and_all_the_numbers():
    text = to_text(attribution())
    assert "\x1b" not in text
    assert "negative 0.93 · δ 0.4 % · 17 nodes · 38 ms · cpu" in text
    assert re.search(r"很差 +\+2.00 +\+714 % +█+", text)
    assert re.search(r"👍 +−1.20 +−429 % +▒+", text)


def test_colour_underlines_towards_once_and_away_twice():
    text = to_text(attribution(), color=True)
    assert re.search(r"\x1b\[1;4;[\d;]+m很差", text)
    assert re.search(r"\x1b\[21;[\d;]+m👍", text)


def test_no_color_keeps_the_underlines_and_drops_the_colours(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    out = io.StringIO()
    terminal.show(Console(file=out, force_terminal=True, width=80), attribution())
    assert "\x1b[1;4m很差" in out.getvalue()
    assert "48;2" not in out.getvalue()


def test_a_terminal_with_few_colours_gets_plain_ones(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = io.StringIO()
    terminal.show(Console(file=out, force_terminal=True, color_system="standard"), attribution())
    assert "43m很差" in out.getvalue() and "48;" not in out.getvalue()


@pytest.mark.parametrize("width", [20, 40, 80])
def test_lines_fit_the_width_counted_in_columns(width):
    for line in to_text(long(40), width=width).split("\n"):
        assert columns(line) <= max(width, 44)


def test_ten_thousand_words_give_a_short_table():
    table = to_text(long(10_000), width=100).partition("negative 0.93")[2]
    assert "9,988 more" in table
    assert len(table.splitlines()) < 20


def test_the_last_line_of_a_table_sums_up_the_rest_of_every_column():
    text = "".join(f"w{i:02} " for i in range(20))
    scores = {f"w{i:02}": 1.0 if i < 12 else 0.5 for i in range(20)}
    out = io.StringIO()
    results = [attribution(text, scores), attribution(text, scores, baseline="mask")]
    terminal.show(Console(file=out, width=100), *results)
    assert re.search(r"8 more +\+4.00 +\+4.00", out.getvalue())


def test_not_converged_is_said():
    assert "not converged" in to_text(attribution(converged=False, delta=0.08))


def test_an_undefined_delta_gives_the_absolute_error():
    assert "δ undefined (error 0.0003, ΔF ≈ 0)" in to_text(attribution(delta=None, error=0.0003))


def test_two_baselines_stand_side_by_side():
    out = io.StringIO()
    terminal.show(Console(file=out, width=100), attribution(), attribution(baseline="mask"))
    assert re.search(r"word +pad +mask", out.getvalue())
    assert "baseline mask" in out.getvalue()


def test_all_labels_stand_side_by_side():
    assert re.search(r"很差 +\+2.00 +−2.00", to_text(two_labels()))


def test_a_terminal_gets_no_escapes_from_the_text():
    assert "\x1b]" not in to_text(hostile(), color=True)


def test_methods_of_a_result_are_the_functions_here():
    result = attribution()
    assert result.to_json() == to_json(result)
    assert result.to_html() == to_html(result)
    assert result.to_svg() == to_svg(result)
    assert result.to_text() == to_text(result)
