"""Names are followed; everything else that a document might say is refused."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.notebook.bridge.names import BadName, NoSuchName, resolve

NET = SimpleNamespace(weight=np.eye(2), _private=3)
SPACE = {"x": [1, 2, 3], "net": NET, "df": {"a b": [4], ("p", 1): 5}, "m": np.eye(4), "été": 1}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x", [1, 2, 3]),
        (" x ", [1, 2, 3]),
        ("x[-1]", 3),
        ("x[0:2]", [1, 2]),
        ("x[::-1]", [3, 2, 1]),
        ('df["a b"][0]', 4),
        ('df["p", 1]', 5),
        ("net._private", 3),
        ("été", 1),
    ],
)
def test_names_attributes_and_constant_indices_are_followed(text, value):
    assert resolve(text, SPACE) == value


def test_slices_and_lists_of_indices_reach_into_arrays():
    assert resolve("m[1:, [0, 2]]", SPACE).shape == (3, 2)
    assert resolve("net.weight[..., 0]", SPACE).shape == (2,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x()",
        "x + x",
        "x[i]",
        "x[len(x)]",
        "x.__class__",
        "__builtins__",
        "x[0] if x else x",
        "(y := x)",
        "[x]",
        "lambda: x",
        "x; y",
        "x = 1",
        "f'{x}'",
        "x[0:n]",
        "-x",
        "1",
        "'x'",
        "await x",
        "x[" * 300 + "0" + "]" * 300,
        "(" * 400 + "x",
        "x\0",
        "!ls",
        "%time x",
    ],
)
def test_anything_more_is_refused(text):
    with pytest.raises(BadName):
        resolve(text, SPACE)


@pytest.mark.parametrize("text", ["y", "x[9]", "net.bias", "df['c']", "x['a']", "x.y.z"])
def test_what_does_not_exist_is_said(text):
    with pytest.raises(NoSuchName):
        resolve(text, SPACE)


class Watched(dict):
    """Notes every look-up."""

    def __init__(self):
        super().__init__(SPACE)
        self.seen = []

    def __contains__(self, key):
        self.seen.append(key)
        return super().__contains__(key)


@given(st.text(alphabet="xy.[]()'\"0123456789_:,+-* \nnet", max_size=30))
def test_no_text_does_anything_but_find_or_refuse(text):
    space = Watched()
    try:
        resolve(text, space)
    except BadName:
        assert space.seen == []  # refused as a whole, before the first step
    except NoSuchName:
        pass
    assert len(space.seen) <= 1
    assert dict(space) == SPACE


def test_an_object_that_raises_on_the_way_is_no_fault_of_ours():
    class Sulky:
        @property
        def values(self):
            raise RuntimeError("not today")

    with pytest.raises(NoSuchName, match="not today"):
        resolve("s.values", {"s": Sulky()})
