"""The JSON Schema of task files agrees with what reads them."""

from __future__ import annotations

import tomllib

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.labelling.fields import field_at
from limner.labelling.reading import parse
from limner.labelling.schema import schema
from limner.text.cloze_patterns import parts

LABELS = '[labels]\n"好评" = "很"\nneg = ["不", "没"]\n'
HEAD = 'patterns = ["{mask}满意。{text}"]\n'

VALID = [
    HEAD + LABELS,
    'patterns = ["{{{mask}}}\\n{text}", "{text}{mask}"]\n' + LABELS,
    'title = "x"\nmodel = "a"\ncalibration = "pmi"\ndecoding = "confident"\nhead = 0\n'
    + HEAD
    + LABELS
    + '[data]\nfiles = ["a.tsv", "b/c.JSONL", "./..x/y.z.csv"]\ntext = 1\nlabel = "标签"\n'
    "header = false\n[train]\nepochs = 1\nlearning_rate = 1e-5\nbatch = 256\nheld_out = 0.5\n"
    "patience = 1\nunlabelled = true\nseed = 7\n",
]
INVALID = [
    LABELS,
    HEAD,
    HEAD + '[labels]\na = "b"\n',
    HEAD + '[labels]\na = "b"\nc = []\n',
    HEAD + '[labels]\na = "b"\nc = " "\n',
    HEAD + '[labels]\na = "b"\n" " = "c"\n',
    HEAD + '[labels]\na = "b"\nc = ["d", "d"]\n',
    *(f"patterns = {written}\n{LABELS}" for written in ("[]", "3", '["{mask}"]', '["{text}"]')),
    *(
        f'patterns = ["{written}"]\n{LABELS}'
        for written in ("{mask}{mask}{text}", "{{mask}}{text}", "{mask}}{text}", "{mask}{text}{x}")
    ),
    *(
        line + "\n" + HEAD + LABELS
        for line in ("models = 'x'", "head = -1", "head = 1.5", "calibration = 'all'", "model = 3")
    ),
    *(
        f"{HEAD}{LABELS}[data]\nfiles = ['{name}']\n"
        for name in ("/a.tsv", "../a.tsv", "b/../a.tsv", "c:/a.tsv", "a\\b.tsv", "a.txt", "tsv")
    ),
    *(
        f"{HEAD}{LABELS}{lines}\n"
        for lines in ("[data]\ntext = 0", "[data]\nfoo = 1", "[data]\nlabel = ''")
    ),
    *(
        f"{HEAD}{LABELS}[train]\n{line}\n"
        for line in ("epochs = 0", "learning_rate = 0", "held_out = 0.9", "seed = 'x'", "b = 1")
    ),
]


def fits(text: str) -> bool:
    return jsonschema.Draft7Validator(schema()).is_valid(tomllib.loads(text))


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(schema())


@pytest.mark.parametrize("text", VALID)
def test_what_is_read_fits_the_schema(text: str) -> None:
    assert parse(text).complaints == ()
    assert fits(text)


@pytest.mark.parametrize("text", INVALID)
def test_what_is_refused_does_not_fit_the_schema(text: str) -> None:
    assert parse(text).complaints
    assert not fits(text)


@given(
    st.lists(st.sampled_from(["{mask}", "{text}", "{", "}", "{{", "}}", "很", "\n"])).map("".join)
)
def test_patterns_are_the_same_for_both(pattern: str) -> None:
    try:
        good = bool(parts(pattern))
    except ValueError:
        good = False
    own = schema()["properties"]["patterns"]
    assert jsonschema.Draft7Validator(own).is_valid([pattern]) == good


def test_all_keys_are_described() -> None:
    for kind in (schema(), schema()["properties"]["data"], schema()["properties"]["train"]):
        assert all(key["description"] for key in kind["properties"].values())
    field = field_at(("train", "epochs"))
    assert field and (field.range, field.default) == ("from 1, up to 1000", 12)
    assert field_at(("labels", "x")) is None
