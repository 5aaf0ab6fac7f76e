import json

import pytest

PINNED = """\
# limner: attribute model=mini-sentiment
review = "房间很差"

other = "not pinned"
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "reviews.py"
    path.write_text(PINNED, encoding="utf-8")
    return path


def test_the_pinned_texts_of_a_file_are_attributed(limner, file):
    said = limner("check", str(file))
    assert said.status == 0
    assert "房间很差" in said.out and "0.4 %" in said.out
    assert "not pinned" not in said.out


def test_all_texts_when_asked_for(limner, file):
    assert "not pinned" in limner("check", "--all", str(file)).out


def test_the_report_as_json(limner, file):
    plain = limner("check", "--json", str(file)).json
    assert plain["ok"] is True
    assert plain["path"] == str(file)
    assert plain["rows"][0] | {"probability": 0} == {
        "line": 2,
        "text": "房间很差",
        "label": plain["rows"][0]["label"],
        "probability": 0,
        "delta": 0.004,
        "evaluations": 17,
        "converged": True,
        "notes": [],
        "error": "",
    }


def test_a_file_without_pins_says_how_to_pin(limner, tmp_path):
    path = tmp_path / "plain.py"
    path.write_text('x = "text"\n')
    said = limner("check", str(path))
    assert said.status == 0
    assert "# limner: attribute model=" in said.out


def test_a_directive_that_cannot_be_followed_is_bad_input(limner, tmp_path):
    path = tmp_path / "bad.py"
    path.write_text('# limner: attribute model=nonesuch\nx = "text"\n')
    said = limner("check", str(path))
    assert said.status == 2
    assert said.err.startswith("limner: 1 of 1 probes have no result; line 2: Unknown model")
    assert "no result" in said.out
    assert json.loads(limner("check", "--json", str(path)).out)["ok"] is False


def test_a_missing_file_is_bad_input(limner):
    said = limner("check", "/no/such.py")
    assert (said.status, said.err.count("\n")) == (2, 1)
