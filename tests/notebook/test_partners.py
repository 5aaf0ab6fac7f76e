"""Which arrays a front end offers for the second one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from limner.notebook import bridge
from limner.notebook.bridge.beside import MIME

KERNEL = {
    "x": np.arange(5.0),
    "y": torch.arange(5),
    "m": np.zeros((5, 2)),
    "short": np.arange(4.0),
    "df": pd.DataFrame({"a": range(5), 'b "c"': range(5), 7: range(5)}),
    "labels": ["a"] * 5,
    "cube": np.zeros((5, 2, 2)),
    "text": "abcde",
    "_hidden": np.arange(5.0),
}


def test_arrays_and_columns_of_the_same_length_are_offered():
    found = bridge.partners("x", namespace=KERNEL)
    assert found.names == ("y", "m", 'df["a"]', 'df["b \\"c\\""]', "labels")


@pytest.mark.parametrize("name", ["x", "y", "df['a']"])
def test_each_offer_can_be_sent_and_is_not_the_array_itself(name):
    from limner.notebook.bridge.names import resolve

    for other in bridge.partners(name, namespace=KERNEL).names:
        assert len(resolve(other, KERNEL)) == 5
        assert other != name.replace("'", '"')


def test_a_table_needs_no_second_array():
    assert bridge.partners("df", namespace=KERNEL).table
    assert bridge.partners("m", namespace=KERNEL).table
    assert not bridge.partners("x", namespace=KERNEL).table


def test_what_is_wrong_is_answered_in_a_sentence():
    for name, kind in [("nothing", "no-such-name"), ("f(x)", "bad-name")]:
        data = bridge.partners(name, namespace=KERNEL)._repr_mimebundle_()[MIME]
        assert data["error"]["kind"] == kind


def test_no_value_is_read_and_nothing_of_the_person_s_runs():
    class Loud:
        @property
        def shape(self):
            raise AssertionError("asked")

        def __len__(self):
            raise AssertionError("asked")

    found = bridge.partners("x", namespace={"x": np.arange(3), "loud": Loud(), "y": [1, 2, 3]})
    assert found.names == ("y",)
